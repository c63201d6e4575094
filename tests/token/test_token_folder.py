"""Tests of token folders: written atomically, read back unchanged, and rejected with one sentence if invalid."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from PIL import Image

from mint.errors import TokenError
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.token.metadata import FORMATS
from mint.token.png import MAX_BYTES, indexed_png, read_indexed_png
from mint.token.preview import preview
from mint.token.token import draw_token
from mint.token.traits import traits_of
from tests.forbidden import forbid

SCHEMAS = Path(__file__).parents[2] / "mint" / "collection" / "publication" / "schemas"
HASH = parse_hash("open sesame")
TOKEN = draw_token(HASH)
RGBA = TOKEN.palette.rgba


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mint_token(HASH, tmp_path)


def _edit(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change token.json."""
    record = json.loads((folder / "token.json").read_bytes())
    edit(record)
    (folder / "token.json").write_text(json.dumps(record), encoding="utf-8")


def test_folder_has_exactly_these_files(folder: Path) -> None:
    assert folder.name == HASH.folder_name
    names = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert names == {"token.json", "metadata.json", "preview.png", "sprites", *(f"sprites/{number}.png" for number in range(9))}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "sprites")} == {0o755}


@pytest.mark.parametrize("text", ["open sesame", "0x" + "a" * 64, "Grüße 🌊", "oo" + "1" * 49])
def test_read_token_equals_drawn_token(text: str, tmp_path: Path) -> None:
    token = draw_token(parse_hash(text))
    read = read_token(mint_token(parse_hash(text), tmp_path))
    assert read.hash == token.hash
    assert read.features == dict(traits_of(token).values)
    assert np.array_equal(read.rgba, token.palette.rgba)
    assert np.array_equal(read.pixels, token.pixels)
    for record, sprite in zip(read.sprites, token.sprites, strict=True):
        assert (record.family, record.values, record.text, record.inner) == (
            sprite.family,
            sprite.values,
            sprite.text,
            sprite.inner,
        )
    assert read.traits() == traits_of(token)


def test_inner_values_of_a_mix_are_stored(tmp_path: Path) -> None:
    token = next(
        token
        for token in (draw_token(parse_hash(f"mixed {number}")) for number in range(50))
        if any(sprite.inner for sprite in token.sprites)
    )
    read = read_token(mint_token(token.hash, tmp_path))
    assert [record.inner for record in read.sprites] == [sprite.inner for sprite in token.sprites]


def test_token_json_has_text_and_inner_only_for_sprites_that_have_them(folder: Path) -> None:
    entries = json.loads((folder / "token.json").read_bytes())["sprites"]
    for entry, sprite in zip(entries, TOKEN.sprites, strict=True):
        assert entry.get("text") == sprite.text
        assert ("text" in entry) == (sprite.family == "text")
        assert ("inner" in entry) == (sprite.family == "mix")


def test_token_without_texts_is_read(folder: Path) -> None:
    _edit(folder, lambda record: [entry.pop("text", None) for entry in record["sprites"]])
    assert {record.text for record in read_token(folder).sprites} == {None}


def test_sprites_are_small_indexed_pngs_in_the_palette(folder: Path) -> None:
    for number, pixels in enumerate(TOKEN.pixels):
        with Image.open(folder / "sprites" / f"{number}.png") as image:
            assert (image.mode, image.size, image.format) == ("P", (32, 32), "PNG")
            assert np.array_equal(np.asarray(image), pixels)
            assert np.array_equal(np.asarray(image.convert("RGBA")), RGBA[pixels])


def test_preview_shows_the_nine_at_a_size_for_marketplaces(folder: Path) -> None:
    with Image.open(folder / "preview.png") as image:
        # ERC-721 advises 320 to 1080 pixels; TZIP-21's thumbnails have at most 350.
        assert image.size == (320, 320)
        pixels = np.asarray(image)
    for number, sprite in enumerate(TOKEN.pixels):
        y, x = 8 + number // 3 * 104, 8 + number % 3 * 104
        assert np.array_equal(pixels[y : y + 96 : 3, x : x + 96 : 3], sprite)
        assert np.array_equal(pixels[y + 2 : y + 96 : 3, x + 2 : x + 96 : 3], sprite)
    gaps = np.ones((320, 320), bool)
    for y, x in np.ndindex(3, 3):
        gaps[8 + y * 104 : 104 + y * 104, 8 + x * 104 : 104 + x * 104] = False
    assert set(pixels[gaps]) == {TOKEN.palette.ramp[0]}


