"""Noise that looks like land, sky and stone: smooth fields, quantized to levels."""

import numpy as np

from mint.token.families.noise.levels import MAX_LEVEL, SINE, Levels, axes, quantized, triangle_wave, value_noise
from mint.token.random import Stream

# The smallest height, in 256ths, of each level from 1 to 7. Coasts have finer steps than mountains.
_HEIGHT_THRESHOLDS = np.array((60, 100, 118, 132, 165, 200, 230), np.int64)


def clouds(random: Stream, side: int) -> Levels:
    """Draw two octaves of value noise, as clouds."""
    cells_y, cells_x = random.choice(((3, 2), (4, 3), (3, 3), (5, 2)))
    return quantized(value_noise(random, side, cells_y, cells_x) * 3 + value_noise(random, side, 2 * cells_y, 2 * cells_x))


def marble(random: Stream, side: int) -> Levels:
    """Draw veins: a triangle wave distorted by noise."""
    ys, xs = axes(side)
    down, across = random.choice(((2, 1), (1, 2), (2, 0), (2, -1), (1, -2), (0, 2)))
    bend = value_noise(random, side, 3, 3) * random.between(4, 6) // 8
    veins = triangle_wave(ys * down + xs * across + bend)
    return np.where(veins == 0, MAX_LEVEL, np.minimum(veins, 6)).astype(np.uint8)


def plasma(random: Stream, side: int) -> Levels:
    """Draw the sum of four sine waves: along x, along y, diagonal, and in rings."""
    ys, xs = axes(side)
    phases = [random.below(64) for _ in range(3)]
    centre_y, centre_x = random.between(4, 27), random.between(4, 27)
    rings = ((xs - centre_x) ** 2 + (ys - centre_y) ** 2) // random.between(5, 9)
    total = (
        SINE[(xs * random.between(2, 4) + phases[0]) & 63]
        + SINE[(ys * random.between(2, 4) + phases[1]) & 63]
        + SINE[((xs + ys) * random.between(1, 2) + phases[2]) & 63]
        + SINE[rings & 63]
    )
    return quantized(total)


def islands(random: Stream, side: int) -> Levels:
    """Draw a map: deep sea (0, 1), shallows (2), beach (3), land (4 to 6) and snow (7), of one to three islands."""
    ys, xs = axes(side)
    distances = np.full((side, side), 4096, np.int64)
    for _ in range(random.between(1, 3)):
        distances = np.minimum(distances, (xs - random.between(6, 25)) ** 2 + (ys - random.between(6, 25)) ** 2)
    height = value_noise(random, side, 5, 5) + value_noise(random, side, 8, 8) // 2 - np.minimum(distances, 300) * 3 // 4
    low, high = int(height.min()), int(height.max())
    return np.asarray(np.searchsorted(_HEIGHT_THRESHOLDS, (height - low) * 256 // (high - low + 1), side="right"), np.uint8)


def dunes(random: Stream, side: int) -> Levels:
    """Draw a series of ridges, each bright at the crest and dark in the trough."""
    ys, _ = axes(side)
    pitch = random.choice((7, 8, 10))
    sweep = value_noise(random, side, 2, 3) * random.choice((10, 14)) // 256
    ridge = (ys + sweep + random.below(pitch)) % pitch
    return (MAX_LEVEL - ridge * MAX_LEVEL // (pitch - 1)).astype(np.uint8)


def contours(random: Stream, side: int) -> Levels:
    """Draw a height map's contour lines over its tones."""
    height = value_noise(random, side, 3, 3) + value_noise(random, side, 5, 5) // 4
    bands = quantized(height) // 2
    edges = np.zeros_like(bands, dtype=bool)
    edges[1:] |= bands[1:] != bands[:-1]
    edges[:, 1:] |= bands[:, 1:] != bands[:, :-1]
    return np.where(edges, MAX_LEVEL, bands + 1).astype(np.uint8)


def embers(random: Stream, side: int) -> Levels:
    """Draw flames from noise, hot at the bottom and cold at the top."""
    ys, _ = axes(side)
    tongues = value_noise(random, side, 3, random.between(5, 7)) + value_noise(random, side, 4, 9) // 2
    heat = ys * 13 - 170 + tongues
    return np.asarray(np.clip(heat // 48, 0, MAX_LEVEL), np.uint8)


def crystals(random: Stream, side: int) -> Levels:
    """Draw a Voronoi diagram as cut stones: two facets and a bright edge each."""
    ys, xs = axes(side)
    num_stones = random.between(7, 12)
    points = np.array([(random.below(32), random.below(32), random.between(1, 5)) for _ in range(num_stones)], np.int64)
    dx, dy = xs[None] - points[:, 1, None, None], ys[None] - points[:, 0, None, None]
    nearest = np.argmin(dx * dx + dy * dy, axis=0)
    lit = (xs - points[nearest, 1]) + (ys - points[nearest, 0]) * 2 < 0
    levels = points[nearest, 2] + lit
    levels[:, 1:][nearest[:, 1:] != nearest[:, :-1]] = MAX_LEVEL
    levels[1:][nearest[1:] != nearest[:-1]] = MAX_LEVEL
    return np.asarray(levels, np.uint8)
