"""``mint import`` of sheets: atlases beside them, cells that do not fit, and what is left out."""

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from numpy.typing import NDArray
from PIL import Image

from mint.art.rgba import Rgba
from mint.token.folder import TokenFolder, read_token
from tests.cli.runner import check_error, run_mint

pytestmark = pytest.mark.usefixtures("work")

INK = np.array([[0, 0, 0, 0], [40, 20, 60, 255], [200, 40, 40, 255], [250, 220, 90, 255]], np.uint8)


@dataclass(frozen=True)
class Packed:
    """A sprite of 12 x 10 pixels packed on a sheet: its place, and whether it was trimmed and turned."""

    name: str
    sprite: Rgba
    x: int
    y: int
    trim: tuple[int, int, int, int] = (0, 0, 10, 12)  # top, left, bottom, right
    is_rotated: bool = False
    duration: int | None = None

    @property
    def part(self) -> Rgba:
        """What lies on the sheet."""
        top, left, bottom, right = self.trim
        part = self.sprite[top:bottom, left:right]
        return np.rot90(part, -1) if self.is_rotated else part

    def record(self, scale: int = 1) -> dict[str, Any]:
        """Return the entry of TexturePacker; w and h are those of the sprite before it was turned."""
        top, left, bottom, right = (scale * side for side in self.trim)
        entry: dict[str, Any] = {
            "frame": {"x": scale * self.x, "y": scale * self.y, "w": right - left, "h": bottom - top},
            "rotated": self.is_rotated,
            "trimmed": self.trim != (0, 0, 10, 12),
            "spriteSourceSize": {"x": left, "y": top, "w": right - left, "h": bottom - top},
            "sourceSize": {"w": scale * 12, "h": scale * 10},
        }
        return entry | ({} if self.duration is None else {"duration": self.duration})


def _sprite(number: int) -> Rgba:
    """Return a sprite of 12 x 10 whose border is clear, with pixels up to it on all sides."""
    pixels = np.zeros((10, 12), np.uint8)
    pixels[2:8, 3:9] = np.random.default_rng(number).integers(1, 4, (6, 6))
    return INK[pixels]


def _packed() -> list[Packed]:
    trim = (2, 3, 8, 9)
    return [
        Packed("walk 0.aseprite", _sprite(0), 1, 1, duration=100),
        Packed("walk 1.aseprite", _sprite(1), 15, 1, duration=250),
        Packed("jump.png", _sprite(2), 30, 2, trim, duration=80),
        Packed("turned", _sprite(3), 40, 2, (2, 2, 8, 9), is_rotated=True),
        Packed("again", _sprite(1), 15, 1),
        Packed("empty", np.zeros((10, 12, 4), np.uint8), 60, 20),
    ]


def _sheet(packed: list[Packed]) -> Rgba:
    sheet = np.zeros((32, 80, 4), np.uint8)
    for each in packed:
        part = each.part
        sheet[each.y : each.y + part.shape[0], each.x : each.x + part.shape[1]] = part
    return sheet


def _save(path: str, rgba: NDArray[np.uint8], scale: int = 1) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgba.repeat(scale, 0).repeat(scale, 1)).save(path)


def _write(path: str, document: object) -> None:
    Path(path).write_text(json.dumps(document))


def _hash(packed: list[Packed], image: str = "hero.png", scale: int = 1, **meta: object) -> dict[str, Any]:
    size = {"w": 80 * scale, "h": 32 * scale}
    return {"frames": {each.name: each.record(scale) for each in packed}, "meta": {"image": image, "size": size, **meta}}


def _array(packed: list[Packed], image: str = "hero.png") -> dict[str, Any]:
    return _hash(packed, image) | {"frames": [{"filename": each.name, **each.record()} for each in packed]}


def _phaser(packed: list[Packed]) -> dict[str, Any]:
    frames = [{"filename": each.name, **each.record()} for each in packed]
    return {"textures": [{"image": "hero.png", "format": "RGBA8888", "size": {"w": 80, "h": 32}, "frames": frames}], "meta": {}}


def _imported(*arguments: str) -> TokenFolder:
    result = run_mint("import", *arguments)
    assert result.exit_code == 0, result.stderr
    return read_token(Path(result.stdout.strip()))


