"""Count what a collection's rules ask for: how many tokens there are of each kind, and whether each rule is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from mint.collection.folder import RULES_NAME, CollectionFolder, CollectionToken
from mint.collection.rules import Combination, Exclusion, OneOfOne, Quota, Requirement, Rule, Size, Uniqueness
from mint.collection.rules_file import read_rules


@dataclass(frozen=True)
class RuleCount:
    """A rule, how many tokens it counts in a collection, and whether it is kept.

    Counted are the tokens of a quota, of the size and of one hash, and those that break another kind of rule.
    """

    rule: Rule
    count: int
    is_kept: bool


def count_rules(folder: CollectionFolder) -> list[RuleCount]:
    """Return what a collection has of what its rules ask for, in the order of the rules; nothing is asked where hashes were given.

    Raises RulesError where rules.toml cannot be read.
    """
    if folder.collection.seed is None:
        return []
    return [_count(rule, folder.collection.tokens) for rule in read_rules(folder.path / RULES_NAME).all()]


def _count(rule: Rule, tokens: Sequence[CollectionToken]) -> RuleCount:
    match rule:
        case Size():
            return RuleCount(rule, len(tokens), len(tokens) == rule.size)
        case Quota():
            count = sum(token.traits.get(rule.trait) == rule.value for token in tokens)
            return RuleCount(rule, count, rule.low <= count and (rule.high is None or count <= rule.high))
        case OneOfOne():
            count = sum(token.hash == rule.hash.text for token in tokens)
            return RuleCount(rule, count, count == 1)
        case Exclusion():
            broken = sum(_has(token, rule.combination) for token in tokens)
        case Requirement():
            broken = sum(_has(token, rule.condition) and not _has(token, rule.consequence) for token in tokens)
        case Uniqueness():
            broken = len(tokens) - len({tuple(token.traits.get(trait) for trait in rule.traits) for token in tokens})
        case _:
            raise AssertionError(f"{rule} is no rule of a collection")
    return RuleCount(rule, broken, broken == 0)


def _has(token: CollectionToken, combination: Combination) -> bool:
    return all(token.traits.get(trait) in values for trait, values in combination.items())
