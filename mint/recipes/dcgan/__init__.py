"""The recipe ``dcgan``."""

from dataclasses import asdict

import torch

from mint.recipes.dcgan.config import Color, DcGanConfig
from mint.recipes.dcgan.learner import DcGanLearner
from mint.recipes.recipe import Canvas

__all__ = ["Color", "DcGan", "DcGanConfig", "DcGanLearner"]


class DcGan:
    """The recipe, with its configuration."""

    name = "dcgan"
    version = 1

    def __init__(self, config: DcGanConfig | None = None) -> None:
        self._config = config or DcGanConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return {**asdict(self._config), "betas": list(self._config.betas)}

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> DcGanLearner:
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        return DcGanLearner(canvas, num_sprites, self._config, device, random)
