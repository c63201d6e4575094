"""The recipe ``linear``: an autoencoder of two linear layers, the smallest recipe there can be.

It is the example that ``tests/recipes/test_added_recipe.py`` adds to a copy of the program, as CONTRIBUTING.md tells. A recipe's
docstring names the paper it follows and what differs from it, and lists what was tried, with figures.
"""

from typing import TYPE_CHECKING

from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.requirements import Requirements

from .config import LinearConfig

if TYPE_CHECKING:
    import torch

    from mint.recipes.recipe import Canvas

    from .learner import LinearLearner

__all__ = ["Linear", "LinearConfig"]


class Linear:
    """The recipe, with its configuration."""

    name = "linear"
    version = 1
    requirements = Requirements()
    config_type = LinearConfig

    def __init__(self, config: LinearConfig | None = None) -> None:
        self._config = config or LinearConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator") -> "LinearLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        from .learner import LinearLearner

        return LinearLearner(canvas, num_sprites, self._config, device, random)
