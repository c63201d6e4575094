"""A sprite of a token."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mint.token.raster import Pixels


@dataclass(frozen=True)
class Sprite:
    """One of the nine originals: its family, its feature values and its pixels, (32, 32) uint8 palette indices.

    ``text`` is the text of a text sprite; ``inner`` holds, by family, the feature values of the sprites that a mix combines.
    """

    family: str
    values: Mapping[str, str]
    pixels: Pixels
    text: str | None = None
    inner: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
