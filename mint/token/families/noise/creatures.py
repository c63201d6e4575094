"""Creatures, assembled from hand-drawn halves and mirrored.

The middle is at the right of a half. ``#`` is body, ``+`` marking, ``o`` bright (eyes, teeth), ``x`` dark (pupils, mouths); any
other character is outside the creature.
"""

import numpy as np
from numpy.typing import NDArray

from mint.token.families.noise.levels import MAX_LEVEL, Levels, axes, quantized, value_noise
from mint.token.random import Stream
from mint.token.raster import Mask, dilated

HalfSprite = tuple[str, ...]
Marks = NDArray[np.intp]


# Invaders: 4 wide; antennae 2 rows, face 3, legs 2.
_ANTENNAE: tuple[HalfSprite, ...] = (
    ("#...", ".#.."),
    ("..#.", "..#."),
    (".#..", "..##"),
    ("....", "..##"),
    ("...#", "..##"),
    (".#..", ".###"),
    ("#..#", "##.#"),
    ("....", ".###"),
    ("..+.", "..#."),
    ("+...", ".#.."),
    ("...+", "...#"),
    ("##..", "#+#."),
)
_FACES: tuple[HalfSprite, ...] = (
    (".###", "##x#", "####"),
    ("####", "#x##", "####"),
    (".###", "#ox#", "####"),
    ("####", "##ox", "##oo"),
    ("####", "#xo#", "####"),
    (".###", "##x#", "##++"),
    ("####", "#x##", ".#oo"),
    ("####", "+#x#", "+###"),
    (".###", "oxo#", "ooo#"),
    ("####", "xxx#", "####"),
)
_LEGS: tuple[HalfSprite, ...] = (
    (".#..", "#..."),
    ("#.#.", "#.#."),
    ("..#.", ".#.."),
    ("####", "#.#."),
    ("#.##", "#..#"),
    (".##.", "##.."),
    ("###.", ".#.."),
    ("..##", "..#."),
    ("#.#.", ".#.#"),
    (".###", "##.."),
)

# Beasts: 8 wide; crest 4 rows, head 6, body 6.
_CRESTS: tuple[HalfSprite, ...] = (
    (".#......", ".##.....", "..##....", "...#####"),
    ("........", ".##.....", ".####...", ".#######"),
    ("........", ".###....", ".#+#####", ".#######"),
    (".+......", "..#.....", "...#....", "....####"),
    (".......#", "....#.##", ".#.#####", "..######"),
    ("...##...", "...#+#..", "...#+#..", "...#####"),
    ("........", "........", "....####", "..######"),
    ("....####", "..##++##", ".#######", "###++##+"),
    ("......++", ".....+#+", "......##", "...#####"),
    ("#.......", "##....##", ".##.####", "..######"),
)
_HEADS: tuple[HalfSprite, ...] = (
    ("..######", ".#######", ".##ooo##", ".##oxo##", ".##ooo##", ".#######"),
    (".#######", ".###oo##", ".###ox##", ".###oo##", ".#######", ".####+++"),
    ("..######", ".####ooo", ".###oooo", ".###ooxx", ".###ooxx", ".####ooo"),
    (".#######", "########", "########", "##xxx###", "###x####", ".#######"),
    ("..######", ".#######", ".###ox##", ".###xx##", ".#######", ".####xxx"),
    (".#######", "##xxxxxx", "##xooxxx", "##xooxxx", "##xxxxxx", ".#######"),
    ("..######", "..#xx###", "..##ox##", "..##oo##", "..######", "..###xxx"),
    (".#######", ".#oooo##", ".#oxxo##", ".#oxxo##", ".#oooo##", ".######x"),
)
_BODIES: tuple[HalfSprite, ...] = (
    (".#######", ".##xxxxx", ".##xoxox", ".#######", "..##..##", ".###...."),
    ("########", "#.##++++", "#.##++++", "..######", "..###...", ".####..."),
    (".#######", ".#######", ".###++++", ".#######", ".##.##.#", ".#...#.."),
    ("..######", ".##.####", ".#.##.##", "##.#..#.", "#..#..#.", "..##.##."),
    (".#######", "..++++++", "..######", "...+++++", "....#...", "...###.."),
    ("########", "#.######", "#.##+#+#", "..######", ".##..#..", ".#...##."),
    ("..######", "####xxxx", "#.##xoox", "..######", "..##.##.", "..#..#.."),
)

# Close-up faces: 4 wide; brow 3 rows, eyes 2, mouth 3.
_BROWS: tuple[HalfSprite, ...] = (
    ("####", "####", "####"),
    (".###", "####", "xx##"),
    ("#..#", "##.#", "####"),
    ("..##", ".###", "####"),
    ("++++", "++##", "+###"),
    ("...+", "..##", "####"),
    ("##..", "####", "#+##"),
)
_EYES: tuple[HalfSprite, ...] = (
    ("#ox#", "#xx#"),
    ("oox#", "oox#"),
    ("####", "xxx#"),
    ("#o##", "#x##"),
    ("##oo", "##ox"),
    ("xoxx", "xxxx"),
    ("#oo#", "#ox#"),
)
_MOUTHS: tuple[HalfSprite, ...] = (
    ("####", "#xxx", "####"),
    ("####", "#oxo", "####"),
    ("###x", "##x#", "####"),
    ("++##", "##xx", ".###"),
    ("####", "xxxx", "oxox"),
    ("####", "+###", "..##"),
    ("#xxx", "#xoo", "####"),
)


