"""Tokens drawn by JavaScript have the pixels, palettes, features and metadata of Python's, and its messages."""

import itertools
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mint.token.families import FAMILIES
from mint.token.random import Stream
from tests.browser.drawing.conftest import RunNode
from tests.browser.drawing.drawn_tokens import (
    TEST_EXPORTS,
    mangled_hashes,
    parsed_hashes,
    token_digests,
    token_texts,
    value_cases,
    value_digests,
)

DIGESTS = Path(__file__).parent / "token_digests.mjs"
RUN_DIGESTS = Path(__file__).parent / "run_digests.mjs"
EVM = "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738"
BAD_HASHES = [
    *("", " ", " a", "a ", "x" * 257, "世界" * 129, "a\nb", "a\x00", "\x1b[31m", "a\u200bb", "\udcff", "a\u2028", "a\u00a0b"),
    *(
        "../x",
        "a\\b",
        'it\'s/"x"',
        "a/\u00e9🌊",
        "🌊" * 30 + "/",
        EVM[:-1],
        EVM + "0",
        EVM[:10] + "g" + EVM[11:],
        "0x",
        "0X12",
        EVM[:42],
    ),
    *(
        "oo" + "1" * 48,
        "op" + "1" * 50,
        "on" + "0" * 49,
        "oo" + "l" * 49,
        "ooI" + "1" * 48,
        "import:" + "a" * 64,
    ),
    *("\U000e0001x", "\ue000", "\u0378", "x" * 300 + "\n"),
]
# Of the CI; the full counts take minutes.
NUM_TOKENS, NUM_ALL_TOKENS = 300, 10_000
NUM_DRAWS, NUM_ALL_DRAWS = 1, 6
BROWSER_RUN = """async ([module, digests, texts]) => {
    const load = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    return (await load(digests)).tokenDigests(await load(module), texts);
}"""


def _different(cases: list[str], found: list[str], expected: list[str]) -> list[str]:
    assert len(found) == len(expected)
    return [case for case, one, other in zip(cases, found, expected, strict=True) if one != other]


def test_tokens_in_chromium_are_those_of_python(browser: Browser, drawing: str) -> None:
    texts = token_texts(NUM_TOKENS, seed=1)
    page = browser.new_page()
    found = page.evaluate(BROWSER_RUN, [drawing + TEST_EXPORTS, DIGESTS.read_text(encoding="utf-8"), texts])
    page.close()
    assert not _different(texts, found, token_digests(texts))


@pytest.mark.slow
def test_ten_thousand_tokens_are_those_of_python(run_node: RunNode, drawing: str) -> None:
    texts = token_texts(NUM_ALL_TOKENS, seed=2)
    found = run_node(drawing + TEST_EXPORTS, RUN_DIGESTS, ["tokenDigests", texts])
    assert not _different(texts, found, token_digests(texts))


@pytest.mark.parametrize("count", [NUM_DRAWS, pytest.param(NUM_ALL_DRAWS, marks=pytest.mark.slow)])
def test_every_value_of_every_feature_is_drawn_alike(count: int, run_node: RunNode, drawing: str) -> None:
    cases = value_cases(count)
    assert {name for name, _, _ in cases} == set(FAMILIES)
    found = run_node(drawing + TEST_EXPORTS, RUN_DIGESTS, ["valueDigests", cases])
    assert not _different([seed for _, seed, _ in cases], found, value_digests(cases))


def test_streams_are_exact_at_the_bounds_of_their_words(run_node: RunNode, drawing: str) -> None:
    words = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFF800, 0xFFFFFFFF)
    states = list(itertools.product(words, repeat=4))
    expected = []
    for state in states:
        stream = Stream("a", "b")
        stream._a, stream._b, stream._c, stream._counter = state
        expected.append([stream.u32() for _ in range(5)])
    assert run_node(drawing + TEST_EXPORTS, RUN_DIGESTS, ["streamWords", states]) == expected


def test_hashes_are_refused_with_the_same_words(run_node: RunNode, drawing: str) -> None:
    texts = [*BAD_HASHES, *token_texts(40, seed=3), *mangled_hashes(2000, seed=4)]
    texts += [unicodedata.normalize("NFD", text) for text in token_texts(40, seed=3)]
    found = run_node(drawing + TEST_EXPORTS, RUN_DIGESTS, ["parsedHashes", texts])
    expected = parsed_hashes(texts)
    assert not [case for case in zip(texts, found, expected, strict=True) if case[1] != case[2]]
    assert all(name == "HashError" for name, _ in expected[: len(BAD_HASHES)])
    assert len({message for name, message in expected if name == "HashError"}) > len(BAD_HASHES)
