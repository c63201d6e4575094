"""The history of a training: what the same latents showed at earlier steps, kept small on disk.

``history/000000096.npz`` holds the tiles of step 96 as ``tiles``, (n, H, W) uint8, deflated; the zip format's CRC-32 detects a torn
or changed file. Nothing here draws.

Drawing 64 tiles takes as long as eight steps of training, so few steps are recorded. Nearly everything is learned within a hundred
steps: of the first ones every eighth is recorded, which costs two seconds in all. Then two are recorded while the number of steps
doubles, and four from step 4096 on, where that takes less than 1 % of the time and ever less. So the folder grows with the
logarithm of time: 2**32 steps (at 100 a second, more than a year) leave 101 files of 5 KB where the tiles are pictures, and of 38
KB if they were noise in 16 colours: half a megabyte, at worst 4.

Where an epoch (as many images seen as there are sprites) takes 40 steps or more, so that recording takes little of its time, the
ends of epochs are recorded, too: each of the first 64, then 32 while their number doubles.
"""

import re
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.atomic_write import write_bytes
from mint.errors import HistoryError
from viewer.latents.seeds import latent
from viewer.regular_file import read_regular_file

# Tile i shows the first dream of seed SEEDS[i], which a page that names its tiles by seed and position calls (SEEDS[i], 0).
SEEDS: Final = range(1, 65)
_EVERY_EIGHTH_UNTIL: Final = 64
_FOUR_AN_OCTAVE_FROM: Final = 4096
_LONG_EPOCH: Final = 40  # steps
_EVERY_EPOCH_UNTIL: Final = 64
MAX_BYTES: Final = 1 << 24  # of one file
_MAX_SIDE = 256
_FILE = re.compile(r"(\d{9,16})\.npz")


class History:
    """The recorded steps of a training in a folder, and their tiles. Safe to read while a training writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def steps(self) -> tuple[int, ...]:
        """The recorded steps, oldest first; a damaged file is only noticed when it is read."""
        try:
            names = [_FILE.fullmatch(path.name) for path in self._folder.iterdir()]
        except OSError:
            return ()
        return tuple(sorted(int(name[1]) for name in names if name))

    @staticmethod
    def is_due(step: int) -> bool:
        """Whether a step belongs to the history."""
        if step < _EVERY_EIGHTH_UNTIL:
            return step % 8 == 0
        octave = 1 << (step.bit_length() - 1)  # the greatest power of two up to the step
        return step % (octave // (4 if step >= _FOUR_AN_OCTAVE_FROM else 2)) == 0

    @staticmethod
    def is_epoch_due(images: int, images_per_step: int, num_sprites: int) -> bool:
        """Whether a step after which ``images`` images were seen ends an epoch that belongs to the history."""
        if num_sprites < _LONG_EPOCH * images_per_step:
            return False
        epoch = images // num_sprites
        if epoch == (images - images_per_step) // num_sprites:
            return False
        octave = 1 << max(0, epoch.bit_length() - 1)
        return epoch % max(1, 2 * octave // _EVERY_EPOCH_UNTIL) == 0

    def read(self, step: int) -> NDArray[np.uint8]:
        """Return the tiles of a step, (n, H, W) uint8. Raises HistoryError if the file is missing, damaged or holds no tiles."""
        path = self._path(step)
        try:
            data = read_regular_file(path, MAX_BYTES, within=path.parent)
            tiles: NDArray[np.uint8] = np.load(BytesIO(data), allow_pickle=False)["tiles"]
        except Exception as error:  # NumPy passes on whatever zip and zlib raise for a damaged file
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).partition("\n")[0]
            raise HistoryError(f"step {step} of the history cannot be read: {path.name}: {reason}; other steps can") from error
        if tiles.dtype != np.uint8 or tiles.ndim != 3 or not tiles.size or max(tiles.shape[1:]) > _MAX_SIDE:
            raise HistoryError(
                f"step {step} of the history cannot be read: {path.name} holds {tiles.dtype} {tiles.shape}, not tiles"
            )
        return tiles

    def record(self, step: int, tiles: NDArray[np.uint8]) -> None:
        """Write the tiles (n, H, W) uint8 of a step durably. Raises HistoryError if the disk refuses."""
        buffer = BytesIO()
        np.savez_compressed(buffer, tiles=tiles)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self._path(step), buffer.getvalue())
        except OSError as error:
            raise HistoryError(f"step {step} could not be added to the history in {self._folder}: {error.strerror}") from error

    def drop_after(self, last_step: int) -> None:
        """Remove the steps after ``last_step``, and what a crash left half-written. Raises OSError."""
        for step in self.steps:
            if step > last_step:
                self._path(step).unlink(missing_ok=True)
        for unfinished in self._folder.glob(".*.npz-*.tmp"):
            unfinished.unlink(missing_ok=True)

    def _path(self, step: int) -> Path:
        return self._folder / f"{step:09d}.npz"


def history_latents(latent_dim: int) -> NDArray[np.float32]:
    """Return the latents that the tiles of the history show, (len(SEEDS), latent_dim) float32."""
    return np.stack([latent(seed, 0, latent_dim) for seed in SEEDS])
