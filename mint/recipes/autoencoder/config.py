"""The settings of the recipe ``autoencoder``."""

from dataclasses import dataclass

from mint.recipes.autoencoding.config import AutoencoderConfig


@dataclass(frozen=True, kw_only=True)
class PlainAutoencoderConfig(AutoencoderConfig):
    """The settings of the recipe."""

    # How often a dream is encoded and decoded again before it is shown. Dreams of 16x16 icons had 31 colours without that, 27 with
    # two and 25 with three rounds, where icons have 22.
    num_looks: int = 3
