"""The recipe ``vae``: a variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114) on palette indices.

The loss is the negative evidence lower bound: the cross-entropy of each pixel's index under a softmax, and the KL divergence of the
posterior from the standard normal prior.
"""

from dataclasses import asdict, dataclass

import torch

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.autoencoding.latent_codes import NormalCode
from mint.recipes.autoencoding.learner import AutoencodingLearner, Objective
from mint.recipes.recipe import Canvas


@dataclass(frozen=True, kw_only=True)
class VaeConfig(AutoencoderConfig):
    """What can be chosen in the recipe."""

    # Weighs KL against the evidence lower bound's 1, and the images seen until it is fully there.
    beta: float = 1.0
    kl_warm_up: int = 10_000

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.beta <= 1000:
            raise ValueError(f"beta is {self.beta}; it is from 0 to 1000")
        if self.kl_warm_up < 1:
            raise ValueError(f"kl_warm_up is {self.kl_warm_up}; it is at least 1")


class Vae:
    """The recipe, with its configuration."""

    name = "vae"
    version = 1

    def __init__(self, config: VaeConfig | None = None) -> None:
        self._config = config or VaeConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return {**asdict(self._config), "betas": list(self._config.betas)}

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> AutoencodingLearner:
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
        config = self._config
        objective = Objective(beta=config.beta, kl_warm_up=config.kl_warm_up)
        return AutoencodingLearner(canvas, num_sprites, config, NormalCode(config.latent_dim), objective, device, random)
