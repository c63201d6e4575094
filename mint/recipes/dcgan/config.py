"""What can be chosen in the recipe."""

from dataclasses import dataclass
from typing import Literal

Color = Literal["palette", "rgba"]


@dataclass(frozen=True, kw_only=True)
class DcGanConfig:
    """What can be chosen in the recipe; the defaults are for some hundred sprites."""

    latent_dim: int = 64
    # Sprites of 32x32 a step, and as many dreams; of larger pictures fewer, so that a step judges no more pixels, but 4 at least.
    # Where there are no more than that, each step sees all of them once.
    batch_size: int = 24
    # Channels of the finest layer; each coarser one has twice as many, up to max_width.
    width: int = 24
    max_width: int = 96
    # What is drawn and judged: palette indices, or colours as in the paper, of which the nearest of the palette are shown.
    color: Color = "palette"

    learning_rate: float = 4e-3
    discriminator_learning_rate: float = 2e-3
    # Images seen after which learning rates fall with the inverse square root of time.
    decay_start: int = 100_000
    # Adam's, as in the paper, but for a second moment that forgets sooner.
    betas: tuple[float, float] = (0.5, 0.99)

    # The discriminator's layers, but for the last, have a largest singular value of 1 (spectral norm, Miyato et al. 2018).
    spectral_norm: bool = True
    # Weighs the discriminator's gradient at sprites, measured by a small random step (R1, Mescheder et al. 2018).
    r1: float = 0.0
    # How far pictures are moved before they are judged, as a share of their side (DiffAugment, Zhao et al. 2020).
    translation: float = 0.125
    # What the discriminator judges beside the whole picture: the share of its verdict that is on 4x4 and 10x10 patches.
    patches: float = 0.85
    # How much the generator also learns to draw sprites from the latents that the encoder finds for them; 0 is the pure GAN.
    anchoring: float = 1.0
    # Averaged weights (EMA): how much of the average stays at each step.
    average_decay: float = 0.998

    def __post_init__(self) -> None:
        for name in ("latent_dim", "batch_size", "width", "max_width", "decay_start"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is at least 1")
        if self.latent_dim > 4096:
            raise ValueError(f"latent_dim is {self.latent_dim}; it is at most 4096")
        for name in ("learning_rate", "discriminator_learning_rate"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is above 0 and at most 1")
        for name in ("r1", "anchoring"):
            if not 0 <= getattr(self, name) <= 1000:
                raise ValueError(f"{name} is {getattr(self, name)}; it is from 0 to 1000")
        if not 0 <= self.translation <= 0.5:
            raise ValueError(f"translation is {self.translation}; it is from 0 to 0.5")
        if not 0 <= self.patches <= 1:
            raise ValueError(f"patches is {self.patches}; it is from 0 to 1")
        if not 0 <= self.average_decay < 1:
            raise ValueError(f"average_decay is {self.average_decay}; it is from 0 to below 1")
