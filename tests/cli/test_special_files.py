"""Pipes, devices, sockets and links in place of each file that is read: a sentence at once, and no other folder is shown."""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from mint.cli import main as mint
from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.small_model import PALETTE, small_origin, write_models
from viewer.cli import main as viewer

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")

# A reader that waits for a pipe waits for ever, so that this limit is no measure of speed.
LIMIT_S = 20


def be_a_pipe(path: Path) -> None:
    os.mkfifo(path)


def be_a_socket(path: Path) -> None:
    # Its name may be longer than a socket's address may be.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(before)


def be_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def be_a_folder(path: Path) -> None:
    path.mkdir()


SPECIAL: dict[str, Callable[[Path], None]] = {
    "a pipe": be_a_pipe,
    "a socket": be_a_socket,
    "a device": be_a_device,
    "a folder": be_a_folder,
}


@contextmanager
def time_limit() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(group: object, *arguments: object) -> Result:
    with time_limit():
        result = CliRunner().invoke(group, [str(argument) for argument in arguments])  # type: ignore[arg-type]
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token with sprites and a model, a picture, and what a training leaves."""
    folder = tmp_path_factory.mktemp("whole")
    token = mint_token(parse_hash("open sesame"), folder)
    token.rename(folder / "token")
    write_models(folder / "token", small_origin(palette=PALETTE))
    step = folder / "token" / "training" / "checkpoints" / "step-000000001"
    step.mkdir(parents=True)
    for name in ("checkpoint.json", "state.safetensors"):
        (step / name).write_bytes(b"{}")
    (folder / "pictures" / "inner").mkdir(parents=True)
    Image.new("RGB", (4, 4), "red").save(folder / "pictures" / "inner" / "a.png")
    (folder / "colours.hex").write_text("ff0000\n00ff00\n")
    (folder / "labels.csv").write_text("file,label\na.png,red\n")
    (folder / "atlas.json").write_text("{}")
    return folder


SHOW = (mint, "show", "token")
SNAPSHOT = (viewer, "snapshot", "token", "-o", "out.png", "--device", "cpu")
EXPORT = (mint, "export", "token")
PIXELATE = (mint, "pixelate", "pictures", "-o", "out", "--plain")
IMPORT = (mint, "import", "pictures", "--name", "art", "--tokens-dir", "tokens")
STEP = "token/training/checkpoints/step-000000001"
READ: dict[str, tuple[object, ...]] = {
    "token/token.json": SHOW,
    "token/sprites/3.png": SHOW,
    "token/models/manifest.json": SNAPSHOT,
    "token/models/generator.onnx": SNAPSHOT,
    "token/models/pixelate.onnx": (*PIXELATE[:-1], "--model", "token"),
    f"{STEP}/checkpoint.json": EXPORT,
    f"{STEP}/state.safetensors": EXPORT,
    "token/metadata.json": (mint, "show", "token", "--metadata", "opensea"),
    "colours.hex": (*PIXELATE, "--palette", "colours.hex"),
    "labels.csv": (*IMPORT, "--labels", "labels.csv"),
    "atlas.json": (*IMPORT, "--atlas", "atlas.json"),
    "rules.toml": (mint, "collection", "draw", "rules.toml", "-o", "moons"),
    "moons/collection.json": (mint, "collection", "show", "moons"),
    "picture.png": (mint, "tileset", "picture.png", "-o", "out"),
    "work.pixelmint": (mint, "gallery", "work.pixelmint", "-o", "out"),
    "site/gallery.json": (mint, "gallery", "site", "-o", "out"),
    "dreams.pixelmint": (viewer, "snapshot", "dreams.pixelmint", "-o", "out.png", "--device", "cpu"),
    "key.pem": (mint, "share", "token", "-o", "out.pixelmint", "--key", "key.pem"),
    "original.png": (mint, "originality", "token", "--of", "original.png"),
}


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("place", READ)
def test_what_is_no_file_gives_a_sentence(
    place: str, kind: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    path = Path(place)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    SPECIAL[kind](path)
    result = run(*READ[place])
    assert result.exit_code in (1, 2), result.output
    (sentence,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(sentence) < 400


@pytest.mark.parametrize("place", ["token/token.json", "token/sprites/3.png", "token/metadata.json", f"{STEP}/checkpoint.json"])
def test_a_link_out_of_the_folder_is_not_followed(place: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / place
    elsewhere = tmp_path / f"elsewhere{path.suffix}"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    result = run(*READ[place])
    assert result.exit_code == 1, result.output
    assert "a link to another place" in result.stderr or "lies outside the folder" in result.stderr


@pytest.mark.parametrize("kind", SPECIAL)
def test_pictures_of_a_folder_are_files(kind: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    SPECIAL[kind](Path("pictures/inner/b.png"))
    result = run(*PIXELATE)
    assert result.exit_code == 0, result.output
    assert result.stdout == "out/inner/a.png\n"


def test_a_picture_of_another_folder_is_not_drawn(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    shutil.copy("pictures/inner/a.png", "secret.png")
    Path("pictures/inner/b.png").symlink_to(tmp_path / "secret.png")
    result = run(*PIXELATE)
    assert result.exit_code == 1
    assert "b.png cannot be opened (it is a link to another place)" in result.stderr
    assert not Path("out/inner/b.png").exists()
