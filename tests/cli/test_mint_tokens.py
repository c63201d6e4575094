"""``mint new`` and ``mint show``: what they print where, and how bad input ends."""

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
from click.testing import CliRunner, Result
from jsonschema import Draft7Validator

from mint.cli import main
from mint.token.families import FAMILIES
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.token.palettes import PALETTE_FEATURE

REPOSITORY = Path(__file__).parents[2]
SCHEMAS = REPOSITORY / "tests" / "token" / "schemas"
HASH = "open sesame"
NAME = parse_hash(HASH).folder_name
TEZOS = "ooj2HmX8dgniNPuPRcapyXBn9vYpsNwgD1uwx98SLceF6iCZJZK"
EVM = "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738"


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def folder(work: Path) -> Path:
    return mint_token(parse_hash(HASH), Path("tokens"))


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _check_sentence(result: Result, code: int, sentence: str) -> None:
    """Check that a command ended with one sentence on standard error, and nothing on standard output."""
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr
    *usage, last = result.stderr.splitlines()
    assert last == f"Error: {sentence}"
    assert all(line.startswith(("Usage: ", "Try ")) or not line for line in usage)
    assert usage == [] if code == 1 else usage


@pytest.mark.parametrize("text", [HASH, TEZOS, EVM, "Grüße 🌊", "x" * 256, "世" * 256])
def test_new_prints_the_folder_and_nothing_else(text: str) -> None:
    result = _run("new", text)
    path = Path("tokens") / parse_hash(text).folder_name
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}\n", "")
    assert read_token(path).hash.text == text
    assert sorted(Path().iterdir()) == [Path("tokens")]


def test_new_leaves_a_token_as_it_is() -> None:
    first = _run("new", HASH)
    (Path("tokens") / NAME / "preview.png").write_bytes(b"mine")
    assert _run("new", HASH).stdout == first.stdout
    assert (Path("tokens") / NAME / "preview.png").read_bytes() == b"mine"


def test_new_says_that_a_folder_is_no_hash(folder: Path) -> None:
    _check_sentence(_run("new", str(folder)), 1, f"{folder} is a folder already; give a hash, which holds no / or \\")


def test_a_name_in_the_tokens_folder_is_enough(folder: Path) -> None:
    assert _run("show", folder.name).stdout == _run("show", str(folder)).stdout
    named = folder.rename(folder.with_name("monsters"))
    assert f"files     {named}\n" in _run("show", "monsters").stdout


def test_a_hash_that_was_drawn_goes_before_a_name(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("monsters"))
    drawn = mint_token(parse_hash("monsters"), Path("tokens"))
    assert f"files     {drawn}\n" in _run("show", "monsters").stdout


def test_a_narrow_terminal_loses_nothing(folder: Path) -> None:
    def shown(columns: int) -> str:
        code = "import rich.console; rich.console.Console.is_terminal = True; from mint.cli import main; main()"
        environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "PYTHONPATH": str(REPOSITORY)}
        command = [sys.executable, "-c", code, "show", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        return re.sub("\x1b.*?m", "", done.stdout)

    wide, narrow = shown(200), shown(40)
    assert "…" not in narrow
    assert max(map(len, narrow.split("files ")[0].splitlines())) <= 40 < max(map(len, wide.splitlines()))
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))


def test_new_takes_another_tokens_folder() -> None:
    assert _run("new", HASH, "--tokens-dir", "a/b").stdout == f"{Path('a/b') / NAME}\n"
    assert [path.name for path in Path("a/b").iterdir()] == [NAME]


def test_new_makes_up_a_hash_each_time() -> None:
    folders = [_run("new", "--random").stdout.strip() for _ in range(2)]
    assert len(set(folders)) == 2
    assert {read_token(Path(folder)).hash.scheme for folder in folders} == {"fxhash-tezos"}


def test_new_as_a_program_writes_the_path_to_stdout_only(work: Path) -> None:
    command = [sys.executable, "-c", "from mint.cli import main; main()", "new", HASH]
    result = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"tokens/{NAME}{os.linesep}".encode(), b"")


def test_show_takes_a_hash_or_a_folder(folder: Path) -> None:
    by_hash, by_folder = _run("show", HASH), _run("show", str(folder))
    assert by_hash.exit_code == by_folder.exit_code == 0
    assert by_hash.stdout == by_folder.stdout
    assert by_hash.stderr == by_folder.stderr == ""
    elsewhere = folder.rename("elsewhere")
    assert _run("show", str(elsewhere)).stdout == by_hash.stdout.replace(str(folder), "elsewhere")


