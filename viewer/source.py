"""Where a page's tiles come from: exported models (``replay``) or a training that is running.

The wall decides which tile is drawn when, and from which seed; a source knows how. Whatever else happens at its end it tells as
news, in the messages that the pages get. All of it runs in one event loop, and nothing here may keep that waiting.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.protocol import Ability, Ask, Compare, History, Mode, Model, Past, Problem, Run, Skip, State, Stats


@dataclass(frozen=True, kw_only=True)
class Status:
    """What is going on; the wall changes tiles only while it is "running"."""

    state: State
    step: int
    text: str = ""  # a sentence for the person


@dataclass(frozen=True, kw_only=True, eq=False)
class Sprites:
    """The originals, or their present reconstructions, (n, H, W) uint8; see also ``protocol.Photographs``."""

    kind: Literal[1, 2]  # protocol.ORIGINALS or RECONSTRUCTIONS
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawing:
    """Tiles (n, H, W) uint8, and the generation of the model that drew them."""

    generation: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """The only dreams that can be drawn now: they hang place by place, over and over, and do not change; none lets any hang."""

    seeds: tuple[int, ...]


News = Model | Status | Stats | History | Sprites | Fixed | Problem
Wish = Run | Skip | Past | Compare | Ask  # what came of it is news


class TileSource(Protocol):
    """What a page can show."""

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """What this source has besides tiles. Only what stands here is asked for."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """How tiles can change here."""

    def news(self) -> AsyncIterator[News]:
        """Tell what changes, from the present state on, until the program ends. Called once.

        A ``Model`` is told before its generation's first drawing is asked for, and each has a higher generation than those before.
        Told again with the same generation, it has drawn otherwise since (another step of the past, another label): all tiles are
        drawn anew.
        """

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> Drawing | None:
        """Draw the tiles at these positions of these seeds' journeys (see ``journey``), or none now: then there will be news."""

    def wish(self, wish: Wish) -> None:
        """Take what a person wants, and return at once. ``Skip``, ``Past`` and ``Compare`` only come with the ability for it."""
