"""Why rules cannot be kept, in a sentence: because they contradict each other, or because there are too few candidates."""

from collections.abc import Sequence
from typing import NoReturn

from mint.collection.rules.rule import OneOfOne, Rule, Rules, Uniqueness
from mint.collection.selection.conflict import smallest_conflict
from mint.collection.selection.integer_program import IntegerProgram
from mint.collection.selection.possible_classes import possible_classes
from mint.collection.selection.shortage import num_more_candidates
from mint.collection.selection.token_classes import classes_of_rows
from mint.collection.trait_tables import TraitTable
from mint.errors import RulesError
from mint.token.token import draw_token


def refuse_contradiction(rules: Rules) -> None:
    """Raise RulesError where no tokens at all keep the rules, with the fewest rules that contradict each other.

    Rules that ask for more combinations of traits than can be looked at are let through.
    """
    every = list(rules.all())
    conflict = contradiction(every)
    if conflict:
        raise RulesError(_contradiction_sentence(rules, conflict))


def contradiction(rules: Sequence[Rule]) -> list[Rule] | None:
    """Return the fewest rules that no tokens at all keep together, in order; None where none are found."""
    tokens = [draw_token(rule.hash).features for rule in rules if isinstance(rule, OneOfOne)]
    classes = possible_classes(rules, tokens)
    conflict = None if classes is None else smallest_conflict(IntegerProgram(classes, rules), len(rules))
    return None if conflict is None else [rules[place] for place in conflict]


def refuse_shortage(rules: Rules, candidates: TraitTable, num_drawn: int) -> NoReturn:
    """Raise RulesError for rules that the candidates cannot keep, with the fewest of them and how many more candidates they need.

    ``candidates`` has ``num_drawn`` candidates, and then the tokens of the OneOfOne rules.
    """
    every = list(rules.all())
    ones_of_one = range(num_drawn, candidates.num_rows)
    without = [rule for rule in every if not isinstance(rule, Uniqueness)]
    # Uniqueness makes the program large, so it is looked at last.
    lacking = _conflict(candidates, ones_of_one, without) or _conflict(candidates, ones_of_one, every)
    assert lacking is not None, "the candidates do not keep the rules"
    if proved := contradiction(lacking):
        raise RulesError(_contradiction_sentence(rules, proved))
    more = _num_more(rules, candidates, num_drawn, lacking)
    need = "more than can be drawn are needed; change one of them"
    if more is not None:
        need = f"about {more} more are needed; run it again with --candidates {num_drawn + more}, which goes on with those drawn"
    raise RulesError(f"{rules.path}: {num_drawn} candidates are too few for {_words(lacking)}: {need}")


def _conflict(candidates: TraitTable, ones_of_one: Sequence[int], rules: Sequence[Rule]) -> list[Rule] | None:
    """Return the fewest rules that the candidates cannot keep together."""
    conflict = smallest_conflict(IntegerProgram(classes_of_rows(candidates, rules, ones_of_one), rules), len(rules))
    return None if conflict is None else [rules[place] for place in conflict]


def _num_more(rules: Rules, candidates: TraitTable, num_drawn: int, lacking: Sequence[Rule]) -> int | None:
    """Return how many more candidates the lacking rules need, and all others but uniqueness, which takes too long with many."""
    numbers = []
    for some in (lacking, [rule for rule in rules.all() if not isinstance(rule, Uniqueness)]):
        own = [num_drawn + place for place, rule in enumerate(rules.ones_of_one) if rule in some]
        numbers.append(num_more_candidates(_without(candidates, num_drawn, own), range(num_drawn, num_drawn + len(own)), some))
    return None if None in numbers else max(number for number in numbers if number is not None)


def _without(candidates: TraitTable, num_drawn: int, kept: Sequence[int]) -> TraitTable:
    """Return the candidates and these tokens behind them."""
    rows = [*range(num_drawn), *kept]
    return TraitTable(candidates.values, {trait: codes[rows] for trait, codes in candidates.codes.items()}, None)


def _contradiction_sentence(rules: Rules, conflict: Sequence[Rule]) -> str:
    if len(conflict) == 1:
        return f"{rules.path}: no tokens at all can keep {_words(conflict)}; change it"
    return f"{rules.path}: no tokens at all can keep together {_words(conflict)}; change one of them"


def _words(rules: Sequence[Rule]) -> str:
    words = [f"{rule.words} (line {rule.line})" for rule in rules]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