def _parse_half(half: HalfSprite) -> Marks:
    """Return the marks of a half as numbers: 0 outside the creature, else 1 to 4 in the order ``#+ox``."""
    return np.array([["#+ox".find(mark) + 1 for mark in row] for row in half], np.intp)


def _parse_parts(*lists: tuple[HalfSprite, ...]) -> tuple[tuple[Marks, ...], ...]:
    return tuple(tuple(_parse_half(half) for half in halves) for halves in lists)


_INVADER_PARTS = _parse_parts(_ANTENNAE, _FACES, _LEGS)
_BEAST_PARTS = _parse_parts(_CRESTS, _HEADS, _BODIES)
_FACE_PARTS = _parse_parts(_BROWS, _EYES, _MOUTHS)


def invaders(random: Stream, side: int) -> Levels:
    """Draw nine small invaders, four larger ones, or one that fills the picture, each on its own ground."""
    if side == 8:
        invader = _draw_invader(random, random.choice((0, 1, 2)), odd=False)
        _shade(invader, (invader == 5) | (invader == 6))
        return invader
    levels = np.zeros((32, 32), np.uint8)
    starts, pixel = ((1, 11, 21), 1) if side == 32 else ((0, 16), 2)
    pitch, first_ground = (10 if pixel == 1 else 16), random.below(2)
    for row, top in enumerate(starts):
        for column, left in enumerate(starts):
            invader = _draw_invader(random, 2 * ((row + column + first_ground) % 2), odd=pixel == 2)
            levels[top : top + pitch, left : left + pitch] = invader[-1, -1]
            big = np.kron(invader, np.ones((pixel, pixel), np.uint8))
            levels[top + 1 : top + 1 + big.shape[0], left + 1 : left + 1 + big.shape[1]] = big
    return levels


def beast(random: Stream, side: int) -> Levels:
    """Draw one big creature with an outline in front of a scene, or a close-up of a face in coarse grain."""
    if side == 8:
        return _draw_creature(random, _assemble(random, _FACE_PARTS, odd=False), _hills(random, 8))
    marks = _assemble(random, _BEAST_PARTS, odd=False)
    scene = random.choice((_moonrise, _stripes, _hills))(random, 16)
    levels = _draw_creature(random, marks, scene)
    return levels if side == 16 else _scale2x(levels)


def _draw_invader(random: Stream, ground: int, *, odd: bool) -> Levels:
    marks = _assemble(random, _INVADER_PARTS, odd=odd)
    # Shifts antennae and feet, as in mid-step, so that the halves are not exactly symmetric.
    marks[0], marks[-1] = np.roll(marks[0], 1), np.roll(marks[-1], random.choice((-1, 0)))
    levels = _mark_levels(ground, random.choice((5, 5, 6)), random.choice((3, MAX_LEVEL)))[marks]
    return levels if odd else np.concatenate((levels, np.full((1, 8), ground, np.uint8)))


def _assemble(random: Stream, parts: tuple[tuple[Marks, ...], ...], *, odd: bool) -> Marks:
    half = np.concatenate([random.choice(options) for options in parts])
    return np.concatenate((half, half[:, -2 if odd else -1 :: -1]), axis=1)


def _draw_creature(random: Stream, marks: Marks, scene: Levels) -> Levels:
    creature = marks != 0
    levels = np.where(dilated(creature), 0, scene)
    tones = _mark_levels(0, *random.choice(((5, 3), (6, 3), (5, MAX_LEVEL), (6, 2), (6, 4))))
    levels[creature] = tones[marks[creature]]
    _shade(levels, marks == 1)
    return levels


def _mark_levels(ground: int, body: int, marking: int) -> Levels:
    """Return the level of each mark."""
    return np.array((ground, body, marking, MAX_LEVEL, 0), np.uint8)


def _shade(levels: Levels, body: Mask) -> None:
    """Light a body from the upper left: its edge there is one level lighter, the opposite edge one level darker."""
    lit, dark = body.copy(), body.copy()
    lit[1:, 1:] &= ~body[:-1, :-1]
    dark[:-1, :-1] &= ~body[1:, 1:]
    levels[dark] -= 1
    levels[lit] += 1


def _scale2x(levels: Levels) -> Levels:
    """Double the size of a picture and smooth its steps (Scale2x, Mazzoleni 2001)."""
    padded = np.pad(levels, 1, mode="edge")
    up, down, left, right = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    free = (up != down) & (left != right)
    out = np.empty((2 * levels.shape[0], 2 * levels.shape[1]), np.uint8)
    out[0::2, 0::2] = np.where(free & (left == up), left, levels)
    out[0::2, 1::2] = np.where(free & (right == up), right, levels)
    out[1::2, 0::2] = np.where(free & (left == down), left, levels)
    out[1::2, 1::2] = np.where(free & (right == down), right, levels)
    return out


def _moonrise(random: Stream, side: int) -> Levels:
    ys, xs = axes(side)
    y, x, radius = random.between(5, 14), random.choice((6, 8, 23, 26)), random.between(6, 10)
    moon = (ys - y) ** 2 + (xs - x) ** 2 <= radius * (radius + 1)
    return np.where(moon, random.choice((2, 4)), np.where(ys >= random.choice((22, 24, 26)), 2, 1)).astype(np.uint8)


def _stripes(random: Stream, side: int) -> Levels:
    ys, xs = axes(side)
    slope = random.choice((-2, -1, 0, 1, 2))
    return (1 + ((ys * slope + xs * (2 - abs(slope) // 2) + random.below(16)) // random.choice((6, 8, 12))) % 2).astype(np.uint8)


def _hills(random: Stream, side: int) -> Levels:
    return quantized(value_noise(random, side, 3, 3)) // 3 + 1
