"""The messages between a training in a process of its own and the process that started it. Loads no torch.

Apart from statistics, warnings, its start and its end, the training only sends replies to commands, so a reader that is slow cannot
fill the pipe and block it. Pictures do not go through the pipe; they are in shared memory (``SharedTiles``).
"""

import math
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mint.training.progress import TrainingProgress
from mint.training.stats import Stats

MAX_DREAMS: Final = 64  # tiles that one command may ask for
MAX_ORIGINALS: Final = 64  # sprites that are shown beside their reconstructions
# Fewer large sprites are shown: these pixels in all, but at least MIN_ORIGINALS sprites.
_MAX_ORIGINAL_PIXELS: Final = MAX_ORIGINALS * 32 * 32
MIN_ORIGINALS: Final = 9


def shown_originals(sprites: NDArray[np.uint8]) -> slice:
    """Return which of the sprites (N, H, W) are shown: at most MAX_ORIGINALS, evenly spread, and fewer if they are large."""
    count = min(MAX_ORIGINALS, max(MIN_ORIGINALS, _MAX_ORIGINAL_PIXELS // sprites[0].size))
    return slice(None, None, math.ceil(len(sprites) / count))


@dataclass(frozen=True)
class RunCommand:
    """Resume, or pause after the present step."""

    running: bool


@dataclass(frozen=True)
class StopCommand:
    """Finish the step, save, and end; export before the end, or not."""

    export: bool = True


@dataclass(frozen=True)
class ProgressCommand:
    """Report the progress: answered by ``ProgressReport``."""


@dataclass(frozen=True, eq=False)
class DreamCommand:
    """Draw the latents z (n, L) float32, at most MAX_DREAMS, with the averaged weights: answered by ``DreamReport``.

    ``labels`` has a value for each label: 1 with it, 0 without it, 0.5 to leave that to the model. Empty leaves all to the model.
    """

    z: NDArray[np.float32]
    labels: tuple[float, ...] = ()


@dataclass(frozen=True)
class ReconstructCommand:
    """Draw the reconstructions of the originals: answered by ``ReconstructionReport``."""


@dataclass(frozen=True)
class ExportCommand:
    """Save, and export what was saved beside the training: answered by ``ExportReport`` or ``ExportFailure``."""


@dataclass(frozen=True, kw_only=True)
class StartReport:
    """The training is ready at this progress, and waits for ``RunCommand``."""

    progress: TrainingProgress
    device: str  # "CPU" or "CUDA"
    gpu: str  # the UUID of the GPU that trains, "" without one
    recipe: str  # its name and version
    seed: int
    latent_dim: int
    labels: tuple[str, ...]  # that dreams can be drawn with
    skipped: tuple[str, ...]  # why newer checkpoints were not used


@dataclass(frozen=True, kw_only=True)
class ProgressReport:
    """How far the training has come, the step of its newest checkpoint, and the CPU time of its process, all threads together."""

    progress: TrainingProgress
    saved_step: int | None
    cpu_seconds: float


@dataclass(frozen=True)
class WarningReport:
    """A sentence about something that failed while the training goes on."""

    text: str


@dataclass(frozen=True)
class DreamReport:
    """The tiles are the first ``count`` of ``SharedTiles.dreams``."""

    count: int


@dataclass(frozen=True)
class ReconstructionReport:
    """The reconstructions are in ``SharedTiles.reconstructions``."""


@dataclass(frozen=True)
class ExportReport:
    """The exported files are those of this step."""

    step: int


@dataclass(frozen=True)
class ExportFailure:
    """Why nothing was exported, in a sentence."""

    text: str


@dataclass(frozen=True)
class EndReport:
    """The training has ended as requested, and is saved; ``exported`` is false where it was not exported in time."""

    progress: TrainingProgress
    exported: bool = True


@dataclass(frozen=True)
class FailureReport:
    """Why the training cannot go on, in a sentence."""

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
    """Pictures in memory that two processes share: MAX_DREAMS dreams, and a reconstruction of each shown original.

    The memory has no name that could be left behind: it is freed with the last process that uses it.
    """

    def __init__(self, context: SpawnContext, shape: tuple[int, int, int]) -> None:
        count, height, width = shape
        self._shape = shape
        self._bytes: Any = context.RawArray("B", (MAX_DREAMS + count) * height * width)

    @property
    def dreams(self) -> NDArray[np.uint8]:
        """The last tiles drawn, (MAX_DREAMS, H, W)."""
        return self._pixels[:MAX_DREAMS]

    @property
    def reconstructions(self) -> NDArray[np.uint8]:
        """The last reconstructions of the ``shown_originals``, (n, H, W)."""
        return self._pixels[MAX_DREAMS:]

    @property
    def _pixels(self) -> NDArray[np.uint8]:
        return np.frombuffer(self._bytes, np.uint8).reshape(-1, *self._shape[1:])
