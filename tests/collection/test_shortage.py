"""The number of further candidates that a refusal tells is enough, and not far more than needed."""

import re
from pathlib import Path

import numpy as np
import pytest

from mint.collection.rules.rules_file import read_rules
from mint.collection.selection.choice import choose
from mint.collection.selection.refusal import refuse_shortage
from mint.collection.trait_tables import TraitTable
from mint.errors import RulesError
from tests.collection.planted_rules import document
from tests.collection.sampled_tokens import sampled_tokens

NUM_DRAWN = 200


@pytest.mark.parametrize(
    ("size", "text", "line"),
    [
        (100, '[quota.Palette]\n"green phosphor" = 10\n', 5),
        (100, '[quota."Palette tier"]\nlegendary = 70\nepic = { max = 20 }\n', 5),
        (100, "[quota.Symmetry]\nkaleidoscope = 60\n", 5),
        (60, 'unique = ["Palette"]\n', 4),
        (100, '[[require]]\nif = { Symmetry = "none" }\nthen = { "Palette tier" = "legendary" }\n[quota.Symmetry]\nnone = 90\n', 4),
    ],
)
def test_as_many_more_suffice(size: int, text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(document(size, text), encoding="utf-8")
    rules = read_rules(path)
    every = list(rules.all())
    few = sampled_tokens(NUM_DRAWN)
    assert choose(few, every) is None
    with pytest.raises(RulesError, match=f"{NUM_DRAWN} candidates are too few for .*line {line}.* more are needed") as error:
        refuse_shortage(rules, few, NUM_DRAWN)
    found = re.search(r"--candidates (\d+)", str(error.value))
    assert found is not None
    number = int(found[1])
    sufficient = [choose(_more(few, number, seed), every) is not None for seed in range(1, 6)]
    assert sum(sufficient) >= 4
    few_more = NUM_DRAWN + (number - NUM_DRAWN) // 5
    assert not all(choose(_more(few, few_more, seed), every) is not None for seed in range(1, 6))


def _more(few: TraitTable, number: int, seed: int) -> TraitTable:
    more = sampled_tokens(number - few.num_rows, seed)
    codes = {trait: np.concatenate([few.codes[trait], more.codes[trait]]) for trait in few.codes}
    return TraitTable(few.values, codes, None)


def test_what_the_candidates_only_show_to_be_impossible_is_proved(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(document(100, '[quota."Palette tier"]\nlegendary = 60\nepic = 41\n'), encoding="utf-8")
    with pytest.raises(RulesError, match="no tokens at all can keep together"):
        refuse_shortage(read_rules(path), sampled_tokens(10 * NUM_DRAWN), 10 * NUM_DRAWN)
