"""``mint show``: the features, odds, files and metadata it prints."""

import json
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from mint.token.families import FAMILIES
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.token.palettes import PALETTE_FEATURE
from tests.cli.runner import check_error, run_mint
from tests.cli.tokens import HASH

REPOSITORY = Path(__file__).parents[2]
SCHEMAS = REPOSITORY / "mint" / "collection" / "publication" / "schemas"

pytestmark = pytest.mark.usefixtures("work")


def test_show_takes_a_name_in_the_tokens_folder(folder: Path) -> None:
    assert run_mint("show", folder.name).stdout == run_mint("show", str(folder)).stdout
    named = folder.rename(folder.with_name("monsters"))
    assert f"files     {named}\n" in run_mint("show", "monsters").stdout


def test_show_prefers_a_drawn_hash_to_a_name(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("monsters"))
    drawn = mint_token(parse_hash("monsters"), Path("tokens"))
    assert f"files     {drawn}\n" in run_mint("show", "monsters").stdout


def test_a_narrow_terminal_shows_everything(folder: Path) -> None:
    def output(columns: int) -> str:
        code = "import rich.console; rich.console.Console.is_terminal = True; from mint.cli import main; main()"
        environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "TTY_COMPATIBLE": "1", "PYTHONPATH": str(REPOSITORY)}
        command = [sys.executable, "-c", code, "show", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        return re.sub("\x1b.*?m", "", done.stdout)

    wide, narrow = output(200), output(40)
    assert "…" not in narrow
    assert max(map(len, narrow.split("files ")[0].splitlines())) <= 40 < max(map(len, wide.splitlines()))
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))


def test_show_takes_a_hash_or_a_folder(folder: Path) -> None:
    by_hash, by_folder = run_mint("show", HASH), run_mint("show", str(folder))
    assert by_hash.exit_code == by_folder.exit_code == 0
    assert by_hash.stdout == by_folder.stdout
    assert by_hash.stderr == by_folder.stderr == ""
    elsewhere = folder.rename("elsewhere")
    assert run_mint("show", str(elsewhere)).stdout == by_hash.stdout.replace(str(folder), "elsewhere")


def test_show_gives_each_feature_its_exact_odds(folder: Path) -> None:
    lines = run_mint("show", HASH).stdout.splitlines()
    token = read_token(folder)
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines]
    expected = [(f"{sprite.family} {name}", value) for sprite in token.sprites for name, value in sprite.values.items()]
    features = {f"{family.name} {feature.name}": feature for family in FAMILIES.values() for feature in family.features}
    found = [row for row in rows if len(row) == 4 and row[0] in features]
    assert [(name, value) for name, value, _, _ in found] == expected
    for name, value, odds, tier in found:
        percentage = re.fullmatch(r"(\d+\.\d\d) % \((\d+/\d+)\)", odds)
        assert percentage is not None
        percent, fraction = percentage.groups()
        assert Fraction(fraction) == features[name].odds(value)
        assert abs(float(percent) - 100 * features[name].odds(value)) <= 0.0051
        assert tier == features[name].tier(value)
    palette = str(token.features["Palette"])
    assert any(row[:2] == ["palette", palette] and str(PALETTE_FEATURE.odds(palette)) in row[2] for row in rows)


def test_show_prints_texts_and_where_files_are(folder: Path) -> None:
    (folder / "models").mkdir()
    output = run_mint("show", HASH).stdout
    texts = [sprite.text for sprite in read_token(folder).sprites if sprite.text]
    assert texts
    assert re.findall(r"text reads +(.+?) *\n", output) == texts
    places = dict(re.findall(r"^(\w+) +(tokens\S*)$", output, re.MULTILINE))
    assert places == {
        "files": str(folder),
        "sprites": str(folder / "sprites"),
        "preview": str(folder / "preview.png"),
        "models": str(folder / "models"),
    }


def test_show_prints_what_a_mix_is_made_of() -> None:
    folders = (mint_token(parse_hash(f"mixed {number}"), Path("tokens")) for number in range(50))
    token = next(token for token in map(read_token, folders) if any(sprite.inner for sprite in token.sprites))
    output = run_mint("show", token.hash.text).stdout
    for sprite in token.sprites:
        for family, values in sprite.inner.items():
            assert all(re.search(f"mix of {family}: {name} +{re.escape(value)} *\n", output) for name, value in values.items())


def test_show_does_not_break_long_paths_or_read_markup(folder: Path) -> None:
    long = Path("deep " * 20 + "[bold]") / ":smile:"
    long.parent.mkdir()
    folder.rename(long)
    assert f"\nfiles     {long}\n" in run_mint("show", str(long)).stdout


def test_show_draws_the_sprites_where_there_is_room_and_colour(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    rows = [line for line in run_mint("show", HASH).stdout.splitlines() if "▀" in line]
    assert [line.count("▀") for line in rows] == [96] * 48
    red, green, blue, _ = read_token(folder).rgba[read_token(folder).pixels[0, 0, 0]].tolist()
    assert rows[0].startswith(f"\x1b[38;2;{red};{green};{blue};48;2;")
    monkeypatch.setenv("COLUMNS", "90")
    assert "▀" not in run_mint("show", HASH).stdout


def test_show_prints_no_odds_for_another_generators_token(folder: Path) -> None:
    record = json.loads((folder / "token.json").read_bytes())
    record["generator"] = 999
    record["sprites"][0]["family"] = "opera"
    (folder / "token.json").write_text(json.dumps(record))
    output = run_mint("show", HASH).stdout
    assert re.search(r"^0 +family +opera *$", output, re.MULTILINE)
    assert "%" not in output


@pytest.mark.parametrize("form", ["opensea", "tzip21", "fxhash"])
def test_show_prints_only_metadata_as_json(form: str, folder: Path) -> None:
    result = run_mint("show", HASH, "--metadata", form)
    assert (result.exit_code, result.stderr) == (0, "")
    document: dict[str, Any] = json.loads(result.stdout)
    features = read_token(folder).features
    if form == "opensea":
        assert document == json.loads((folder / "metadata.json").read_bytes())
        assert {entry["trait_type"]: entry["value"] for entry in document["attributes"]} == features
    elif form == "tzip21":
        Draft7Validator(json.loads((SCHEMAS / "tzip21.json").read_text())).validate(document)
        assert {entry["name"]: entry["value"] for entry in document["attributes"]} == {k: str(v) for k, v in features.items()}
    else:
        assert document == features


def test_a_hash_is_escaped_where_the_encoding_lacks_a_character(work: Path) -> None:
    mint_token(parse_hash("Grüße"), Path("tokens"))
    command = [sys.executable, "-m", "mint", "show", "Grüße"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Gr\\xfc\\xdfe (text)\n")


def test_an_unknown_family_is_one_message(folder: Path) -> None:
    record = json.loads((folder / "token.json").read_bytes())
    record["sprites"][0]["family"] = "opera"
    (folder / "token.json").write_text(json.dumps(record))
    message = f"the token {folder} cannot be shown: generator 1 knows no 'opera'; draw the token again into another folder"
    check_error(run_mint("show", HASH), 1, message)


def test_missing_metadata_is_one_message(folder: Path) -> None:
    (folder / "metadata.json").unlink()
    message = f"{folder / 'metadata.json'} cannot be read: No such file or directory; draw the token again into another folder"
    check_error(run_mint("show", HASH, "--metadata", "fxhash"), 1, message)
    assert run_mint("show", HASH).exit_code == 0
