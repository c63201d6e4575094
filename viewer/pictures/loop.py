"""Loops: mosaics that change and come back to where they began, so that a film of one has no seam.

All tiles show dreams of one seed: tile i of n the dreams i, i + n, i + 2n and so on, one after another, and then its first again.
So the tiles of ``viewer snapshot`` with the same seed are in it.
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
LEG_S: Final = {"walk": 2.0, "refresh": 3.0}
_DISSOLVE_S = 0.5
# Consecutive tiles are this share of a leg apart (the golden section), so that at no time all are on the way.
_STAGGER = (5**0.5 - 1) / 2


# Draws tiles (n, H, W) uint8 from latents (n, L) float32.
Generate = Callable[[NDArray[np.float32]], Pixels]


@dataclass(frozen=True, kw_only=True)
class Loop:
    """How long a loop lasts, in frames of which so many pass a second, and what happens in it."""

    mode: Mode
    tiles: int
    seed: int
    frames: int
    fps: int

    @property
    def dreams(self) -> int:
        """How many dreams each tile shows before it comes back to the first; at least two."""
        return max(2, round(self.frames / self.fps / LEG_S[self.mode]))

    def draw(self, generate: Generate, latent_dim: int) -> Iterator[Pixels]:
        """Yield the tiles of each frame, (tiles, H, W) uint8. Deterministic, as far as ``generate`` is."""
        # (dreams * tiles, L) -> (tiles, dreams, L)
        stops = latents(self.seed, self.dreams * self.tiles, latent_dim).reshape(self.dreams, self.tiles, -1).swapaxes(0, 1)
        yield from self._walk(generate, stops) if self.mode == "walk" else self._refresh(generate, stops)

    def _walk(self, generate: Generate, stops: NDArray[np.float32]) -> Iterator[Pixels]:
        start: NDArray[np.float64] = np.arange(self.tiles, dtype=np.float64) * _STAGGER % 1
        # As many frames at once as fill a batch.
        together = max(1, BATCH // self.tiles)
        for first in range(0, self.frames, together):
            numbers = range(first, min(first + together, self.frames))
            z = np.concatenate([closed_walk_latents(stops, start + number * self.dreams / self.frames) for number in numbers])
            pictures = generate(z)
            yield from pictures.reshape(len(numbers), self.tiles, *pictures.shape[1:])

    def _refresh(self, generate: Generate, stops: NDArray[np.float32]) -> Iterator[Pixels]:
        pictures = generate(stops.reshape(-1, stops.shape[-1]))
        pictures = pictures.reshape(self.tiles, self.dreams, *pictures.shape[1:])
        # The turns of the tiles, evenly over a leg, and the order in which a tile's pixels change.
        start = scattered(self.seed, -1, self.tiles)
        order = scattered(self.seed, -2, pictures[0, 0].size).reshape(pictures.shape[2:])
        leg_frames = self.frames / self.dreams
        change_frames = min(_DISSOLVE_S * self.fps, leg_frames / 2)
        rows = np.arange(self.tiles)
        for frame in range(self.frames):
            legs, within = np.divmod(frame / leg_frames - start, 1)
            index = legs.astype(np.int64)
            before, after = pictures[rows, index % self.dreams], pictures[rows, (index + 1) % self.dreams]
            progress = within * leg_frames / change_frames  # of the pixels, all from 1 on
            yield np.where(order < progress[:, None, None], after, before)


def scattered(seed: int, number: int, count: int) -> NDArray[np.float64]:
    """Return 0, 1 / count, 2 / count and so on in an order that seed and number decide, (count,); on every machine the same."""
    return np.argsort(np.argsort(latent(seed, number, count), kind="stable")) / count
