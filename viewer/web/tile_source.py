"""Where a page's tiles come from: exported models (``replay``) or a training that is running.

The wall decides which tile is drawn when, and from which seed; a source knows how. Whatever else happens at its end it tells as
news, in the messages that the pages get. All of it runs in one event loop, and nothing here may keep that waiting.
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
    """What is going on; the wall changes tiles only while it is "running"."""

    state: DisplayState
    step: int
    text: str = ""  # a sentence for the person


@dataclass(frozen=True, kw_only=True, eq=False)
class SpriteImages:
    """The originals, or their present reconstructions, (n, H, W) uint8; see also ``protocol.Photographs``."""

    kind: Literal[1, 2]  # protocol.ORIGINALS or RECONSTRUCTIONS
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class TileBatch:
    """Tiles (n, H, W) uint8, and the generation of the model that drew them."""

    generation: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class FixedSeeds:
    """The only dreams that can be drawn now: they hang place by place, over and over, and do not change; none lets any hang."""

    seeds: tuple[int, ...]


SourceEvent = ModelMessage | SourceStatus | StatsMessage | HistoryMessage | SpriteImages | FixedSeeds | ProblemMessage
SourceCommand = RunMessage | SkipMessage | ShowStepMessage | CompareMessage | SetLabelMessage  # what came of it is news


class TileSource(Protocol):
    """What a page can show."""

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """What this source has besides tiles. Only what stands here is asked for."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """How tiles can change here."""

    def news(self) -> AsyncIterator[SourceEvent]:
        """Tell what changes, from the present state on, until the program ends. Called once.

        A ``ModelMessage`` comes before the first drawing of its generation; each new generation is higher than the one before.
        A second message with the same generation means that the model draws differently now (another step of the past, another
        label): all tiles are drawn again.
        """

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        """Draw one tile for each seed at its position on that seed's walk (see ``latents.walk``).

        Return None where none can be drawn now; an event follows.
        """

    def wish(self, wish: SourceCommand) -> None:
        """Take a command and return at once.

        ``SkipMessage``, ``ShowStepMessage`` and ``CompareMessage`` come only where ``abilities`` names them.
        """
