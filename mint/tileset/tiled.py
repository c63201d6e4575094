"""A tileset and its level in the formats of the Tiled map editor: TSX and TMX, or TSJ and TMJ.

The formats are described at doc.mapeditor.org: "TMX Map Format", "JSON Map Format" and "Global Tile IDs".
The level has one layer of global tile ids: a tile's index in the tileset plus one, with bit 32 set if it is mirrored and bit 31 if
it is upside down.
"""

import json
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from mint.tileset.rendering import COLUMNS, render_sheet
from mint.tileset.tileset import Tileset

FIRST_GID: Final = 1
MIRRORED: Final = 0x80000000
UPSIDE_DOWN: Final = 0x40000000
SHEET, TILESET, LEVEL = "tileset.png", "tileset", "demo"
_VERSION = "1.10"  # of the format: the first in which a tile's class is called type again
_TILED = "1.10.2"  # a version of Tiled that writes this format; readers require it


def gids(tileset: Tileset) -> NDArray[np.int64]:
    """Return the level's global tile ids, (rows, columns)."""
    flips = tileset.level.flips
    ids: NDArray[np.int64] = tileset.level.tiles + FIRST_GID + MIRRORED * (flips & 1) + UPSIDE_DOWN * (flips >> 1)
    return ids


def tsx(tileset: Tileset) -> str:
    """Return the tileset as TSX."""
    height, width = render_sheet(tileset).shape
    tiles = "".join(f"{_tile(tileset, number)}\n" for number in range(len(tileset.selection.tiles)))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<tileset version="{_VERSION}" tiledversion="{_TILED}" {_tileset_attributes(tileset)}>
 <image source="{SHEET}" width="{width}" height="{height}"/>
{tiles}</tileset>
"""


def tmx(tileset: Tileset) -> str:
    """Return the level as TMX, which refers to tileset.tsx."""
    rows, columns = tileset.level.tiles.shape
    side = tileset.tile_px
    data = ",\n".join(",".join(str(gid) for gid in row) for row in gids(tileset).tolist())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<map version="{_VERSION}" tiledversion="{_TILED}" orientation="orthogonal" renderorder="right-down" \
width="{columns}" height="{rows}" tilewidth="{side}" \
tileheight="{side}" infinite="0" nextlayerid="2" nextobjectid="1">
 <tileset firstgid="{FIRST_GID}" source="{TILESET}.tsx"/>
 <layer id="1" name="level" width="{columns}" height="{rows}">
  <data encoding="csv">
{data}
</data>
 </layer>
</map>
"""


def tsj(tileset: Tileset) -> str:
    """Return the tileset as TSJ."""
    document = {"type": "tileset", "version": _VERSION, "tiledversion": _TILED, **_tileset_record(tileset)}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _tileset_record(tileset: Tileset) -> dict[str, object]:
    """Return the fields of a tileset that a TSJ file and a TMJ file share."""
    height, width = render_sheet(tileset).shape
    return {
        "name": tileset.title,
        "tilewidth": tileset.tile_px,
        "tileheight": tileset.tile_px,
        "tilecount": len(tileset.selection.tiles),
        "columns": COLUMNS,
        "spacing": 0,
        "margin": 0,
        "image": SHEET,
        "imagewidth": width,
        "imageheight": height,
        "tiles": [
            {
                "id": number,
                "type": kind,
                "properties": [
                    {"name": name, "type": value_type, "value": value} for name, value_type, value in _properties(tileset, number)
                ],
            }
            for number, kind in enumerate(tileset.selection.kinds)
        ],
    }


def tmj(tileset: Tileset) -> str:
    """Return the level as TMJ. The tileset is inside, since Phaser and other engines read no external one."""
    rows, columns = tileset.level.tiles.shape
    layer = {
        "id": 1,
        "name": "level",
        "type": "tilelayer",
        "width": columns,
        "height": rows,
        "x": 0,
        "y": 0,
        "opacity": 1,
        "visible": True,
        "data": gids(tileset).ravel().tolist(),
    }
    document = {
        "type": "map",
        "version": _VERSION,
        "tiledversion": _TILED,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "width": columns,
        "height": rows,
        "tilewidth": tileset.tile_px,
        "tileheight": tileset.tile_px,
        "infinite": False,
        "nextlayerid": 2,
        "nextobjectid": 1,
        "layers": [layer],
        "tilesets": [{"firstgid": FIRST_GID, **_tileset_record(tileset)}],
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _tileset_attributes(tileset: Tileset) -> str:
    side = tileset.tile_px
    count = len(tileset.selection.tiles)
    return f'name={quoteattr(tileset.title)} tilewidth="{side}" tileheight="{side}" tilecount="{count}" columns="{COLUMNS}"'


def _tile(tileset: Tileset, number: int) -> str:
    properties = "".join(
        f'\n   <property name="{name}" type="{value_type}" value="{value}"/>'
        for name, value_type, value in _properties(tileset, number)
    )
    return f' <tile id="{number}" type="{tileset.selection.kinds[number]}">\n  <properties>{properties}\n  </properties>\n </tile>'


def _properties(tileset: Tileset, number: int) -> list[tuple[str, str, float | int]]:
    """Return the name, type and value of each property of a tile."""
    properties: list[tuple[str, str, float | int]] = [("quality", "float", round(float(tileset.selection.qualities[number]), 3))]
    if tileset.tile_subpalettes is not None:
        properties.append(("palette", "int", int(tileset.tile_subpalettes[number])))
    return properties