def test_preview_accepts_any_sprite_size() -> None:
    assert preview(np.zeros((9, 4, 6), np.uint8), 1).shape == (3 * 20 + 8, 3 * 26 + 8)


@pytest.mark.parametrize(("form", "schemas"), [("opensea", ("erc721", "opensea")), ("tzip21", ("tzip21",))])
def test_metadata_of_a_token_is_valid(form: str, schemas: tuple[str, ...], folder: Path) -> None:
    document = FORMATS[form](read_token(folder).traits())
    for schema in schemas:
        Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(document)
    if form == "opensea":
        assert json.loads((folder / "metadata.json").read_bytes()) == document


def test_existing_token_is_not_changed(folder: Path) -> None:
    (folder / "metadata.json").write_text("mine")
    before = (folder / "token.json").stat().st_mtime_ns
    assert mint_token(HASH, folder.parent) == folder
    assert (folder / "metadata.json").read_text() == "mine"
    assert (folder / "token.json").stat().st_mtime_ns == before


def test_tokens_folder_is_created(tmp_path: Path) -> None:
    assert mint_token(HASH, tmp_path / "a" / "b").parent == tmp_path / "a" / "b"


def test_two_processes_can_draw_the_same_token_at_once(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom mint.token.folder import mint_token\nfrom mint.token.hash import parse_hash\n"
    )
    code += "input()\nfor number in range(8): print(mint_token(parse_hash(f'race {number}'), Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert outputs[0] == outputs[1]
    assert len(list(tmp_path.iterdir())) == 8


@contextmanager
def full_disk() -> Iterator[None]:
    """Limit files to 1,500 bytes: sprites can be written, the preview cannot. Keep the block short: logs are limited, too."""
    resource = pytest.importorskip("resource", reason="only POSIX can limit the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_failed_write_leaves_no_files(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(TokenError) as error:
        mint_token(HASH, tmp_path)
    assert str(error.value) == (
        f"the token cannot be written to {tmp_path / HASH.folder_name}: File too large; give another place with --tokens-dir"
    )
    assert list(tmp_path.iterdir()) == []


def test_other_files_in_the_token_folder_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / HASH.folder_name
    folder.mkdir()
    (folder / "mine.txt").write_text("keep")
    with pytest.raises(TokenError, match=r"cannot be written to .*: Directory not empty; give another place"):
        mint_token(HASH, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == [folder.name, "mine.txt"]


def test_invalid_tokens_folder_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TokenError, match=r"cannot be written to .*; give another place"):
        mint_token(HASH, tmp_path / "file")
    with pytest.raises(TokenError, match=r"cannot be written to .*: File name too long; give another place"):
        mint_token(HASH, tmp_path / ("x" * 300))


def _set(*keys: Any, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(record: dict[str, Any]) -> None:
        for key in keys[:-1]:
            record = record[key]
        record[keys[-1]] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda record: record.pop("sprites"), "'sprites' is missing"),
        (lambda record: record.pop("hash"), "'hash' is missing"),
        (_set("hash", value="a/b"), "'a/b' is neither a token folder nor a hash; a hash holds no / or \\"),
        (_set("hash", value=7), None),
        (_set("generator", value="new"), "'new' is not a whole number"),
        (_set("generator", value=float("inf")), "inf is not a whole number"),
        (_set("palette", value=["#000000ff"]), "its palette is not 2 to 16 colours #rrggbbaa"),
        (_set("palette", value=["#000000ff"] * 17), "its palette is not 2 to 16 colours #rrggbbaa"),
        (_set("palette", value=["#000000"] * 4), "its palette is not 2 to 16 colours #rrggbbaa"),
        (_set("palette", value=["black", "white"]), None),
        (_set("palette", value=[0, 1]), None),
        (_set("palette", value=["#000000ff", "#ffffffff"]), "the palette has 2 colours"),
        (_set("palette", 0, value="#123456ff"), "has other colours than the token's palette"),
        (_set("features", value=[]), None),
        (_set("features", "Palette", value=True), "True is not a whole number"),
        (_set("features", "Palette", value="\x1b[31mred"), "'\\x1b[31mred' is not printable text"),
        (_set("features", "", value="a"), "'' is not printable text"),
        (_set("sprites", value=[]), "it lists no sprites"),
        (_set("sprites", value={}), "it lists no sprites"),
        (_set("sprites", 0, value=None), None),
        (_set("sprites", 0, "features", value={"mood": ["sea"]}), "['sea'] is not printable text"),
        (_set("sprites", 0, "text", value="two\nlines"), "'two\\nlines' is not printable text"),
        (_set("sprites", 0, "inner", value=["town"]), None),
        (_set("sprites", 3, "file", value="../../etc/passwd"), "../../etc/passwd lies outside the folder"),
        (_set("sprites", 3, "file", value="/etc/passwd"), "/etc/passwd lies outside the folder"),
        (_set("sprites", 3, "file", value="sprites/9.png"), "sprites/9.png is missing"),
        (_set("sprites", 3, "file", value="sprites"), "sprites is missing"),
        (_set("sprites", 3, "file", value="sprites/\0.png"), "is not printable text"),
        (_set("sprites", 3, "file", value="token.json"), "token.json is damaged"),
        (_set("sprites", 3, "file", value="preview.png"), "preview.png is not an indexed PNG of at most 256 pixels a side"),
    ],
)
def test_invalid_token_json_is_rejected_with_a_message(
    edit: Callable[[dict[str, Any]], object], reason: str | None, folder: Path
) -> None:
    _edit(folder, edit)
    with pytest.raises(TokenError) as error:
        read_token(folder)
    message = str(error.value)
    assert message.startswith(f"the token {folder} cannot be read: ")
    assert message.endswith("; draw the token again into another folder")
    assert (reason or "") in message
    assert "\n" not in message


