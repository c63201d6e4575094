"""Labels: what a model can be asked for by name, as the numbers it takes.

1 asks for pictures that have a label, 0 for those that have not, and OPEN leaves it to the model.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from viewer.errors import ModelError

OPEN: Final = 0.5
_MAX_SHOWN = 12


def asked_of(names: Sequence[str], wishes: Mapping[str, float]) -> tuple[float, ...]:
    """Return a number for each label of a model, in its order; those nobody wished for are open.

    Raises ModelError where the model does not know one of the wishes.
    """
    for wish in wishes:
        if wish not in names:
            known = f"it knows {_listed(names)}" if names else "it knows none"
            raise ModelError(f"this model does not know the label {wish!r}; {known}")
    return tuple(float(wishes.get(name, OPEN)) for name in names)


def written(wishes: Mapping[str, float]) -> str:
    """Return wishes as text, for instance ``gold earring=1, hat=0``."""
    return ", ".join(f"{name}={value:g}" for name, value in wishes.items())


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_MAX_SHOWN])
    return shown if len(names) <= _MAX_SHOWN else f"{shown} and {len(names) - _MAX_SHOWN} more"
