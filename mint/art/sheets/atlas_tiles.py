"""Tilesets of the map editor Tiled: the cells of a sheet, numbered, and the classes of tiles. XML (.tsx) as Tiled writes it."""

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Size
from mint.art.sheets.bounding_boxes import BoundingBox
from mint.art.sheets.cell_grid import cell_grid
from mint.art.sheets.texture_atlas import MAX_SIDE, AtlasFrame, TextureAtlas, check_frames

MAX_TILES: Final = 100_000


def tsx_atlas(data: bytes, source: str) -> TextureAtlas | None:
    """Return the atlas of a .tsx file; None for a tileset of single pictures, which has no sheet. Raises ValueError, KeyError."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # Tiled writes neither, and entities can grow without bound.
        raise ValueError("it declares a document type, which no tileset of Tiled does")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError) as error:  # the latter for an unknown encoding
        raise ValueError(f"it is no XML: {error}") from error
    image = root.find("image")
    if root.tag != "tileset" or image is None:
        return None
    cell = int(root.attrib["tileheight"]), int(root.attrib["tilewidth"])
    size = int(image.attrib["height"]), int(image.attrib["width"])
    classes = {int(tile.attrib["id"]): tile.get("class") or tile.get("type") or "" for tile in root.findall("tile")}
    return TextureAtlas(
        source=source,
        image=image.attrib["source"],
        size=size,
        frames=tile_frames(size, cell, int(root.get("margin", 0)), int(root.get("spacing", 0)), classes),
        clear_color=_color(image.get("trans")),
    )


def tile_frames(size: Size, cell: Size, margin: int, spacing: int, classes: Mapping[int, str]) -> tuple[AtlasFrame, ...]:
    """Return the tiles of a sheet of a size (height, width), named by their numbers, their class as their tag.

    Raises ValueError for sizes that are not positive, and for too many tiles.
    """
    if min(*size, *cell) < 1 or min(margin, spacing) < 0:
        raise ValueError("its sizes are not positive")
    grid = cell_grid(size, cell, margin, spacing)
    if max(size) > MAX_SIDE or grid.down.count * grid.across.count > MAX_TILES:
        raise ValueError(f"it has more than {MAX_TILES} tiles, or a side of more than {MAX_SIDE} pixels")
    rows, columns = range(grid.down.count), range(grid.across.count)
    corners = [(grid.down.start(row), grid.across.start(column)) for row in rows for column in columns]
    tags = [(classes[number],) if classes.get(number) else () for number in range(len(corners))]
    frames = tuple(
        AtlasFrame(name=str(number), box=BoundingBox(*corner, *cell), size=cell, tags=tags[number])
        for number, corner in enumerate(corners)
    )
    check_frames(frames)
    return frames


def _color(text: str | None) -> NDArray[np.uint8] | None:
    """Return the colour (3,) of six hexadecimal digits, perhaps after #."""
    return None if not text else np.frombuffer(bytes.fromhex(text.lstrip("#")[-6:]), np.uint8)
