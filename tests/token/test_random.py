"""Tests of streams: sfc32 as published, seeded as documented, and choices with the stated probabilities."""

import hashlib
from collections import Counter
from ctypes import c_uint32
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from mint.token.random import FORMAT, Stream

MIN_P = 0.001


class ScriptedStream(Stream):
    """A stream of given words, to test which words a choice uses and which it rejects."""

    def __init__(self, words: list[int]) -> None:
        super().__init__("", "")
        self.words = words

    def u32(self) -> int:
        return self.words.pop(0) if hasattr(self, "words") else super().u32()


def _reference(hash_text: str, name: str, count: int) -> list[int]:
    """Return the first words of a stream by PractRand's C code (RNG_engines/sfc.cpp, 0.94), in 32-bit C integers."""
    digest = hashlib.sha256(f"pixelmint/{FORMAT}\0{hash_text}\0{name}".encode()).digest()
    a, b, c = (c_uint32(int.from_bytes(digest[i : i + 4], "little")) for i in (0, 4, 8))
    counter = c_uint32(1)
    out = []
    for _ in range(15 + count):
        tmp = c_uint32(a.value + b.value + counter.value)
        counter = c_uint32(counter.value + 1)
        a = c_uint32(b.value ^ (b.value >> 9))
        b = c_uint32(c.value + c_uint32(c.value << 3).value)
        c = c_uint32((c_uint32(c.value << 21).value | (c.value >> (32 - 21))) + tmp.value)
        out.append(tmp.value)
    return out[15:]


def _lowbias32(x: int) -> int:
    """Return a word hashed as in github.com/skeeto/hash-prospector, [16 21f0aaad 15 d35a2d97 15]."""
    x = (x ^ x >> 16) * 0x21F0AAAD % 2**32
    x = (x ^ x >> 15) * 0xD35A2D97 % 2**32
    return x ^ x >> 15


@pytest.mark.parametrize(("hash_text", "name"), [("a", "b"), ("", ""), ("open sesame", "sprite/0"), ("世界", "palette")])
def test_words_equal_the_published_generator(hash_text: str, name: str) -> None:
    random = Stream(hash_text, name)
    assert [random.u32() for _ in range(1000)] == _reference(hash_text, name, 1000)


def test_first_words_of_a_stream_are_stable() -> None:
    random = Stream("open sesame", "sprite/0")
    assert [random.u32() for _ in range(4)] == [5357576, 3216259872, 2752458814, 74909367]
    assert Stream("open sesame", "sprite/0").grid(1, 3).tolist() == [[2968262739, 2257850307, 2317649607]]


def test_words_are_uniform_in_each_byte() -> None:
    random = Stream("bytes", "uniform")
    words = np.array([random.u32() for _ in range(50_000)], np.uint32)
    for shift in (0, 8, 16, 24):
        assert chisquare(np.bincount(words >> shift & 255, minlength=256)).pvalue > MIN_P


def test_successive_words_are_independent() -> None:
    random = Stream("pairs", "uniform")
    top = [random.u32() >> 28 for _ in range(50_001)]
    counts = Counter(pairwise(top))
    assert chisquare([counts[a, b] for a in range(16) for b in range(16)]).pvalue > MIN_P


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10, 100, 1000])
def test_below_is_uniform(n: int) -> None:
    random = Stream("below", str(n))
    counts = np.bincount([random.below(n) for _ in range(20_000)], minlength=n)
    assert len(counts) == n
    assert n == 1 or chisquare(counts).pvalue > MIN_P


@given(st.integers(1, 2**32), st.text(max_size=5))
def test_below_stays_in_its_range(n: int, name: str) -> None:
    random = Stream("range", name)
    assert all(0 <= random.below(n) < n for _ in range(20))


def test_below_rejects_words_that_would_bias_small_numbers() -> None:
    # 2**32 = 3 * 1431655765 + 1: the one word left over would make 0 more likely.
    random = ScriptedStream([2**32 - 1, 2**32 - 1, 2**32 - 2])
    assert random.below(3) == 2
    assert random.words == []
    # If n divides 2**32, no word is rejected; for n = 2**32, any word is returned unchanged.
    assert ScriptedStream([2**32 - 1]).below(2**31) == 2**31 - 1
    assert ScriptedStream([2**32 - 1]).below(2**32) == 2**32 - 1
    # If n is one more than half the range, almost half of all words are rejected.
    assert ScriptedStream([2**32 - 1, 2**31 + 1, 2**31]).below(2**31 + 1) == 2**31


