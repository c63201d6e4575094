"""The pace of the tiles: which places of the mosaic are due now, and how long to wait for the next ones.

It knows the clock, the rate and the mode, and neither pages nor what is drawn.
"""

import math
from typing import Final

import numpy as np

from viewer.latents.modes import Mode
from viewer.latents.walk import NUM_SEGMENTS
from viewer.web.tile_grid import Places, TileGrid

# One frame of the browser: more frequent changes cannot be seen.
_TICK_S: Final = 1 / 60
# Blank places are filled in batches, so that the first tiles do not wait for the last.
_FILL_BATCH: Final = 64
# In a walk each tile takes at least and at most this long from one dream to the next.
_MIN_SEGMENT_S: Final = 2.0
_MAX_SEGMENT_S: Final = 60.0
_MAX_WALK_STEP_S: Final = 0.25  # after a delay a walk continues from where it was

NO_PLACES: Final[Places] = np.zeros(0, np.intp)
# Places to draw now; or none, and how many seconds to wait unless something changes, None for as long as nothing does.
Due = tuple[Places, float | None]


class TilePacing:
    """Chooses places of a grid: blank ones at once; others at random, each once a round, or all together in a walk."""

    def __init__(self, grid: TileGrid) -> None:
        self._grid: Final = grid
        self._random = np.random.default_rng()
        self._refresh_order: list[int] = []  # places in random order, each once a round
        self._last_s: float | None = None  # when places were last chosen; None after an interruption
        self._num_due = 0.0  # refreshes that are due

    def interrupt(self) -> None:
        """Do not count the time until the next call of ``next_places``."""
        self._last_s = None

    def begin_round(self) -> None:
        """Begin a new round, because the grid has another number of places."""
        self._refresh_order = []

    def next_places(self, now_s: float, *, mode: Mode, rate: float, is_running: bool, is_page_ready: bool) -> Due:
        """Return the places that are due at a time.

        ``rate`` is in tiles a second. Unless ``is_running``, only blank places are due. ``is_page_ready`` says whether there is a
        page without unsent tiles: a walk is as fast as the fastest page.
        """
        blank = np.flatnonzero(self._grid.is_blank)[:_FILL_BATCH]
        if len(blank) or not is_running:
            self._last_s = None
            return blank, 0 if len(blank) else None
        if self._last_s is None:
            self._last_s, self._num_due = now_s, 0.0
            return NO_PLACES, _TICK_S
        elapsed_s = now_s - self._last_s
        if mode == "refresh":
            places, wait_s = self._refresh(elapsed_s, rate)
        else:
            places, wait_s = self._walk(elapsed_s, rate) if is_page_ready else (NO_PLACES, None)
        if len(places):
            self._last_s = now_s
        return places, wait_s

    def _walk(self, elapsed_s: float, rate: float) -> Due:
        if elapsed_s < _TICK_S:
            return NO_PLACES, _TICK_S - elapsed_s
        grid = self._grid
        segment_s = min(_MAX_SEGMENT_S, max(_MIN_SEGMENT_S, len(grid) / rate))
        grid.positions = (grid.positions + min(elapsed_s, _MAX_WALK_STEP_S) / segment_s) % NUM_SEGMENTS
        return np.arange(len(grid)), 0

    def _refresh(self, elapsed_s: float, rate: float) -> Due:
        num_due = self._num_due + elapsed_s * rate
        count = min(math.floor(num_due), len(self._grid))
        if not count or elapsed_s < _TICK_S:
            return NO_PLACES, max(_TICK_S - elapsed_s, (1 - self._num_due) / rate - elapsed_s, 0.001)
        self._num_due = min(num_due - count, 1.0)
        if len(self._refresh_order) < count:
            remaining = set(self._refresh_order)
            round_of_all = self._random.permutation(len(self._grid)).tolist()
            self._refresh_order += [place for place in round_of_all if place not in remaining]
        places, self._refresh_order = self._refresh_order[:count], self._refresh_order[count:]
        return np.array(places, np.intp), 0
