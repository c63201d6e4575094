"""Strict JSON: every type that a field may have, what each refuses, and the sentence that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.json_fields import JsonFieldError, Length, Pattern, Printable, Range, parse_json, read_record, shown


@dataclass(frozen=True, kw_only=True)
class Corner:
    x: int
    y: Annotated[int, Range(-2, 2)] = 0


@dataclass(frozen=True, kw_only=True)
class Shape:
    kind: ClassVar[str] = "shape"
    name: Annotated[str, Printable(5)]
    corners: Annotated[tuple[Corner, ...], Length(1, 2)]
    size: tuple[int, float]
    colors: Mapping[str, Annotated[str, Pattern("#[0-9a-f]{2}")]]
    sides: Mapping[Literal["left", "right"], int | Literal["n"]]
    is_filled: bool
    note: str | None
    extra: Mapping[str, object]


TEXT = """{"name": "box", "corners": [{"x": 1, "y": 2}, {"x": 3}], "size": [4, 5], "colors": {"in": "#0f"},
 "sides": {"left": "n", "right": 6}, "is_filled": false, "note": null, "extra": {"any": [1, {"a": null}]}}"""


def test_a_record_is_read() -> None:
    assert read_record(Shape, parse_json(TEXT)) == Shape(
        name="box",
        corners=(Corner(x=1, y=2), Corner(x=3)),
        size=(4, 5.0),
        colors={"in": "#0f"},
        sides={"left": "n", "right": 6},
        is_filled=False,
        note=None,
        extra={"any": [1, {"a": None}]},
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (TEXT, "[1]", "the document is [1], not an object"),
        ('"note": null', '"kind": "shape", "note": null', "the document has the unknown key 'kind'"),
        (', "note": null', "", "the document lacks the key 'note'"),
        ("null", "7", "note is 7, not a text or null"),
        ('"box"', '"boxes!"', "name is 'boxes!', not a text of 1 to 5 printable characters"),
        ('"box"', '"\\u007f"', r"name is '\x7f', not a text of 1 to 5 printable characters"),
        ('[{"x": 1, "y": 2}, {"x": 3}]', "[]", "corners is [], not a list of 1 to 2 values"),
        ('[{"x": 1, "y": 2}, {"x": 3}]', "{}", "corners is {}, not a list of 1 to 2 values"),
        ('{"x": 3}', "3", "corners[1] is 3, not an object"),
        ('{"x": 3}', '{"y": 0}', "corners[1] lacks the key 'x'"),
        ('"y": 2', '"y": 3', "corners[0].y is 3, not an integer from -2 to 2"),
        ('"y": 2', '"y": true', "corners[0].y is True, not an integer from -2 to 2"),
        ("[4, 5]", "[4]", "size is [4], not a list of 2 values"),
        ("[4, 5]", "[4.0, 5]", "size[0] is 4.0, not an integer"),
        ("[4, 5]", "[4, 1e999]", "size[1] is inf, not a finite number"),
        ("[4, 5]", f"[4, 1{'0' * 400}]", f"size[1] is 1{'0' * 36}..., not a finite number"),
        ('"#0f"', '"#0F"', "colors.in is '#0F', not a text that matches #[0-9a-f]{2}"),
        ('"right": 6', '"right": "m"', "sides.right is 'm', not an integer or 'n'"),
        (', "right": 6', "", "sides lacks the key 'right'"),
        ('"right": 6', '"right": 6, "top": 1', "sides has the unknown key 'top'"),
        ("false", "0", "is_filled is 0, not true or false"),
    ],
)
def test_a_wrong_field_is_named(old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(JsonFieldError) as caught:
        read_record(Shape, parse_json(TEXT.replace(old, new)))
    assert str(caught.value) == sentence


@pytest.mark.parametrize("text", ["", "{", '{"x": 1, "x": 1}', "NaN", "[Infinity]"])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "corners", "size", "x"]), inner),
    )
)
def test_any_json_is_refused_with_one_line(document: object) -> None:
    with pytest.raises(JsonFieldError) as caught:
        read_record(Shape, document, "shapes[0]")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("shapes[0]")


def test_a_value_is_shown_in_40_characters() -> None:
    assert shown("a" * 38) == f"'{'a' * 38}'"
    assert shown("é" * 38) == "'" + r"\xe9" * 9 + "..."