def _check_frames(token: TokenFolder, packed: list[Packed], sheet: str = "hero") -> None:
    names = [f"{sheet}@{each.name.removesuffix('.aseprite').removesuffix('.png')}" for each in packed[:5]]
    assert [sprite.name for sprite in token.sprites] == names
    for pixels, each in zip(token.pixels, packed, strict=False):
        assert np.array_equal(token.rgba[pixels], each.sprite), each.name


@pytest.mark.parametrize("document", [_hash, _array, _phaser])
def test_an_atlas_beside_a_sheet_gives_its_frames(document: Callable[[list[Packed]], dict[str, Any]]) -> None:
    packed = _packed()
    _save("hero.png", _sheet(packed))
    _write("hero.json", document(packed))
    token = _imported("hero.png")
    _check_frames(token, packed)
    entries = json.loads((token.path / "token.json").read_bytes())["sprites"]
    assert [entry.get("duration_ms") for entry in entries] == [100, 250, 80, None, None]


def test_an_atlas_in_another_file_is_found_by_the_picture_it_names() -> None:
    packed = _packed()
    _save("art/hero.png", _sheet(packed))
    _save("art/tree.png", _sheet(packed)[:, ::-1])
    _write("art/data.json", _hash(packed, "hero.png"))
    _write("art/notes.json", {"frames": 3})
    token = _imported("art", "--fit", "center")
    assert sum(sprite.name.startswith("hero@walk") for sprite in token.sprites) == 2
    assert any(sprite.name.startswith("tree") for sprite in token.sprites)


def test_an_atlas_in_an_archive_is_found() -> None:
    packed = _packed()
    _save("hero.png", _sheet(packed))
    with zipfile.ZipFile("pack.zip", "w") as archive:
        archive.write("hero.png", "sheets/hero.png")
        archive.writestr("sheets/hero.json", json.dumps(_hash(packed)))
    Path("hero.png").unlink()
    _check_frames(_imported("pack.zip"), packed, "sheets/hero")


def test_a_given_atlas_is_taken_and_none_leaves_those_beside_out() -> None:
    packed = _packed()
    _save("copy.png", _sheet(packed))
    _write("copy.json", {"frames": {"bad": {"frame": {}}}})
    _write("atlas.json", _hash(packed))
    _check_frames(_imported("copy.png", "--atlas", "atlas.json"), packed, "copy")
    token = _imported("copy.png", "--atlas", "none", "--fit", "center", "--cut", "gutters")
    assert [sprite.name for sprite in token.sprites] == [f"copy@{number}" for number in range(4)]


def test_the_tags_of_aseprite_become_labels() -> None:
    packed = _packed()[:3]
    tags = [{"name": "walk", "from": 0, "to": 1, "direction": "forward"}, {"name": "all", "from": 0, "to": 2}]
    _save("hero.png", _sheet(packed))
    _write("hero.json", _hash(packed, frameTags=tags))
    for labels in ("tags", "hero.json"):
        token = _imported("hero.png", "--labels", labels)
        assert [sprite.labels for sprite in token.sprites] == [("all", "walk"), ("all", "walk"), ("all",)]
    _write("hero.json", _hash(packed))
    message = "no sprite has a tag; export the sheet from Aseprite with its tags in a JSON file, or give a label file or folders"
    check_error(run_mint("import", "hero.png", "--labels", "tags"), 1, message)


@pytest.mark.parametrize("described", [1, 4])
def test_an_atlas_of_an_enlarged_sheet_is_reduced_with_it(described: int) -> None:
    packed = _packed()
    _save("hero.png", _sheet(packed), 4)
    _write("hero.json", _hash(packed, scale=described))
    _check_frames(_imported("hero.png", "--scale", "4"), packed)


TSX = """<?xml version="1.0" encoding="UTF-8"?>
<tileset version="1.10" name="tiles" tilewidth="16" tileheight="16" spacing="1" margin="1" tilecount="30" columns="6">
 <image source="../art/tiles.png" {trans}width="103" height="86"/>
 <tile id="1" type="water"/>
 <tile id="7" class="grass"><properties/></tile>
</tileset>
"""


