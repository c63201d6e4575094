"""A row of a label file."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """A row of a label file: the name of a picture, and its labels."""

    name: str
    labels: tuple[str, ...]
