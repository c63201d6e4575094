"""Rules that contradict each other are found before a token is drawn, with the fewest that do; rules that can be kept are kept."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from mint.collection.drawing import CANDIDATES_PER_TOKEN
from mint.collection.rules.rule import OneOfOne, Rules
from mint.collection.rules.rule_counts import count_rules
from mint.collection.rules.rules_file import read_rules
from mint.collection.selection.choice import choose
from mint.collection.selection.refusal import contradiction, refuse_contradiction
from mint.collection.trait_tables import TraitTable, trait_tables, trait_values
from mint.errors import RulesError
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from tests.collection.planted_rules import CONTRADICTING, KEEPABLE, document
from tests.collection.sampled_tokens import sampled_tokens

each_contradiction = pytest.mark.parametrize(("size", "text", "lines"), CONTRADICTING)

MANY = ("Palette", "Town", "Text", "Geometry", "Noise", "Symmetry", "Symmetric sprites", "Difficulty")


def planted(folder: Path, size: int, text: str) -> Rules:
    """Write and read rules; {hash: trait} stands for a token's trait, {palette: Colors} for a palette's."""
    palettes = trait_tables()[0]
    names = palettes.values["Palette"]

    def value(match: re.Match[str]) -> str:
        if match[1] in names:
            return str(palettes.values[match[2]][palettes.codes[match[2]][names.index(match[1])]])
        return str(draw_token(parse_hash(match[1])).features[match[2]])

    path = folder / "rules.toml"
    path.write_text(document(size, re.sub(r"\{([\w ]+): (\w+)\}", value, text)), encoding="utf-8")
    return read_rules(path)


def test_there_are_thirty_of_each() -> None:
    assert (len(CONTRADICTING), len(KEEPABLE)) == (30, 30)


@each_contradiction
def test_the_smallest_contradiction_is_named(size: int, text: str, lines: set[int], tmp_path: Path) -> None:
    rules = planted(tmp_path, size, text)
    found = contradiction(list(rules.all()))
    assert found is not None
    assert {rule.line for rule in found} == lines
    with pytest.raises(RulesError) as error:
        refuse_contradiction(rules)
    assert {int(line) for line in re.findall(r"\(line (\d+)\)", str(error.value))} == lines


@each_contradiction
def test_without_one_of_them_it_can_be_kept(size: int, text: str, lines: set[int], tmp_path: Path) -> None:
    rules = [rule for rule in planted(tmp_path, size, text).all() if rule.line in lines]
    for rest in combinations(rules, len(rules) - 1):
        assert contradiction(rest) is None


@pytest.mark.parametrize(("size", "text"), KEEPABLE)
def test_what_can_be_kept_is_kept(size: int, text: str, tmp_path: Path) -> None:
    rules = planted(tmp_path, size, text)
    assert contradiction(list(rules.all())) is None
    ones_of_one = [rule for rule in rules.all() if isinstance(rule, OneOfOne)]
    table = sampled_tokens(2 * CANDIDATES_PER_TOKEN * size + 200 + len(ones_of_one))
    rows_of_own = range(table.num_rows - len(ones_of_one), table.num_rows)
    chosen = choose(table, list(rules.all()), rows_of_own)
    assert chosen is not None
    rows = [*rows_of_own, *chosen]
    hashes = [*(rule.hash.text for rule in ones_of_one), *(f"row {row}" for row in chosen)]
    counts = count_rules(rules, _traits(table, rows), hashes)
    assert [count for count in counts if not count.is_kept] == []


def test_rules_with_too_many_classes_are_let_through(tmp_path: Path) -> None:
    quotas = [
        f'[quota."{trait}"]\n' + "".join(f'"{value}" = {{ max = 99 }}\n' for value in trait_values()[trait]) for trait in MANY
    ]
    assert contradiction(list(planted(tmp_path, 100, "".join(quotas)).all())) is None


def _traits(table: TraitTable, rows: list[int]) -> list[dict[str, str | int]]:
    return [{trait: table.values[trait][codes[row]] for trait, codes in table.codes.items()} for row in rows]
