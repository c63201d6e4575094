"""Some of the photographs that a training learns from, as a page shows them beside the pixel art made of them.

A page shows palette indices, so the photographs get a palette of their own. The pixel art is drawn like any dream, from latents
that a recipe with pictures maps to the same parts of the same photographs (``image_latents`` beside its networks).
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
_MAX_CROPS = 256  # that the recipe maps latents to
_LATENT_DIM = 4  # photograph, row, column, and whether it is a sprite


@dataclass(frozen=True, eq=False)
class TrainingPhotographs:
    """The middles of some photographs: indices (n, 2H, 2W), their colours, and the latents (n, 4) of the pixel art made of them."""

    pixels: NDArray[np.uint8]
    rgb: NDArray[np.uint8]  # (K, 3)
    latents: NDArray[np.float32]

    @property
    def format(self) -> protocol.PhotographFormat:
        """What a page needs to know to show them."""
        _, height, width = self.pixels.shape
        return protocol.PhotographFormat(palette=tuple(f"#{bytes(color).hex()}ff" for color in self.rgb), size=(height, width))


def training_photographs(token: TokenFolder) -> TrainingPhotographs:
    """Return some photographs of a token's training, evenly spread. Raises PictureFileError where they cannot be read."""
    _, height, width = (SCALE * side for side in token.pixels.shape)
    crops = load_crops(token.training / FILE_NAME)
    crops = crops[:: math.ceil(len(crops) / _MAX_CROPS)]
    chosen = np.unique(np.linspace(0, len(crops) - 1, MAX_SHOWN).round().astype(int))
    top, left = ((crops.shape[1] - side + 1) // 2 for side in (height, width))
    parts = crops[chosen, top : top + height, left : left + width]  # (n, 2H, 2W, 3)
    # One image of all of them, because they share a palette.
    image = Image.fromarray(parts.reshape(-1, width, 3)).quantize(256)
    colors = image.getpalette() or []
    latents = np.zeros((len(chosen), _LATENT_DIM), np.float32)
    latents[:, 0] = [NormalDist().inv_cdf((number + 0.5) / len(crops)) for number in chosen.tolist()]
    return TrainingPhotographs(np.asarray(image).reshape(parts.shape[:3]), np.array(colors, np.uint8).reshape(-1, 3), latents)
