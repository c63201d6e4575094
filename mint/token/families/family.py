"""The interface of a family of sprites: its features, and the function that draws a sprite from their values."""

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
    and must show it: sprites that differ in one value also differ in pixels. All other detail is drawn from ``random``, and the
    same arguments always give the same pixels. ``two_color`` lists, by feature, the values with which a sprite may use fewer than
    three colours.

    Some families can report more about a sprite, given its values and a new stream with the name of the one passed to ``draw``:
    ``text_of`` returns its text, and ``inner_values``, by family name, the values of the sprites that it combines.
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
        """Return the smallest number of colours of a sprite with these values: 2 or 3."""
        return 2 if any(values[name] in few for name, few in self.two_color.items()) else 3
