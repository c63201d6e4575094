"""The recipe ``autoencoder``: a code of a few numbers a picture, without a distribution.

It learns only to reconstruct its sprites. Its dreams come from the normal distribution that fits its codes (see ``PlainCode``).

Networks, losses and learner are those of ``autoencoding``, with a ``PlainCode``.
"""

from typing import TYPE_CHECKING

from mint.recipes.autoencoder.config import PlainAutoencoderConfig
from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.requirements import Requirements

if TYPE_CHECKING:
    import torch

    from mint.recipes.autoencoding.learner import AutoencodingLearner
    from mint.recipes.recipe import Canvas

__all__ = ["Autoencoder", "PlainAutoencoderConfig"]


class Autoencoder:
    """The recipe, with its configuration."""

    name = "autoencoder"
    version = 1
    requirements = Requirements()
    config_type = PlainAutoencoderConfig

    def __init__(self, config: PlainAutoencoderConfig | None = None) -> None:
        self._config = config or PlainAutoencoderConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(
        self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator"
    ) -> "AutoencodingLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.autoencoding.latent_codes import PlainCode
        from mint.recipes.autoencoding.learner import AutoencodingLearner
        from mint.recipes.autoencoding.losses import Objective

        code = PlainCode(self._config.latent_dim)
        return AutoencodingLearner(canvas, num_sprites, self._config, code, Objective(), device, random)
