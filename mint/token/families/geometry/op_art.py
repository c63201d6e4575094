"""Op art: a regular pattern over the whole picture; inside the form, pattern and ground are swapped."""

import numpy as np
from numpy.typing import NDArray

from mint.token.families.geometry.canvas import GeometryCanvas
from mint.token.families.geometry.coloring import GROUND, SECOND_GROUND
from mint.token.raster import SIZE, Mask, grids

_YS, _XS = grids()


def _run_numbers(*widths: int) -> NDArray[np.int32]:
    """Return the number of the run at each of 32 positions; the widths add up to 32."""
    return np.repeat(np.arange(len(widths), dtype=np.int32), widths)


# Runs of varying width, which make flat stripes appear to bend (Riley) and flat checkers to bulge (Vasarely).
_NARROWING = _run_numbers(5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 3)
_SWELLING = _run_numbers(2, 3, 4, 4, 6, 4, 4, 3, 2)
_PINCHED = _run_numbers(6, 4, 2, 2, 2, 2, 2, 2, 4, 6)
_EVEN = _run_numbers(*(2,) * 16)
_WAVE = np.array([0, 1, 2, 3, 3, 2, 1, 0] * 4, np.int32)


def _pattern(number: int) -> Mask:
    u, v = abs(2 * _XS - SIZE + 1), abs(2 * _YS - SIZE + 1)
    patterns = (
        _NARROWING[_XS] + 0 * _YS,
        _NARROWING[_YS] + 0 * _XS,
        _SWELLING[_XS] + _SWELLING[_YS],
        _PINCHED[_XS] + _PINCHED[_YS],
        (_YS + _WAVE[_XS]) // 3,
        (_XS + _YS) // 3,
        np.maximum(u, v) // 4,
        (u + v) // 6,
        _EVEN[_XS] + 0 * _YS,
    )
    return np.asarray(patterns[number] % 2 == 1)


_PATTERNS = np.stack([_pattern(number) for number in range(9)])


def op_art(canvas: GeometryCanvas) -> None:
    """Draw a pattern over the picture, and swap pattern and ground inside the form."""
    square, turn = canvas.choose_main_square(), canvas.random.below(4)
    pattern = _PATTERNS[canvas.random.below(len(_PATTERNS))] ^ canvas.random.chance(1, 2)
    enlarged = square._replace(x=square.x - 2, y=square.y - 2, size=square.size + 4)
    ground = canvas.ink_numbers.copy()
    canvas.ink_numbers[pattern] = canvas.tone_ink(1)
    canvas.draw_form(enlarged, 0, turn)
    inside = canvas.form_mask(enlarged, turn) & pattern
    canvas.ink_numbers[inside] = np.where(ground[inside] == SECOND_GROUND, SECOND_GROUND, GROUND)
