"""The rules of a collection, as they were read and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mint.collection.trait_tables import Value
from mint.token.hash import TokenHash

# A combination: for each trait the values of which a token has one.
Combination = Mapping[str, frozenset[Value]]


class Rule(Protocol):
    """Any rule that the tokens of a collection keep."""

    @property
    def line(self) -> int:
        """The line of the rules file in which it stands, from 1."""

    @property
    def words(self) -> str:
        """The rule in words."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """There are so many tokens."""

    line: int
    size: int

    @property
    def words(self) -> str:
        """The rule in words."""
        return f"size = {self.size}"


@dataclass(frozen=True, kw_only=True)
class Quota:
    """At least ``low`` and at most ``high`` tokens have a value of a trait; without ``high``, any number."""

    line: int
    trait: str
    value: Value
    low: int
    high: int | None

    @property
    def words(self) -> str:
        """The rule in words."""
        high = "or more" if self.high is None else f"to {self.high}"
        count = f"{self.low}" if self.low == self.high else f"{self.low} {high}"
        return f"{count} with {self.trait} {self.value}"


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """No token has the combination."""

    line: int
    combination: Combination

    @property
    def words(self) -> str:
        """The rule in words."""
        return f"none with {combination_words(self.combination)}"


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Every token that has the condition has the consequence."""

    line: int
    condition: Combination
    consequence: Combination

    @property
    def words(self) -> str:
        """The rule in words."""
        return f"none with {combination_words(self.condition)} but without {combination_words(self.consequence)}"


@dataclass(frozen=True, kw_only=True)
class Uniqueness:
    """No two tokens agree in all of the traits."""

    line: int
    traits: tuple[str, ...]

    @property
    def words(self) -> str:
        """The rule in words."""
        return f"no two equal in {' and '.join(self.traits)}"


@dataclass(frozen=True, kw_only=True)
class OneOfOne:
    """The token of a hash is in the collection."""

    line: int
    hash: TokenHash

    @property
    def words(self) -> str:
        """The rule in words."""
        return f"the token of {self.hash.text!r}"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All rules of a collection, and what it is made of.

    Either ``size`` and ``seed`` are given, or ``hashes``: then these are the tokens. ``digest`` is the SHA-256 of the file.
    """

    path: Path
    text: bytes
    name: str
    first_number: int
    size: Size
    seed: str | None
    hashes: tuple[TokenHash, ...] | None
    quotas: tuple[Quota, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    uniqueness: Uniqueness | None = None
    ones_of_one: tuple[OneOfOne, ...] = ()

    def all(self) -> Iterator[Rule]:
        """Yield every rule, in the order in which they stand in the file."""
        found: list[Rule] = [self.size, *self.quotas, *self.exclusions, *self.requirements, *self.ones_of_one]
        if self.uniqueness:
            found.append(self.uniqueness)
        yield from sorted(found, key=lambda rule: rule.line)


def combination_words(combination: Combination) -> str:
    """Return a combination in words."""
    return " and ".join(f"{trait} {_values_words(values)}" for trait, values in combination.items())


def _values_words(values: frozenset[Value]) -> str:
    numbers = sorted(value for value in values if isinstance(value, int))
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    texts = [str(number) for number in numbers] or sorted(str(value) for value in values)
    return " or ".join(texts) if len(texts) <= 4 else f"{texts[0]} or {len(texts) - 1} others"
