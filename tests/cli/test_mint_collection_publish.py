"""``mint collection show``, ``publish`` and ``verify``: what they print, and how they fail."""

import json
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from mint.collection.folder import read_collection
from mint.collection.rarity import rank_tokens
from tests.cli.runner import check_error, run_mint
from tests.collection.small_collection import HASHES, write_small_collection

BASE = "https://example.org/moons"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_collection(tmp_path_factory.mktemp("collections") / "moons")


@pytest.fixture
def moons(drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the small collection into an empty folder, and change to it."""
    shutil.copytree(drawn, tmp_path / "moons")
    monkeypatch.chdir(tmp_path)
    return Path("moons")


def test_show_tells_what_was_asked_and_what_there_is(moons: Path) -> None:
    result = run_mint("collection", "show", moons)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [re.split(r"\s{2,}", line.strip()) for line in result.stdout.splitlines()]
    assert lines[0] == ["Moons (6 tokens, seed 'moons 2026', chosen from 6)"]
    assert ["2", "size = 6", "6"] in lines
    assert ["10", "none with Town 9", "0"] in lines
    tokens = read_collection(moons).collection.tokens
    for trait in ("Palette tier", "Symmetry"):
        counts = {
            value: sum(token.traits[trait] == value for token in tokens) for value in {token.traits[trait] for token in tokens}
        }
        rows = [line for line in lines if line[-3:-1] == [str(value) for value in line[-3:-1]]]
        assert all(any(str(value) in row and str(count) in row for row in rows) for value, count in counts.items())
    rarities = rank_tokens([token.traits for token in tokens])
    best = min(range(len(tokens)), key=lambda place: rarities[place].rank)
    first = next(line for line in lines if line[0] == "1" and line[1] == f"#{tokens[best].number}")
    assert first[2] == f"{rarities[best].score:.3f}"
    assert tokens[best].hash in " ".join(first)


def test_show_marks_rules_that_are_not_kept(moons: Path) -> None:
    rules = moons / "rules.toml"
    rules.write_bytes(rules.read_bytes().replace(b"size = 6", b"size = 7"))
    assert re.search(r"^2 +size = 7 +6 +not kept *$", run_mint("collection", "show", moons).stdout, re.MULTILINE)


def test_show_draws_the_rarest_and_writes_a_page(moons: Path) -> None:
    result = run_mint("collection", "show", moons, "-o", "rarest.png", "--html", "moons.html")
    assert result.stdout.splitlines()[-2:] == ["rarest.png", "moons.html"]
    with Image.open("rarest.png") as image:
        assert image.width > 5 * 320
    page = Path("moons.html").read_text(encoding="utf-8")
    assert "<title>Moons</title>" in page
    assert re.findall(r"""(?:src|href)=|https?://|@import|url\(""", page) == []


def test_show_prints_everything_as_json(moons: Path) -> None:
    record = json.loads(run_mint("collection", "show", moons, "--json").stdout)
    assert [token["hash"] for token in record["tokens"]] == [*HASHES]
    assert sorted(token["rank"] for token in record["tokens"])[0] == 1
    assert all(rule["kept"] for rule in record["rules"])
    assert sum(entry["count"] for entry in record["traits"]["Symmetry"]) == 6


def test_publish_prints_addresses_and_verify_finds_nothing(moons: Path) -> None:
    result = run_mint("collection", "publish", moons, "--for", "tezos", "--no-car", "--base-uri", BASE)
    assert (result.exit_code, result.stderr) == (0, "6 tokens, 22 files, of which 22 are new or changed\n")
    lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
    assert lines[:3] == [
        ["files", "moons/published/tezos"],
        ["token", "URI", f"{BASE}/metadata/NUMBER.json"],
        ["contract", "URI", f"{BASE}/metadata/contract.json"],
    ]
    assert re.fullmatch("[0-9a-f]{64}", lines[3][1])
    verified = run_mint("collection", "verify", moons)
    assert (verified.exit_code, verified.stdout) == (
        0,
        "moons: 6 tokens, 6 rules, 22 files published for tezos: everything is as it should be\n",
    )


def test_a_part_keeps_the_settings_it_had(moons: Path) -> None:
    run_mint("collection", "publish", moons, "--for", "opensea", "--no-car", "--base-uri", BASE, "--scale", "1")
    result = run_mint("collection", "publish", moons, "--for", "opensea", "--only", "metadata", "--only", "6")
    assert result.stderr == "6 tokens, 16 files, of which 0 are new or changed\n"
    moved = run_mint("collection", "publish", moons, "--for", "opensea", "--only", "metadata", "--base-uri", f"{BASE}2")
    assert moved.stderr == "6 tokens, 16 files, of which 8 are new or changed\n"


def test_verify_prints_what_is_wrong(moons: Path) -> None:
    (moons / "tokens" / "06" / "preview.png").unlink()
    result = run_mint("collection", "verify", moons)
    assert result.exit_code == 1
    assert result.stdout == "tokens/06/preview.png: it is missing\nmoons: 6 tokens, 6 rules: 1 problem\n"


def test_verify_prints_the_first_problems_only(moons: Path) -> None:
    for path in moons.glob("tokens/*/sprites/[0-5].png"):
        path.unlink()
    lines = run_mint("collection", "verify", moons).stdout.splitlines()
    assert len(lines) == 22
    assert lines[-2:] == ["and 16 more", "moons: 6 tokens, 6 rules: 36 problems"]


@pytest.mark.parametrize("command", [["show"], ["publish", "--for", "opensea"], ["verify"]])
def test_a_folder_that_is_no_collection_is_one_sentence(command: list[str], moons: Path) -> None:
    message = "nowhere is not a collection: it has no collection.json; draw one with: mint collection draw RULES.toml -o nowhere"
    check_error(run_mint("collection", *command, "nowhere"), 1, message)
    assert not Path("nowhere").exists()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--no-car"], 1, "without CAR files no CIDs are known, and so no addresses; give --base-uri as well as --no-car"),
        (["--only", "x"], 2, "Invalid value for '--only': 'x' is neither metadata nor the number of a token"),
        (["--only", "6", "--scale", "2"], 2, "--scale changes the pictures, which --only keeps; leave out one of them"),
        (
            ["--only", "metadata"],
            1,
            "moons/published/opensea is not a publication: it has no publication.json; "
            "make one with: mint collection publish FOLDER --for opensea",
        ),
    ],
)
def test_what_cannot_be_published_is_one_sentence(options: list[str], code: int, message: str, moons: Path) -> None:
    check_error(run_mint("collection", "publish", moons, "--for", "opensea", *options), code, message)
    assert not (moons / "published").exists()


def test_a_page_that_cannot_be_written_is_one_sentence(moons: Path) -> None:
    message = "nowhere/moons.html cannot be written: No such file or directory; make the folder nowhere first"
    check_error(run_mint("collection", "show", moons, "--html", "nowhere/moons.html"), 1, message)
    check_error(
        run_mint("collection", "show", moons, "-o", "rarest.gif"), 2, "Invalid value for '-o': rarest.gif does not end in .png"
    )