@pytest.mark.parametrize(("owner", "function", "place"), [(os, "open", "token.json"), (os, "open", "3.png")])
def test_missing_permission_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: object, function: str, place: str
) -> None:
    forbid(monkeypatch, owner, function, place)
    with pytest.raises(TokenError) as error:
        read_token(folder)
    assert str(error.value) == f"the token {folder} cannot be read: Permission denied; see that this user may read it"


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"format": 1}', b" " * (1 << 21)])
def test_file_that_is_not_a_token_json_is_rejected_with_a_message(data: bytes, folder: Path) -> None:
    (folder / "token.json").write_bytes(data)
    with pytest.raises(TokenError, match=r"^the token .* cannot be read: .+; draw the token again into another folder$"):
        read_token(folder)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_other_format_version_is_reported(version: object, folder: Path) -> None:
    _edit(folder, _set("format", value=version))
    with pytest.raises(TokenError) as error:
        read_token(folder)
    assert str(error.value) == (
        f"{folder / 'token.json'} has format {version!r}, this version reads 1; use the version of Pixelmint that wrote it"
    )


def test_folder_without_token_json_is_rejected(tmp_path: Path) -> None:
    message = f"{tmp_path} is not a token folder: it has no token.json; give a token folder, or a hash to draw a new one"
    with pytest.raises(TokenError) as error:
        read_token(tmp_path)
    assert str(error.value) == message
    (tmp_path / "token.json").mkdir()
    with pytest.raises(TokenError, match=r"it has no token\.json"):
        read_token(tmp_path)