def test_show_gives_each_feature_its_exact_odds(folder: Path) -> None:
    lines = _run("show", HASH).stdout.splitlines()
    token = read_token(folder)
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines]
    expected = [(f"{sprite.family} {name}", value) for sprite in token.sprites for name, value in sprite.values.items()]
    features = {f"{family.name} {feature.name}": feature for family in FAMILIES.values() for feature in family.features}
    found = [row for row in rows if len(row) == 4 and row[0] in features]
    assert [(name, value) for name, value, _, _ in found] == expected
    for name, value, odds, tier in found:
        percent, fraction = re.fullmatch(r"(\d+\.\d\d) % \((\d+/\d+)\)", odds).groups()
        assert Fraction(fraction) == features[name].odds(value)
        assert abs(float(percent) - 100 * features[name].odds(value)) <= 0.0051
        assert tier == features[name].tier(value)
    palette = str(token.features["Palette"])
    assert any(row[:2] == ["palette", palette] and str(PALETTE_FEATURE.odds(palette)) in row[2] for row in rows)


def test_show_says_what_texts_read_and_where_files_are(folder: Path) -> None:
    (folder / "models").mkdir()
    output = _run("show", HASH).stdout
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


def test_show_says_what_a_mix_is_made_of() -> None:
    folders = (mint_token(parse_hash(f"mixed {number}"), Path("tokens")) for number in range(50))
    token = next(token for token in map(read_token, folders) if any(sprite.inner for sprite in token.sprites))
    output = _run("show", token.hash.text).stdout
    for sprite in token.sprites:
        for family, values in sprite.inner.items():
            assert all(re.search(f"mix of {family}: {name} +{re.escape(value)} *\n", output) for name, value in values.items())


def test_show_does_not_break_long_paths_or_read_markup(folder: Path) -> None:
    long = Path("deep " * 20 + "[bold]") / ":smile:"
    long.parent.mkdir()
    folder.rename(long)
    assert f"\nfiles     {long}\n" in _run("show", str(long)).stdout


def test_show_draws_the_sprites_where_there_is_room_and_colour(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    rows = [line for line in _run("show", HASH).stdout.splitlines() if "▀" in line]
    assert [line.count("▀") for line in rows] == [96] * 48
    red, green, blue, _ = read_token(folder).rgba[read_token(folder).pixels[0, 0, 0]].tolist()
    assert rows[0].startswith(f"\x1b[38;2;{red};{green};{blue};48;2;")
    monkeypatch.setenv("COLUMNS", "90")
    assert "▀" not in _run("show", HASH).stdout


def test_show_of_another_generators_token_has_values_without_odds(folder: Path) -> None:
    record = json.loads((folder / "token.json").read_bytes())
    record["generator"] = 999
    record["sprites"][0]["family"] = "opera"
    (folder / "token.json").write_text(json.dumps(record))
    output = _run("show", HASH).stdout
    assert re.search(r"^0 +family +opera *$", output, re.MULTILINE)
    assert "%" not in output


@pytest.mark.parametrize("form", ["opensea", "tzip21", "fxhash"])
def test_show_prints_metadata_as_json_alone(form: str, folder: Path) -> None:
    result = _run("show", HASH, "--metadata", form)
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


BAD_HASHES = [
    ("", "the token hash is empty; give 1 to 256 printable characters, or --random"),
    ("x" * 257, "the token hash has 257 characters; give at most 256"),
    ("世" * 257, "the token hash has 257 characters; give at most 256"),
    ("a\tb", "the token hash holds the unprintable character U+0009; give printable characters only"),
    ("\x1b[2J", "the token hash holds the unprintable character U+001B; give printable characters only"),
    ("../x", "'../x' is neither a token folder nor a hash; a hash holds no / or \\"),
    ("/nowhere", "'/nowhere' is neither a token folder nor a hash; a hash holds no / or \\"),
    ("tokens/nowhere-533a084b8750", "'tokens/nowhere-533a084b8750' is neither a token folder nor a hash; a hash holds no / or \\"),
    ("a/" * 3000, "the token hash has 6000 characters; give at most 256"),
    (EVM[:-1], "the EVM hash '0x11ac16678959949c12...' has 63 hexadecimal digits; give 0x and 64 hexadecimal digits"),
    (EVM[:-1] + "G", "the EVM hash '0x11ac16678959949c12...' holds 'G'; give 0x and 64 hexadecimal digits"),
    (TEZOS[:-1], "the fxhash 'ooj2HmX8dgniNPuPRcap...' has 50 characters; give oo and 49 base58 characters (no 0, O, I or l)"),
    (TEZOS + "z", "the fxhash 'ooj2HmX8dgniNPuPRcap...' has 52 characters; give oo and 49 base58 characters (no 0, O, I or l)"),
    (TEZOS[:-1] + "0", "the fxhash 'ooj2HmX8dgniNPuPRcap...' holds '0'; give oo and 49 base58 characters (no 0, O, I or l)"),
]


@pytest.mark.parametrize("command", ["new", "show", "train", "export"])
@pytest.mark.parametrize(("text", "sentence"), BAD_HASHES)
def test_malformed_hashes_end_in_a_sentence(command: str, text: str, sentence: str) -> None:
    _check_sentence(_run(command, text), 1, sentence)
    assert list(Path().iterdir()) == []


def test_a_hash_is_escaped_where_there_is_no_code_for_it(work: Path) -> None:
    mint_token(parse_hash("Grüße"), Path("tokens"))
    command = [sys.executable, "-m", "mint", "show", "Grüße"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(REPOSITORY)}
    shown = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("Gr\\xfc\\xdfe (text)\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["new"], "give either HASH or --random, for instance: mint new --random"),
        (["new", HASH, "--random"], "give either HASH or --random, for instance: mint new --random"),
        (["new", "open", "sesame"], "Got unexpected extra argument (sesame)"),
        (["new", HASH, "--tokens-dir", "file"], "Invalid value for '--tokens-dir': Directory 'file' is a file."),
        (["show"], "Missing argument 'TOKEN'."),
        (["show", HASH, "--metadata", "xml"], "Invalid value for '--metadata': 'xml' is not one of 'opensea', 'tzip21', 'fxhash'."),
        (["draw", HASH], "No such command 'draw'."),
    ],
)
def test_wrong_usage_ends_in_a_sentence(arguments: list[str], sentence: str) -> None:
    Path("file").write_text("")
    _check_sentence(_run(*arguments), 2, sentence)
    assert [path.name for path in Path().iterdir()] == ["file"]


