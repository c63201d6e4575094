"""What is said between a training in a process of its own and whoever has started it. Loads no torch.

The training only speaks when it is spoken to, but for statistics, troubles, its beginning and its end: so nobody who does not
listen can fill the pipe and keep it waiting. Pictures do not go through the pipe; they lie in shared memory (``SharedTiles``).
"""

import math
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mint.training.progress import Progress
from mint.training.stats import Stats

MAX_DREAMS: Final = 64  # tiles that are drawn at once
MAX_ORIGINALS: Final = 64  # sprites that are shown beside their reconstructions
# So many pixels of larger ones, but for a few that are always shown.
_MAX_SHOWN_PIXELS: Final = MAX_ORIGINALS * 32 * 32
_FEW: Final = 9


def shown_originals(sprites: NDArray[np.uint8]) -> slice:
    """Return which of the sprites (N, H, W) are shown: at most MAX_ORIGINALS, evenly spread, and of large ones fewer."""
    count = min(MAX_ORIGINALS, max(_FEW, _MAX_SHOWN_PIXELS // sprites[0].size))
    return slice(None, None, math.ceil(len(sprites) / count))


@dataclass(frozen=True)
class RunCommand:
    """Go on, or rest after the present step."""

    running: bool


@dataclass(frozen=True)
class StopCommand:
    """Finish the step, save and end; publish before that, or not."""

    publish: bool = True


@dataclass(frozen=True)
class ProgressCommand:
    """Say how far it has come: answered by ``ProgressReport``."""


@dataclass(frozen=True, eq=False)
class DreamCommand:
    """Draw the latents z (n, L) float32, at most MAX_DRAWN, with the averaged weights: answered by ``DreamReport``.

    ``asked`` is what is asked of each label: 1 with it, 0 without, 0.5 where that is left to the model.
    """

    z: NDArray[np.float32]
    asked: tuple[float, ...] = ()


@dataclass(frozen=True)
class ReconstructCommand:
    """Draw what the originals are understood as: answered by ``ReconstructionReport``."""


@dataclass(frozen=True)
class ExportCommand:
    """Save, and publish what was saved beside the training: answered by ``ExportReport`` or ``ExportFailure``."""


@dataclass(frozen=True, kw_only=True)
class StartReport:
    """The training stands at this position, and waits to be told to run."""

    position: Progress
    device: str  # "CPU" or "CUDA"
    gpu: str  # the UUID of the GPU that trains, "" without one
    recipe: str  # its name and version
    seed: int
    latent_dim: int
    labels: tuple[str, ...]  # by which dreams can be asked for
    skipped: tuple[str, ...]  # why newer checkpoints were not used


@dataclass(frozen=True, kw_only=True)
class ProgressReport:
    """How far the training has come, what is saved of it, and what it took: seconds of all threads together."""

    position: Progress
    saved_step: int | None
    cpu_seconds: float


@dataclass(frozen=True)
class WarningReport:
    """A sentence about something that failed; the training goes on."""

    text: str


@dataclass(frozen=True)
class DreamReport:
    """So many tiles lie in ``Tiles.dreams``."""

    count: int


@dataclass(frozen=True)
class ReconstructionReport:
    """The reconstructions lie in ``Tiles.reconstructions``."""


@dataclass(frozen=True)
class ExportReport:
    """The four files are those of this step."""

    step: int


@dataclass(frozen=True)
class ExportFailure:
    """Why there are no files."""

    text: str


@dataclass(frozen=True)
class EndReport:
    """The training has ended as it was asked to, and all of it is saved; ``exported`` is false where there was no time for that."""

    position: Progress
    exported: bool = True


@dataclass(frozen=True)
class FailureReport:
    """The training cannot go on, and why."""

    text: str


WorkerCommand = RunCommand | StopCommand | ProgressCommand | DreamCommand | ReconstructCommand | ExportCommand
WorkerReport = (
    StartReport
    | ProgressReport
    | Stats
    | WarningReport
    | DreamReport
    | ReconstructionReport
    | ExportReport
    | ExportFailure
    | EndReport
    | FailureReport
)


class SharedTiles:
    """Pictures in memory that two processes share: MAX_DRAWN dreams, and as many reconstructions as there are originals.

    It has no name that could be left behind: the memory is gone with the last process that uses it.
    """

    def __init__(self, context: SpawnContext, shape: tuple[int, int, int]) -> None:
        count, height, width = shape
        self._shape = shape
        self._bytes: Any = context.RawArray("B", (MAX_DREAMS + count) * height * width)

    @property
    def dreams(self) -> NDArray[np.uint8]:
        """The last tiles drawn, (MAX_DRAWN, H, W)."""
        return self._pixels[:MAX_DREAMS]

    @property
    def reconstructions(self) -> NDArray[np.uint8]:
        """The last reconstructions, (n, H, W), of the ``shown_originals``."""
        return self._pixels[MAX_DREAMS:]

    @property
    def _pixels(self) -> NDArray[np.uint8]:
        return np.frombuffer(self._bytes, np.uint8).reshape(-1, *self._shape[1:])
