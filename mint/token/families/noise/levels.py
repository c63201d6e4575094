"""Levels: noise is drawn in levels 0 (darkest) to 7 (lightest) before an ink colours it. Also smooth noise and waves."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mint.token.random import Stream

Levels = NDArray[np.uint8]
Field = NDArray[np.int64]

NUM_LEVELS = 8
MAX_LEVEL = NUM_LEVELS - 1

# 127 * sin(2 pi i / 64), rounded: one turn is 64 steps.
_QUARTER = (0, 12, 25, 37, 49, 60, 71, 81, 90, 98, 106, 112, 117, 122, 125, 126)
SINE: Field = np.array(
    [*_QUARTER, 127, *_QUARTER[:0:-1], *(-v for v in _QUARTER), -127, *(-v for v in _QUARTER[:0:-1])],
    np.int64,
)


@cache
def axes(side: int) -> tuple[Field, Field]:
    """Return the y (side, 1) and x (1, side) coordinates of cells in pixels, so that shapes have the same size in any grain."""
    steps = np.arange(side, dtype=np.int64) * (32 // side)
    steps.setflags(write=False)
    return steps[:, None], steps[None, :]


@cache
def _interpolation_weights(side: int, cells: int) -> Field:
    """Return the (side, cells + 1) weights of lattice points along an axis: smoothstep in sixty-fourths."""
    position = np.arange(side, dtype=np.int64) * cells * 64 // side
    low, part = position // 64, position % 64
    smooth = part * part * (192 - 2 * part) // 4096
    weights = np.zeros((side, cells + 1), np.int64)
    weights[np.arange(side), low] = 64 - smooth
    weights[np.arange(side), low + 1] = smooth
    return weights


def value_noise(random: Stream, side: int, cells_y: int, cells_x: int) -> Field:
    """Return smooth noise, (side, side) in [0, 255]: random heights on a lattice, interpolated."""
    lattice = random.grid_below(256, cells_y + 1, cells_x + 1).astype(np.int64)
    return np.asarray((_interpolation_weights(side, cells_y) @ lattice @ _interpolation_weights(side, cells_x).T) >> 12)


def quantized(field: Field) -> Levels:
    """Return a field quantized to all levels, its minimum to 0, its maximum to 7."""
    low, high = int(field.min()), int(field.max())
    return ((field - low) * NUM_LEVELS // (high - low + 1)).astype(np.uint8)


def triangle_wave(phase: Field) -> Levels:
    """Return the levels of a triangle wave with a period of 64."""
    turn = phase & 63
    return np.asarray(np.minimum(turn, 63 - turn) >> 2).astype(np.uint8)
