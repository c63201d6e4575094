"""``mint collection draw``."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result

import mint.atomic_write
from mint.collection.candidates import FILE_NAME
from mint.collection.folder import CollectionFolder, read_collection
from mint.errors import CollectionError
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from tests.child_environment import unmeasured_environment
from tests.cli.runner import check_error, run_mint

RULES = """\
name = "Moons"
size = 12
seed = "moons"
unique = ["Palette", "Rarest"]
[quota."Palette tier"]
legendary = 2
epic = { min = 5, max = 9 }
[[forbid]]
Town = 0
[[token]]
hash = "open sesame"
"""


def draw(*arguments: str | Path, rules: str | None = None) -> Result:
    if rules is not None:
        Path("rules.toml").write_text(rules, encoding="utf-8")
    return run_mint("collection", "draw", "rules.toml", *arguments)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file by its path."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the collection once."""
    folder = tmp_path_factory.mktemp("moons")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    result = run_mint("collection", "draw", folder / "rules.toml", "-o", folder / "moons")
    assert (result.exit_code, result.stdout) == (0, f"{folder}/moons\n"), result.stderr
    assert "line 6: 2 with Palette tier legendary, got 2\n" in result.stderr
    assert "NOT KEPT" not in result.stderr
    return folder / "moons"


@pytest.fixture
def copy(moons: Path, work: Path) -> CollectionFolder:
    """Copy the collection and its rules into an empty folder, and change to it."""
    shutil.copytree(moons, work / "moons")
    shutil.copy(moons / "rules.toml", work)
    return read_collection(Path("moons"))


def test_the_rules_are_kept(moons: Path) -> None:
    collection = read_collection(moons).collection
    traits = [token.traits for token in collection.tokens]
    assert [token.number for token in collection.tokens] == list(range(1, 13))
    assert sum(each["Palette tier"] == "legendary" for each in traits) == 2
    assert 5 <= sum(each["Palette tier"] == "epic" for each in traits) <= 9
    assert len({(each["Palette"], each["Rarest"]) for each in traits}) == 12
    assert [token.hash for token in collection.tokens].count("open sesame") == 1
    assert sum(each["Town"] == 0 for each in traits) == 0
    assert (collection.name, collection.seed, collection.candidates) == ("Moons", "moons", 48)


def test_every_token_is_what_its_hash_draws(moons: Path, tmp_path: Path) -> None:
    folder = read_collection(moons)
    assert sorted(path.name for path in moons.iterdir()) == ["collection.json", "rules.toml", "tokens"]
    assert (moons / "rules.toml").read_text() == RULES
    assert sorted(path.name for path in (moons / "tokens").iterdir()) == [f"{number:02}" for number in range(1, 13)]
    for token in folder.collection.tokens:
        assert read_token(folder.token_path(token.number)).features == token.traits
    token = folder.token(7)
    alone = mint_token(parse_hash(token.hash), tmp_path)
    assert digests(alone) == digests(folder.token_path(7))


def test_a_second_run_gives_the_same_bytes(copy: CollectionFolder) -> None:
    result = draw("-o", "again")
    assert result.exit_code == 0, result.stderr
    assert digests(Path("again")) == digests(copy.path)


def test_a_collection_that_is_there_is_left_alone(copy: CollectionFolder) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.path.rglob("*")}
    (copy.path / FILE_NAME).touch()  # as a process leaves it that is killed before its last step
    result = draw("-o", "moons")
    assert (result.exit_code, result.stdout) == (0, "moons\n"), result.stderr
    assert {path: path.stat().st_mtime_ns for path in copy.path.rglob("*")} == before


