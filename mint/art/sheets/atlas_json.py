"""Atlases in JSON: the data files of Aseprite (hash and array), TexturePacker and Phaser, and Tiled's tilesets.

Sources: Aseprite's command line documentation, TexturePacker's exporters "JSON (Hash)", "JSON (Array)" and "Phaser 3", and PixiJS's
spritesheet parser for how rotated frames lie on a sheet; Tiled's JSON map format.
"""

from typing import Any

from mint.art.labels.label_json import JsonPairs, frame_name, frame_tags
from mint.art.rgba import Size
from mint.art.sheets.atlas_tiles import tile_frames
from mint.art.sheets.bounding_boxes import BoundingBox
from mint.art.sheets.texture_atlas import AtlasFrame, TextureAtlas, check_frames, with_distinct_names


def json_atlases(document: object, source: str) -> list[TextureAtlas]:
    """Return the atlases of a JSON document, one a sheet; none if it is something else.

    Raises ValueError, KeyError or TypeError for one that is damaged.
    """
    if not isinstance(document, JsonPairs):
        return []
    record = dict(document)
    if isinstance(record.get("textures"), list):
        return [_atlas(texture, texture, source) for texture in record["textures"]]
    frames = record.get("frames")
    entries = [frame for _, frame in frames] if isinstance(frames, JsonPairs) else frames
    if isinstance(entries, list) and entries and all(isinstance(entry, JsonPairs) and "frame" in dict(entry) for entry in entries):
        return [_atlas(document, record.get("meta") or JsonPairs(), source)]
    if {"tilewidth", "tileheight", "image"} <= record.keys():
        return [_tiles(record, source)]
    return []


def _atlas(document: JsonPairs, meta: JsonPairs, source: str) -> TextureAtlas:
    frames = document.get("frames")
    if isinstance(frames, JsonPairs):
        named = [(str(name), dict(frame)) for name, frame in frames]
        if len(dict(frames)) < len(frames):
            raise ValueError("two frames have one name; export it as an array")
    else:
        named = [(str(dict(frame).get("filename", number)), dict(frame)) for number, frame in enumerate(frames)]
    tags = frame_tags(meta, len(named))
    entries = with_distinct_names([_frame(name, frame, own) for (name, frame), own in zip(named, tags, strict=True)])
    check_frames(entries)
    size = meta.get("size")
    return TextureAtlas(
        source=source,
        image=str(meta.get("image") or ""),
        size=None if size is None else _size(dict(size)),
        frames=entries,
    )


def _frame(name: str, record: dict[str, Any], tags: tuple[str, ...]) -> AtlasFrame:
    place = dict(record["frame"])
    is_rotated = bool(record.get("rotated"))
    height, width = _size(place)
    box = BoundingBox(_whole(place["y"]), _whole(place["x"]), *((width, height) if is_rotated else (height, width)))
    trimmed = dict(record.get("spriteSourceSize") or {})
    size = record.get("sourceSize")
    duration = record.get("duration")
    return AtlasFrame(
        name=frame_name(name),
        box=box,
        size=(height, width) if size is None else _size(dict(size)),
        offset=(_whole(trimmed.get("y", 0)), _whole(trimmed.get("x", 0))),
        is_rotated=is_rotated,
        duration_ms=float(duration) if isinstance(duration, int | float) else None,
        tags=tags,
    )


def _tiles(record: dict[str, Any], source: str) -> TextureAtlas:
    """Return the atlas of a tileset of Tiled in JSON."""
    size = _whole(record["imageheight"]), _whole(record["imagewidth"])
    tiles = [dict(tile) for tile in record.get("tiles") or []]
    classes = {int(tile["id"]): str(tile.get("type") or tile.get("class") or "") for tile in tiles}
    cell = _whole(record["tileheight"]), _whole(record["tilewidth"])
    frames = tile_frames(size, cell, _whole(record.get("margin", 0)), _whole(record.get("spacing", 0)), classes)
    return TextureAtlas(source=source, image=str(record["image"]), size=size, frames=frames)


def _size(record: dict[str, Any]) -> Size:
    return _whole(record["h"]), _whole(record["w"])


def _whole(value: object) -> int:
    if not isinstance(value, int | float) or value != int(value):
        raise ValueError(f"{str(value)[:40]!r} is no number of pixels")
    return int(value)