def _tiles() -> Rgba:
    """Return a sheet of 30 tiles as Tiled cuts it, of which the last is empty."""
    sheet = np.zeros((86, 103, 4), np.uint8)
    sheet[...] = (255, 0, 255, 255)
    for number in range(29):
        top, left = 1 + 17 * (number // 6), 1 + 17 * (number % 6)
        sheet[top : top + 16, left : left + 16] = (8 * number, 40, 100, 255)
        sheet[top + 5, left : left + 16] = (20, 8 * number, 30, 255)
    return sheet


@pytest.mark.parametrize("suffix", ["tsx", "tsj"])
def test_a_tileset_of_tiled_cuts_its_sheet(suffix: str) -> None:
    _save("art/tiles.png", _tiles())
    if suffix == "tsx":
        Path("art/tiles.tsx").write_text(TSX.format(trans='trans="ff00ff" '))
    else:
        keys = {"tilewidth": 16, "tileheight": 16, "spacing": 1, "margin": 1, "imagewidth": 103, "imageheight": 86}
        _write("art/tiles.tsj", {**keys, "image": "tiles.png", "tiles": [{"id": 1, "type": "water"}, {"id": 7, "class": "grass"}]})
    token = _imported("art/tiles.png", "--labels", "tags")
    # Without a clear colour, the last tile is full of the ground's colour.
    assert len(token.sprites) == (29 if suffix == "tsx" else 30)
    assert token.pixels.shape[1:] == (16, 16)
    assert [sprite.name for sprite in token.sprites if sprite.labels] == ["tiles@1", "tiles@7"]
    assert token.labels == ("grass", "water")
    assert token.rgba[token.pixels[10, 0, 0]].tolist() == [80, 40, 100, 255]


EXPORT = "export it again, or import without it by --atlas none"


def _broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = _hash(_packed())
    change(document)
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            _broken(lambda document: document["meta"]["size"].update(w=100)),
            "hero.json describes a sheet of 100 x 32 pixels, but hero has 80 x 32; export both again, or import without it by "
            "--atlas none",
        ),
        (
            _broken(lambda document: document["frames"]["turned"]["frame"].update(x=75)),
            "hero.json has the frame 'turned', which reaches beyond hero; export both again, or import without it by --atlas none",
        ),
        (
            _broken(lambda document: document["frames"]["turned"]["frame"].pop("h")),
            "hero.json is no atlas that can be read (it lacks 'h'); {}",
        ),
        (
            _broken(lambda document: document["frames"]["turned"]["frame"].update(h=70)),
            "hero.json is no atlas that can be read (the frame 'turned' does not fit its own size); {}",
        ),
        (
            _broken(lambda document: document["frames"]["turned"]["frame"].update(x="left")),
            "hero.json is no atlas that can be read ('left' is no number of pixels); {}",
        ),
        (
            _broken(lambda document: document["meta"].update(frameTags=[{"name": "run", "from": 2, "to": 9}])),
            "hero.json is no atlas that can be read (the tag 'run' has the frames 2 to 9 of 6); {}",
        ),
    ],
)
def test_an_atlas_that_does_not_fit_is_refused(document: Mapping[str, object], message: str) -> None:
    _save("hero.png", _sheet(_packed()))
    _write("hero.json", document)
    check_error(run_mint("import", "hero.png"), 1, message.format(EXPORT))
    assert run_mint("import", "hero.png", "--atlas", "none", "--fit", "center").exit_code == 0


