"""Pacing: as many tiles are due as the rate says, each place once a round, by a clock that is given."""

from collections import Counter

import numpy as np
import pytest

from viewer.latents.modes import Mode
from viewer.web.tile_grid import TileGrid
from viewer.web.tile_pacing import TilePacing

TICK_S = 1 / 60


def filled_grid(count: int) -> TileGrid:
    grid = TileGrid(count)
    grid.is_blank[:] = False
    return grid


def places_in(
    pacing: TilePacing, seconds: float, rate: float, *, start_s: float = 100.0, mode: Mode = "refresh"
) -> list[list[int]]:
    """Return the places that are due, each time that any are, while the pacing is asked whenever it wants to be."""
    found, now_s = [], start_s
    while now_s < start_s + seconds:
        places, wait_s = pacing.next_places(now_s, mode=mode, rate=rate, is_running=True, is_page_ready=True)
        if len(places):
            found.append(places.tolist())
        assert wait_s is not None
        now_s += max(wait_s, 1e-4)
    return found


@pytest.mark.parametrize("rate", [0.5, 4.0, 60.0, 1000.0])
def test_the_rate_is_kept(rate: float) -> None:
    found = places_in(TilePacing(filled_grid(64)), 20, rate)
    assert sum(map(len, found)) == pytest.approx(20 * rate, abs=rate * TICK_S + 2)


def test_each_place_comes_once_a_round() -> None:
    found = [place for places in places_in(TilePacing(filled_grid(10)), 5, 20) for place in places]
    rounds = [found[start : start + 10] for start in range(0, 90, 10)]
    assert all(Counter(places) == Counter(range(10)) for places in rounds)
    assert rounds[0] != rounds[1]


def test_a_round_begins_anew_with_another_number_of_places() -> None:
    grid = filled_grid(64)
    pacing = TilePacing(grid)
    places_in(pacing, 0.5, 60)
    grid.resize(4)
    pacing.begin_round()
    assert {place for places in places_in(pacing, 1, 60, start_s=200) for place in places} == {0, 1, 2, 3}


def test_blank_places_come_first_and_without_waiting() -> None:
    grid = TileGrid(100)
    pacing = TilePacing(grid)
    for expected in (range(64), range(64, 100)):
        places, wait_s = pacing.next_places(1, mode="walk", rate=1, is_running=False, is_page_ready=False)
        assert (places.tolist(), wait_s) == ([*expected], 0)
        grid.is_blank[places] = False
    places, wait_s = pacing.next_places(1, mode="walk", rate=1, is_running=False, is_page_ready=False)
    assert (places.tolist(), wait_s) == ([], None)


@pytest.mark.parametrize("mode", ["refresh", "walk"])
def test_time_of_an_interruption_does_not_count(mode: Mode) -> None:
    grid = filled_grid(64)
    pacing = TilePacing(grid)
    places_in(pacing, 1, 10, mode=mode)
    before = grid.positions.copy()
    pacing.interrupt()
    places, wait_s = pacing.next_places(10_000, mode=mode, rate=10, is_running=True, is_page_ready=True)
    assert (places.tolist(), wait_s) == ([], TICK_S)
    assert np.array_equal(grid.positions, before)


def test_a_walk_moves_all_places_and_waits_for_a_page() -> None:
    grid = filled_grid(8)
    pacing = TilePacing(grid)
    found = places_in(pacing, 1, 4, mode="walk")
    assert len(found) > 50
    assert all(places == [*range(8)] for places in found)
    # Eight places at four tiles a second: two seconds from one dream to the next.
    assert grid.positions == pytest.approx(0.5, abs=0.02)
    places, wait_s = pacing.next_places(102, mode="walk", rate=4, is_running=True, is_page_ready=False)
    assert (places.tolist(), wait_s) == ([], None)
    # After a delay it goes on from where it was, by a quarter of a second at the most.
    pacing.next_places(110, mode="walk", rate=4, is_running=True, is_page_ready=True)
    assert grid.positions == pytest.approx(0.625, abs=0.02)
