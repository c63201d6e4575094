"""What is learned: sprites as palette indices, their labels, and which of them are held out for measuring."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.errors import TrainingError
from mint.recipes.recipe import Canvas
from mint.token.folder import TokenFolder


@dataclass(frozen=True, kw_only=True)
class TrainingSprites:
    """What is learned: (N, H, W) uint8 palette indices below ``num_colors``.

    ``labels`` names the labels, ``sprite_labels`` (N, num_labels) bool says which sprite has which, and ``palette`` holds the
    colours, RGBA from 0 to 255.
    """

    pixels: NDArray[np.uint8]
    num_colors: int
    labels: tuple[str, ...] = ()
    sprite_labels: NDArray[np.bool_] | None = None
    palette: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def canvas(self) -> Canvas:
        """The sprites' size, colours and number of labels."""
        _, height, width = self.pixels.shape
        return Canvas(height, width, self.num_colors, len(self.labels), self.palette)


def sprites_of(token: TokenFolder) -> TrainingSprites:
    """Return the sprites of a token with everything that can be learned from them."""
    palette = tuple((red, green, blue, alpha) for red, green, blue, alpha in token.rgba.tolist())
    return TrainingSprites(
        pixels=token.pixels,
        num_colors=len(palette),
        labels=token.labels,
        sprite_labels=token.sprite_labels,
        palette=palette,
    )


def held_out(pixels: NDArray[np.uint8], share: float, seed: int) -> NDArray[np.bool_]:
    """Choose the sprites (N, H, W) that a training does not see, (N,) bool: a share of the different ones.

    They are chosen by a hash of seed and pixels, so the choice depends on neither the order of the sprites nor any library's
    version, and equal sprites are always on the same side. Raises TrainingError where too few are different for both sides.
    """
    if share == 0:
        return np.zeros(len(pixels), bool)
    hashes = [hashlib.sha256(f"pixelmint/held-out/1\0{seed}\0".encode() + sprite.tobytes()).digest() for sprite in pixels]
    different = sorted(set(hashes))
    count = max(1, round(share * len(different)))
    if len(different) <= count:
        raise TrainingError(
            f"only {len(different)} of the sprites are different, too few to hold {share:g} of them out; leave --holdout out"
        )
    chosen = set(different[:count])
    return np.array([value in chosen for value in hashes])
