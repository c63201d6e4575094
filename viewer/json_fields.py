"""Strict reading of JSON objects into dataclasses: a missing, unknown or wrong field fails with a sentence that names it.

A field's type says what is read: bool, int, float, str, None, Literal, a union of these, a dataclass, ``tuple[X, ...]`` and
``tuple[X, Y]`` (lists), ``Mapping[str, X]`` and ``Mapping[Literal[...], X]`` (objects; the literals are the keys, all required),
and ``object`` (any value). ``Annotated`` adds a limit, which null is free of: ``Annotated[int, Range(0, 9)]``. A field with a
default may be absent. Nothing is converted, except that JSON has one kind of number, so a float may be written as 4. Class
variables are skipped.
"""

import json
import re
import sys
from collections.abc import Mapping, Sized
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Final, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

_MAX_SHOWN = 40
_NAMES: Final = {bool: "true or false", int: "an integer", float: "a finite number", str: "a text", NoneType: "null"}


class JsonFieldError(ValueError):
    """Say which part of a JSON document is wrong, its value, and what was expected."""


class Limit(Protocol):
    """A limit on a value of the right type; it is worded to follow the type, as in "an integer from 0 to 9"."""

    @property
    def words(self) -> str:
        """What is expected."""

    def allows(self, value: Any) -> bool:
        """Whether the value is within the limit."""


@dataclass(frozen=True)
class Range:
    """Limit a number to low to high, both included."""

    low: int
    high: int = 2**63 - 1

    @property
    def words(self) -> str:
        """What is expected."""
        return f"from {self.low} to {self.high}"

    def allows(self, value: float) -> bool:
        """Whether the number is in the range."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Length:
    """Limit a list to low to high values."""

    low: int
    high: int

    @property
    def words(self) -> str:
        """What is expected."""
        return f"of {self.low} to {self.high} values"

    def allows(self, value: Sized) -> bool:
        """Whether the list has an allowed length."""
        return self.low <= len(value) <= self.high


@dataclass(frozen=True)
class Printable:
    """Limit a text to 1 to max_length printable characters."""

    max_length: int

    @property
    def words(self) -> str:
        """What is expected."""
        return f"of 1 to {self.max_length} printable characters"

    def allows(self, value: str) -> bool:
        """Whether the text is printable and not too long."""
        return 1 <= len(value) <= self.max_length and value.isprintable()


@dataclass(frozen=True)
class Pattern:
    """Limit a text to those that a regular expression matches as a whole."""

    expression: str

    @property
    def words(self) -> str:
        """What is expected."""
        return f"that matches {self.expression}"

    def allows(self, value: str) -> bool:
        """Whether the whole text matches."""
        return re.fullmatch(self.expression, value) is not None


class Record(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


AnyRecord = TypeVar("AnyRecord", bound=Record)


def parse_json(text: str | bytes) -> Any:
    """Parse JSON text. Raises ValueError or RecursionError; a repeated key, NaN or Infinity is an error, too."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)


def read_record(kind: type[AnyRecord], value: object, where: str = "") -> AnyRecord:
    """Read a dataclass from a parsed JSON object.

    ``where`` is the path of the object within its document, for the error. Raises JsonFieldError.
    """
    types, required = _fields(kind)
    given = _object(value, where)
    for name in required:
        if name not in given:
            raise JsonFieldError(f"{where or 'the document'} lacks the key {name!r}")
    _refuse_unknown(given, types, where)
    return kind(**{name: _read(types[name], entry, _path(where, name)) for name, entry in given.items()})


def shown(value: object) -> str:
    """Return a value as ASCII text for an error message, shortened to 40 characters."""
    text = ascii(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."


@lru_cache
def _fields(kind: type[Record]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the types of a dataclass's fields by name, and the names of those without a default."""
    hints = get_type_hints(kind, include_extras=True)
    own = fields(kind)
    required = tuple(each.name for each in own if each.default is MISSING and each.default_factory is MISSING)
    return {each.name: hints[each.name] for each in own}, required


def _read(kind: Any, value: object, where: str) -> Any:
    limits: tuple[Limit, ...] = ()
    if get_origin(kind) is Annotated:
        kind, *rest = get_args(kind)
        limits = tuple(rest)
    if kind is object:
        return value
    if isinstance(kind, type) and is_dataclass(kind):
        return read_record(kind, value, where)
    if get_origin(kind) is Mapping:
        return _read_mapping(kind, value, where)
    is_list = get_origin(kind) is tuple
    is_allowed = (_is_list if is_list else _is)(kind, value)
    # Limits are of values: null, where it is allowed, has none.
    if not is_allowed or (value is not None and not all(limit.allows(value) for limit in limits)):
        expected = " ".join([_expected(kind), *(limit.words for limit in limits)])
        raise JsonFieldError(f"{where} is {shown(value)}, not {expected}")
    if not isinstance(value, list):
        return value
    entries = get_args(kind)
    types = entries[:1] * len(value) if entries[-1] is Ellipsis else entries
    return tuple(_read(types[index], entry, f"{where}[{index}]") for index, entry in enumerate(value))


def _read_mapping(kind: Any, value: object, where: str) -> dict[str, Any]:
    key_type, value_type = get_args(kind)
    given = _object(value, where)
    if get_origin(key_type) is Literal:
        keys = get_args(key_type)
        for key in keys:
            if key not in given:
                raise JsonFieldError(f"{where} lacks the key {key!r}")
        _refuse_unknown(given, keys, where)
    return {key: _read(value_type, entry, _path(where, key)) for key, entry in given.items()}


def _is(kind: Any, value: object) -> bool:
    """Whether a value has a type without parts: a plain type, a Literal, or a union of these."""
    if get_origin(kind) in (UnionType, Union):
        return any(_is(choice, value) for choice in get_args(kind))
    if get_origin(kind) is Literal:
        return isinstance(value, str) and value in get_args(kind)
    if kind is float:
        # An integer of 300 digits is finite, but no float. type() and not isinstance(): true is not a number here.
        return type(value) in (int, float) and isinstance(value, int | float) and abs(value) <= sys.float_info.max
    return type(value) is kind


def _is_list(kind: Any, value: object) -> bool:
    """Whether a value is a list as long as a tuple type says; its entries are not looked at."""
    entries = get_args(kind)
    return isinstance(value, list) and (entries[-1] is Ellipsis or len(entries) == len(value))


def _expected(kind: Any) -> str:
    """Return the words for a type without parts, or for a list."""
    if get_origin(kind) in (UnionType, Union):
        return " or ".join(_expected(choice) for choice in get_args(kind))
    if get_origin(kind) is Literal:
        choices = [repr(choice) for choice in get_args(kind)]
        return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    if get_origin(kind) is tuple:
        entries = get_args(kind)
        return "a list" if entries[-1] is Ellipsis else f"a list of {len(entries)} values"
    return _NAMES[kind]


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise JsonFieldError(f"{where or 'the document'} is {shown(value)}, not an object")
    return value


def _refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any] | tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in known:
            raise JsonFieldError(f"{where or 'the document'} has the unknown key {shown(key)}")


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a number in JSON")
