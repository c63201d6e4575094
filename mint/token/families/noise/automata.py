"""Noise by cellular automata and related rules."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mint.token.families.noise.levels import MAX_LEVEL, Field, Levels, axes
from mint.token.random import Stream

Cells = NDArray[np.uint8]

# Elementary rules (Wolfram 1983) whose triangles stay readable in 32 rows.
_RULES = (18, 22, 30, 60, 90, 102, 105, 110, 126, 150, 182)
# The level of each integer from 0 to 31, by its number of set bits.
_BIT_COUNT_LEVELS = np.array([(MAX_LEVEL, 0, 2, 4, 5, 6)[index.bit_count()] for index in range(32)], np.uint8)
_SANDPILE_LEVELS = np.array((0, 2, 5, 7), np.uint8)


def caves(random: Stream, side: int) -> Levels:
    """Draw caves by a majority rule, with lit floors, shaded walls and rock that darkens with depth."""
    rock = (random.grid_below(100, side, side) < 47).astype(np.uint8)
    for _ in range({32: 3, 16: 2, 8: 1}[side]):
        rock = (_count_neighbourhood(rock) >= 5).astype(np.uint8)
    depth = rock.copy()
    for step in (8, 9):
        depth += (rock == 1) & (_count_neighbourhood((depth >= step - 7).astype(np.uint8)) == 9)
    levels = np.array((6, 3, 1, 0), np.uint8)[depth]
    # A bright edge under each ceiling makes the walls look high.
    levels[1:][(rock[1:] == 0) & (rock[:-1] == 1)] = 4
    levels[:-1][(rock[:-1] == 1) & (rock[1:] == 0)] = MAX_LEVEL
    return levels


def triangles(random: Stream, side: int) -> Levels:
    """Draw the history of an elementary cellular automaton, one row for each step, brightening over time."""
    rule = random.choice(_RULES)
    outcome = np.array([(rule >> index) & 1 for index in range(8)], np.uint8)
    # Rows with one extra cell at each end: the picture wraps around.
    padded_rows = np.zeros((side, side + 2), np.uint8)
    for _ in range(random.between(1, 3)):
        padded_rows[0, 1 + random.below(side)] = 1
    for above, row in pairwise(padded_rows):
        above[0], above[-1] = above[-2], above[1]
        row[1:-1] = outcome[4 * above[:-2] + 2 * above[1:-1] + above[2:]]
    rows = padded_rows[:, 1:-1]
    ys, _ = axes(side)
    levels = np.where(rows == 1, 4 + ys // 8, 0).astype(np.uint8)
    levels[1:][(rows[1:] == 0) & (rows[:-1] == 1)] = 2
    return levels


def spots(random: Stream, side: int) -> Levels:
    """Draw a leopard's spots or a coral's maze: near cells activate each other, distant ones inhibit (Young 1984)."""
    near, far, bias = {32: (1, 3), 16: (1, 2), 8: (0, 1)}[side] + (random.choice((-6, -2, 0, 4)),)
    alive = random.grid_below(2, side, side).astype(np.int64)
    for _ in range(4):
        inner, outer = _box_sum(alive, near), _box_sum(alive, far)
        num_inner, num_outer = (2 * near + 1) ** 2, (2 * far + 1) ** 2
        alive = (inner * num_outer * 16 > outer * num_inner * 16 + bias * num_outer * num_inner // 8).astype(np.int64)
    body = _box_sum(alive, 1)
    levels = np.where(alive == 1, np.where(body == 9, MAX_LEVEL, 5), np.where(body == 0, 0, 2))
    return levels.astype(np.uint8)


def fractal(random: Stream, side: int) -> Levels:
    """Draw the number of bits of x XOR y, x AND y (Sierpinski's triangle) or x OR y, from a random corner."""
    ys, xs = axes(side)
    corner_y, corner_x = random.below(32), random.below(32)
    ys, xs = (ys + corner_y) & 31, (xs + corner_x) & 31
    combined = (ys ^ xs, ys & xs, ys & (31 - xs), ys | xs)[random.below(4)]
    return np.asarray(_BIT_COUNT_LEVELS[combined])


def sandpile(random: Stream, side: int) -> Levels:
    """Draw an abelian sandpile (Bak, Tang, Wiesenfeld 1987): piles of sand that topple until cells have at most three grains."""
    sand = np.zeros((side, side), np.int64)
    num_piles = random.between(1, 3)
    for _ in range(num_piles):
        y, x = random.between(side // 4, 3 * side // 4), random.between(side // 4, 3 * side // 4)
        sand[y, x] += random.between(5, 8) * side * side // (4 * num_piles)
    while (sand > 3).any():
        falls = sand // 4
        sand -= 4 * falls
        sand[1:] += falls[:-1]
        sand[:-1] += falls[1:]
        sand[:, 1:] += falls[:, :-1]
        sand[:, :-1] += falls[:, 1:]
    return _SANDPILE_LEVELS[sand]


def _count_neighbourhood(cells: Cells) -> Cells:
    """Count the live cells of each 3x3 neighbourhood; edge cells are repeated outside."""
    padded = np.pad(cells, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def _box_sum(cells: Field, radius: int) -> Field:
    """Sum the cells of each square of the given radius; the picture wraps around."""
    size = 2 * radius + 1
    side = cells.shape[0]
    ring = np.arange(-radius - 1, side + radius) % side
    sums = cells[ring[:, None], ring].cumsum(0).cumsum(1)
    return np.asarray(
        sums[size:, size:] - sums[:side, size:] - sums[size:, :side] + sums[:side, :side],
    )
