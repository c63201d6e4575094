"""A tileset and its level: file formats, colours, no duplicates, no seam beyond the limits, no copies."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pytiled_parser import TileLayer, parse_map
from pytiled_parser.tileset import Tileset as ParsedTileset

from mint.errors import TilesetError
from mint.tileset.folder import write_tileset
from mint.tileset.source import TilesetSource
from mint.tileset.tileset import Tileset, TilesetOptions, make_tileset
from tests.tileset.sources import dreams_source, screen_source, sprites_source, tileset_options
from viewer.originality.comparison import Mask, detail
from viewer.originality.originals import windows

GID_MASK = 0x1FFFFFFF

CASES = {
    "sprites": (sprites_source("sunrise"), tileset_options()),
    "strict": (sprites_source("lighthouse"), tileset_options(strict=True)),
    "small strict": (sprites_source("sunrise"), tileset_options(strict=True, tile_px=8, count=64)),
    "own colours": (sprites_source("harbour"), tileset_options(palette=None, count=12)),
    "screen": (screen_source(), tileset_options(count=16)),
}

Block = frozenset[tuple[int, ...]]  # the colours of a block of 16x16 pixels


@dataclass(frozen=True)
class WrittenTileset:
    """A tileset, its folder, and what it was made from."""

    source: TilesetSource
    options: TilesetOptions
    tileset: Tileset
    folder: Path


# The others are left to the integration tests: a level takes seconds.
EACH_CASE = [pytest.param(name, marks=() if name in ("sprites", "small strict") else pytest.mark.integration) for name in CASES]


@pytest.fixture(scope="module", params=EACH_CASE)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WrittenTileset:
    source, options = CASES[request.param]
    tileset = make_tileset(source, options)
    folder = tmp_path_factory.mktemp("tileset") / "new"
    write_tileset(tileset, folder, as_json=True)
    return WrittenTileset(source, options, tileset, folder)


def _rgb(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _sheet_tiles(written: WrittenTileset) -> NDArray[np.uint8]:
    """Cut tileset.png as Tiled does, (count, side, side, 3)."""
    side, count = written.options.tile_px, len(written.tileset.selection.tiles)
    sheet = _rgb(written.folder / "tileset.png")
    columns = sheet.shape[1] // side
    return np.stack([sheet[n // columns * side :, n % columns * side :][:side, :side] for n in range(count)])


def _flips(tile: NDArray[np.uint8]) -> set[bytes]:
    return {each.tobytes() for each in (tile, tile[:, ::-1], tile[::-1], tile[::-1, ::-1])}


@pytest.mark.parametrize("extension", ["tmx", "tmj"])
def test_parsed_map_renders_to_preview(written: WrittenTileset, extension: str) -> None:
    selection = written.tileset.selection
    parsed = parse_map(written.folder / f"demo.{extension}")
    (tiles,) = parsed.tilesets.values()
    (layer,) = parsed.layers
    side, count = written.options.tile_px, len(selection.tiles)
    preview = _rgb(written.folder / "preview.png")
    assert isinstance(tiles, ParsedTileset)
    assert isinstance(layer, TileLayer)
    assert (tiles.firstgid, tiles.tile_count, tiles.tile_width, tiles.tile_height, tiles.columns) == (1, count, side, side, 8)
    assert (tiles.image_width, tiles.image_height) == _rgb(written.folder / "tileset.png").shape[1::-1]
    assert tiles.name == written.tileset.title
    assert (parsed.map_size.width * side, parsed.map_size.height * side) == preview.shape[1::-1]
    gids = np.array(layer.data)
    assert gids.shape == (parsed.map_size.height, parsed.map_size.width)
    assert gids.min() > 0
    sheet_tiles = _sheet_tiles(written)
    rendered = np.zeros_like(preview)
    for (y, x), gid in np.ndenumerate(gids):
        tile = sheet_tiles[(gid & GID_MASK) - 1]
        tile = tile[:, ::-1] if gid & 0x80000000 else tile
        tile = tile[::-1] if gid & 0x40000000 else tile
        rendered[y * side : (y + 1) * side, x * side : (x + 1) * side] = tile
    assert (rendered == preview).all()
    assert tiles.tiles is not None
    assert [tile.class_ for tile in tiles.tiles.values()] == list(selection.kinds)


def test_json_and_xml_hold_same_level(written: WrittenTileset) -> None:
    level = json.loads((written.folder / "demo.tmj").read_text(encoding="utf-8"))
    lines = (written.folder / "demo.tmx").read_text(encoding="utf-8").split('encoding="csv">\n')[1].split("\n</data>")[0]
    assert level["layers"][0]["data"] == [int(gid) for gid in lines.replace("\n", "").split(",")]
    tiles = json.loads((written.folder / "tileset.tsj").read_text(encoding="utf-8"))
    of_file = {name: tiles.pop(name) for name in ("type", "version", "tiledversion")}
    assert of_file == {"type": "tileset", "version": "1.10", "tiledversion": "1.10.2"}
    assert level["tilesets"] == [{"firstgid": 1, **tiles}]


def test_every_pixel_is_in_palette(written: WrittenTileset) -> None:
    palette = written.source.rgba if written.options.palette is None else written.options.palette
    allowed = {tuple(color) for color in palette[:, :3].tolist()}
    for name in ("tileset.png", "preview.png"):
        assert {tuple(color) for color in _rgb(written.folder / name).reshape(-1, 3).tolist()} <= allowed


def test_no_tile_is_flip_of_another(written: WrittenTileset) -> None:
    tiles = _sheet_tiles(written)
    assert 2 <= len(tiles) <= written.options.count
    seen: set[bytes] = set()
    for tile in tiles:
        flips = _flips(tile)
        assert not flips & seen
        seen |= flips


def test_strict_level_follows_subpalette_rule(written: WrittenTileset) -> None:
    if not written.options.strict:
        pytest.skip("this tileset is not strict")
    preview = _rgb(written.folder / "preview.png")
    blocks = {
        frozenset(tuple(color) for color in preview[y : y + 16, x : x + 16].reshape(-1, 3).tolist())
        for y in range(0, preview.shape[0], 16)
        for x in range(0, preview.shape[1], 16)
    }
    assert _follows_rule(blocks)


def _follows_rule(blocks: Iterable[Block]) -> bool:
    """Search for a backdrop and four subpalettes of three colours such that each block has the colours of one and the backdrop."""
    blocks = set(blocks)
    largest = [block for block in blocks if not any(block < other for other in blocks)]

    def pack(rest: list[Block], subpalettes: list[Block]) -> bool:
        if not rest:
            return True
        for number, colors in enumerate(subpalettes):
            enlarged = [*subpalettes[:number], colors | rest[0], *subpalettes[number + 1 :]]
            if len(enlarged[number]) <= 3 and pack(rest[1:], enlarged):
                return True
        return len(subpalettes) < 4 and len(rest[0]) <= 3 and pack(rest[1:], [*subpalettes, rest[0]])

    return any(pack([block - {backdrop} for block in largest], []) for backdrop in frozenset[tuple[int, ...]]().union(*blocks))


def test_rule_check_finds_violations() -> None:
    colors = [(n, 0, 0) for n in range(14)]
    four: set[Block] = {frozenset([colors[0], *colors[1 + 3 * n : 4 + 3 * n]]) for n in range(4)}
    assert _follows_rule(four)
    assert not _follows_rule(four | {frozenset([colors[0], colors[13]])})
    assert not _follows_rule(four | {frozenset([colors[1], colors[4]])})


def test_no_seam_exceeds_limits(written: WrittenTileset) -> None:
    side, limits = written.options.tile_px, written.tileset.seam_limits
    preview = _rgb(written.folder / "preview.png").astype(np.float64)
    for picture, (max_differing, max_distance) in ((preview, limits.columns), (preview.swapaxes(0, 1), limits.rows)):
        left, right = picture[:, side - 1 : -1 : side], picture[:, side::side]
        rows = left.shape[0] // side
        unequal: Mask = np.any(left != right, axis=2)
        differing = unequal.reshape(rows, side, -1).mean(axis=1)
        distance = np.abs(left - right).mean(axis=2).reshape(rows, side, -1).mean(axis=1)
        assert differing.max() <= max_differing + 1e-9
        assert distance.max() <= max_distance + 1e-9


def test_seam_limits_are_within_90th_percentile_of_originals() -> None:
    source = screen_source()
    tileset = make_tileset(source, tileset_options(palette=None, count=16))
    colors = source.rgba[source.originals[0]][..., :3].astype(np.float64)
    differing = np.percentile((colors[:, 1:] != colors[:, :-1]).any(axis=2).mean(axis=0), 90)
    distance = np.percentile(np.abs(colors[:, 1:] - colors[:, :-1]).mean(axis=2).mean(axis=0), 90)
    assert tileset.seam_limits.columns[0] <= differing
    assert tileset.seam_limits.columns[1] <= distance


@pytest.mark.integration
def test_level_depends_on_seed_only() -> None:
    source = sprites_source("sunrise")
    first, again, other = (make_tileset(source, tileset_options(count=24, seed=seed)) for seed in (1, 1, 2))
    assert (first.selection.tiles == again.selection.tiles).all()
    assert (first.level.tiles == again.level.tiles).all()
    assert (first.level.tiles != other.level.tiles).any()


def test_level_shows_varied_detail(written: WrittenTileset) -> None:
    level = written.tileset.level.tiles
    mask: Mask = np.any(detail(written.tileset.selection.tiles), axis=(1, 2))
    detailed = mask[level]
    assert detailed[detailed.shape[0] // 2 :].mean() > 0.5
    assert len(np.unique(level)) >= 4


def test_original_tiles_occur_in_no_sprite() -> None:
    sprites = sprites_source("sunrise")
    tileset = make_tileset(dreams_source(sprites), tileset_options(original=True, palette=None, count=32))
    assert tileset.num_copies > 0
    known = {window.tobytes() for window in windows(sprites.originals, (16, 16))}
    for tile in tileset.selection.tiles:
        plain = (tile == tile[0, 0]).all()
        assert plain or not _flips(tile) & known


@pytest.mark.integration
def test_copies_are_left_out_before_strict_colours_are_applied() -> None:
    sprites = sprites_source("sunrise")
    options = tileset_options(original=True, strict=True, count=32)
    with pytest.raises(TilesetError) as caught:
        make_tileset(sprites, options)
    assert "copies of the originals; leave --original out, or train longer" in str(caught.value)
    dreams = dreams_source(sprites)
    not_strict = make_tileset(dreams, replace(options, strict=False))
    assert make_tileset(dreams, options).num_copies == not_strict.num_copies > 0


def test_picture_smaller_than_tile_is_an_error() -> None:
    source = TilesetSource(
        title="dot",
        pictures=np.zeros((1, 12, 40), np.uint8),
        originals=np.zeros((1, 12, 40), np.uint8),
        rgba=np.array([[0, 0, 0, 255], [255, 255, 255, 255]], np.uint8),
    )
    with pytest.raises(TilesetError) as caught:
        make_tileset(source, tileset_options())
    assert str(caught.value) == "a picture of 40x12 is too small for a tile of 16 pixels; give a larger one, or --tile 8"
