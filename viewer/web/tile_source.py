"""Where a page's tiles come from: exported models (``replay``) or a running training.

The scheduler decides when each tile is drawn and from which seed; a source draws it. A source reports everything else that happens
as events, most of which are messages for the pages. All of this runs in one event loop, which no source may block.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.latents.modes import Mode
from viewer.web.protocol import (
    Ability,
    CompareMessage,
    DisplayState,
    HistoryMessage,
    LearningCurvesMessage,
    ModelMessage,
    ProblemMessage,
    RunMessage,
    SetLabelMessage,
    ShowStepMessage,
    SkipMessage,
    StatsMessage,
)


@dataclass(frozen=True, kw_only=True)
class SourceStatus:
    """The state of a source; the scheduler changes tiles only while it is "running"."""

    state: DisplayState
    step: int
    text: str = ""  # a sentence to display


@dataclass(frozen=True, kw_only=True, eq=False)
class SpriteImages:
    """The originals or their current reconstructions, (n, H, W) uint8; see also ``protocol.PhotographFormat``."""

    kind: Literal[1, 2]  # frames.ORIGINALS or RECONSTRUCTIONS
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class TileBatch:
    """Tiles (n, H, W) uint8, and the generation of the model that drew them."""

    generation: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class FixedSeeds:
    """The only seeds that can be drawn now; they fill the places in order, repeat, and do not change. Empty allows any seed."""

    seeds: tuple[int, ...]


SourceEvent = (
    ModelMessage | SourceStatus | LearningCurvesMessage | StatsMessage | HistoryMessage | SpriteImages | FixedSeeds | ProblemMessage
)
SourceCommand = RunMessage | SkipMessage | ShowStepMessage | CompareMessage | SetLabelMessage  # an event reports its effect


class TileSource(Protocol):
    """A source of tiles for pages."""

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """What this source offers besides tiles; nothing else is requested of it."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """How tiles can change."""

    def events(self) -> AsyncIterator[SourceEvent]:
        """Yield the current state, then every change, until the program ends. Called once.

        A ``ModelMessage`` precedes the first tiles of its generation, and generations increase. A second message with the same
        generation means that the model now draws differently (another past step, another label): all tiles are drawn again.
        """

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        """Draw one tile for each seed at its position on that seed's walk (see ``latents.walk``).

        Returns None where none can be drawn now; then an event follows.
        """

    def handle(self, command: SourceCommand) -> None:
        """Accept a command and return at once.

        ``SkipMessage``, ``ShowStepMessage`` and ``CompareMessage`` come only where ``abilities`` includes them.
        """
