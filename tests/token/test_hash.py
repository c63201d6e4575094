"""Tests of hashes: accepted forms, error messages for other texts, and the folder name."""

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mint.errors import HashError
from mint.token.hash import BASE58, TokenHash, parse_hash, random_hash

TEZOS = (
    "ooj2HmX8dgniNPuPRcapyXBn9vYpsNwgD1uwx98SLceF6iCZJZK",
    "oo7KXsC8LbggF4wafcscSyiPGgCFbZZdVtGuBSv477bpjw76UpF",
    "opXnGtQiUMfyKL2AHq6c13E3tg7fxUKx1eTD4UoxFdVWBR1YuE8",
)
EVM = "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738"


@pytest.mark.parametrize("text", [*TEZOS, "on" + BASE58[:49]])
def test_tezos_hashes_are_unchanged(text: str) -> None:
    token_hash = parse_hash(text)
    assert (token_hash.text, token_hash.scheme) == (text, "fxhash-tezos")


@pytest.mark.parametrize("text", [EVM, EVM.upper().replace("X", "x"), EVM.upper()])
def test_evm_hashes_are_case_insensitive(text: str) -> None:
    token_hash = parse_hash(text)
    assert (token_hash.text, token_hash.scheme) == (EVM, "evm")


@pytest.mark.parametrize(
    "text", ["a", "open sesame", "x" * 256, "世界" * 128, "oops", "on the road again", "..", "🌊", "0", "a" * 51]
)
def test_other_texts_are_accepted(text: str) -> None:
    token_hash = parse_hash(text)
    assert (token_hash.text, token_hash.scheme) == (text, "text")


def test_unicode_normalization_gives_one_hash() -> None:
    composed, decomposed = "Caf\u00e9", "Cafe\u0301"
    assert parse_hash(decomposed) == parse_hash(composed)
    assert len(parse_hash("e\u0301" * 256).text) == 256


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the token hash is empty; give 1 to 256 printable characters, or make one up with: mint new --random"),
        ("x" * 257, "the token hash has 257 characters; give at most 256"),
        ("a\nb", "the token hash holds the unprintable character U+000A; give printable characters only"),
        ("a\x00", "the token hash holds the unprintable character U+0000; give printable characters only"),
        ("\x1b[31m", "the token hash holds the unprintable character U+001B; give printable characters only"),
        ("a\u200bb", "the token hash holds the unprintable character U+200B; give printable characters only"),
        ("\udcff", "the token hash holds the unprintable character U+DCFF; give printable characters only"),
        ("../x", "'../x' is neither a token folder nor a hash; a hash holds no / or \\"),
        ("a\\b", "'a\\\\b' is neither a token folder nor a hash; a hash holds no / or \\"),
        (" a", "the token hash ' a' begins or ends with a space; leave it out"),
        (" ", "the token hash ' ' begins or ends with a space; leave it out"),
        (EVM[:-1], "the EVM hash '0x11ac16678959949c12...' has 63 hexadecimal digits; give 0x and 64 hexadecimal digits"),
        (EVM + "0", "the EVM hash '0x11ac16678959949c12...' has 65 hexadecimal digits; give 0x and 64 hexadecimal digits"),
        (EVM[:-1] + "g", "the EVM hash '0x11ac16678959949c12...' holds 'g'; give 0x and 64 hexadecimal digits"),
        (
            "0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B",
            "'0xAb5801a7D398351b8b...' is the address of a wallet or contract (40 hexadecimal digits), and no token hash; "
            "give the token's own hash, 0x and 64 hexadecimal digits",
        ),
        ("0x", "the EVM hash '0x' has 0 hexadecimal digits; give 0x and 64 hexadecimal digits"),
        (EVM + "\n", "the EVM hash '0x11ac16678959949c12...' holds '\\n'; give 0x and 64 hexadecimal digits"),
        (
            TEZOS[0][:-1],
            "the fxhash 'ooj2HmX8dgniNPuPRcap...' has 50 characters; give oo and 49 base58 characters (no 0, O, I or l)",
        ),
        (
            TEZOS[2] + "z",
            "the fxhash 'opXnGtQiUMfyKL2AHq6c...' has 52 characters; give op and 49 base58 characters (no 0, O, I or l)",
        ),
        (
            TEZOS[0][:-1] + "0",
            "the fxhash 'ooj2HmX8dgniNPuPRcap...' holds '0'; give oo and 49 base58 characters (no 0, O, I or l)",
        ),
    ],
)
def test_malformed_hashes_are_rejected_with_a_message(text: str, message: str) -> None:
    with pytest.raises(HashError) as error:
        parse_hash(text)
    assert str(error.value) == message


@given(st.text(max_size=300))
def test_any_text_is_parsed_or_rejected_with_a_message(text: str) -> None:
    token_hash, message = _parsed(text)
    if token_hash is None:
        assert message.isprintable()
        assert len(message) < 150
        return
    assert unicodedata.is_normalized("NFC", token_hash.text)
    assert 1 <= len(token_hash.text) <= 256
    assert re.fullmatch(r"\w{1,12}-[0-9a-f]{12}", token_hash.folder_name, re.ASCII)
    assert parse_hash(token_hash.text) == token_hash


def _parsed(text: str) -> tuple[TokenHash | None, str]:
    try:
        return parse_hash(text), ""
    except HashError as error:
        return None, str(error)


@pytest.mark.parametrize(
    ("text", "start"),
    [("open sesame", "opensesame"), (TEZOS[0], "ooj2HmX8dgni"), (EVM, "0x11ac166789"), ("../x"[:2], "token"), ("世界", "token")],
)
def test_folder_name_is_safe_characters_and_digest(text: str, start: str) -> None:
    assert parse_hash(text).folder_name == f"{start}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def test_similar_hashes_have_different_folders() -> None:
    names = {parse_hash(text).folder_name for text in ("open sesame", "open-sesame", "opensesame", "open sesame!", "Open sesame")}
    assert len({name.lower() for name in names}) == 5


def test_random_hashes_are_well_formed_and_differ() -> None:
    hashes = {random_hash() for _ in range(100)}
    assert len(hashes) == 100
    assert {parse_hash(text).scheme for text in hashes} == {"fxhash-tezos"}
