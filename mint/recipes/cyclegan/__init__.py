"""The recipe ``cyclegan``: photographs to pixel art, learned from unpaired photographs and sprites.

It follows Zhu et al. 2017 (arXiv 1703.10593): two generators, two patch discriminators, least-squares losses, cycle and identity
losses, an image pool, and a learning rate that falls linearly. It differs in what pixel art needs:

- The generator of pixel art (A to B, ``painter``) returns logits of palette indices on a grid half as fine as the picture. The
  discriminator sees hard one-hot pixels, with the gradient of the softmax. So every result has one pixel size and only palette
  colours.
- It begins from the nearest palette colours in OKLab and learns what to draw instead. Its cycle and identity losses on sprites are
  cross-entropies; those of the generator of photographs (B to A, ``photographer``) are mean absolute errors, and its identity
  starts from the nearest colours.
- No layer averages over a picture (see ``networks``), so pictures of any size can be converted, large ones in parts.

A training has photographs besides its sprites, and its networks take photographs, not latents. The export is therefore one graph,
``pixelate.onnx`` (image uint8 (n, H, W, 4) RGBA -> pixels uint8 (n, H/2, W/2)), with a manifest of its own format (see
``mint.pixelate.manifest``), which the viewer refuses in one sentence. During training, a latent picks a photograph and a place in
it (``image_latents``), so whatever shows dreams shows the present pixel art of photographs.
"""

import hashlib
from typing import TYPE_CHECKING

from mint.errors import TrainingError
from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.cyclegan.config import CycleGanConfig
from mint.recipes.requirements import Requirements

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from mint.recipes.cyclegan.learner import CycleGanLearner
    from mint.recipes.recipe import Canvas

__all__ = ["CycleGan", "CycleGanConfig"]


class CycleGan:
    """The recipe, with its configuration and its pictures."""

    name = "cyclegan"
    version = 1
    requirements = Requirements(pictures=True)
    config_type = CycleGanConfig

    def __init__(self, config: CycleGanConfig | None = None, pictures: "NDArray[np.uint8] | None" = None) -> None:
        self._config = config or CycleGanConfig()
        self._pictures = pictures

    def with_pictures(self, pictures: "NDArray[np.uint8]") -> "CycleGan":
        """Return the recipe with pictures to learn from, (P, C, C, 3) uint8 sRGB."""
        return CycleGan(self._config, pictures)

    def config(self) -> dict[str, object]:
        """Return the configuration and the SHA-256 of the pictures, as JSON values."""
        pictures = "" if self._pictures is None else hashlib.sha256(self._pictures.tobytes()).hexdigest()
        return {**config_as_json(self._config), "pictures": pictures}

    def learner(self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator") -> "CycleGanLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator).

        Raises TrainingError if there are no pictures or they are too small for the sprites.
        """
        import torch

        from mint.pixelate.manifest import SCALE
        from mint.recipes.cyclegan.learner import CycleGanLearner

        if self._pictures is None:
            raise TrainingError("the recipe cyclegan learns from pictures; give some with --pictures")
        if self._pictures.shape[1] < SCALE * max(canvas.height, canvas.width):
            raise TrainingError("the pictures of this training are too small for its sprites; move the training away to start over")
        return CycleGanLearner(canvas, num_sprites, torch.from_numpy(self._pictures), self._config, device, random)
