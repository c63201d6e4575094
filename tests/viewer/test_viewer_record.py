"""``viewer record``: a loop of a model's dreams, and every failure in one sentence."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from viewer.cli import main


def record(token: Path, output: Path, *options: str) -> Result:
    common = ("--seconds", "2", "--fps", "10", "--tiles", "5", "--seed", "3", "--scale", "2", "--device", "cpu")
    return CliRunner().invoke(main, ["record", str(token), "-o", str(output), *common, *options])


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".MP4"])
@pytest.mark.parametrize("mode", ["walk", "refresh"])
def test_record_writes_a_loop_and_prints_its_path(write_export: Callable[[], Path], tmp_path: Path, suffix: str, mode: str) -> None:
    output = tmp_path / f"loop{suffix}"
    result = record(write_export(), output, "--mode", mode)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{output}\n"
    summary = "5 tiles with 2 dreams each of opensesame-0123456789ab at step 1,200, seed 3, 2 s, drawn by CPU\n"
    assert result.stderr == summary
    size = (2 * (3 * 10 + 2), 2 * (2 * 10 + 2))
    if suffix == ".MP4":
        with av.open(output) as container:
            stream = container.streams.video[0]
            assert (stream.width, stream.height, stream.frames) == (*size, 20)
    else:
        with Image.open(output) as image:
            assert image.size == size
            assert getattr(image, "n_frames", 1) > 3


def test_a_recording_is_deterministic_and_states_its_provenance(write_export: Callable[[], Path], tmp_path: Path) -> None:
    token = write_export()
    for name in ("one.gif", "other.gif"):
        assert record(token, tmp_path / name).exit_code == 0
    assert record(token, tmp_path / "third.gif", "--seed", "4").exit_code == 0
    one, other, third = ((tmp_path / name).read_bytes() for name in ("one.gif", "other.gif", "third.gif"))
    assert one == other != third
    with Image.open(tmp_path / "one.gif") as image:
        notes = json.loads(image.info["comment"])
    provenance = {"token": "open sesame", "step": 1200, "recipe": "vaegan 3", "seed": 3, "tiles": 5, "mode": "walk"}
    assert notes == {"software": "Pixelmint", **provenance}


def test_the_first_frame_of_a_refresh_is_the_snapshot(write_export: Callable[[], Path], tmp_path: Path) -> None:
    token = write_export()
    record(token, tmp_path / "loop.webp", "--mode", "refresh")
    options = ["--tiles", "5", "--seed", "3", "--scale", "2", "--device", "cpu"]
    CliRunner().invoke(main, ["snapshot", str(token), "-o", str(tmp_path / "dreams.png"), *options])
    with Image.open(tmp_path / "loop.webp") as loop, Image.open(tmp_path / "dreams.png") as dreams:
        first, still = np.asarray(loop.convert("RGB")), np.asarray(dreams.convert("RGBA"))
    # All but those that change at that moment.
    same = [
        np.array_equal(first[y : y + 16, x : x + 16][mask], still[y : y + 16, x : x + 16, :3][mask])
        for y, x in [(4, 4), (4, 24), (4, 44), (24, 4), (24, 24)]
        for mask in [still[y : y + 16, x : x + 16, 3] == 255]
    ]
    assert sum(same) >= 3


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere", "-o", "a.gif"], 1, "Error: nowhere does not exist; give a token folder, its models/ or a snapshot file\n"),
        (
            ["token", "-o", "nowhere/a.gif"],
            1,
            "Error: nowhere/a.gif cannot be written: No such file or directory; make the folder nowhere first\n",
        ),
        (["token", "-o", "a.gif", "--scale", "64", "--tiles", "99"], 1, "at most 4096 a side is allowed; give fewer --tiles"),
        (["token", "-o", "a.png"], 2, "Invalid value for '-o': a.png does not end in .gif, .webp, .mp4\n"),
        (["token"], 2, "Missing option '-o'"),
        (["token", "-o", "a.gif", "--seconds", "nan"], 2, "Invalid value for '--seconds': nan is not a number"),
        (["token", "-o", "a.gif", "--fps", "51"], 2, "Invalid value for '--fps': 51 is not in the range"),
        (["token", "-o", "a.gif", "--mode", "run"], 2, "Invalid value for '--mode': 'run' is not one of"),
    ],
)
def test_a_failure_is_one_sentence(
    write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, sentence: str
) -> None:
    folder = write_export().parent
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["record", *arguments])
    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stdout == ""
    assert [path.name for path in folder.iterdir()] == ["token"]


def test_without_a_video_library_mp4_is_refused_before_drawing(
    write_export: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    result = record(write_export(), tmp_path / "loop.mp4")
    assert result.exit_code == 1
    assert result.stderr == "Error: MP4 needs PyAV, which is not installed: pip install av, or name a .gif or .webp\n"


def test_record_imports_neither_torch_nor_mint(write_export: Callable[[], Path], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom viewer.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "assert not {'torch', 'mint', 'av'} & set(sys.modules)\n"
    )
    output = tmp_path / "a.gif"
    command = [sys.executable, "-c", code, "record", str(write_export()), "-o", str(output), "--seconds", "1", "--tiles", "2"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(rf"{re.escape(str(output))}\n", result.stdout)
