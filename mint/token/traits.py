"""The traits of a token: what collectors see, derived from its features and its pixels.

Like drawing, this is integer arithmetic only, so traits are the same on every platform.
"""

import itertools
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from mint.token.families import FAMILIES, FAMILY_FEATURE
from mint.token.features import Tier, tier_of
from mint.token.hash import TokenHash
from mint.token.metadata import Traits
from mint.token.palette import Palette
from mint.token.palettes import PALETTE_FEATURE
from mint.token.raster import Pixels
from mint.token.sprite import Sprite

# The symmetries of a picture, from the lowest to the highest.
SYMMETRIES = ("none", "mirror", "point", "fourfold", "kaleidoscope")

# Each name covers scores up to its bound: a quarter of all tokens is gentle, a quarter fair, a sixth fierce.
DIFFICULTIES: tuple[tuple[int, str], ...] = ((55, "gentle"), (70, "fair"), (77, "demanding"), (100, "fierce"))


class DrawnToken(Protocol):
    """What traits are derived from: a ``mint.token.token.Token``."""

    @property
    def hash(self) -> TokenHash: ...
    @property
    def palette_name(self) -> str: ...
    @property
    def palette(self) -> Palette: ...
    @property
    def sprites(self) -> tuple[Sprite, ...]: ...
    @property
    def pixels(self) -> Pixels: ...


@dataclass(frozen=True)
class Rarity:
    """A feature value and its exact odds among the sprites of its family (for the palette: among all tokens)."""

    feature: str
    value: str
    odds: Fraction

    @property
    def tier(self) -> Tier:
        """The rarity tier."""
        return tier_of(self.odds)


def palette_rarity(palette_name: str) -> Rarity:
    """Return how rare a palette is."""
    return Rarity("palette", palette_name, PALETTE_FEATURE.odds(palette_name))


def sprite_rarities(family: str, values: dict[str, str]) -> list[Rarity]:
    """Return how rare a sprite's family and each of its feature values are."""
    features = FAMILIES[family].features
    return [
        Rarity("family", family, FAMILY_FEATURE.odds(family)),
        *(Rarity(f"{family} {feature.name}", values[feature.name], feature.odds(values[feature.name])) for feature in features),
    ]


def rarest(token: DrawnToken) -> Rarity:
    """Return the rarest feature value of the nine sprites, the first of equals. The palette is a separate trait."""
    rarities = [rarity for sprite in token.sprites for rarity in sprite_rarities(sprite.family, dict(sprite.values))]
    return min(rarities, key=lambda rarity: rarity.odds)


def symmetry(pixels: Pixels) -> str:
    """Return the highest symmetry that a picture (H, W) has exactly.

    ``mirror`` is a reflection in one axis, ``point`` a half turn, ``fourfold`` a quarter turn, ``kaleidoscope`` all axes and
    diagonals.
    """
    mirrored = [bool((pixels == other).all()) for other in (pixels[:, ::-1], pixels[::-1], pixels.T, pixels[::-1, ::-1].T)]
    if all(mirrored):
        return "kaleidoscope"
    if (pixels == np.rot90(pixels)).all():
        return "fourfold"
    if (pixels == pixels[::-1, ::-1]).all():
        return "point"
    return "mirror" if any(mirrored) else "none"


def traits_of(token: DrawnToken) -> Traits:
    """Return a token's traits in display order."""
    counts = Counter(sprite.family for sprite in token.sprites)
    symmetries = [symmetry(sprite.pixels) for sprite in token.sprites]
    most_rare = rarest(token)
    score = difficulty(token)
    return Traits(
        name=f"Pixelmint {token.hash.folder_name}",
        description=_description(token, most_rare),
        image="preview.png",
        values=(
            ("Palette", token.palette_name),
            ("Palette tier", palette_rarity(token.palette_name).tier),
            ("Colors", len(token.palette)),
            *((family.capitalize(), counts[family]) for family in FAMILIES),
            ("Rarest", f"{most_rare.feature}: {most_rare.value}"),
            ("Rarest tier", most_rare.tier),
            ("Symmetry", max(symmetries, key=SYMMETRIES.index)),
            ("Symmetric sprites", sum(found != "none" for found in symmetries)),
            ("Difficulty", next(name for bound, name in DIFFICULTIES if score <= bound)),
            ("Difficulty score", score),
        ),
    )


def difficulty(token: DrawnToken) -> int:
    """Estimate how hard a token is to learn, 0 to 100.

    More colours and larger differences between sprites make a token harder, and nearly identical sprites take longest to learn.
    Over 44 tokens the rank correlation with the steps to 99 % reconstruction (52 to 92, recipe vaegan 1) is .67; counts of
    families, edges and neighbourhoods alone stay below .4.
    """
    sprites = token.pixels
    pairs = itertools.combinations(sprites, 2)
    differences = [int(np.count_nonzero(one != other)) for one, other in pairs]
    points = 3 * len(token.palette) + sum(differences) // len(differences) // 8 - min(differences) // 14
    return min(max(points - 40, 0), 100)


def _description(token: DrawnToken, most_rare: Rarity) -> str:
    counts = Counter(sprite.family for sprite in token.sprites)
    families = ", ".join(f"{count} {family}" for family, count in counts.items())
    return (
        f"Nine sprites in the palette {token.palette_name}: {families}. "
        f"The rarest feature is {most_rare.feature}: {most_rare.value} ({most_rare.tier}). A VAE-GAN learns them and dreams on."
    )
