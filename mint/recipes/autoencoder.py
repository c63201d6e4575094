"""The recipe ``autoencoder``: a code of a few numbers a picture, without a distribution.

It learns nothing but to draw its pictures again. What it dreams comes from the normal distribution that fits its codes (see
``PlainCode``).
"""

from dataclasses import asdict, dataclass

import torch

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.autoencoding.latent_codes import PlainCode
from mint.recipes.autoencoding.learner import AutoencodingLearner, Objective
from mint.recipes.recipe import Canvas


@dataclass(frozen=True, kw_only=True)
class PlainAutoencoderConfig(AutoencoderConfig):
    """What can be chosen in the recipe."""

    # A dream of 16x16 icons had 31 colours without a look, 27 with two and 25 with three, where icons have 22.
    num_looks: int = 3


class Autoencoder:
    """The recipe, with its configuration."""

    name = "autoencoder"
    version = 1

    def __init__(self, config: PlainAutoencoderConfig | None = None) -> None:
        self._config = config or PlainAutoencoderConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return {**asdict(self._config), "betas": list(self._config.betas)}

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> AutoencodingLearner:
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        code = PlainCode(self._config.latent_dim)
        return AutoencodingLearner(canvas, num_sprites, self._config, code, Objective(), device, random)