def test_a_killed_draw_goes_on(copy: CollectionFolder) -> None:
    for part, killed_at in (("candidates", FILE_NAME), ("tokens", "tokens")):
        command = [sys.executable, "-m", "mint", "collection", "draw", "rules.toml", "-o", "killed"]
        environment = unmeasured_environment(PYTHONPATH=str(Path(mint.__file__).parents[1]))
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            while process.poll() is None and not _has_begun(Path("killed") / killed_at):
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        assert not Path("killed/collection.json").exists(), part
    assert not _processes_in(Path("killed"))
    result = draw("-o", "killed")
    assert result.exit_code == 0, result.stderr
    assert digests(Path("killed")) == digests(copy.path)


def _has_begun(path: Path) -> bool:
    """Whether there is a batch of candidates, or a token."""
    if path.is_dir():
        return any((each / "token.json").exists() for each in path.iterdir())
    return path.exists() and path.read_bytes().count(b"\n") > 1


def _processes_in(folder: Path) -> list[str]:
    """Return the processes that hold a file in a folder open, after they had time to end."""
    for _ in range(200):
        links = [link for process in Path("/proc").glob("[0-9]*") for link in _open_files(process) if str(folder.resolve()) in link]
        if not links:
            return []
        time.sleep(0.05)
    return links


def _open_files(process: Path) -> list[str]:
    try:
        return [os.readlink(link) for link in (process / "fd").iterdir()]
    except OSError:
        return []


def test_one_token_is_made_anew(copy: CollectionFolder) -> None:
    before = digests(copy.path)
    token = copy.token_path(7)
    (token / "models").mkdir()
    (token / "models" / "generator.onnx").write_text("trained")
    (token / "sprites" / "3.png").write_text("broken")
    (token / "token.json").unlink()
    (token / "metadata.json").unlink()
    (copy.token_path(3) / "metadata.json").unlink()
    result = draw("-o", "moons", "--only", "7", "--only", "metadata")
    assert (result.exit_code, result.stdout) == (0, "moons\n"), result.stderr
    assert (token / "metadata.json").exists()
    assert not (token / "token.json").exists()
    assert draw("-o", "moons", "--only", "7").exit_code == 0
    assert (token / "models" / "generator.onnx").read_text() == "trained"
    shutil.rmtree(token / "models")
    assert set(before) - set(digests(copy.path)) == {"tokens/03/metadata.json"}
    assert draw("-o", "moons", "--only", "metadata").exit_code == 0
    assert digests(copy.path) == before


def test_given_hashes_are_taken_as_they_are(work: Path) -> None:
    (work / "hashes.txt").write_text("moonrise\nopen sesame\nsunrise\n")
    rules = 'name = "Minted"\nhashes = "hashes.txt"\nfirst_number = 0\n[quota.Palette]\n"green phosphor" = 3\n[[forbid]]\nMix = 9\n'
    result = draw("-o", "minted", rules=rules)
    assert (result.exit_code, result.stdout) == (0, "minted\n"), result.stderr
    assert result.stderr.splitlines()[-2:] == [
        "line 5: 3 with Palette green phosphor, got 0  NOT KEPT",
        "line 6: none with Mix 9, got 0",
    ]
    folder = read_collection(Path("minted"))
    assert [(token.number, token.hash) for token in folder.collection.tokens] == [
        (0, "moonrise"),
        (1, "open sesame"),
        (2, "sunrise"),
    ]
    assert (folder.collection.seed, folder.collection.candidates) == (None, None)
    assert read_token(folder.token_path(2)).hash.text == "sunrise"


def test_rules_that_contradict_each_other_leave_nothing(work: Path) -> None:
    rules = RULES.replace("legendary = 2", "legendary = 8")
    message = (
        "rules.toml: no tokens at all can keep together size = 12 (line 2), 8 with Palette tier legendary (line 6) "
        "and 5 to 9 with Palette tier epic (line 7); change one of them"
    )
    check_error(draw("-o", "moons", rules=rules), 1, message)
    assert not Path("moons").exists()


