"""Mirrors: transformations of the finished text and background in the box."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mint.token.families.text.text_colors import TextColors
from mint.token.families.text.typesetting import TextBox
from mint.token.raster import Pixels


@dataclass(frozen=True)
class TextMirror:
    """A mirror: the boxes in which the text may be set, the largest last, and the in-place transformation of the box.

    ``apply`` gets the pixels of the box, the number of rows below the text box, and the colours.
    """

    text_boxes: Callable[[TextBox], tuple[TextBox, ...]]
    apply: Callable[[Pixels, int, TextColors], None]


def _all(box: TextBox) -> tuple[TextBox, ...]:
    return (box,)


def _above_water(box: TextBox) -> tuple[TextBox, ...]:
    """Reserve a third, a quarter or a fifth of the height for the water."""
    return tuple(box._replace(height=box.height - box.height // part - 1) for part in (3, 4, 5))


def _none(view: Pixels, free: int, colors: TextColors) -> None:
    """Change nothing."""


def _mirrored(view: Pixels, free: int, colors: TextColors) -> None:
    view[:] = view[:, ::-1].copy()


def _upside_down(view: Pixels, free: int, colors: TextColors) -> None:
    view[:] = view[::-1, ::-1].copy()


def _reflected(view: Pixels, free: int, colors: TextColors) -> None:
    """Draw water below the text: the reflected rows above the shore, broken by waves, in one colour."""
    depth = free - 1
    shore = view.shape[0] - depth
    letter_rows = np.flatnonzero(np.isin(view[:shore], colors.foregrounds).any(axis=1))
    top, bottom = int(letter_rows[0]), int(letter_rows[-1])
    # The reflection is shortened by a third at most; letters that are still too high are cut off.
    source_height = min(bottom - top + 1, depth * 3 // 2)
    source = bottom - np.arange(depth) * source_height // depth
    water = np.isin(view[source], colors.foregrounds)
    for row in range(2, depth, 3):
        water[row] = np.roll(water[row], 1)
    view[shore:] = np.where(water, colors.accent, colors.background if colors.needs_clearance else colors.shadow)


MIRRORS: dict[str, TextMirror] = {
    "none": TextMirror(_all, _none),
    "reflected": TextMirror(_above_water, _reflected),
    "mirrored": TextMirror(_all, _mirrored),
    "upside down": TextMirror(_all, _upside_down),
}
