"""OpenRarity scores and ranks equal those of the package open-rarity 0.7.5."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mint.collection.rarity import rank_tokens
from tests.collection.planted_traits import planted_collections

MEASURED = Path(__file__).parent / "openrarity.json"
PLANTED = planted_collections()


@pytest.mark.parametrize("name", PLANTED)
def test_scores_and_ranks_are_those_of_the_package(name: str) -> None:
    measured = json.loads(MEASURED.read_text())[name]
    rarities = rank_tokens(PLANTED[name])
    assert [rarity.score for rarity in rarities] == pytest.approx(measured["scores"], rel=0, abs=1e-12)
    assert [rarity.rank for rarity in rarities] == measured["ranks"]


def test_the_planted_collections_hold_what_they_are_for() -> None:
    assert any(len(traits) < 3 for traits in PLANTED["missing traits"])
    ranks = Counter(json.loads(MEASURED.read_text())["ties"]["ranks"])
    assert max(ranks.values()) > 1
    assert {rarity.unique_values for rarity in rank_tokens(PLANTED["unique values"])} == {0, 1, 2}
    first, second = rank_tokens(PLANTED["equal scores"])[:2]
    assert (first.unique_values, second.unique_values) == (1, 0)
    assert first.score == pytest.approx(second.score, rel=1e-12)
    assert first.rank == second.rank == 1


def test_a_unique_value_ranks_before_a_higher_score() -> None:
    rarities = rank_tokens(PLANTED["unique values"])
    ranked = sorted(rarities, key=lambda rarity: rarity.rank)
    assert [rarity.unique_values for rarity in ranked] == sorted((rarity.unique_values for rarity in rarities), reverse=True)
    assert [rarity.score for rarity in ranked] != sorted((rarity.score for rarity in rarities), reverse=True)


def test_numbers_do_not_count_and_no_token_is_no_rarity() -> None:
    tokens = [{"Hat": "cap"}, {"Hat": "cap"}, {"Hat": "crown"}]
    assert rank_tokens([{**traits, "Towns": number} for number, traits in enumerate(tokens)]) == rank_tokens(tokens)
    assert rank_tokens([]) == []


@pytest.mark.slow
def test_the_stored_figures_are_what_the_package_says_today(tmp_path: Path) -> None:
    python = tmp_path / "rarity" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "open-rarity==0.7.5"], check=True)
    made = subprocess.run([python, MEASURED.with_name("planted_traits.py")], check=True, capture_output=True, text=True)
    assert json.loads(made.stdout) == json.loads(MEASURED.read_text())
