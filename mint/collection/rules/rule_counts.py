"""How a collection keeps its rules: what each asks for, and what the tokens have."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mint.collection.rules.rule import Combination, Exclusion, OneOfOne, Quota, Requirement, Rule, Rules, Size, Uniqueness
from mint.collection.trait_tables import Value

Traits = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """A rule, and how many tokens it is about: those that a quota counts, or those that break another rule."""

    rule: Rule
    count: int
    is_kept: bool


def count_rules(rules: Rules, tokens: Sequence[Traits], hashes: Sequence[str]) -> list[RuleCount]:
    """Count the tokens that every rule is about, in the order of the rules."""
    return [_count(rule, tokens, hashes) for rule in rules.all()]


def _count(rule: Rule, tokens: Sequence[Traits], hashes: Sequence[str]) -> RuleCount:
    if isinstance(rule, Size):
        return RuleCount(rule=rule, count=len(tokens), is_kept=len(tokens) == rule.size)
    if isinstance(rule, OneOfOne):
        count = hashes.count(rule.hash.text)
        return RuleCount(rule=rule, count=count, is_kept=count == 1)
    if isinstance(rule, Quota):
        count = sum(token.get(rule.trait) == rule.value for token in tokens)
        return RuleCount(rule=rule, count=count, is_kept=rule.low <= count and (rule.high is None or count <= rule.high))
    if isinstance(rule, Uniqueness):
        keys = Counter(tuple(token.get(trait) for trait in rule.traits) for token in tokens)
        count = sum(keys.values()) - len(keys)
    elif isinstance(rule, Exclusion):
        count = sum(_has(token, rule.combination) for token in tokens)
    else:
        assert isinstance(rule, Requirement)
        count = sum(_has(token, rule.condition) and not _has(token, rule.consequence) for token in tokens)
    return RuleCount(rule=rule, count=count, is_kept=count == 0)


def _has(token: Traits, combination: Combination) -> bool:
    return all(token.get(trait) in values for trait, values in combination.items())
