"""How tiles change: "refresh" replaces them with new dreams, "walk" moves each smoothly through latent space."""

from typing import Literal

Mode = Literal["refresh", "walk"]
