"""Malformed hashes, damaged tokens and wrong usage: commands end with one message."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.runner import check_error, run_mint
from tests.cli.tokens import EVM, HASH, TEZOS

pytestmark = pytest.mark.usefixtures("work")


BAD_HASHES = [
    ("", "the token hash is empty; give 1 to 256 printable characters, or make one up with: mint new --random"),
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
@pytest.mark.parametrize(("text", "message"), BAD_HASHES)
def test_malformed_hashes_are_one_message(command: str, text: str, message: str) -> None:
    check_error(run_mint(command, text), 1, message)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
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
def test_wrong_usage_is_one_message(arguments: list[str], message: str) -> None:
    Path("file").write_text("")
    check_error(run_mint(*arguments), 2, message)
    assert [path.name for path in Path().iterdir()] == ["file"]


@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unseen_hash_is_drawn_only_by_new_and_train(command: str) -> None:
    check_error(run_mint(command, HASH), 1, "the token of 'open sesame' is not in tokens; draw it with: mint new 'open sesame'")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("command", ["show", "train", "export"])
def test_a_folder_without_token_json_is_one_message(command: str) -> None:
    Path("empty").mkdir()
    message = "empty is not a token folder: it has no token.json; give a token folder, or a hash to draw a new one"
    check_error(run_mint(command, "empty"), 1, message)
    assert list(Path("empty").iterdir()) == []


@pytest.mark.parametrize("command", ["show", "train", "export"])
def test_a_token_of_another_version_is_one_message(command: str, folder: Path) -> None:
    record = json.loads((folder / "token.json").read_bytes())
    (folder / "token.json").write_text(json.dumps({**record, "format": 2}))
    message = f"{folder / 'token.json'} has format 2, this version reads 1; use the version of Pixelmint that wrote it"
    check_error(run_mint(command, HASH), 1, message)


@pytest.mark.parametrize("command", ["show", "train", "export"])
def test_a_truncated_sprite_is_one_message(command: str, folder: Path) -> None:
    path = folder / "sprites" / "8.png"
    path.write_bytes(path.read_bytes()[:100])
    result = run_mint(command, HASH)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(
        rf"Error: the token {folder} cannot be read: sprites/8\.png is damaged \(.+\); draw the token again into another folder\n",
        result.stderr,
    )
    assert not (folder / "training").exists()


@pytest.mark.parametrize("command", ["new", "show"])
def test_help_has_an_example(command: str) -> None:
    result = run_mint(command, "--help")
    assert result.exit_code == 0
    assert f'Example: mint {command} "open sesame"' in result.stdout
