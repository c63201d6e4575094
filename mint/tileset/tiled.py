"""A tileset and its level as Tiled reads them: TSX and TMX, or TSJ and TMJ.

The formats are those of doc.mapeditor.org, "TMX Map Format", "JSON Map Format" and "Global Tile IDs".
The level has one layer of global tile ids: a tile's number in the tileset plus one, bit 32 where it is mirrored, bit 31 where it
stands on its head.
"""

import json
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from mint.tileset.tiles import transformed_each
from mint.tileset.tileset import Tileset
from viewer.originality.comparison import Pixels

COLUMNS: Final = 8
FIRST_GID: Final = 1
MIRRORED: Final = 0x80000000
UPSIDE_DOWN: Final = 0x40000000
SHEET, TILESET, LEVEL, PREVIEW = "tileset.png", "tileset", "demo", "preview.png"
_VERSION = "1.10"  # of the format: the first in which a tile's kind is again called type
_TILED = "1.10.2"  # a version of Tiled that writes it, which readers ask for


def sheet(tileset: Tileset) -> Pixels:
    """Return all tiles in rows of COLUMNS, (height, width); cells left over have the darkest colour."""
    tiles, side = tileset.choice.tiles, tileset.tile_px
    rows = -(-len(tiles) // COLUMNS)
    darkest = int(tileset.rgba[:, :3].sum(axis=1, dtype=np.int64).argmin()) if tileset.rule is None else tileset.rule.backdrop
    cells = np.full((rows * COLUMNS, side, side), darkest, np.uint8)
    cells[: len(tiles)] = tiles
    return cells.reshape(rows, COLUMNS, side, side).swapaxes(1, 2).reshape(rows * side, COLUMNS * side)


def render(tileset: Tileset) -> Pixels:
    """Return the level as a picture, (height, width)."""
    rows, columns = tileset.level.tiles.shape
    side = tileset.tile_px
    laid = tileset.choice.tiles[tileset.level.tiles.ravel()]
    cells = transformed_each(laid, tileset.level.flips.ravel()).reshape(rows, columns, side, side)
    return cells.swapaxes(1, 2).reshape(rows * side, columns * side)


def gids(tileset: Tileset) -> NDArray[np.int64]:
    """Return the level's global tile ids, (rows, columns)."""
    flips = tileset.level.flips
    numbers: NDArray[np.int64] = tileset.level.tiles + FIRST_GID + MIRRORED * (flips & 1) + UPSIDE_DOWN * (flips >> 1)
    return numbers


def tsx(tileset: Tileset) -> str:
    """Return the tileset as TSX."""
    height, width = sheet(tileset).shape
    tiles = "".join(f"{_tile(tileset, number)}\n" for number in range(len(tileset.choice.tiles)))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<tileset version="{_VERSION}" tiledversion="{_TILED}" {_tileset_attributes(tileset)}>
 <image source="{SHEET}" width="{width}" height="{height}"/>
{tiles}</tileset>
"""


def tmx(tileset: Tileset) -> str:
    """Return the level as TMX, which names tileset.tsx."""
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
    height, width = sheet(tileset).shape
    document = {
        "type": "tileset",
        "version": _VERSION,
        "tiledversion": _TILED,
        "name": tileset.title,
        "tilewidth": tileset.tile_px,
        "tileheight": tileset.tile_px,
        "tilecount": len(tileset.choice.tiles),
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
                "properties": [{"name": name, "type": sort, "value": value} for name, sort, value in _properties(tileset, number)],
            }
            for number, kind in enumerate(tileset.choice.kinds)
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def tmj(tileset: Tileset) -> str:
    """Return the level as TMJ, which names tileset.tsj."""
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
        "tilesets": [{"firstgid": FIRST_GID, "source": f"{TILESET}.tsj"}],
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _tileset_attributes(tileset: Tileset) -> str:
    side = tileset.tile_px
    count = len(tileset.choice.tiles)
    return f'name={quoteattr(tileset.title)} tilewidth="{side}" tileheight="{side}" tilecount="{count}" columns="{COLUMNS}"'


def _tile(tileset: Tileset, number: int) -> str:
    properties = "".join(
        f'\n   <property name="{name}" type="{sort}" value="{value}"/>' for name, sort, value in _properties(tileset, number)
    )
    return f' <tile id="{number}" type="{tileset.choice.kinds[number]}">\n  <properties>{properties}\n  </properties>\n </tile>'


def _properties(tileset: Tileset, number: int) -> list[tuple[str, str, float | int]]:
    """Return name, type and value of what a tile is known for."""
    result: list[tuple[str, str, float | int]] = [("quality", "float", round(float(tileset.choice.qualities[number]), 3))]
    if tileset.numbers is not None:
        result.append(("palette", "int", int(tileset.numbers[number])))
    return result
