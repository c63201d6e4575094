"""A token: what a hash draws.

Every sprite draws its family and its features first, each from a stream of its own, so their odds are exact. Its pixels come
after: where they are too like an earlier sprite's, or too plain, they are drawn again from the next stream with the same features.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mint.token.families import FAMILIES, FAMILY
from mint.token.families.family import Family
from mint.token.hash import TokenHash
from mint.token.palette import Palette
from mint.token.palettes import PALETTE, draw_palette
from mint.token.random import Stream
from mint.token.raster import Pixels

# A change that moves a pixel of any token is a new version.
GENERATOR_VERSION = 1

NUM_SPRITES = 9
# Two sprites of a token differ in at least this many of their 1024 pixels (10 %).
MIN_DIFFERENCE = 103
# The colour that covers most of a sprite leaves at least this many pixels (4 %).
MIN_FIGURE = 41
MAX_ATTEMPTS = 1000


@dataclass(frozen=True)
class Sprite:
    """One of the originals: its family, its features and its pixels, (32, 32) uint8 palette indices.

    ``text`` is what it reads, if it is a text; ``inner`` are, by family, the features of the sprites that a mix is made of.
    """

    family: str
    values: Mapping[str, str]
    pixels: Pixels
    text: str | None = None
    inner: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Token:
    """A token: its hash, its palette's feature value and colours, and its nine sprites."""

    hash: TokenHash
    palette_name: str
    palette: Palette
    sprites: tuple[Sprite, ...]

    @cached_property
    def pixels(self) -> Pixels:
        """All sprites, (9, 32, 32) uint8."""
        return np.stack([sprite.pixels for sprite in self.sprites])


def draw_token(token_hash: TokenHash) -> Token:
    """Draw the token of a hash: the same on every platform, for ever (within one generator version)."""
    palette_stream = Stream(token_hash.text, "palette")
    palette_name = PALETTE.draw(palette_stream)
    palette = draw_palette(palette_name, palette_stream)
    sprites: list[Sprite] = []
    for number in range(NUM_SPRITES):
        stream = Stream(token_hash.text, f"sprite/{number}")
        family = FAMILIES[FAMILY.draw(stream)]
        values = family.draw_values(stream)
        sprites.append(_draw_sprite(family, values, stream, palette, [sprite.pixels for sprite in sprites]))
    return Token(token_hash, palette_name, palette, tuple(sprites))


def _draw_sprite(family: Family, values: Mapping[str, str], stream: Stream, palette: Palette, earlier: list[Pixels]) -> Sprite:
    min_colors = min(family.min_colors(values), len(palette))
    for attempt in range(MAX_ATTEMPTS):
        name = f"pixels/{attempt}"
        pixels = family.draw(values, stream.fork(name), palette)
        if _is_rich(pixels, min_colors) and all(np.count_nonzero(pixels != other) >= MIN_DIFFERENCE for other in earlier):
            text = family.text_of(values, stream.fork(name)) if family.text_of else None
            inner = family.inner_values(values, stream.fork(name)) if family.inner_values else {}
            return Sprite(family.name, values, pixels, text, inner)
    raise AssertionError(f"{family.name} {dict(values)} cannot be drawn unlike the others")


def _is_rich(pixels: Pixels, min_colors: int) -> bool:
    counts = np.bincount(pixels.ravel())
    num_colors, most = int(np.count_nonzero(counts)), int(counts.max())
    return num_colors >= min_colors and pixels.size - most >= MIN_FIGURE
