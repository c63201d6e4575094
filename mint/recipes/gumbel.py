"""The recipe ``gumbel``: a variational autoencoder whose code is groups of categories (see ``CategoricalCode`` for the sources).

A picture is a few choices, each one of several: what is dreamt changes in jumps. The temperature falls while it learns.
"""

from dataclasses import asdict, dataclass, field

import torch

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.autoencoding.latent_codes import CategoricalCode
from mint.recipes.autoencoding.learner import AutoencodingLearner, Objective
from mint.recipes.recipe import Canvas


@dataclass(frozen=True, kw_only=True)
class GumbelConfig(AutoencoderConfig):
    """What can be chosen in the recipe."""

    # How many choices a picture is, and out of how many each. Together they make latent_dim.
    num_groups: int = 32
    num_categories: int = 8
    latent_dim: int = field(init=False)

    # Weighs KL against the evidence lower bound's 1, and the images seen until it is fully there.
    beta: float = 1.0
    kl_warm_up: int = 20_000
    # The temperature at first and at last, and the images seen in between.
    first_temperature: float = 1.0
    last_temperature: float = 0.5
    cooling: int = 40_000

    def __post_init__(self) -> None:
        object.__setattr__(self, "latent_dim", self.num_groups * self.num_categories)
        super().__post_init__()
        if self.num_categories < 2:
            raise ValueError(f"num_categories is {self.num_categories}; it is at least 2")
        if not 0 <= self.beta <= 1000:
            raise ValueError(f"beta is {self.beta}; it is from 0 to 1000")
        if not 0.05 <= self.last_temperature <= self.first_temperature <= 10:
            raise ValueError(
                f"the temperature goes from {self.first_temperature} to {self.last_temperature}; it falls between 10 and 0.05"
            )
        for name in ("kl_warm_up", "cooling"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is at least 1")


class Gumbel:
    """The recipe, with its configuration."""

    name = "gumbel"
    version = 1

    def __init__(self, config: GumbelConfig | None = None) -> None:
        self._config = config or GumbelConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return {**asdict(self._config), "betas": list(self._config.betas)}

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> AutoencodingLearner:
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
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
