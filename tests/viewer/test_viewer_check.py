"""``viewer check``: what holds is told line by line, and what does not gives the exit code 1."""

import json
import shutil
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import viewer.snapshot_check
import viewer.snapshot_file.signature
from tests.small_snapshot import manifest_of, members_of, sign, snapshot_parts, write_small_snapshot
from viewer.cli import main
from viewer.exported.manifest import parse_manifest
from viewer.pictures.receipts import decode_receipts, encode_receipts
from viewer.snapshot_check import DRAWING_GROUP
from viewer.snapshot_file.archive import archive_parts

DRAWING = EntryPoint("mint", "mint.token.folder:draw_files", DRAWING_GROUP)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def check(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["check", *map(str, arguments), "--device", "cpu"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_words_have_colours_unless_there_are_to_be_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint")
    for name, has_colors in (("FORCE_COLOR", True), ("NO_COLOR", False)):
        monkeypatch.delenv("FORCE_COLOR", raising=False)
        monkeypatch.setenv(name, "1")
        result = CliRunner().invoke(main, ["check", str(path), "--device", "cpu"], color=True)
        assert ("\x1b[32mholds" in result.stdout, "\x1b" in result.stdout) == (has_colors, has_colors)


def lines_of(result: Result) -> dict[str, tuple[str, str]]:
    """Return the word and the text by subject of a report on one file."""
    found = {}
    for line in result.stdout.splitlines()[1:]:
        word, subject, text = line.split(maxsplit=2)
        found[subject] = (word, text)
    return found


def repacked(path: Path, files: dict[str, bytes]) -> Path:
    path.write_bytes(b"".join(archive_parts(members_of(files, manifest_of(files)))))
    return path


def test_a_terminal_gets_lines_of_its_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint", title="A title of several words", author="Ada")
    for name, value in {"TTY_COMPATIBLE": "1", "NO_COLOR": "1", "COLUMNS": "60"}.items():
        monkeypatch.setenv(name, value)
    lines = check(path).stdout.splitlines()
    assert max(len(line) for line in lines if str(path) not in line) <= 60
    assert lines[0].startswith(str(path))
    start = next(number for number, line in enumerate(lines) if line.startswith("  holds    file       16 files of"))
    assert lines[start + 1].startswith(" " * 22)
    assert lines[start + 1][22] != " "


def test_a_file_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "\x1bnowhere"
    result = check(path)
    assert result.exit_code == 1
    assert result.stdout.count("nowhere") == 1
    assert lines_of(result)["file"] == (
        "FAILS",
        "cannot be read: No such file or directory; give a snapshot file (.pixelmint)",
    )


def test_a_whole_snapshot_holds(tmp_path: Path) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint", title="Sesame", author="Ada", licence="CC0-1.0")
    result = check(path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{path}: 'Sesame' by 'Ada', licence 'CC0-1.0', step 1,200 of 'open sesame'\n")
    lines = lines_of(result)
    assert lines["file"][0] == "holds"
    assert lines["signature"] == ("holds", f"{sign(b'').fingerprint}, a key not seen before")
    assert lines["graphs"] == ("holds", "three graphs of operators that are allowed")
    assert lines["sprites"] == ("holds", "all 9 equal to those drawn anew from 'open sesame'")
    assert lines["dreams"] == ("holds", "all 64 equal to the receipts")


def test_mint_registers_its_drawing() -> None:
    """Installed anew after the project's entry points changed: pip install -e '.[test]'."""
    found = entry_points(group=DRAWING_GROUP)
    assert [entry.value for entry in found] == [DRAWING.value]


def test_without_mint_the_sprites_are_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer.snapshot_check, "entry_points", lambda group: EntryPoints(()))
    result = check(write_small_snapshot(tmp_path / "a.pixelmint"))
    assert result.exit_code == 0
    assert lines_of(result)["sprites"] == ("unknown", "not drawn anew: mint is not installed")


def test_a_key_is_recognised(tmp_path: Path, config: Path) -> None:
    one = write_small_snapshot(tmp_path / "one.pixelmint", title="one")
    other = write_small_snapshot(tmp_path / "other.pixelmint", title="other")
    stranger = write_small_snapshot(tmp_path / "stranger.pixelmint", title="one", key=2)
    told = [lines_of(check(path))["signature"][1].partition(", ")[2] for path in (one, one, other, stranger)]
    assert told == [
        "a key not seen before",
        "a key seen with this snapshot alone",
        "the same key as 1 snapshot before",
        "a key not seen before",
    ]
    assert len(json.loads((config / "pixelmint" / "known_keys.json").read_bytes())["keys"]) == 2


def test_a_key_that_cannot_be_remembered_is_a_note(tmp_path: Path, config: Path) -> None:
    config.write_text("")
    result = check(write_small_snapshot(tmp_path / "a.pixelmint"))
    assert result.exit_code == 0
    assert result.stderr.startswith("the key cannot be remembered in ")


def test_unsigned_and_unchecked_are_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    result = check(write_small_snapshot(tmp_path / "a.pixelmint", key=None))
    assert result.exit_code == 0
    assert lines_of(result)["signature"] == ("unknown", "unsigned: anyone may have changed it and written it anew")
    signed = write_small_snapshot(tmp_path / "b.pixelmint")
    monkeypatch.setattr(viewer.snapshot_file.signature, "find_spec", lambda _: None)
    word, text = lines_of(check(signed))["signature"]
    assert word == "unknown"
    assert text == f"not checked: pip install 'pixelmint[share]'; it names the key {sign(b'').fingerprint}"
    assert not config.exists()


def other_sprite(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, "sprites/4.png": files["sprites/5.png"]}


def other_feature(files: dict[str, bytes]) -> dict[str, bytes]:
    token = json.loads(files["token.json"])
    token["features"]["Palette tier"] = "legendary"
    return {**files, "token.json": json.dumps(token).encode()}


def other_dreams(files: dict[str, bytes]) -> dict[str, bytes]:
    origin = parse_manifest(files["models/manifest.json"]).origin
    tiles = decode_receipts(files["mosaic.png"], origin.palette, origin.size)
    # One part in a thousand of 64 x 8 x 8 pixels are four.
    tiles[0, 0, :5] = (tiles[0, 0, :5] + 1) % len(origin.palette)
    return {**files, "mosaic.png": encode_receipts(tiles, origin.palette)}


def nearly_the_dreams(files: dict[str, bytes]) -> dict[str, bytes]:
    origin = parse_manifest(files["models/manifest.json"]).origin
    tiles = decode_receipts(files["mosaic.png"], origin.palette, origin.size)
    tiles[7, 0, :4] = (tiles[7, 0, :4] + 1) % len(origin.palette)
    return {**files, "mosaic.png": encode_receipts(tiles, origin.palette)}


def other_colors(files: dict[str, bytes]) -> dict[str, bytes]:
    origin = parse_manifest(files["models/manifest.json"]).origin
    tiles = decode_receipts(files["mosaic.png"], origin.palette, origin.size)
    return {**files, "mosaic.png": encode_receipts(tiles, ("#00ff00ff", *origin.palette[1:]))}


@pytest.mark.parametrize(
    ("change", "subject", "word", "text"),
    [
        (other_sprite, "sprites", "FAILS", "sprites/4.png is not what the hash 'open sesame' draws"),
        (other_feature, "sprites", "FAILS", "token.json is not what the hash 'open sesame' draws"),
        (
            other_dreams,
            "dreams",
            "FAILS",
            "63 of 64 equal to the receipts; 5 of 4,096 pixels differ, and the stated margin is 0.1 %",
        ),
        (
            nearly_the_dreams,
            "dreams",
            "holds",
            "63 of 64 equal to the receipts; 4 of 4,096 pixels differ, and the stated margin is 0.1 %",
        ),
        (other_colors, "dreams", "FAILS", "mosaic.png is in other colours than the model's palette"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_differs_is_told(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], subject: str, word: str, text: str, tmp_path: Path, config: Path
) -> None:
    _, files = snapshot_parts()
    result = check(repacked(tmp_path / "a.pixelmint", change(files)))
    assert result.exit_code == (1 if word == "FAILS" else 0)
    assert lines_of(result)[subject] == (word, text)
    assert (config / "pixelmint" / "known_keys.json").exists() == (word == "holds")


def test_a_refused_graph_is_not_run(tmp_path: Path) -> None:
    _, files = snapshot_parts()
    model = json.loads(files["models/manifest.json"])
    assert model["files"]["encoder.onnx"]["bytes"] == len(files["models/encoder.onnx"])
    result = check(repacked(tmp_path / "a.pixelmint", {**files, "models/encoder.onnx": files["models/discriminator.onnx"]}))
    assert result.exit_code == 1
    assert "models/encoder.onnx is not the file that models/manifest.json describes" in result.stdout


def test_imported_art_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = f"import:{'0' * 64}"
    _, files = snapshot_parts()
    changed = {name: data.replace(b'"hash": "open sesame"', f'"hash": "{token}"'.encode()) for name, data in files.items()}
    from tests.small_model import small_origin
    from viewer.exported.manifest import GRAPHS, describe, format_manifest

    palette = parse_manifest(files["models/manifest.json"]).origin.palette
    graphs = {name: files[f"models/{name}.onnx"] for name in GRAPHS}
    changed["models/manifest.json"] = format_manifest(describe(small_origin(token=token, palette=palette), graphs))
    path = tmp_path / "a.pixelmint"
    path.write_bytes(b"".join(archive_parts(members_of(changed, manifest_of(changed, token)))))
    result = check(path)
    assert result.exit_code == 0, result.output
    assert lines_of(result)["sprites"] == ("unknown", "imported art, which no hash draws")


def test_several_files_are_told_as_json(tmp_path: Path) -> None:
    good = write_small_snapshot(tmp_path / "good.pixelmint", title="Sesame")
    bad = tmp_path / "bad.pixelmint"
    bad.write_bytes(good.read_bytes()[:-1])
    result = check(good, bad, "--json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)
    assert (first["holds"], first["title"], first["author"], first["recipe"]) == (True, "Sesame", None, "vaegan 3")
    assert (first["fingerprint"], first["public_key"]) == (sign(b"").fingerprint, sign(b"").public_key)
    assert [finding["subject"] for finding in first["findings"]] == ["file", "signature", "graphs", "sprites", "dreams"]
    assert second == {
        "file": str(bad),
        "holds": False,
        "findings": [{"subject": "file", "holds": False, "text": "it was cut off: a zip ends with its directory"}],
    }


def test_the_viewer_opens_a_snapshot_as_any_export(tmp_path: Path) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint")
    shutil.unpack_archive(path, tmp_path / "token", "zip")
    before = sorted(tmp_path.rglob("*"))
    pictures = []
    for source in (path, tmp_path / "token"):
        output = tmp_path / "out.png"
        arguments = ["snapshot", str(source), "-o", str(output), "--seed", "4", "--tiles", "9", "--device", "cpu"]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        pictures.append(output.read_bytes())
        output.unlink()
    assert pictures[0] == pictures[1]
    film = CliRunner().invoke(
        main, ["record", str(path), "-o", str(tmp_path / "out.gif"), "--seconds", "1", "--tiles", "1", "--device", "cpu"]
    )
    assert film.exit_code == 0, film.output
    (tmp_path / "out.gif").unlink()
    assert sorted(tmp_path.rglob("*")) == before


def test_receipts_are_cut_as_they_were_put_together() -> None:
    tiles = np.random.default_rng(1).integers(0, 3, (64, 5, 7), np.uint8)
    palette = ("#102030ff", "#ff880080", "#00000000")
    assert np.array_equal(decode_receipts(encode_receipts(tiles, palette), palette, (5, 7)), tiles)