@pytest.mark.parametrize(
    ("files", "arguments", "message"),
    [
        (
            {"a.json": "[]"},
            ["--atlas", "a.json"],
            "a.json is no atlas of Aseprite, TexturePacker or Tiled; give one, or cut the sheet",
        ),
        ({}, ["--atlas", "b.json"], "the atlas b.json cannot be read: No such file or directory; give a .json or .tsx file"),
        ({"hero.tsx": "<tileset"}, [], "hero.tsx is no atlas that can be read (it is no XML: "),
        (
            {"hero.tsx": "<!DOCTYPE x [<!ENTITY a 'b'>]><tileset/>"},
            [],
            "hero.tsx is no atlas that can be read (it declares a document",
        ),
        (
            {"hero.tsx": "<?xml version='1.0' encoding='U1F-8'?><tileset/>"},
            [],
            "hero.tsx is no atlas that can be read (it is no XML: ",
        ),
        (
            {"hero.tsj": '{"tilewidth": 1, "tileheight": 1, "imagewidth": 99999, "imageheight": 99999, "image": "hero.png"}'},
            [],
            "hero.tsj is no atlas that can be read (it has more than 100000 tiles, or a side of more than 32768 pixels)",
        ),
        ({}, ["--skip", "hero@99"], "--skip hero@99 fits no sprite; give names like hero@0, a pattern like 'hero@*', or WxH+X+Y"),
        ({}, ["--skip", "hero*"], "--skip leaves out all sprites; give fewer names"),
        ({}, ["--cell", "12x10", "--margin", "1"], "hero has 6 x 3 cells of 12 x 10 and a last column of 7 pixels"),
    ],
)
def test_what_cannot_be_cut_so_is_refused(files: dict[str, str], arguments: list[str], message: str) -> None:
    sheet = _sheet(_packed()[:4])
    if "--cell" in arguments:
        sheet[:, -1] = (1, 2, 3, 255)
    _save("hero.png", sheet)
    for name, text in files.items():
        Path(name).write_text(text)
    result = run_mint("import", "hero.png", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {message}")


def _usage(result: Result) -> str:
    assert result.exit_code == 2
    return result.stderr


def test_options_that_contradict_each_other_are_wrong_usage() -> None:
    _save("hero.png", _sheet(_packed()))
    assert "--pad needs --cell" in _usage(run_mint("import", "hero.png", "--pad"))
    assert "give either --atlas or --cell and --cut" in _usage(run_mint("import", "hero.png", "--atlas", "a.json", "--cell", "8"))


def test_the_summary_names_cells_what_is_over_and_the_atlas() -> None:
    packed = _packed()
    _save("hero.png", _sheet(packed))
    result = run_mint("import", "hero.png", "--cell", "12x10", "--margin", "1", "--spacing", "2", "--pad")
    assert "hero: 5 x 2 cells of 12 x 10 and a last column of 9 pixels on the right, 3 short of a cell and a last" in result.stderr
    _write("hero.json", _hash(packed))
    assert "hero: 5 frames of hero.json" in run_mint("import", "hero.png").stderr


def test_sprites_are_skipped_by_name_and_place() -> None:
    packed = _packed()[:3]
    _save("hero.png", _sheet(packed))
    _write("hero.json", _hash(packed))
    token = _imported("hero.png", "--skip", "*@walk 1")
    assert [sprite.name for sprite in token.sprites] == ["hero@walk 0", "hero@jump"]
    token = _imported("hero.png", "--atlas", "none", "--cut", "connected", "--skip", "15x20+14+0", "--fit", "center")
    assert len(token.sprites) == 2


def test_equal_names_of_frames_are_numbered() -> None:
    packed = [replace(each, name="walk.png") for each in _packed()[:3]]
    _save("hero.png", _sheet(packed))
    _write("hero.json", _array(packed))
    assert [sprite.name for sprite in _imported("hero.png").sprites] == ["hero@walk#0", "hero@walk#1", "hero@walk#2"]


def test_a_sheet_after_jpeg_compression_is_cut_at_its_true_size() -> None:
    random = np.random.default_rng(3)
    sheet = np.full((96, 160, 3), (120, 200, 250), np.uint8)
    for number in range(6):
        top, left = 14 + 44 * (number // 3), 14 + 52 * (number % 3)
        sheet[top : top + 24, left : left + 24] = INK[random.integers(1, 4, (24, 24)), :3]
    Image.fromarray(sheet).save("sheet.jpg", quality=75)
    token = _imported("sheet.jpg", "--fit", "center", "--colors", "32")
    assert len(token.pixels) == 6
    assert 24 <= min(token.pixels.shape[1:]) <= max(token.pixels.shape[1:]) <= 32


@pytest.mark.parametrize("steps", [1, 2])
def test_a_sheet_whose_ground_varies_by_steps_is_cut_at_its_true_size(steps: int) -> None:
    random = np.random.default_rng(steps)
    sheet = np.full((72, 120, 4), 255, np.uint8)
    sheet[..., :3] = np.array([120, 200, 250]) + random.integers(-steps, steps + 1, (72, 120, 1))
    for number in range(6):
        top, left = 8 + 32 * (number // 3), 10 + 40 * (number % 3)
        sheet[top : top + 20, left : left + 20] = INK[random.integers(1, 4, (20, 20))]
    _save("sheet.png", sheet)
    token = _imported("sheet.png")
    assert token.pixels.shape == (6, 20, 20)
    assert {tuple(color) for color in token.rgba.tolist()} == {tuple(color) for color in INK[1:].tolist()}
