"""The recipe ``vae``: a variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114) on palette indices.

The loss is the negative evidence lower bound: the cross-entropy of each pixel's index under a softmax, plus the KL divergence of
the posterior from the standard normal prior.

Networks, losses and learner are those of ``autoencoding``, with a ``NormalCode``.
"""

from typing import TYPE_CHECKING

from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.requirements import Requirements
from mint.recipes.vae.config import VaeConfig

if TYPE_CHECKING:
    import torch

    from mint.recipes.autoencoding.learner import AutoencodingLearner
    from mint.recipes.recipe import Canvas

__all__ = ["Vae", "VaeConfig"]


class Vae:
    """The recipe, with its configuration."""

    name = "vae"
    version = 1
    requirements = Requirements()
    config_type = VaeConfig

    def __init__(self, config: VaeConfig | None = None) -> None:
        self._config = config or VaeConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(
        self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator"
    ) -> "AutoencodingLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.autoencoding.latent_codes import NormalCode
        from mint.recipes.autoencoding.learner import AutoencodingLearner
        from mint.recipes.autoencoding.losses import Objective

        config = self._config
        objective = Objective(beta=config.beta, kl_warm_up=config.kl_warm_up)
        return AutoencodingLearner(canvas, num_sprites, config, NormalCode(config.latent_dim), objective, device, random)
