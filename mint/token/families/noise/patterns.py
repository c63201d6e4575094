"""Noise of tiles, bars and wires: a few motifs, repeated in random variants."""

from itertools import pairwise

import numpy as np

from mint.token.families.noise.levels import MAX_LEVEL, Levels, quantized, value_noise
from mint.token.random import Stream

# The 4x4 patterns of quilt patches, similar to early desktop patterns.
_QUILT_PATTERNS = np.array(
    [
        [[(index >> (15 - 4 * y - x)) & 1 for x in range(4)] for y in range(4)]
        for index in (
            0x8421,
            0x1248,
            0xF000,
            0xF0F0,
            0x8888,
            0xAAAA,
            0xA5A5,
            0x9669,
            0x0660,
            0xF99F,
            0x4E40,
            0xCC33,
            0x7BDE,
            0x8421,
        )
    ],
    np.uint8,
)

# Levels of rivers: water, highlight, the land inside and outside bends.
_RIVER_LEVELS = (
    (5, MAX_LEVEL, 2, 0),
    (5, MAX_LEVEL, 0, 2),
    (1, 0, 4, MAX_LEVEL),
    (6, 4, 1, 1),
    (3, 5, 0, MAX_LEVEL),
    (2, 4, MAX_LEVEL, 6),
)


def maze(random: Stream, side: int) -> Levels:
    """Draw 10 PRINT CHR$(205.5+RND(1)): a slash or a backslash in each tile, coloured by district."""
    tile = 2 if side == 8 else 4
    count = side // tile
    slopes = np.kron(random.grid_below(2, count, count), np.ones((tile, tile), np.uint8))
    ys, xs = np.arange(side)[:, None] % tile, np.arange(side)[None, :] % tile
    walls = np.where(slopes == 1, xs == ys, xs == tile - 1 - ys)
    district = quantized(value_noise(random, side, 2, 2)) // 3
    levels = np.where(walls, 3 + 2 * district, district // 2).astype(np.uint8)
    return MAX_LEVEL - levels if random.chance(1, 4) else levels


def rivers(random: Stream, side: int) -> Levels:
    """Draw Truchet's tiles with quarter circles (Smith 1987): winding bands with a lit edge."""
    tile = 4 if side == 8 else 8
    count, half = side // tile, tile * 3 // 8
    ys, xs = np.arange(tile)[:, None], np.arange(tile)[None, :]
    # Distances are doubled, so that the corners of tiles have integer coordinates.
    near = (2 * xs + 1) ** 2 + (2 * ys + 1) ** 2
    far = near[::-1, ::-1]
    radius = np.minimum(near, far)  # squared
    band = (radius >= (tile - half) ** 2) & (radius <= (tile + half) ** 2)
    water, glint, inner, outer = random.choice(_RIVER_LEVELS)
    bed = np.where(band, np.where(radius < (tile - 1) ** 2, glint, water), np.where(radius < tile**2, inner, outer))
    motif = np.stack((bed, bed[:, ::-1])).astype(np.uint8)
    turns = random.grid_below(2, count, count)
    levels = motif[turns].transpose(0, 2, 1, 3).reshape(side, side)  # (count, count, tile, tile) -> (side, side)
    return np.roll(levels, (random.below(tile), random.below(tile)), (0, 1))


def circuit(random: Stream, side: int) -> Levels:
    """Draw a circuit board: traces on a lattice, bright pads at their ends, one to three chips."""
    levels = np.ones((side, side), np.uint8)
    pitch = 4 if side == 32 else 2
    count = side // pitch
    right, down = random.grid_below(100, count, count) < 52, random.grid_below(100, count, count) < 42
    for row in range(count):
        for column in range(count):
            y, x = row * pitch + 1, column * pitch + 1
            if right[row, column]:
                levels[y, x : x + pitch + 1] = 4
            if down[row, column]:
                levels[y : y + pitch + 1, x] = 4
    degree = right.astype(np.uint8) + down + np.pad(right, ((0, 0), (1, 0)))[:, :-1] + np.pad(down, ((1, 0), (0, 0)))[:-1]
    levels[1::pitch, 1::pitch][degree == 1] = MAX_LEVEL
    for _ in range(random.between(1, 3) if side == 32 else 1):
        _chip(random, levels, pitch, count)
    return levels


def _chip(random: Stream, levels: Levels, pitch: int, count: int) -> None:
    height, width = random.choice(((2, 3), (3, 2), (2, 2)))
    top, left = random.below(count - height) * pitch + 1, random.below(count - width) * pitch + 1
    box = levels[top : top + height * pitch + 1, left : left + width * pitch + 1]
    box[:] = 6
    box[1:-1, 1:-1] = 0
    box[2, 2] = MAX_LEVEL


def glitch(random: Stream, side: int) -> Levels:
    """Draw a distorted signal: bars whose rows are shifted sideways in bands."""
    levels = np.repeat(quantized(value_noise(random, side, 1, 5))[:1], side, axis=0)
    y = 0
    while y < side:
        height = random.choice((1, 2, 2, 4, 6))
        band = levels[y : y + height]
        band[:] = np.roll(band, random.below(side), axis=1)
        if random.chance(1, 5):
            start = random.below(side)
            band[:, start : start + side // 3] = random.choice((0, MAX_LEVEL))
        y += height
    return levels


def barcode(random: Stream, side: int) -> Levels:
    """Draw two to four rows of bars, each row with its own pair of levels."""
    rows = []
    edges = sorted({0, side, *(random.between(1, 7) * side // 8 for _ in range(random.between(1, 3)))})
    for top, bottom in pairwise(edges):
        bars = np.repeat(random.grid_below(2, 1, side), 1 + random.grid_below(3, 1, side)[0], axis=1)[:, :side]
        ground, ink = random.choice(((0, 5), (7, 1), (2, 7), (0, 7), (4, 0), (3, 6)))
        rows.append(np.repeat(np.where(bars == 1, ink, ground), bottom - top, axis=0))
    return np.concatenate(rows).astype(np.uint8)


def quilt(random: Stream, side: int) -> Levels:
    """Draw a quilt of patches, each with a small pattern in two levels."""
    patch = 8 if side == 32 else 4
    count = side // patch
    which = random.grid_below(len(_QUILT_PATTERNS), count, count)
    tone = random.grid_below(4, count, count)
    cells = np.tile(_QUILT_PATTERNS, (1, patch // 4, patch // 4))[which].transpose(0, 2, 1, 3).reshape(side, side)
    tones = np.kron(tone, np.ones((patch, patch), np.uint8))
    return np.where(cells == 1, tones + 4, 3 - tones).astype(np.uint8)


def static(random: Stream, side: int) -> Levels:
    """Draw white noise in four levels, the only kind that a network cannot predict."""
    return (random.grid_below(4, side, side) * 7 // 3).astype(np.uint8)
