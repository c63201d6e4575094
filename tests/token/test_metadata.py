"""Tests of the three forms of metadata against the schemas of their specifications."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, ValidationError

from mint.token.metadata import FORMATS, Json, Traits, fxhash, opensea, tzip21

SCHEMAS = Path(__file__).parents[2] / "mint" / "collection" / "publication" / "schemas"

TRAITS = Traits(
    name="Pixelmint ooj2HmX8dgni",
    description="Nine sprites drawn from one hash.",
    image="preview.png",
    values=(("palette", "moss temple"), ("towns", 4), ("texts", 0), ("rarest feature", "crescent moon"), ("difficulty", 61)),
    background="#101711",
)

any_traits = st.builds(
    Traits,
    name=st.text(min_size=1),
    description=st.text(),
    image=st.just("preview.png"),
    values=st.dictionaries(st.text(min_size=1), st.text(min_size=1) | st.integers(), max_size=6).map(lambda d: tuple(d.items())),
    thumbnail=st.none() | st.just("small.png"),
    background=st.none() | st.from_regex("#[0-9a-f]{6}", fullmatch=True),
)


def validate(document: object, schema: str) -> None:
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text())
    Draft7Validator.check_schema(rules)
    Draft7Validator(rules).validate(document)


@given(any_traits)
def test_every_token_is_valid_in_each_format(traits: Traits) -> None:
    validate(opensea(traits), "erc721")
    validate(opensea(traits), "opensea")
    validate(tzip21(traits), "tzip21")
    assert all(type(value) in {str, int} for value in fxhash(traits).values())


@given(any_traits)
def test_formats_agree_and_survive_json(traits: Traits) -> None:
    sea, tez, fx = (json.loads(json.dumps(write(traits))) for write in FORMATS.values())
    assert [(a["trait_type"], a["value"]) for a in sea["attributes"]] == list(fx.items()) == list(traits.values)
    assert [(a["name"], a["value"]) for a in tez["attributes"]] == [(name, str(value)) for name, value in traits.values]


def test_opensea_marks_counts_as_numbers() -> None:
    document = opensea(TRAITS)
    assert document["background_color"] == "101711"
    assert document["attributes"] == [
        {"trait_type": "palette", "value": "moss temple"},
        {"trait_type": "towns", "value": 4, "display_type": "number"},
        {"trait_type": "texts", "value": 0, "display_type": "number"},
        {"trait_type": "rarest feature", "value": "crescent moon"},
        {"trait_type": "difficulty", "value": 61, "display_type": "number"},
    ]


def test_tzip21_is_indivisible_with_text_values() -> None:
    document = tzip21(TRAITS)
    assert (document["decimals"], document["isBooleanAmount"]) == (0, True)
    assert document["thumbnailUri"] == "preview.png"
    assert document["attributes"] == [
        {"name": "palette", "value": "moss temple"},
        {"name": "towns", "value": "4", "type": "integer"},
        {"name": "texts", "value": "0", "type": "integer"},
        {"name": "rarest feature", "value": "crescent moon"},
        {"name": "difficulty", "value": "61", "type": "integer"},
    ]


def test_fxhash_features_keep_their_types() -> None:
    assert fxhash(TRAITS) == {
        "palette": "moss temple",
        "towns": 4,
        "texts": 0,
        "rarest feature": "crescent moon",
        "difficulty": 61,
    }


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("erc721", {"name": "a", "description": "b"}),
        ("erc721", {"name": 1, "description": "b", "image": "c"}),
        ("opensea", opensea(TRAITS) | {"background_color": "#101711"}),
        ("opensea", opensea(TRAITS) | {"attributes": [{"trait_type": "a", "value": "b", "display_type": "number"}]}),
        ("opensea", opensea(TRAITS) | {"attributes": [{"trait_type": "a", "value": 1, "display_type": "string"}]}),
        ("tzip21", tzip21(TRAITS) | {"attributes": [{"name": "towns", "value": 4}]}),
        ("tzip21", tzip21(TRAITS) | {"attributes": [{"trait_type": "towns", "value": "4"}]}),
        ("tzip21", {key: value for key, value in tzip21(TRAITS).items() if key != "decimals"}),
    ],
)
def test_schemas_reject_invalid_documents(schema: str, document: Json) -> None:
    with pytest.raises(ValidationError):
        validate(document, schema)


@pytest.mark.parametrize(
    "values",
    [(("towns", 4), ("towns", 5)), (("towns", ""),), (("", 4),), (("towns", True),)],
    ids=["twice", "empty value", "empty name", "boolean"],
)
def test_invalid_traits_are_rejected(values: tuple[tuple[str, str | int], ...]) -> None:
    with pytest.raises(AssertionError):
        Traits(name="a", description="b", image="c", values=values)
