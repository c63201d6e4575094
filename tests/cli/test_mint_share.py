"""``mint share``: a trained token as one signed file, the same bytes each time, of any recipe that dreams."""

import io
import json
import shutil
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result
from PIL import Image

from mint.errors import SharingError
from mint.live.run_config import open_trained
from mint.pixelate.training_crops import FILE_NAME, save_crops
from mint.recipes.recipe import Recipe
from mint.recipes.vaegan import VaeGan
from mint.sharing.snapshot_parts import Texts, collect_parts
from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.session import Session
from mint.training.sprites import sprites_of
from tests.cli.imported_art import import_art, make_folder
from tests.cli.runner import check_error, run_mint
from tests.cli.tokens import HASH, NAME
from tests.recipes.tiny_recipes import RECIPES, TINY_VAEGAN, photographs
from tests.small_model import small_origin, whole_graph_files, write_models
from viewer.cli import main as viewer
from viewer.snapshot_file.snapshot import read_snapshot

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "pixelmint"


def train(token: TokenFolder, recipe: Recipe, *steps: int) -> None:
    """Train to each of the steps and leave a checkpoint there."""
    session = Session(token.training, sprites_of(token), recipe, torch.device("cpu"), seed=5)
    for step in steps:
        session.run(Limits(steps=step - session.progress.step), Control(), TrainingCallbacks())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token with checkpoints of the steps 10 and 18, a history of three steps, and no export."""
    folder = mint_token(parse_hash(HASH), tmp_path_factory.mktemp("tokens"))
    train(read_token(folder), VaeGan(TINY_VAEGAN), 10, 18)
    return folder


@pytest.fixture(scope="module")
def exported(trained: Path) -> Path:
    """The same token with an export of its newest step."""
    folder = trained.parent / "exported"
    shutil.copytree(trained, folder)
    session, publisher = open_trained(read_token(folder))
    publisher.publish(session.networks, session.progress)
    return folder


@pytest.fixture(scope="module")
def shared(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Path]:
    """The export as a snapshot file, what the command printed, and the key that it made."""
    folder = tmp_path_factory.mktemp("shared")
    output = folder / "a.pixelmint"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        result = run_mint("share", exported, "-o", output, "--title", "Sesame ", "--author", "Ada", "--licence", "CC0-1.0")
    return output, result, folder / "config" / "pixelmint" / "signing_key.pem"


def check(*paths: Path) -> Result:
    return CliRunner().invoke(viewer, ["check", *map(str, paths), "--device", "cpu"])


def test_a_shared_token_holds(shared: tuple[Path, Result, Path]) -> None:
    output, result, key = shared
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{output}\n"
    made, summary, signed = result.stderr.splitlines()
    assert made == f"made a key for you in {key}; keep it, and keep it to yourself"
    assert summary == f"step 18 of exported, {output.stat().st_size:,} bytes, with a film of its past"
    snapshot = read_snapshot(output)
    assert snapshot.signature is not None
    assert signed == f"signed with the key {snapshot.signature.fingerprint}"
    manifest = snapshot.manifest
    assert (manifest.title, manifest.author, manifest.licence) == ("Sesame", "Ada", "CC0-1.0")
    assert (manifest.hash, manifest.step, manifest.recipe.name, manifest.size) == (HASH, 18, "vaegan", (32, 32))
    assert output.stat().st_size <= 1.2 * sum(map(len, snapshot.files.values()))
    checked = check(output)
    assert checked.exit_code == 0, checked.output
    assert checked.stdout.count("holds ") == 5


def test_bytes_are_the_same_each_time(shared: tuple[Path, Result, Path], exported: Path, tmp_path: Path, config: Path) -> None:
    output, _, key = shared
    texts = ["--title", "Sesame", "--author", "Ada", "--licence", "CC0-1.0"]
    result = run_mint("share", exported, "-o", tmp_path / "again.pixelmint", *texts, "--key", key)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "again.pixelmint").read_bytes() == output.read_bytes()
    assert not config.exists()


def test_an_unpacked_snapshot_is_a_token_folder(shared: tuple[Path, Result, Path], exported: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(shared[0], tmp_path / "unpacked", "zip")
    token = read_token(tmp_path / "unpacked")
    assert (token.hash.text, token.pixels.tolist()) == (HASH, read_token(exported).pixels.tolist())
    assert run_mint("show", tmp_path / "unpacked").exit_code == 0
    result = CliRunner().invoke(viewer, ["snapshot", str(tmp_path / "unpacked"), "-o", str(tmp_path / "a.png"), "--device", "cpu"])
    assert result.exit_code == 0, result.output


def test_a_moment_of_the_past_is_shared(trained: Path, tmp_path: Path) -> None:
    """Its film ends there, too, and what was trained later changes nothing."""
    early, newest = tmp_path / "early.pixelmint", tmp_path / "newest.pixelmint"
    assert run_mint("share", trained, "-o", early, "--step", "10", "--unsigned").exit_code == 0
    assert run_mint("share", trained, "-o", newest, "--unsigned").exit_code == 0
    assert not (trained / "models").exists()
    snapshots = [read_snapshot(path) for path in (early, newest)]
    assert [snapshot.manifest.step for snapshot in snapshots] == [10, 18]
    assert json.loads(snapshots[0].files["models/manifest.json"])["step"] == 10
    assert snapshots[0].files["models/generator.onnx"] != snapshots[1].files["models/generator.onnx"]
    for snapshot, last in zip(snapshots, (8, 16), strict=True):
        with Image.open(io.BytesIO(snapshot.files["history.webp"])) as film:
            assert getattr(film, "n_frames", 1) > 1
            assert f'"last_step": {last}'.encode() in film.info["xmp"]
    assert check(early, newest).exit_code == 0


def test_steps_that_are_not_there_are_told(trained: Path, tmp_path: Path) -> None:
    result = run_mint("share", trained, "-o", tmp_path / "a.pixelmint", "--step", "7", "--unsigned")
    checkpoints = trained / "training" / "checkpoints"
    check_error(result, 1, f"there is no checkpoint of step 7 in {checkpoints}; there are those of the steps 10, 18")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "a.zip"], 2, "Invalid value for '-o': a.zip does not end in .pixelmint"),
        (["-o", "a.pixelmint", "--unsigned", "--key", "b"], 2, "--key signs and --unsigned does not; give one of them"),
        (
            ["-o", "a.pixelmint", "--title", "x" * 201],
            2,
            "Invalid value for '--title': it has 201 characters; give 1 to 200 printable characters",
        ),
        (
            ["-o", "a.pixelmint", "--author", "a\x1b[2Jb"],
            2,
            "Invalid value for '--author': it holds a character that is not printable; give 1 to 200 printable characters",
        ),
        (["-o", "a.pixelmint", "--step", "0"], 2, "Invalid value for '--step': 0 is not in the range x>=1."),
        (
            ["-o", "a.pixelmint", "--unsigned"],
            1,
            f"tokens/{NAME} has no training yet; train it with: mint train tokens/{NAME}",
        ),
        (
            ["-o", "a.pixelmint", "--key", "nowhere.pem"],
            1,
            "the key nowhere.pem cannot be read: No such file or directory; give another with --key",
        ),
    ],
)
def test_what_cannot_be_shared_is_one_message(arguments: list[str], code: int, message: str, folder: Path) -> None:
    check_error(run_mint("share", HASH, *arguments), code, message)
    assert not Path("a.pixelmint").exists()


def test_a_place_that_cannot_be_written_is_one_message(exported: Path, tmp_path: Path) -> None:
    output = tmp_path / "nowhere" / "a.pixelmint"
    result = run_mint("share", exported, "-o", output, "--unsigned")
    assert result.exit_code == 1
    assert f"{output} cannot be written: No such file or directory; make the folder {output.parent} first" in result.stderr


def test_the_export_of_another_token_is_told(exported: Path, tmp_path: Path) -> None:
    other = mint_token(parse_hash("another"), tmp_path)
    shutil.copytree(exported / "models", other / "models")
    check_error(
        run_mint("share", other, "-o", tmp_path / "a.pixelmint", "--unsigned"),
        1,
        f"{other / 'models'} holds the export of another token; export this one: mint export {other}",
    )


def test_a_model_without_dreams_is_told(tmp_path: Path) -> None:
    token = read_token(mint_token(parse_hash("pixels"), tmp_path))
    save_crops(token.training / FILE_NAME, photographs())
    train(token, RECIPES["cyclegan"], 1)
    with pytest.raises(SharingError, match="has learned to make pixel art of photographs and has no dreams"):
        collect_parts(token, Texts(), None, lambda _: None, lambda _: None)


@pytest.mark.parametrize("num_sprites", [4, 257], ids=["sprites", "sheets"])
def test_imported_art_is_shared(num_sprites: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_folder(num_sprites)
    folder = import_art("art", "--name", "pets", "--labels", "folders")
    token = read_token(folder)
    palette = tuple(f"#{bytes(color).hex()}" for color in token.rgba)
    origin = small_origin(token=token.hash.text, name="pets", palette=palette)
    write_models(folder, origin, whole_graph_files(origin))
    assert run_mint("share", folder, "-o", "pets.pixelmint").exit_code == 0
    assert [name for name in read_snapshot(Path("pets.pixelmint")).files if name.startswith("sprites/sheet")] == (
        ["sprites/sheet-0.png"] if num_sprites > 256 else []
    )
    result = check(Path("pets.pixelmint"))
    assert result.exit_code == 0, result.output
    assert "imported art, which no hash draws" in result.stdout
    shutil.unpack_archive("pets.pixelmint", "unpacked", "zip")
    assert read_token(Path("unpacked")).pixels.tolist() == token.pixels.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if "-" not in name and not recipe.requirements.pictures])
def test_twenty_tokens_of_every_recipe_are_shared_opened_and_checked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outputs = []
    for number in range(20):
        if RECIPES[name].requirements.labels:
            make_folder(4 + number)
            folder = import_art("art", "--name", f"pets-{number}", "--labels", "folders")
        else:
            folder = mint_token(parse_hash(f"share {number}"), tmp_path / "tokens")
        train(read_token(folder), RECIPES[name], 9)
        outputs.append(tmp_path / f"{number}.pixelmint")
        result = run_mint("share", folder, "-o", outputs[-1], "--title", f"{name} {number}")
        assert result.exit_code == 0, result.output
    again = tmp_path / "again.pixelmint"
    assert run_mint("share", folder, "-o", again, "--title", f"{name} 19").exit_code == 0
    assert again.read_bytes() == outputs[-1].read_bytes()
    result = check(*outputs)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("all 64 equal to the receipts") + result.stdout.count("pixels differ") == 20
    assert result.stdout.count("FAILS") == 0
    assert "the same key as the 19 snapshots before" in result.stdout
    sizes = [(path.stat().st_size, sum(map(len, read_snapshot(path).files.values()))) for path in outputs]
    assert all(size <= 1.2 * parts for size, parts in sizes)
    opened = CliRunner().invoke(viewer, ["snapshot", str(outputs[0]), "-o", str(tmp_path / "a.png"), "--device", "cpu"])
    assert opened.exit_code == 0, opened.output
    print(f"{name}: 20 tokens, of {min(sizes)[0]:,} to {max(sizes)[0]:,} bytes, {max(a / b for a, b in sizes):.3f} x their parts")
