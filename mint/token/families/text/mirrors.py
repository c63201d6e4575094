"""Mirrors: what becomes of the finished text and the paper in its box."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mint.token.families.text.scheme import Scheme
from mint.token.families.text.setting import Box
from mint.token.raster import Pixels


@dataclass(frozen=True)
class Mirror:
    """A mirror: the part of the box in which the text is set, the roomiest last, and how the box is changed then, in place.

    ``apply`` gets the pixels of the box, how many of its rows the text box leaves, and the scheme.
    """

    text_boxes: Callable[[Box], tuple[Box, ...]]
    apply: Callable[[Pixels, int, Scheme], None]


def _all(box: Box) -> tuple[Box, ...]:
    return (box,)


def _above_water(box: Box) -> tuple[Box, ...]:
    """Leave a third of the height for the water, or a fifth for letters that need more."""
    return tuple(box._replace(height=box.height - box.height // part - 1) for part in (3, 4, 5))


def _none(view: Pixels, free: int, scheme: Scheme) -> None:
    """Change nothing."""


def _mirrored(view: Pixels, free: int, scheme: Scheme) -> None:
    view[:] = view[:, ::-1].copy()


def _upside_down(view: Pixels, free: int, scheme: Scheme) -> None:
    view[:] = view[::-1, ::-1].copy()


def _reflected(view: Pixels, free: int, scheme: Scheme) -> None:
    """Lay water below the text: the rows above the shore upside down, torn by swell, all in one ink."""
    depth = free - 1
    shore = view.shape[0] - depth
    ink_rows = np.flatnonzero(np.isin(view[:shore], scheme.inks).any(axis=1))
    top, bottom = int(ink_rows[0]), int(ink_rows[-1])
    # Letters look shorter in water, by a third at most; what is too high to be seen whole is cut off.
    seen = min(bottom - top + 1, depth * 3 // 2)
    source = bottom - np.arange(depth) * seen // depth
    water = np.isin(view[source], scheme.inks)
    for row in range(2, depth, 3):
        water[row] = np.roll(water[row], 1)
    view[shore:] = np.where(water, scheme.accent, scheme.paper if scheme.glare else scheme.shadow)


MIRRORS: dict[str, Mirror] = {
    "none": Mirror(_all, _none),
    "reflected": Mirror(_above_water, _reflected),
    "mirrored": Mirror(_all, _mirrored),
    "upside down": Mirror(_all, _upside_down),
}
