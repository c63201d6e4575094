"""Six small collections of traits that test a measure of rarity, and what open-rarity 0.7.5 says of them.

``openrarity.json`` holds its scores and ranks. They are made anew by running this file with a Python that has the package,
which needs Python below 3.13 and pydantic 1 or 2.2::

    python -m venv rarity && rarity/bin/pip install open-rarity==0.7.5
    rarity/bin/python tests/collection/planted_traits.py > tests/collection/openrarity.json
"""

import json
import random
from importlib import import_module

Traits = dict[str, str]


def planted_collections() -> dict[str, list[Traits]]:
    """Return the collections by name; the same on every machine and in every version of Python."""
    return {
        "missing traits": _missing_traits(),
        "ties": _ties(),
        "unique values": _unique_values(),
        "equal scores": _equal_scores(),
        "case and spaces": _case_and_spaces(),
        "one token": [{"Hat": "cap", "Eyes": "none"}],
    }


def _missing_traits() -> list[Traits]:
    draw = random.Random(1)
    tokens = []
    for _ in range(300):
        traits = {name: f"{name} {min(draw.randrange(2, 12), draw.randrange(12))}" for name in ("Palette", "Rarest", "Symmetry")}
        tokens.append({name: value for name, value in traits.items() if draw.random() < 0.6})
    return tokens


def _ties() -> list[Traits]:
    """Every combination of two traits twice, and a third trait that is the same everywhere."""
    return [{"A": "xyz"[number % 3], "B": "uvw"[number // 3 % 3], "C": "same"} for number in range(18)]


def _unique_values() -> list[Traits]:
    """Tokens with none to two values that no other token has, and tokens that lack traits."""
    common = [{"Hat": "cap", "Eyes": ("blue", "green")[number % 2]} for number in range(40)]
    return [
        *common,
        {"Hat": "crown", "Eyes": "blue"},
        {"Hat": "halo", "Eyes": "laser"},
        {"Hat": "horns", "Eyes": "green", "Aura": "gold"},
        {"Eyes": "blue"},
        {"Hat": "cap", "Eyes": "green", "Pet": "owl"},
        {},
    ]


def _equal_scores() -> list[Traits]:
    """The first token has a unique value and the second has none, and yet both carry log2 16 + log2 2 = log2 4 + log2 8 bits."""
    hats = ["crown", *(4 * ["halo"]), *(11 * ["cap"])]
    eyes = ["blue", "laser", *(3 * ["green"]), "laser", *(7 * ["blue"]), *(3 * ["green"])]
    return [{"Hat": hat, "Eyes": eye} for hat, eye in zip(hats, eyes, strict=True)]


def _case_and_spaces() -> list[Traits]:
    draw = random.Random(2)
    words = ("moss temple", "Moss Temple", " moss temple ", "NONE", "none", "", "ember", "Ember ")
    return [{"Palette": draw.choice(words), " palette tier": draw.choice(words), "Mood": draw.choice(words)} for _ in range(120)]


def _measured(tokens: list[Traits]) -> dict[str, list[float] | list[int]]:
    """Return the scores and ranks that open-rarity gives, in the order of the tokens."""
    models, ranker = import_module("open_rarity.models"), import_module("open_rarity.rarity_ranker")
    made = [
        models.Token.from_erc721(contract_address="0x0", token_id=number, metadata_dict=traits)
        for number, traits in enumerate(tokens)
    ]
    ranked = ranker.RarityRanker.rank_collection(models.Collection(tokens=made))
    in_order = sorted(ranked, key=lambda rarity: rarity.token.token_identifier.token_id)
    return {"scores": [rarity.score for rarity in in_order], "ranks": [rarity.rank for rarity in in_order]}


if __name__ == "__main__":
    lists = (f" {json.dumps(name)}: {json.dumps(_measured(tokens))}" for name, tokens in planted_collections().items())
    print("{\n" + ",\n".join(lists) + "\n}")
