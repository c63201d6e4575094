"""The features of a work's sprites as rows of a table, with the exact odds of each value where this program knows them."""

from dataclasses import dataclass
from fractions import Fraction

from mint.token.folder import SpriteRecord, TokenFolder
from mint.token.token import GENERATOR_VERSION
from mint.token.traits import Rarity, palette_rarity, sprite_rarities

# More sprites than a drawn token has belong to imported art; a page shows the first.
MAX_SPRITES = 9


@dataclass(frozen=True)
class FeatureRow:
    """A feature and its value; ``odds`` are None where they are not known, as those of imported art and other generators."""

    name: str
    value: str
    odds: Fraction | None = None
    tier: str = ""


def has_odds(token: TokenFolder) -> bool:
    """Tell whether a token was drawn by this version of the generator."""
    return not token.is_import and token.generator_version == GENERATOR_VERSION


def palette_row(token: TokenFolder) -> FeatureRow | None:
    """Return the palette of a drawn token with its odds. Raises KeyError where the generator has none of this name."""
    return _row(palette_rarity(str(token.features["Palette"]))) if has_odds(token) else None


def sprite_rows(token: TokenFolder, sprite: SpriteRecord) -> list[FeatureRow]:
    """Return the features of a sprite. Raises KeyError where the generator that is named has no such feature."""
    if token.is_import:
        return [FeatureRow("name", sprite.name), *(FeatureRow("label", label) for label in sprite.labels)]
    if has_odds(token):
        rows = [_row(rarity) for rarity in sprite_rarities(sprite.family, sprite.values)]
    else:
        named = (FeatureRow(f"{sprite.family} {name}", value) for name, value in sprite.values.items())
        rows = [FeatureRow("family", sprite.family), *named]
    if sprite.text is not None:
        rows.append(FeatureRow(f"{sprite.family} reads", sprite.text))
    inner = [
        FeatureRow(f"{sprite.family} of {family}: {name}", value)
        for family, values in sprite.inner.items()
        for name, value in values.items()
    ]
    return rows + inner


def sprite_text(sprite: SpriteRecord) -> str:
    """Return what a sprite shows, for those who cannot see it."""
    if not sprite.family:
        return ", ".join((f"Sprite {sprite.name}", *sprite.labels))
    reads = [f"reads “{sprite.text}”"] if sprite.text is not None else []
    values = [f"{name} {value}" for name, value in sprite.values.items() if value != "none"]
    return f"{sprite.family.capitalize()}: {', '.join(reads + values)}"


def _row(rarity: Rarity) -> FeatureRow:
    return FeatureRow(rarity.feature, rarity.value, rarity.odds, rarity.tier)