def test_sprites_linked_from_outside_are_rejected(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    (folder / "sprites/4.png").rename(outside)
    (folder / "sprites/4.png").symlink_to(outside)
    with pytest.raises(TokenError, match=r"sprites/4\.png lies outside the folder"):
        read_token(folder)
    (folder / "sprites/4.png").unlink()
    (folder / "sprites/4.png").symlink_to("4.png")
    with pytest.raises(TokenError, match=r"cannot be read"):
        read_token(folder)


def test_token_folder_may_be_linked_and_moved(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert np.array_equal(read_token(tmp_path / "link").pixels, TOKEN.pixels)
    assert read_token(folder.rename(tmp_path / "moved")).hash == HASH


def _invalid_png(name: str) -> bytes:
    pixels = TOKEN.pixels[4]
    right = indexed_png(pixels, RGBA)
    return {
        "truncated": right[: len(right) // 2],
        "empty": b"",
        "not a picture": b"GIF89a" + right[6:],
        "other colours": indexed_png(pixels, RGBA[::-1].copy()),
        "other size": indexed_png(pixels[:16], RGBA),
        "too wide": indexed_png(np.zeros((1, 257), np.uint8), RGBA),
        "index beyond": indexed_png(np.full((32, 32), len(RGBA), np.uint8), np.concatenate([RGBA, RGBA[:1]])),
        "too large": right + bytes(MAX_BYTES),
    }[name]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("truncated", "sprites/4.png is damaged (image file is truncated"),
        ("empty", "sprites/4.png is damaged (cannot identify image file"),
        ("not a picture", "sprites/4.png is damaged (cannot identify image file"),
        ("other colours", "sprites/4.png has other colours than the token's palette"),
        ("other size", "its sprites differ in size"),
        ("too wide", "sprites/4.png is not an indexed PNG of at most 256 pixels a side"),
        ("index beyond", "sprites/4.png uses index 16, the palette has 16 colours"),
        ("too large", "sprites/4.png is larger than 1048576 bytes"),
    ],
)
def test_invalid_sprite_is_rejected_with_a_message(name: str, reason: str, folder: Path) -> None:
    (folder / "sprites/4.png").write_bytes(_invalid_png(name))
    with pytest.raises(TokenError) as error:
        read_token(folder)
    assert str(error.value).startswith(f"the token {folder} cannot be read: {reason}")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1", "LA"])
def test_sprite_of_another_mode_is_rejected_with_a_message(mode: str, folder: Path) -> None:
    Image.fromarray(RGBA[TOKEN.pixels[4]]).convert(mode).save(folder / "sprites/4.png")
    with pytest.raises(TokenError, match=r"sprites/4\.png is not an indexed PNG of at most 256 pixels a side"):
        read_token(folder)


@given(st.integers(0, 400), st.integers(0, 255), st.integers(0, 400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_sprite_is_rejected_or_unchanged(folder: Path, place: int, value: int, length: int) -> None:
    """Test that a changed or truncated PNG is rejected with one sentence, or still gives the same picture."""
    data = bytearray(indexed_png(TOKEN.pixels[4], RGBA))
    data[place % len(data)] = value
    (folder / "sprites/4.png").write_bytes(data[: len(data) - length] if length < len(data) and length % 3 == 0 else data)
    try:
        read = read_token(folder)
    except TokenError:
        return
    assert np.array_equal(read.pixels, TOKEN.pixels)


def test_a_sprite_cut_short_after_its_last_pixel_is_rejected(folder: Path) -> None:
    """Test that the end of the file is checked: a decoder that has all pixels may never compare their checksum."""
    data = indexed_png(TOKEN.pixels[4], RGBA)
    (folder / "sprites/4.png").write_bytes(data[:-18])
    with pytest.raises(TokenError, match=r"sprites/4\.png is damaged \(it does not end with the chunk IEND\)"):
        read_token(folder)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"name": "a", "description": "b"}', b'{"name": 1, "description": "b", "image": "c"}']
)
def test_invalid_metadata_json_is_rejected_with_a_message(data: bytes, folder: Path) -> None:
    read = read_token(folder)
    (folder / "metadata.json").write_bytes(data)
    with pytest.raises(TokenError, match=r"metadata\.json cannot be read: .+; draw the token again into another folder"):
        read.traits()
    (folder / "metadata.json").unlink()
    with pytest.raises(TokenError, match=r"metadata\.json cannot be read: No such file or directory; draw"):
        read.traits()


def test_transparent_palette_is_read_back(tmp_path: Path) -> None:
    rgba = np.array([[1, 2, 3, 0], [4, 5, 6, 255], [7, 8, 9, 128]], np.uint8)
    pixels = np.array([[0, 1, 2], [2, 1, 1]], np.uint8)
    (tmp_path / "a.png").write_bytes(indexed_png(pixels, rgba))
    assert np.array_equal(read_indexed_png(tmp_path / "a.png", rgba), pixels)
    rgba[2, 3] = 127
    with pytest.raises(ValueError, match="has other colours than the token's palette"):
        read_indexed_png(tmp_path / "a.png", rgba)
