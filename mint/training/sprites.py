"""What is learnt: sprites as palette indices, their labels, and which of them are held out to be measured by."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.errors import TrainingError
from mint.recipes.recipe import Canvas
from mint.token.folder import TokenFolder


@dataclass(frozen=True, kw_only=True)
class TrainingSprites:
    """What is learnt: (N, H, W) uint8 palette indices below ``num_colors``.

    ``labels`` names labels and ``sprite_labels`` (N, num_labels) bool says which sprite has which; ``palette`` are the colours.
    """

    pixels: NDArray[np.uint8]
    num_colors: int
    labels: tuple[str, ...] = ()
    sprite_labels: NDArray[np.bool_] | None = None
    palette: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def canvas(self) -> Canvas:
        """The size, the colours and the number of labels."""
        _, height, width = self.pixels.shape
        return Canvas(height, width, self.num_colors, len(self.labels), self.palette)


def sprites_of(token: TokenFolder) -> TrainingSprites:
    """Return the sprites of a token with all that can be learnt of them."""
    palette = tuple((red, green, blue, alpha) for red, green, blue, alpha in token.rgba.tolist())
    return TrainingSprites(
        pixels=token.pixels,
        num_colors=len(palette),
        labels=token.labels,
        sprite_labels=token.sprite_labels,
        palette=palette,
    )


def held_out(pixels: NDArray[np.uint8], share: float, seed: int) -> NDArray[np.bool_]:
    """Choose the sprites (N, H, W) that a training does not see: a share of the different ones, (N,) bool.

    Chosen by hash of seed and pixels, so neither the order of the sprites nor any library's version decides, and equal sprites are
    on the same side. Raises TrainingError where too few are different for both sides.
    """
    if share == 0:
        return np.zeros(len(pixels), bool)
    hashes = [hashlib.sha256(f"pixelmint/held-out/1\0{seed}\0".encode() + sprite.tobytes()).digest() for sprite in pixels]
    different = sorted(set(hashes))
    count = max(1, round(share * len(different)))
    if len(different) <= count:
        raise TrainingError(
            f"only {len(different)} of the sprites are different, too few to hold {share:g} of them out; leave --holdout away"
        )
    chosen = set(different[:count])
    return np.array([value in chosen for value in hashes])
