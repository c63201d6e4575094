"""Configurations of recipes: their JSON form, and checks of single fields. Loads no torch.

Each check raises ValueError with a sentence that names the field, its value and what is allowed. Every number of a recipe has one.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# What networks read and draw: palette indices, or colours.
Color = Literal["palette", "rgba"]

# The key of a field's metadata under which a field that a later version added has the value that stands for what earlier versions
# did. Records of trainings leave a field with that value out, so a training that an earlier version began goes on.
BEFORE: Final = "before"


def config_as_json(config: "DataclassInstance") -> dict[str, object]:
    """Return a configuration as JSON values: tuples become lists, and fields with the value of earlier versions are left out."""
    earlier = earlier_values(type(config))
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(config).items()
        if key not in earlier or value != earlier[key]
    }


def earlier_values(config_type: type["DataclassInstance"]) -> dict[str, object]:
    """Return the values of fields that records of earlier versions do not have, by name."""
    return {field.name: field.metadata[BEFORE] for field in fields(config_type) if BEFORE in field.metadata}


def check_at_least(config: "DataclassInstance", minimum: int, *names: str) -> None:
    """Check that fields are not below a minimum."""
    _check(config, names, lambda number: number >= minimum, f"at least {minimum}")


def check_at_most(config: "DataclassInstance", maximum: int, *names: str) -> None:
    """Check that fields are not above a maximum."""
    _check(config, names, lambda number: number <= maximum, f"at most {maximum}")


def check_range(config: "DataclassInstance", low: float, high: float, *names: str) -> None:
    """Check that fields are between two numbers or equal to one of them."""
    _check(config, names, lambda number: low <= number <= high, f"from {low} to {high}")


def check_share(config: "DataclassInstance", *names: str) -> None:
    """Check that fields are from 0 to below 1."""
    _check(config, names, lambda number: 0 <= number < 1, "from 0 to below 1")


def check_learning_rate(config: "DataclassInstance", *names: str) -> None:
    """Check that fields are above 0 and at most 1."""
    _check(config, names, lambda number: 0 < number <= 1, "above 0 and at most 1")


def _check(config: "DataclassInstance", names: Iterable[str], allows: Callable[[float], bool], allowed: str) -> None:
    """Check fields that are numbers, or tuples of which each number is checked; none allows NaN."""
    for name in names:
        value = getattr(config, name)
        if isinstance(value, tuple):
            if not all(map(allows, value)):
                raise ValueError(f"{name} is {','.join(map(str, value))}; each is {allowed}")
        elif not allows(value):
            raise ValueError(f"{name} is {value}; it is {allowed}")