@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unseen_hash_is_not_drawn_by_asking_for_it(command: str) -> None:
    _check_sentence(_run(command, HASH), 1, "the token of 'open sesame' is not in tokens; draw it with: mint new 'open sesame'")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("command", ["show", "train", "export"])
def test_a_folder_without_token_json_ends_in_a_sentence(command: str) -> None:
    Path("empty").mkdir()
    sentence = "empty is not a token folder: it has no token.json; give a token folder, or a hash to draw a new one"
    _check_sentence(_run(command, "empty"), 1, sentence)
    assert list(Path("empty").iterdir()) == []


@pytest.mark.parametrize("command", ["show", "train", "export"])
def test_a_token_of_another_version_ends_in_a_sentence(command: str, folder: Path) -> None:
    record = json.loads((folder / "token.json").read_bytes())
    (folder / "token.json").write_text(json.dumps({**record, "format": 2}))
    sentence = f"{folder / 'token.json'} has format 2, this version reads 1; use the version of Pixelmint that wrote it"
    _check_sentence(_run(command, HASH), 1, sentence)


@pytest.mark.parametrize("command", ["show", "train", "export"])
def test_a_truncated_sprite_ends_in_a_sentence(command: str, folder: Path) -> None:
    path = folder / "sprites" / "8.png"
    path.write_bytes(path.read_bytes()[:100])
    result = _run(command, HASH)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(
        rf"Error: the token {folder} cannot be read: sprites/8\.png is damaged \(.+\); draw the token again into another folder\n",
        result.stderr,
    )
    assert not (folder / "training").exists()


def test_a_feature_that_nobody_draws_ends_in_a_sentence(folder: Path) -> None:
    record = json.loads((folder / "token.json").read_bytes())
    record["sprites"][0]["family"] = "opera"
    (folder / "token.json").write_text(json.dumps(record))
    sentence = f"the token {folder} cannot be shown: generator 1 knows no 'opera'; draw the token again into another folder"
    _check_sentence(_run("show", HASH), 1, sentence)


def test_broken_metadata_ends_in_a_sentence(folder: Path) -> None:
    (folder / "metadata.json").unlink()
    sentence = f"{folder / 'metadata.json'} cannot be read: No such file or directory; draw the token again into another folder"
    _check_sentence(_run("show", HASH, "--metadata", "fxhash"), 1, sentence)
    assert _run("show", HASH).exit_code == 0


# Runs as whoever may not write: rights do not bind root, who becomes nobody once all modules are loaded.
_READ_ONLY = """
import os
from mint.cli import main
main(["new", "warm-up"], standalone_mode=False)
os.chmod("tokens", 0o555)
if os.geteuid() == 0:
    try:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    except OSError:
        raise SystemExit(77)
main(["new", "open sesame"])
"""


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")
def test_a_read_only_tokens_folder_ends_in_a_sentence(work: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run([sys.executable, "-c", _READ_ONLY], env=environment, capture_output=True, text=True, check=False)
    if result.returncode == 77:
        pytest.skip("root cannot become nobody here")
    assert result.returncode == 1, result.stderr
    assert result.stderr == (
        f"Error: the token cannot be written to tokens/{NAME}: Permission denied; give another place with --tokens-dir\n"
    )
    assert [path.name for path in Path("tokens").iterdir()] == [parse_hash("warm-up").folder_name]


_FULL = """
import resource
from mint.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
main(["new", "open sesame"])
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX can limit the size of files")
def test_a_full_disk_ends_in_a_sentence_and_leaves_nothing(work: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run([sys.executable, "-c", _FULL], env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: the token cannot be written to tokens/{NAME}: File too large; give another place with --tokens-dir\n"
    )
    assert list(Path("tokens").iterdir()) == []


@pytest.mark.parametrize("command", ["new", "show"])
def test_help_has_an_example(command: str) -> None:
    result = _run(command, "--help")
    assert result.exit_code == 0
    assert f'Example: mint {command} "open sesame"' in result.stdout
