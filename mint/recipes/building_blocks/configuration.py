"""Configurations of recipes: their JSON form, and checks of single fields. Loads no torch.

Each check raises ValueError with a sentence that names the field, its value and what is allowed.
"""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

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


def check_at_least_one(config: "DataclassInstance", *names: str) -> None:
    """Check that fields are 1 or more."""
    for name in names:
        if getattr(config, name) < 1:
            raise ValueError(f"{name} is {getattr(config, name)}; it is at least 1")


def check_at_most(config: "DataclassInstance", maximum: int, *names: str) -> None:
    """Check that fields are not above a maximum."""
    for name in names:
        if getattr(config, name) > maximum:
            raise ValueError(f"{name} is {getattr(config, name)}; it is at most {maximum}")


def check_range(config: "DataclassInstance", low: float, high: float, *names: str) -> None:
    """Check that fields are between two numbers or equal to one of them."""
    for name in names:
        if not low <= getattr(config, name) <= high:
            raise ValueError(f"{name} is {getattr(config, name)}; it is from {low} to {high}")


def check_share(config: "DataclassInstance", *names: str) -> None:
    """Check that fields are from 0 to below 1."""
    for name in names:
        if not 0 <= getattr(config, name) < 1:
            raise ValueError(f"{name} is {getattr(config, name)}; it is from 0 to below 1")


def check_learning_rate(config: "DataclassInstance", *names: str) -> None:
    """Check that fields are above 0 and at most 1."""
    for name in names:
        if not 0 < getattr(config, name) <= 1:
            raise ValueError(f"{name} is {getattr(config, name)}; it is above 0 and at most 1")