def test_between_includes_both_bounds() -> None:
    random = Stream("between", "")
    assert {random.between(-2, 3) for _ in range(500)} == {-2, -1, 0, 1, 2, 3}
    assert random.between(5, 5) == 5


def test_chance_has_the_stated_probability() -> None:
    random = Stream("chance", "")
    hits = sum(random.chance(3, 10) for _ in range(20_000))
    assert chisquare([hits, 20_000 - hits], [6_000, 14_000]).pvalue > MIN_P
    assert not any(random.chance(0, 5) for _ in range(50))
    assert all(random.chance(5, 5) for _ in range(50))


def test_choice_is_uniform() -> None:
    random = Stream("choice", "")
    counts = Counter(random.choice("abcde") for _ in range(20_000))
    assert chisquare([counts[option] for option in "abcde"]).pvalue > MIN_P


def test_weighted_follows_its_weights() -> None:
    weights = (500, 1, 299, 150, 50)
    random = Stream("weighted", "")
    counts = np.bincount([random.weighted(weights) for _ in range(50_000)], minlength=5)
    assert chisquare(counts, np.array(weights) * 50).pvalue > MIN_P


def test_weighted_maps_each_weight_to_its_share_of_the_range() -> None:
    shares = Counter(ScriptedStream([word]).weighted((2, 0, 5, 1)) for word in range(8))
    assert shares == {0: 2, 2: 5, 3: 1}


def test_shuffled_is_uniform_over_orders() -> None:
    random = Stream("shuffled", "")
    options = ["a", "b", "c", "d"]
    counts = Counter(tuple(random.shuffled(options)) for _ in range(24_000))
    assert chisquare([counts[order] for order in permutations("abcd")]).pvalue > MIN_P
    assert options == ["a", "b", "c", "d"]


def test_fork_does_not_advance_its_stream() -> None:
    one, other = Stream("fork", "a"), Stream("fork", "a")
    one.u32()
    one.fork("b").u32()
    other.u32()
    assert one.u32() == other.u32()


def test_fork_depends_on_its_path_only() -> None:
    random = Stream("fork", "a")
    early = random.fork("b/c").u32()
    random.u32()
    assert random.fork("b").fork("c").u32() == early == Stream("fork", "a/b/c").u32()


def test_streams_of_different_names_or_hashes_are_independent() -> None:
    root = Stream("forks", "root")
    words = [root.fork(str(number)).u32() for number in range(20_000)]
    assert len(set(words)) > 19_990
    assert chisquare(np.bincount(np.array(words, np.uint32) >> 24, minlength=256)).pvalue > MIN_P
    siblings = [(one >> 28, other >> 28) for one, other in pairwise(words)]
    counts = Counter(siblings)
    assert chisquare([counts[a, b] for a in range(16) for b in range(16)]).pvalue > MIN_P
    assert Stream("ab", "c").u32() != Stream("a", "bc").u32()


def test_grid_is_uniform_and_advances_the_stream_by_two_words() -> None:
    random = Stream("grid", "")
    grid = random.grid(200, 250)
    assert (grid.shape, grid.dtype) == ((200, 250), np.dtype(np.uint32))
    for shift in (0, 8, 16, 24):
        assert chisquare(np.bincount((grid >> shift & 255).ravel(), minlength=256)).pvalue > MIN_P
    assert random.u32() == _reference("grid", "", 3)[2]


def test_grid_is_the_published_hash_of_a_counter() -> None:
    key, tweak = _reference("grid", "lowbias32", 2)
    expected = [_lowbias32(_lowbias32((place + key) % 2**32) ^ tweak) for place in range(6)]
    assert Stream("grid", "lowbias32").grid(2, 3).ravel().tolist() == expected


def test_neighbours_in_a_grid_are_independent() -> None:
    top = (Stream("grid", "neighbours").grid(200, 250) >> 28).astype(np.int64)
    for one, other in ((top[:, 1:], top[:, :-1]), (top[1:], top[:-1])):
        assert chisquare(np.bincount((one * 16 + other).ravel(), minlength=256)).pvalue > MIN_P


def test_grids_of_two_streams_differ_everywhere() -> None:
    one, other = (Stream("grid", name).grid(32, 32) for name in "ab")
    assert (one != other).mean() > 0.99


@pytest.mark.parametrize("n", [1, 2, 3, 10, 256])
def test_grid_below_is_uniform(n: int) -> None:
    grid = Stream("grid below", str(n)).grid_below(n, 150, 150)
    counts = np.bincount(grid.ravel(), minlength=n)
    assert grid.dtype == np.uint8
    assert len(counts) == n
    assert n == 1 or chisquare(counts).pvalue > MIN_P
