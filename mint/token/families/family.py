"""What a family of sprites is: its features, and the function that draws a sprite from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Pixels

Draw = Callable[[Mapping[str, str], Stream, Palette], Pixels]
InnerValues = dict[str, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of sprites.

    ``draw(values, random, palette)`` returns a new (32, 32) uint8 picture of palette indices. It gets one value for each feature
    and must show it: two sprites that differ in one value only differ in pixels. All free detail comes from ``random``, and
    the same arguments always give the same pixels. ``two_color`` names the values with which a sprite may use fewer than three
    colours.

    Some families can tell more of a sprite when they get its values and a fresh stream of the name that ``draw`` got: ``text_of``
    what it reads, and ``inner_values``, by family name, the values of the sprites that it is made of.
    """

    name: str
    features: tuple[Feature, ...]
    draw: Draw
    two_color: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text_of: Callable[[Mapping[str, str], Stream], str] | None = None
    inner_values: Callable[[Mapping[str, str], Stream], InnerValues] | None = None

    def draw_values(self, random: Stream) -> dict[str, str]:
        """Draw a value for each feature, independently."""
        return {feature.name: feature.draw(random) for feature in self.features}

    def min_colors(self, values: Mapping[str, str]) -> int:
        """Return how many colours a sprite with these values uses at least: 2 or 3."""
        return 2 if any(values[name] in few for name, few in self.two_color.items()) else 3
