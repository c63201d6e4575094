"""A tileset and its level keep what they promise: formats, colours, no duplicates, no bad seams."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pytiled_parser import TileLayer, parse_map
from pytiled_parser.tileset import Tileset as ParsedTileset

from mint.art.hardware_palettes import hardware_palette
from mint.errors import TilesetError
from mint.tileset.console import choose_subpalettes, distances, fit_tiles, keep_colors
from mint.tileset.folder import write_tileset
from mint.tileset.tileset import Tileset, TilesetOptions, TilesetSource, make_tileset
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from viewer.originality.comparison import detail
from viewer.originality.originals import windows

GID_MASK = 0x1FFFFFFF


def sprites_source(text: str) -> TilesetSource:
    token = draw_token(parse_hash(text))
    pixels = np.stack([sprite.pixels for sprite in token.sprites])
    return TilesetSource(title=text, pictures=pixels, originals=pixels, rgba=token.palette.rgba)


def wish(**changes: object) -> TilesetOptions:
    return TilesetOptions(
        **{"tile_px": 16, "count": 48, "palette": hardware_palette("nes"), "strict": False, "original": False, "seed": 3, **changes}
    )


def screen_source() -> TilesetSource:
    """Return a picture as large as a console's screen, drawn here: a sky, hills, and bricks on a grid."""
    y, x = np.mgrid[:128, :160]
    pixels = np.zeros((128, 160), np.uint8)
    pixels[y > 70 + 12 * np.sin(x / 18)] = 1
    pixels[(y > 96) & ((x % 16 > 0) & (y % 8 > 0))] = 2
    pixels[(x // 16 % 4 == 1) & (y // 16 == 2)] = 3
    pixels[(x - 120) ** 2 + (y - 24) ** 2 < 100] = 4
    rgba = np.array(
        [[92, 148, 252, 255], [0, 168, 0, 255], [200, 76, 12, 255], [252, 252, 252, 255], [252, 216, 168, 255]], np.uint8
    )
    return TilesetSource(title='screen <&> "1"', pictures=pixels[None], originals=pixels[None], rgba=rgba)


CASES = {
    "sprites": (sprites_source("sunrise"), wish()),
    "strict": (sprites_source("lighthouse"), wish(strict=True)),
    "small strict": (sprites_source("sunrise"), wish(strict=True, tile_px=8, count=64)),
    "own colours": (sprites_source("harbour"), wish(palette=None, count=12)),
    "screen": (screen_source(), wish(count=16)),
}


@pytest.fixture(scope="module", params=CASES)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TilesetSource, TilesetOptions, Tileset, Path]:
    source, asked = CASES[request.param]
    tileset = make_tileset(source, asked)
    folder = tmp_path_factory.mktemp("tileset") / "new"
    write_tileset(tileset, folder, as_json=True)
    return source, asked, tileset, folder


def _rgb(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _sheet_tiles(folder: Path, side: int, count: int) -> NDArray[np.uint8]:
    """Cut tileset.png as Tiled does, (count, side, side, 3)."""
    sheet = _rgb(folder / "tileset.png")
    columns = sheet.shape[1] // side
    return np.stack([sheet[n // columns * side :, n % columns * side :][:side, :side] for n in range(count)])


@pytest.mark.parametrize("extension", ["tmx", "tmj"])
def test_what_is_parsed_draws_the_preview(made: tuple[TilesetSource, TilesetOptions, Tileset, Path], extension: str) -> None:
    _, asked, tileset, folder = made
    parsed = parse_map(folder / f"demo.{extension}")
    (tiles,) = parsed.tilesets.values()
    (layer,) = parsed.layers
    side, count = asked.tile_px, len(tileset.choice.tiles)
    preview = _rgb(folder / "preview.png")
    assert isinstance(tiles, ParsedTileset)
    assert isinstance(layer, TileLayer)
    assert (tiles.firstgid, tiles.tile_count, tiles.tile_width, tiles.tile_height, tiles.columns) == (1, count, side, side, 8)
    assert (tiles.image_width, tiles.image_height) == _rgb(folder / "tileset.png").shape[1::-1]
    assert tiles.name == tileset.title
    assert (parsed.map_size.width * side, parsed.map_size.height * side) == preview.shape[1::-1]
    gids = np.array(layer.data)
    assert gids.shape == (parsed.map_size.height, parsed.map_size.width)
    assert gids.min() > 0
    pictures = _sheet_tiles(folder, side, count)
    drawn = np.zeros_like(preview)
    for (y, x), gid in np.ndenumerate(gids):
        tile = pictures[(gid & GID_MASK) - 1]
        tile = tile[:, ::-1] if gid & 0x80000000 else tile
        tile = tile[::-1] if gid & 0x40000000 else tile
        drawn[y * side : (y + 1) * side, x * side : (x + 1) * side] = tile
    assert (drawn == preview).all()
    assert tiles.tiles is not None
    assert [tile.class_ for tile in tiles.tiles.values()] == list(tileset.choice.kinds)


def test_every_pixel_is_in_the_palette(made: tuple[TilesetSource, TilesetOptions, Tileset, Path]) -> None:
    source, asked, _, folder = made
    allowed = {tuple(color) for color in (source.rgba if asked.palette is None else asked.palette)[:, :3].tolist()}
    for name in ("tileset.png", "preview.png"):
        assert {tuple(color) for color in _rgb(folder / name).reshape(-1, 3).tolist()} <= allowed


def test_no_tile_is_another_one_flipped(made: tuple[TilesetSource, TilesetOptions, Tileset, Path]) -> None:
    _, asked, tileset, folder = made
    pictures = _sheet_tiles(folder, asked.tile_px, len(tileset.choice.tiles))
    assert 2 <= len(pictures) <= asked.count
    seen: set[bytes] = set()
    for tile in pictures:
        flips = {each.tobytes() for each in (tile, tile[:, ::-1], tile[::-1], tile[::-1, ::-1])}
        assert not flips & seen
        seen |= flips


def test_strict_tiles_keep_the_rule_of_four_palettes(made: tuple[TilesetSource, TilesetOptions, Tileset, Path]) -> None:
    _, asked, _, folder = made
    if not asked.strict:
        pytest.skip("this tileset was not asked for in the console's rule")
    preview = _rgb(folder / "preview.png")
    blocks = [
        frozenset(map(tuple, preview[y : y + 16, x : x + 16].reshape(-1, 3).tolist()))
        for y in range(0, preview.shape[0], 16)
        for x in range(0, preview.shape[1], 16)
    ]
    assert _keeps_rule(set(blocks))


def _keeps_rule(blocks: set[frozenset[tuple[int, ...]]]) -> bool:
    """Search for a backdrop and four palettes of three colours such that each block has the colours of one and the backdrop."""
    largest = [block for block in blocks if not any(block < other for other in blocks)]

    def pack(rest: list[frozenset[tuple[int, ...]]], palettes: list[frozenset[tuple[int, ...]]]) -> bool:
        if not rest:
            return True
        for number, palette in enumerate(palettes):
            if len(palette | rest[0]) <= 3 and pack(rest[1:], [*palettes[:number], palette | rest[0], *palettes[number + 1 :]]):
                return True
        return len(palettes) < 4 and len(rest[0]) <= 3 and pack(rest[1:], [*palettes, rest[0]])

    return any(pack([block - {backdrop} for block in largest], []) for backdrop in set().union(*blocks))


def test_a_broken_rule_would_be_noticed() -> None:
    colors = [(n, 0, 0) for n in range(14)]
    four = {frozenset([colors[0], *colors[1 + 3 * n : 4 + 3 * n]]) for n in range(4)}
    assert _keeps_rule(four)
    assert not _keeps_rule(four | {frozenset([colors[0], colors[13]])})
    assert not _keeps_rule(four | {frozenset([colors[1], colors[4]])})


def test_no_seam_is_worse_than_the_originals_own(made: tuple[TilesetSource, TilesetOptions, Tileset, Path]) -> None:
    _, asked, tileset, folder = made
    side = asked.tile_px
    preview = _rgb(folder / "preview.png").astype(np.float64)
    for picture, (unlike, apart) in ((preview, tileset.seams.columns), (preview.swapaxes(0, 1), tileset.seams.rows)):
        left, right = picture[:, side - 1 : -1 : side], picture[:, side::side]
        rows = left.shape[0] // side
        differs = (left != right).any(axis=2).reshape(rows, side, -1).mean(axis=1)
        distance = np.abs(left - right).mean(axis=2).reshape(rows, side, -1).mean(axis=1)
        assert differs.max() <= unlike + 1e-9
        assert distance.max() <= apart + 1e-9


def test_the_limits_are_the_originals_ninetieth_percentile() -> None:
    source = screen_source()
    tileset = make_tileset(source, wish(palette=None, count=16))
    colors = source.rgba[source.originals[0]][..., :3].astype(np.float64)
    whole = np.percentile((colors[:, 1:] != colors[:, :-1]).any(axis=2).mean(axis=0), 90)
    far = np.percentile(np.abs(colors[:, 1:] - colors[:, :-1]).mean(axis=2).mean(axis=0), 90)
    assert tileset.seams.columns[0] <= whole
    assert tileset.seams.columns[1] <= far


def test_the_same_seed_gives_the_same_level_and_another_one_another() -> None:
    source = sprites_source("sunrise")
    first, again, other = (make_tileset(source, wish(count=24, seed=seed)) for seed in (1, 1, 2))
    assert (first.choice.tiles == again.choice.tiles).all()
    assert (first.level.tiles == again.level.tiles).all()
    assert (first.level.tiles != other.level.tiles).any()


def test_original_tiles_are_in_no_sprite() -> None:
    sprites = sprites_source("sunrise")
    source = TilesetSource(title="dreams", pictures=_dreams(sprites), originals=sprites.originals, rgba=sprites.rgba)
    tileset = make_tileset(source, wish(original=True, palette=None, count=32))
    assert tileset.num_copies > 0
    known = {window.tobytes() for window in windows(sprites.originals, (16, 16))}
    for tile in tileset.choice.tiles:
        plain = (tile == tile[0, 0]).all()
        assert plain or not {each.tobytes() for each in (tile, tile[:, ::-1], tile[::-1], tile[::-1, ::-1])} & known


def _dreams(source: TilesetSource) -> NDArray[np.uint8]:
    """Return pictures parted from two sprites each, as a model dreams them: some of their tiles are copies, some are not."""
    x, y = np.meshgrid(np.arange(32), np.arange(32))
    pairs = [(one, other) for one in range(9) for other in range(9) if one != other]
    return np.stack([np.where(x + y // 2 < 18, source.originals[one], source.originals[other]) for one, other in pairs])


def test_a_picture_smaller_than_a_tile_is_told() -> None:
    source = TilesetSource(
        title="dot",
        pictures=np.zeros((1, 12, 40), np.uint8),
        originals=np.zeros((1, 12, 40), np.uint8),
        rgba=np.array([[0, 0, 0, 255], [255, 255, 255, 255]], np.uint8),
    )
    with pytest.raises(TilesetError) as caught:
        make_tileset(source, wish())
    assert str(caught.value) == "a picture of 40x12 holds no tile of 16 pixels; give a larger one, or --tile 8"


def test_tiles_fit_palettes_that_hold_their_colours_unchanged() -> None:
    colors = hardware_palette("nes")
    random = np.random.default_rng(0)
    groups = [[1, 2, 3, 4], [1, 10, 11, 12], [1, 20, 21, 22], [1, 30, 31, 32]]
    tiles = np.stack([random.choice(groups[number % 4], (16, 16)).astype(np.uint8) for number in range(40)])
    rule = choose_subpalettes(tiles, colors, seed=0)
    fitted = fit_tiles(tiles, rule, colors)
    assert (fitted.tiles == tiles).all()
    assert (fitted.errors == 0).all()
    assert rule.backdrop == 1
    assert {frozenset(palette) for palette in rule.palettes} == {frozenset(group[1:]) for group in groups}
    assert set(np.unique(keep_colors(np.arange(54, dtype=np.uint8)[None, None], rule, colors))) == {
        color for group in groups for color in group
    }


def test_the_colours_that_most_pixels_have_stay_where_there_are_too_many() -> None:
    colors = hardware_palette("nes")
    tile = np.full((16, 16), 1, np.uint8)
    for row, color in enumerate((20, 30, 10)):
        tile[5 * row : 5 * row + 5, 4:] = color
    tile[15, :2] = 40
    rule = choose_subpalettes(np.stack([tile] * 4), colors, seed=0)
    fitted = fit_tiles(tile[None], rule, colors)
    assert (fitted.tiles[0] != tile).sum() == 2
    nearest = distances(colors[40:41], colors[[1, 10, 20, 30]]).min()
    assert fitted.errors[0] == pytest.approx(2 / 256 * np.sqrt(nearest))


def test_original_tiles_are_in_no_sprite_whatever_strict_palettes_made_of_them() -> None:
    sprites = sprites_source("sunrise")
    asked = wish(original=True, strict=True, count=32)
    with pytest.raises(TilesetError) as caught:
        make_tileset(sprites, asked)
    assert "copies of the originals; leave --original out, or train longer" in str(caught.value)
    dreams = TilesetSource(title="dreams", pictures=_dreams(sprites), originals=sprites.originals, rgba=sprites.rgba)
    freely = make_tileset(dreams, replace(asked, strict=False))
    assert make_tileset(dreams, asked).num_copies == freely.num_copies > 0


def test_most_of_a_level_shows_something(made: tuple[TilesetSource, TilesetOptions, Tileset, Path]) -> None:
    tileset = made[2]
    busy = detail(tileset.choice.tiles).any(axis=(1, 2))[tileset.level.tiles]
    below = busy[busy.shape[0] // 2 :]
    assert below.mean() > 0.5
    assert len(np.unique(tileset.level.tiles)) >= 4


def test_json_and_xml_tell_the_same(made: tuple[TilesetSource, TilesetOptions, Tileset, Path]) -> None:
    folder = made[3]
    level = json.loads((folder / "demo.tmj").read_text(encoding="utf-8"))
    lines = (folder / "demo.tmx").read_text(encoding="utf-8").split('encoding="csv">\n')[1].split("\n</data>")[0]
    assert level["layers"][0]["data"] == [int(gid) for gid in lines.replace("\n", "").split(",")]
    assert level["tilesets"] == [{"firstgid": 1, "source": "tileset.tsj"}]
