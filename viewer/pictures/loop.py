"""Loops: mosaics that change and return to their first frame, so that a film of one has no seam.

All tiles show dreams of one seed: tile i of n shows the dreams i, i + n, i + 2n and so on, one after another, then its first again.
So a loop contains the tiles of ``viewer snapshot`` with the same seed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.exported.model import BATCH
from viewer.latents.modes import Mode
from viewer.latents.seeds import latent, latents
from viewer.latents.walk import closed_walk_latents
from viewer.pictures.mosaic import Pixels

# How long a tile takes from one dream to the next.
SEGMENT_S: Final = {"walk": 2.0, "refresh": 3.0}
_DISSOLVE_S = 0.5
# Consecutive tiles are this share of a segment apart (the golden section), so that they never all change at once.
_STAGGER = (5**0.5 - 1) / 2

# Draws tiles (n, H, W) uint8 from latents (n, L) float32.
Generate = Callable[[NDArray[np.float32]], Pixels]


@dataclass(frozen=True, kw_only=True)
class Loop:
    """The length of a loop in frames, their rate, and what the loop shows."""

    mode: Mode
    tiles: int
    seed: int
    frames: int
    fps: int

    @property
    def dreams(self) -> int:
        """The number of dreams that each tile shows before it returns to the first; at least two."""
        return max(2, round(self.frames / self.fps / SEGMENT_S[self.mode]))

    def draw(self, generate: Generate, latent_dim: int) -> Iterator[Pixels]:
        """Yield the tiles of each frame, (tiles, H, W) uint8. Deterministic if ``generate`` is."""
        # (dreams * tiles, L) -> (tiles, dreams, L)
        stops = latents(self.seed, self.dreams * self.tiles, latent_dim).reshape(self.dreams, self.tiles, -1).swapaxes(0, 1)
        yield from self._walk(generate, stops) if self.mode == "walk" else self._refresh(generate, stops)

    def _walk(self, generate: Generate, stops: NDArray[np.float32]) -> Iterator[Pixels]:
        start: NDArray[np.float64] = np.arange(self.tiles, dtype=np.float64) * _STAGGER % 1
        # As many frames at once as fill a batch.
        num_together = max(1, BATCH // self.tiles)
        for first in range(0, self.frames, num_together):
            numbers = range(first, min(first + num_together, self.frames))
            z = np.concatenate([closed_walk_latents(stops, start + number * self.dreams / self.frames) for number in numbers])
            pictures = generate(z)
            yield from pictures.reshape(len(numbers), self.tiles, *pictures.shape[1:])

    def _refresh(self, generate: Generate, stops: NDArray[np.float32]) -> Iterator[Pixels]:
        pictures = generate(stops.reshape(-1, stops.shape[-1]))
        pictures = pictures.reshape(self.tiles, self.dreams, *pictures.shape[1:])
        # When each tile changes, evenly over a segment, and the order in which a tile's pixels change.
        start = shuffled_fractions(self.seed, -1, self.tiles)
        order = shuffled_fractions(self.seed, -2, pictures[0, 0].size).reshape(pictures.shape[2:])
        segment_frames = self.frames / self.dreams
        change_frames = min(_DISSOLVE_S * self.fps, segment_frames / 2)
        rows = np.arange(self.tiles)
        for frame in range(self.frames):
            segments, within = np.divmod(frame / segment_frames - start, 1)
            index = segments.astype(np.int64)
            before, after = pictures[rows, index % self.dreams], pictures[rows, (index + 1) % self.dreams]
            progress = within * segment_frames / change_frames  # the share of the pixels that have changed; all from 1 on
            yield np.where(order < progress[:, None, None], after, before)


def shuffled_fractions(seed: int, number: int, count: int) -> NDArray[np.float64]:
    """Return 0, 1 / count, 2 / count and so on, (count,), in an order determined by seed and number; the same on every machine."""
    return np.argsort(np.argsort(latent(seed, number, count), kind="stable")) / count
