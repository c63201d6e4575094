"""The recipe ``cvae``: a variational autoencoder whose encoder and decoder know the labels.

It is that of Sohn et al. 2015, "Learning Structured Output Representation using Deep Conditional Generative Models". Some labels
are hidden in each step, so that one may ask for a single label and leave the others open. What a label says need not stand in the
latent, which costs; so the decoder comes to take it from the label.
"""

from dataclasses import asdict, dataclass

import torch

from mint.errors import TrainingError
from mint.recipes.autoencoding.latent_codes import NormalCode
from mint.recipes.autoencoding.learner import AutoencodingLearner, Objective
from mint.recipes.recipe import Canvas
from mint.recipes.vae import VaeConfig


@dataclass(frozen=True, kw_only=True)
class CvaeConfig(VaeConfig):
    """What can be chosen in the recipe."""

    # The share of sprites of which some labels are hidden from a step.
    hidden_labels: float = 0.5
    # Dreams a step in which labels are read, and what it weighs that they are the ones that were asked for.
    num_dreams: int = 16
    label_weight: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.num_dreams < 1:
            raise ValueError(f"num_dreams is {self.num_dreams}; it is at least 1")
        if not 0 <= self.hidden_labels < 1:
            raise ValueError(f"hidden_labels is {self.hidden_labels}; it is from 0 to below 1")


class Cvae:
    """The recipe, with its configuration."""

    name = "cvae"
    version = 1

    def __init__(self, config: CvaeConfig | None = None) -> None:
        self._config = config or CvaeConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return {**asdict(self._config), "betas": list(self._config.betas)}

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> AutoencodingLearner:
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator).

        Raises TrainingError where the sprites have no labels.
        """
        if not canvas.num_labels:
            raise TrainingError("these sprites have no labels, which the recipe cvae learns; import them with labels, or take vae")
        config = self._config
        objective = Objective(
            beta=config.beta,
            kl_warm_up=config.kl_warm_up,
            hidden_labels=config.hidden_labels,
            num_dreams=config.num_dreams,
            label_weight=config.label_weight,
        )
        code = NormalCode(config.latent_dim)
        return AutoencodingLearner(canvas, num_sprites, config, code, objective, device, random, num_labels=canvas.num_labels)
