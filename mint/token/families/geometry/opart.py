"""Op art: a regular pattern over the whole picture; the form is seen because there the pattern changes places with its ground."""

import numpy as np
from numpy.typing import NDArray

from mint.token.families.geometry.coloring import GROUND, SECOND
from mint.token.families.geometry.stage import Stage
from mint.token.raster import SIZE, Mask, grids

_YS, _XS = grids()


def _runs(*widths: int) -> NDArray[np.int32]:
    """Return the number of the run at each of 32 places; the widths add up to 32."""
    return np.repeat(np.arange(len(widths), dtype=np.int32), widths)


# Runs that narrow and widen, so that flat stripes seem to bend (Riley) and flat checkers to swell (Vasarely).
_NARROWING = _runs(5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 3)
_SWELLING = _runs(2, 3, 4, 4, 6, 4, 4, 3, 2)
_PINCHED = _runs(6, 4, 2, 2, 2, 2, 2, 2, 4, 6)
_EVEN = _runs(*(2,) * 16)
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


def op_art(stage: Stage) -> None:
    """Lay a pattern over the picture and let the form change it with its ground."""
    box, turn = stage.lead(), stage.random.below(4)
    pattern = _PATTERNS[stage.random.below(len(_PATTERNS))] ^ stage.random.chance(1, 2)
    dilated = box._replace(x=box.x - 2, y=box.y - 2, size=box.size + 4)
    ground = stage.canvas.copy()
    stage.canvas[pattern] = stage.tone(1)
    stage.stamp(dilated, 0, turn)
    inside = stage.mask(dilated, turn) & pattern
    stage.canvas[inside] = np.where(ground[inside] == SECOND, SECOND, GROUND)
