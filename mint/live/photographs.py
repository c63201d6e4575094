"""Photographs beside what a training paints of them: some of those it learns from, as a page can show them.

A page shows palette indices, so photographs get a palette of their own. What is painted of them is drawn as any dream, from the
latents that a recipe with pictures understands as these pieces of these photographs (``image_latents`` beside its networks).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.pixelate.manifest import SCALE
from mint.pixelate.training_crops import FILE_NAME, load_crops
from mint.token.folder import TokenFolder
from viewer.web import protocol

MAX_SHOWN = 12
_MAX_VIEWS = 256  # that the recipe's gallery holds
_LATENT_DIM = 4  # picture, row, column; and whether it is a sprite


@dataclass(frozen=True, eq=False)
class TrainingPhotographs:
    """The middles of some photographs: indices (n, 2H, 2W), their colours, and the latents (n, 4) of what is painted of them."""

    pixels: NDArray[np.uint8]
    rgb: NDArray[np.uint8]  # (K, 3)
    latents: NDArray[np.float32]

    @property
    def told(self) -> protocol.PhotographFormat:
        """What a page has to know to show them."""
        _, height, width = self.pixels.shape
        return protocol.PhotographFormat(palette=tuple(f"#{bytes(color).hex()}ff" for color in self.rgb), size=(height, width))


def training_photographs(token: TokenFolder) -> TrainingPhotographs:
    """Return photographs of a token's training, evenly spread. Raises PictureError where its pictures cannot be read."""
    _, height, width = (SCALE * side for side in token.pixels.shape)
    views = load_crops(token.training / FILE_NAME)
    views = views[:: math.ceil(len(views) / _MAX_VIEWS)]
    chosen = np.unique(np.linspace(0, len(views) - 1, MAX_SHOWN).round().astype(int))
    top, left = ((views.shape[1] - side + 1) // 2 for side in (height, width))
    pieces = views[chosen, top : top + height, left : left + width]  # (n, 2H, 2W, 3)
    # One picture of all, because they share their colours.
    image = Image.fromarray(pieces.reshape(-1, width, 3)).quantize(256)
    colors = image.getpalette() or []
    latents = np.zeros((len(chosen), _LATENT_DIM), np.float32)
    latents[:, 0] = [NormalDist().inv_cdf((number + 0.5) / len(views)) for number in chosen.tolist()]
    return TrainingPhotographs(np.asarray(image).reshape(pieces.shape[:3]), np.array(colors, np.uint8).reshape(-1, 3), latents)
