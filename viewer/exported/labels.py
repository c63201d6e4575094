"""Labels: properties that a model's dreams can be requested to have, by name, as the numbers that the model takes.

1 requests dreams with a label, 0 dreams without it, and UNSPECIFIED leaves it to the model.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from viewer.errors import ModelError
from viewer.printable import listed

UNSPECIFIED: Final = 0.5
_MAX_SHOWN = 12


def label_values(names: Sequence[str], requested: Mapping[str, float]) -> tuple[float, ...]:
    """Return the value of each of a model's labels, in its order; UNSPECIFIED for those not requested.

    Raises ModelError where a requested label is unknown to the model.
    """
    for name in requested:
        if name not in names:
            known = f"it knows {listed([repr(name) for name in names], _MAX_SHOWN)}" if names else "it knows none"
            raise ModelError(f"this model does not know the label {name!r}; {known}")
    return tuple(float(requested.get(name, UNSPECIFIED)) for name in names)


def format_labels(requested: Mapping[str, float]) -> str:
    """Return requested labels as text, for instance ``gold earring=1, hat=0``."""
    return ", ".join(f"{name}={value:g}" for name, value in requested.items())
