"""The recipe ``gumbel``: a variational autoencoder whose code is groups of categories (see ``CategoricalCode`` for the sources).

A picture is a few choices, each among several categories, so dreams change in jumps. The temperature falls during training.

Networks, losses and learner are those of ``autoencoding``, with a ``CategoricalCode``.
"""

from typing import TYPE_CHECKING

from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.gumbel.config import GumbelConfig
from mint.recipes.requirements import Requirements

if TYPE_CHECKING:
    import torch

    from mint.recipes.autoencoding.learner import AutoencodingLearner
    from mint.recipes.recipe import Canvas

__all__ = ["Gumbel", "GumbelConfig"]


class Gumbel:
    """The recipe, with its configuration."""

    name = "gumbel"
    version = 1
    requirements = Requirements()
    config_type = GumbelConfig

    def __init__(self, config: GumbelConfig | None = None) -> None:
        self._config = config or GumbelConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(
        self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator"
    ) -> "AutoencodingLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from mint.recipes.autoencoding.latent_codes import CategoricalCode
        from mint.recipes.autoencoding.learner import AutoencodingLearner
        from mint.recipes.autoencoding.losses import Objective

        config = self._config
        objective = Objective(
            beta=config.beta,
            kl_warm_up=config.kl_warm_up,
            first_temperature=config.first_temperature,
            last_temperature=config.last_temperature,
            cooling=config.cooling,
        )
        code = CategoricalCode(config.num_groups, config.num_categories)
        return AutoencodingLearner(canvas, num_sprites, config, code, objective, device, random)
