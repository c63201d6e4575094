"""The choice is the first that keeps all rules, as an exhaustive search finds it, and does not depend on a solver's taste."""

from itertools import combinations

import numpy as np
import pytest

import mint.collection.selection.integer_program
from mint.collection.rules.rule import Exclusion, Quota, Requirement, Rule, Size, Uniqueness
from mint.collection.selection.choice import choose
from mint.collection.selection.token_classes import Ids
from mint.collection.trait_tables import Codes, TraitTable

TRAITS = ("a", "b", "c")


def small_table(random: np.random.Generator, number: int) -> TraitTable:
    codes: dict[str, Codes] = {trait: random.integers(3, size=number).astype(np.int16) for trait in TRAITS}
    return TraitTable(dict.fromkeys(TRAITS, (0, 1, 2)), codes, None)


def random_rules(random: np.random.Generator, size: int) -> list[Rule]:
    rules: list[Rule] = [Size(line=1, size=size)]
    for line in range(2, 5):
        low, more = int(random.integers(3)), int(random.integers(3))
        trait, value = TRAITS[random.integers(3)], int(random.integers(3))
        if all(not isinstance(rule, Quota) or (rule.trait, rule.value) != (trait, value) for rule in rules):
            rules.append(Quota(line=line, trait=trait, value=value, low=low, high=low + more))
    if random.random() < 0.5:
        rules.append(Exclusion(line=6, combination={"a": frozenset([0]), "b": frozenset([1, 2])}))
    if random.random() < 0.5:
        rules.append(Requirement(line=7, condition={"b": frozenset([0])}, consequence={"c": frozenset([0, 1])}))
    if random.random() < 0.7:
        rules.append(Uniqueness(line=8, traits=TRAITS[: int(random.integers(1, 4))]))
    return rules


def keeps(rows: tuple[int, ...], table: TraitTable, rules: list[Rule]) -> bool:
    tokens = [{trait: int(table.codes[trait][row]) for trait in TRAITS} for row in rows]
    for rule in rules:
        if isinstance(rule, Quota):
            count = sum(token[rule.trait] == rule.value for token in tokens)
            if not rule.low <= count or (rule.high is not None and count > rule.high):
                return False
        elif isinstance(rule, Uniqueness):
            if len({tuple(token[trait] for trait in rule.traits) for token in tokens}) < len(tokens):
                return False
        elif (isinstance(rule, Exclusion) and any(token["a"] == 0 and token["b"] in (1, 2) for token in tokens)) or (
            isinstance(rule, Requirement) and any(token["b"] == 0 and token["c"] == 2 for token in tokens)
        ):
            return False
    return True


def test_the_choice_is_the_first_that_keeps_the_rules() -> None:
    num_chosen = num_refused = num_unique = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        table, size = small_table(random, 12), int(random.integers(2, 6))
        rules = random_rules(random, size)
        expected = next((rows for rows in combinations(range(12), size) if keeps(rows, table, rules)), None)
        chosen = choose(table, rules)
        unique = any(isinstance(rule, Uniqueness) for rule in rules)
        if unique and expected is not None and chosen is not None and list(expected) != chosen:
            # Where the first token of each key suffices, only these are looked at.
            firsts = _first_rows(table, rules)
            expected = next(rows for rows in combinations(firsts, size) if keeps(rows, table, rules))
        assert (chosen is None) == (expected is None), seed
        if expected is not None:
            assert chosen == list(expected), seed
        num_chosen, num_refused = num_chosen + (chosen is not None), num_refused + (chosen is None)
        num_unique += unique and chosen is not None
    assert min(num_chosen, num_refused, num_unique) > 20


def _first_rows(table: TraitTable, rules: list[Rule]) -> list[int]:
    traits = next(rule.traits for rule in rules if isinstance(rule, Uniqueness))
    rows: dict[tuple[int, ...], int] = {}
    for row in range(table.num_rows):
        if keeps((row,), table, [rule for rule in rules if isinstance(rule, Exclusion | Requirement)]):
            rows.setdefault(tuple(int(table.codes[trait][row]) for trait in traits), row)
    return sorted(rows.values())


@pytest.mark.parametrize("unique", [(), ("a", "b", "c")])
def test_another_solution_of_the_solver_gives_the_same_choice(unique: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    codes: dict[str, Codes] = {trait: random.integers(8, size=400).astype(np.int16) for trait in TRAITS}
    table = TraitTable(dict.fromkeys(TRAITS, tuple(range(8))), codes, None)
    rules: list[Rule] = [Size(line=1, size=60)]
    rules += [Quota(line=2, trait=trait, value=value, low=11, high=13) for trait in TRAITS for value in (0, 1, 2)]
    rules += [Uniqueness(line=3, traits=unique)] if unique else []
    first = choose(table, rules)
    solve = mint.collection.selection.integer_program._solve
    num_solved = 0

    def solve_differently(
        matrix: object, low: Ids, high: Ids, upper: Ids, price: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> object:
        nonlocal num_solved
        num_solved += 1
        return solve(matrix, low, high, upper, np.random.default_rng(num_solved).normal(size=len(price)))

    monkeypatch.setattr(mint.collection.selection.integer_program, "_solve", solve_differently)
    assert first is not None
    assert choose(table, rules) == first
    assert num_solved > 3


def test_without_quotas_the_first_are_chosen() -> None:
    table = small_table(np.random.default_rng(0), 20)
    assert choose(table, [Size(line=1, size=7)]) == list(range(7))


def test_what_is_left_out_is_not_chosen_and_ones_of_one_count() -> None:
    table = small_table(np.random.default_rng(0), 20)
    assert choose(table, [Size(line=1, size=7)], [19, 3], [0, 2]) == [1, 4, 5, 6, 7]
    quota = Quota(line=2, trait="a", value=int(table.codes["a"][19]), low=1, high=1)
    chosen = choose(table, [Size(line=1, size=7), quota], [19])
    assert chosen is not None
    assert len(chosen) == 6
    assert all(table.codes["a"][row] != table.codes["a"][19] for row in chosen)
