"""The command line: its output, its exit codes, and what it does not import."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from viewer.cli import main
from viewer.pictures.mosaic import read_provenance


def test_snapshot_writes_a_mosaic_and_prints_its_path(write_export: Callable[[], Path], tmp_path: Path) -> None:
    output = tmp_path / "dreams.png"
    result = CliRunner().invoke(
        main, ["snapshot", str(write_export()), "-o", str(output), "--tiles", "5", "--seed", "3", "--scale", "2"]
    )
    assert result.exit_code == 0
    assert result.stdout == f"{output}\n"
    assert re.match("5 dreams of opensesame-0123456789ab at step 1,200, seed 3, drawn by (CPU|CUDA)", result.stderr)
    provenance = read_provenance(output)
    assert (provenance.token, provenance.step, provenance.seed, provenance.tiles) == ("open sesame", 1200, 3, 5)
    assert provenance.recipe == "vaegan 3"
    with Image.open(output) as image:
        assert image.size == (2 * (3 * 10 + 2), 2 * (2 * 10 + 2))


def test_a_seed_gives_the_same_file_and_no_seed_another(write_export: Callable[[], Path], tmp_path: Path) -> None:
    token = str(write_export())
    for name, options in {"a": ["--seed", "1"], "b": ["--seed", "1"], "c": [], "d": []}.items():
        assert CliRunner().invoke(main, ["snapshot", token, "-o", str(tmp_path / f"{name}.png"), *options]).exit_code == 0
    files = {name: (tmp_path / f"{name}.png").read_bytes() for name in "abcd"}
    assert files["a"] == files["b"]
    assert len(set(files.values())) == 3


def test_more_tiles_keep_the_first_ones(write_export: Callable[[], Path], tmp_path: Path) -> None:
    token = str(write_export())
    pictures = []
    for tiles in (1, 70):
        output = tmp_path / f"{tiles}.png"
        CliRunner().invoke(main, ["snapshot", token, "-o", str(output), "--tiles", str(tiles), "--seed", "4", "--scale", "1"])
        with Image.open(output) as image:
            pictures.append(np.asarray(image)[2:10, 2:10])
    first, second = pictures
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere", "-o", "a.png"], 1, "Error: nowhere does not exist; give a token folder, its models/ or a snapshot file\n"),
        (
            ["token", "-o", "nowhere/a.png"],
            1,
            "Error: nowhere/a.png cannot be written: No such file or directory; make the folder nowhere first\n",
        ),
        (["token", "-o", "a.png", "--device", "cuda"], 1, ", or give --device cpu"),
        (
            ["token", "-o", "a.png", "--tiles", "4096", "--scale", "64"],
            1,
            "Error: the picture would be 41088x41088; give fewer --tiles",
        ),
        (["token", "-o", "a.jpg"], 2, "Invalid value for '-o': a.jpg does not end in .png\n"),
        (["token"], 2, "Missing option '-o'"),
        (["token", "-o", "a.png", "--tiles", "0"], 2, "Invalid value for '--tiles': 0 is not in the range"),
        (["token", "-o", "a.png", "--seed", "-1"], 2, "Invalid value for '--seed': -1 is not in the range"),
        (["token", "-o", "a.png", "--device", "tpu"], 2, "Invalid value for '--device': 'tpu' is not one of"),
    ],
)
def test_a_failure_is_one_sentence(
    write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, sentence: str
) -> None:
    folder = write_export().parent
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["snapshot", *arguments])
    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stdout == ""
    assert [path.name for path in folder.iterdir()] == ["token"]


@pytest.mark.parametrize(("command", "name"), [("snapshot", "a.png"), ("record", "a.gif")])
def test_a_file_in_place_of_a_folder_is_reported(write_export: Callable[[], Path], tmp_path: Path, command: str, name: str) -> None:
    (tmp_path / "file").touch()
    output = tmp_path / "file" / name
    result = CliRunner().invoke(main, [command, str(write_export()), "-o", str(output), "--tiles", "1", "--scale", "1"])
    assert result.exit_code == 1
    assert (
        result.stderr == f"Error: {output} cannot be written: {output.parent} is a file and no folder; give another place with -o\n"
    )


@pytest.mark.parametrize(("command", "name"), [("snapshot", "a.png"), ("record", "a.gif")])
def test_what_would_be_too_large_is_not_drawn(
    write_export: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.setattr("viewer.exported.model.ExportedModel.generate", None)
    options = ["-o", str(tmp_path / name), "--tiles", "1024", "--scale", "64"]
    result = CliRunner().invoke(main, [command, str(write_export()), *options])
    assert result.exit_code == 1
    assert "; give fewer --tiles or a smaller --scale\n" in result.stderr


@pytest.mark.parametrize(("command", "name"), [("snapshot", "a.png"), ("record", "a.gif")])
def test_nothing_is_drawn_for_a_missing_folder(
    write_export: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.setattr("viewer.exported.model.ExportedModel.generate", None)
    result = CliRunner().invoke(main, [command, str(write_export()), "-o", str(tmp_path / "missing" / name)])
    assert result.exit_code == 1
    assert f"; make the folder {tmp_path / 'missing'} first\n" in result.stderr


def test_one_dream_is_counted_in_the_singular(write_export: Callable[[], Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["snapshot", str(write_export()), "-o", str(tmp_path / "a.png"), "--tiles", "1"])
    assert result.stderr.startswith("1 dream of opensesame-")


def test_the_list_of_commands_abbreviates_none() -> None:
    help_text = CliRunner().invoke(main, ["--help"], terminal_width=80).stdout
    assert "..." not in help_text.split("Commands:")[1]


def test_help_has_an_example_and_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom viewer.cli import main\n"
        "main(['snapshot', '--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'PIL', 'torch', 'mint'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "Example: viewer snapshot tokens/TOKEN -o dreams.png" in result.stdout


def test_snapshot_imports_neither_torch_nor_mint(write_export: Callable[[], Path], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom viewer.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "assert not {'torch', 'mint'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", code, "snapshot", str(write_export()), "-o", str(tmp_path / "a.png")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{tmp_path / 'a.png'}\n"
