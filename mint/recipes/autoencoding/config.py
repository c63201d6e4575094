"""The settings that autoencoders share."""

from dataclasses import dataclass
from typing import Literal

from mint.recipes.building_blocks.configuration import (
    Color,
    check_at_least,
    check_at_most,
    check_learning_rate,
    check_range,
    check_share,
)

Layers = Literal["convolutional", "dense"]


@dataclass(frozen=True, kw_only=True)
class AutoencoderConfig:
    """The settings of every autoencoder."""

    # Numbers in a code.
    latent_dim: int = 64
    # Sprites a step; if there are no more than that, each step sees all of them once.
    batch_size: int = 32

    layers: Layers = "convolutional"
    # Channels of the finest layer; coarser ones have more.
    width: int = 48
    # Neurons of each dense layer.
    hidden: int = 512
    # What is read and drawn: palette indices, or colours that are learned by regression, as a baseline.
    color: Color = "palette"
    # Numbers that stand for a colour where an encoder reads palette indices.
    embedding_dim: int = 16

    # How often a dream is encoded and decoded again before it is shown.
    num_looks: int = 0

    learning_rate: float = 2e-3
    # Images seen after which the learning rate falls with the inverse square root of time.
    decay_start: int = 40_000
    betas: tuple[float, float] = (0.9, 0.99)
    # Averaged weights (EMA): the share of the average that is kept at each step.
    average_decay: float = 0.995

    def __post_init__(self) -> None:
        check_at_least(self, 1, "latent_dim", "batch_size", "width", "hidden", "embedding_dim", "decay_start")
        check_range(self, 0, 8, "num_looks")
        check_at_most(self, 4096, "latent_dim")
        check_learning_rate(self, "learning_rate")
        check_share(self, "average_decay", "betas")
        # Eight groups normalize a dense layer. A group of a single neuron is always 0, and torch refuses it for a single picture.
        if self.layers == "dense" and self.hidden in (1, 2, 4, 8):
            raise ValueError(f"hidden is {self.hidden}; with dense layers it is 16 or more, or not a power of two")


@dataclass(frozen=True, kw_only=True)
class VariationalConfig(AutoencoderConfig):
    """The settings of variational autoencoders with a normal posterior."""

    # The weight of KL, where 1 is the evidence lower bound, and the images seen until that weight is reached.
    beta: float = 1.0
    kl_warm_up: int = 10_000

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range(self, 0, 1000, "beta")
        check_at_least(self, 1, "kl_warm_up")
