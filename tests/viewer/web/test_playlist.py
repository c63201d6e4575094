"""The playlist: each model once a round, none twice in a row, and backwards in reverse order."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.web.playlist import Playlist


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_playlist_of_one_repeats_it(shuffle: bool) -> None:
    playlist = Playlist(1, shuffle=shuffle, random=Random(1))
    assert [playlist.move(steps) for steps in (1, 1, -1, -5, 0)] == [0] * 5


def test_without_shuffle_the_order_repeats() -> None:
    playlist = Playlist(3, shuffle=False, random=Random(1))
    assert [playlist.current, *(playlist.move(1) for _ in range(6))] == [0, 1, 2, 0, 1, 2, 0]
    assert [playlist.move(-1) for _ in range(4)] == [2, 1, 0, 2]


@given(count=st.integers(2, 7), seed=st.integers(0, 2**32))
def test_a_shuffled_round_has_each_once_and_repeats_none_in_a_row(count: int, seed: int) -> None:
    playlist = Playlist(count, shuffle=True, random=Random(seed))
    shown = [playlist.current, *(playlist.move(1) for _ in range(6 * count - 1))]
    for start in range(0, len(shown), count):
        assert sorted(shown[start : start + count]) == list(range(count))
    assert all(one != other for one, other in pairwise(shown))


@given(count=st.integers(1, 7), seed=st.integers(0, 2**32), moves=st.lists(st.integers(-7, 7), max_size=40))
def test_any_moves_keep_rounds_without_repeats(count: int, seed: int, moves: list[int]) -> None:
    playlist = Playlist(count, shuffle=True, random=Random(seed))
    for steps in moves:
        before = playlist.current
        now = playlist.move(steps)
        assert 0 <= now < count
        assert 0 <= playlist.position < count
        if count > 1 and abs(steps) == 1:
            assert now != before


@given(count=st.integers(1, 7), seed=st.integers(0, 2**32), steps=st.integers(0, 6))
def test_moving_back_reverses_the_order(count: int, seed: int, steps: int) -> None:
    playlist = Playlist(count, shuffle=True, random=Random(seed))
    there = [playlist.current, *(playlist.move(1) for _ in range(steps % count))]
    back = [playlist.current, *(playlist.move(-1) for _ in range(steps % count))]
    assert back == there[::-1]
