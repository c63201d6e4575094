"""What can be chosen in all autoencoders."""

from dataclasses import dataclass
from typing import Literal

Layers = Literal["convolutional", "dense"]
Color = Literal["palette", "rgba"]


@dataclass(frozen=True, kw_only=True)
class AutoencoderConfig:
    """The choices that all autoencoders share."""

    # Numbers in a code.
    latent_dim: int = 64
    # Sprites a step; where there are no more than that, each step sees all of them once.
    batch_size: int = 32

    layers: Layers = "convolutional"
    # Channels of the finest layer; coarser ones have more.
    width: int = 48
    # Neurons of each dense layer.
    hidden: int = 512
    # What is read and drawn: palette indices, or colours that are learnt by regression, as a baseline.
    color: Color = "palette"
    # Numbers that stand for a colour where an encoder reads palette indices.
    embedding_dim: int = 16

    # How often a dream is looked at and drawn again.
    num_looks: int = 0

    learning_rate: float = 2e-3
    # Images seen after which the learning rate falls with the inverse square root of time.
    decay_start: int = 40_000
    betas: tuple[float, float] = (0.9, 0.99)
    # Averaged weights: how much of the average stays at each step.
    average_decay: float = 0.995

    def __post_init__(self) -> None:
        for name in ("latent_dim", "batch_size", "width", "hidden", "embedding_dim", "decay_start"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is at least 1")
        if not 0 <= self.num_looks <= 8:
            raise ValueError(f"num_looks is {self.num_looks}; it is from 0 to 8")
        if self.latent_dim > 4096:
            raise ValueError(f"latent_dim is {self.latent_dim}; it is at most 4096")
        if not 0 < self.learning_rate <= 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; it is above 0 and at most 1")
        if not 0 <= self.average_decay < 1:
            raise ValueError(f"average_decay is {self.average_decay}; it is from 0 to below 1")
