"""The settings of the recipe ``vae``."""

from dataclasses import dataclass

from mint.recipes.autoencoding.config import VariationalConfig


@dataclass(frozen=True, kw_only=True)
class VaeConfig(VariationalConfig):
    """The settings of the recipe: those of every variational autoencoder."""
