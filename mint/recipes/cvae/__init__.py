"""The recipe ``cvae``: a variational autoencoder whose encoder and decoder know the labels.

It follows Sohn et al. 2015, "Learning Structured Output Representation using Deep Conditional Generative Models". Some labels are
hidden in each step, so that one may ask for a single label and leave the others open. What a label says need not be in the latent,
where it costs KL; so the decoder learns to take it from the label.

Networks, losses and learner are those of ``autoencoding``, with a ``NormalCode`` and labels.
"""

from typing import TYPE_CHECKING

from mint.errors import TrainingError
from mint.recipes.building_blocks.configuration import config_as_json
from mint.recipes.cvae.config import CvaeConfig
from mint.recipes.requirements import Requirements

if TYPE_CHECKING:
    import torch

    from mint.recipes.autoencoding.learner import AutoencodingLearner
    from mint.recipes.recipe import Canvas

__all__ = ["Cvae", "CvaeConfig"]


class Cvae:
    """The recipe, with its configuration."""

    name = "cvae"
    version = 1
    requirements = Requirements(labels=True)
    config_type = CvaeConfig

    def __init__(self, config: CvaeConfig | None = None) -> None:
        self._config = config or CvaeConfig()

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""
        return config_as_json(self._config)

    def learner(
        self, canvas: "Canvas", num_sprites: int, device: "torch.device", random: "torch.Generator"
    ) -> "AutoencodingLearner":
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator).

        Raises TrainingError if the sprites have no labels.
        """
        from mint.recipes.autoencoding.latent_codes import NormalCode
        from mint.recipes.autoencoding.learner import AutoencodingLearner
        from mint.recipes.autoencoding.losses import Objective

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
