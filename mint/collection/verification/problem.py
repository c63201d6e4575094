"""What a verification finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be: where, and what."""

    place: str
    what: str