def test_too_few_candidates_are_kept_for_more(copy: CollectionFolder) -> None:
    rules = RULES.replace("legendary = 2", "legendary = 4")
    result = draw("-o", "few", "--candidates", "12", rules=rules)
    assert result.exit_code == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: rules.toml: 12 candidates are too few for ")
    number = last.partition("--candidates ")[2].partition(",")[0]
    assert [path.name for path in Path("few").iterdir()] == [FILE_NAME]
    kept = Path("few", FILE_NAME).read_bytes()
    result = draw("-o", "few", "--candidates", number)
    assert result.exit_code == 0, result.stderr
    assert kept
    check_error(
        draw("-o", "few", "--candidates", "5000"),
        1,
        f"few holds a collection chosen of {number} candidates; give that number, or a new folder with -o",
    )


def test_a_full_disk_is_one_message_and_the_draw_goes_on(copy: CollectionFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(mint.atomic_write, "write_bytes", refuse)
        result = draw("-o", "full")
    assert (result.exit_code, result.stdout) == (1, "")
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: the disk of full is full (")
    assert last.endswith(" MB are free); make room and run the same command again, which goes on")
    assert not Path("full/collection.json").exists()
    assert draw("-o", "full").exit_code == 0
    assert digests(Path("full")) == digests(copy.path)


@pytest.mark.parametrize(
    ("arguments", "rules", "message"),
    [
        (["-o", "mine"], RULES, "mine already exists and is no collection; give a new folder with -o"),
        (["-o", "moons"], RULES + "\n", "moons holds the collection 'Moons', drawn by other rules; give a new folder with -o"),
        (
            ["-o", "new", "--candidates", "10"],
            RULES,
            "10 candidates are fewer than the 12 tokens of the collection; give more with --candidates",
        ),
        (["-o", "mine/file/new"], RULES, "mine/file/new cannot be written: Not a directory; give another folder with -o"),
        (["-o", "moons", "--only", "13"], RULES, "moons has no token 13; give a number from 1 to 12"),
        (
            ["-o", "moons", "--only", "all"],
            RULES,
            "--only all is neither the number of a token nor 'metadata'; give for instance --only 17",
        ),
        (["-o", "moons", "--only", "1"], RULES + "\n", "moons was drawn by other rules than rules.toml; give moons/rules.toml"),
        (
            ["-o", "new", "--only", "1"],
            RULES,
            "new is not a collection: it has no collection.json; draw one with: mint collection draw RULES.toml -o new",
        ),
    ],
)
def test_bad_input_is_one_message(arguments: list[str], rules: str, message: str, copy: CollectionFolder) -> None:
    Path("mine").mkdir()
    Path("mine/file").write_text("mine")
    before = digests(copy.path)
    check_error(draw(*arguments, rules=rules), 1, message)
    assert not Path("new").exists()
    assert Path("mine/file").read_text() == "mine"
    assert digests(copy.path) == before


def test_without_scipy_a_message_names_the_extra(work: Path) -> None:
    code = "import sys; sys.modules['scipy'] = None; from mint.cli import main; main()"
    Path("rules.toml").write_text(RULES, encoding="utf-8")
    environment = unmeasured_environment(PYTHONPATH=str(Path(mint.__file__).parents[1]))
    command = [sys.executable, "-c", code, "collection", "draw", "rules.toml", "-o", "moons"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: SciPy, which chooses by rules, is not installed; run: pip install 'pixelmint[collection]'\n"
    assert not Path("moons").exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda record: record["tokens"].pop(3), "it does not have the SHA-256 that it states"),
        (lambda record: record.pop("name"), "it does not have the SHA-256 that it states"),
    ],
)
def test_a_changed_collection_is_refused(change: object, reason: str, copy: CollectionFolder) -> None:
    path = copy.path / "collection.json"
    record = json.loads(path.read_bytes())
    assert callable(change)
    change(record)
    path.write_text(json.dumps(record))
    with pytest.raises(CollectionError, match=f"collection.json cannot be read: {reason}; draw the collection again"):
        read_collection(copy.path)
