"""Features: what varies between tokens; every value has exact odds and a rarity tier."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from mint.token.random import Stream

Tier = Literal["common", "uncommon", "rare", "epic", "legendary"]

# A value belongs to the first tier whose floor is at most its odds.
TIER_FLOORS: tuple[tuple[Tier, Fraction], ...] = (
    ("common", Fraction(1, 5)),
    ("uncommon", Fraction(1, 12)),
    ("rare", Fraction(1, 30)),
    ("epic", Fraction(1, 100)),
    ("legendary", Fraction(0)),
)


def tier_of(odds: Fraction) -> Tier:
    """Return the rarity tier of odds in (0, 1]."""
    return next(tier for tier, floor in TIER_FLOORS if odds >= floor)


@dataclass(frozen=True)
class Feature:
    """A feature: a name, and its values with integer weights, in a fixed order.

    The odds of a value are exactly its weight over the sum of weights: drawing pixels never changes them.
    """

    name: str
    weights: Mapping[str, int]

    def __post_init__(self) -> None:
        assert len(self.weights) >= 2, self.name
        assert all(weight >= 1 for weight in self.weights.values()), self.name

    @property
    def values(self) -> tuple[str, ...]:
        """The values, in their fixed order."""
        return tuple(self.weights)

    def odds(self, value: str) -> Fraction:
        """Return the exact probability of a value."""
        return Fraction(self.weights[value], sum(self.weights.values()))

    def tier(self, value: str) -> Tier:
        """Return the rarity tier of a value."""
        return tier_of(self.odds(value))

    def draw(self, random: Stream) -> str:
        """Draw one value."""
        return self.values[random.weighted(tuple(self.weights.values()))]
