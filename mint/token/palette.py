"""Palettes: at most 16 colours, and sixteen roles through which drawing code selects them.

Drawing code never names a colour, only a role: ``roles.sky_high``, ``roles.lamp``. Every palette maps each of the sixteen roles to
one of its indices, so the same drawing code works in sixteen colours, in four, and in two.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_COLORS = 16


class Roles(NamedTuple):
    """The palette index of each role."""

    void: int  # the darkest: outlines, night, the background of texts
    dusk: int  # very dark: night sky, far shadow
    shade: int  # dark neutral: shadowed walls, far silhouettes
    stone: int  # middle neutral: walls, rock
    chalk: int  # light neutral: sunlit walls, clouds, paths
    light: int  # the lightest: stars, snow, the letters of texts
    sky_high: int  # day sky overhead
    sky_low: int  # day sky at the horizon: warmer or paler
    leaf_dark: int  # foliage in shadow
    leaf: int  # foliage and grass in light
    water_dark: int  # deep water
    water: int  # water in light, glints
    brick: int  # dark warm: roofs, doors, trunks
    clay: int  # light warm: warm walls, sand, wood in light
    lamp: int  # yellow or the brightest warm: lit windows, sun, gold
    neon: int  # the accent, the most saturated: signs, flags, sparks


@dataclass(frozen=True)
class Palette:
    """A palette of K colours (2 <= K <= 16) and the colour of each role.

    ``colors`` are ``#rrggbb``. ``roles.void`` and ``roles.light`` are the pair with guaranteed contrast.
    """

    name: str
    colors: tuple[str, ...]
    roles: Roles

    def __post_init__(self) -> None:
        assert 2 <= len(self.colors) <= MAX_COLORS, self.name
        assert set(self.roles) == set(range(len(self.colors))), f"{self.name}: every colour must have a role"

    def __len__(self) -> int:
        return len(self.colors)

    @cached_property
    def rgba(self) -> NDArray[np.uint8]:
        """The colours as (K, 4) uint8 RGBA, opaque."""
        return np.array([[*bytes.fromhex(color[1:]), 255] for color in self.colors], np.uint8)

    @cached_property
    def channels(self) -> tuple[tuple[int, int, int], ...]:
        """Red, green and blue of each colour, 0 to 255."""
        return tuple((r, g, b) for r, g, b, _ in self.rgba.tolist())

    @cached_property
    def luma(self) -> tuple[int, ...]:
        """Brightness of each colour, 0 to 255 (integer Rec. 601: (299 R + 587 G + 114 B) / 1000)."""
        return tuple((r * 299 + g * 587 + b * 114) // 1000 for r, g, b in self.channels)

    @cached_property
    def ramp(self) -> tuple[int, ...]:
        """The indices from dark to light."""
        return tuple(sorted(range(len(self)), key=lambda index: (self.luma[index], index)))

    def shades(self, num_shades: int) -> tuple[int, ...]:
        """Return num_shades indices spread evenly over the ramp, dark to light; they repeat if the palette is smaller."""
        last = len(self) - 1
        return tuple(self.ramp[(2 * step * last + num_shades - 1) // (2 * (num_shades - 1))] for step in range(num_shades))

    @cached_property
    def vivid(self) -> tuple[int, ...]:
        """The indices from the most to the least saturated (largest minus smallest channel)."""
        spread = [max(channels) - min(channels) for channels in self.channels]
        return tuple(sorted(range(len(self)), key=lambda index: (-spread[index], index)))

    def contrasting(self, index: int, min_luma: int = 60) -> tuple[int, ...]:
        """Return the indices whose luma differs from that of index by at least min_luma, the farthest first.

        The result is never empty: it always contains the farthest.
        """
        others = sorted((i for i in range(len(self)) if i != index), key=lambda i: (-self._luma_distance(i, index), i))
        return tuple(i for i in others if self._luma_distance(i, index) >= min_luma) or (others[0],)

    def _luma_distance(self, a: int, b: int) -> int:
        return abs(self.luma[a] - self.luma[b])
