"""Planted pictures: what is a copy of which kind, a collage, or new, because it was made so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.token.hash import parse_hash
from mint.token.token import draw_token
from viewer.originality.comparison import Pixels, num_forms, transformed
from viewer.originality.verdict import MIN_FORMS, Kind

KINDS: tuple[Kind, ...] = ("exact copy", "near copy", "flipped copy", "shifted copy", "recoloured copy", "collage", "new")


@dataclass(frozen=True)
class Planted:
    """A picture (H, W), what it is, and which of the originals it was made of."""

    kind: Kind
    pixels: Pixels
    sources: frozenset[int]


def sprites_of(text: str) -> tuple[Pixels, NDArray[np.uint8]]:
    """Draw a token: its nine sprites, and its palette (K, 4)."""
    token = draw_token(parse_hash(text))
    return np.stack([sprite.pixels for sprite in token.sprites]), token.palette.rgba


def fresh_drawings(rgba: NDArray[np.uint8], texts: tuple[str, ...]) -> Pixels:
    """Return the sprites of other tokens in a palette (K, 4), each colour the nearest."""
    drawings = []
    for text in texts:
        sprites, theirs = sprites_of(text)
        apart = ((theirs[:, None, :3].astype(int) - rgba[None, :, :3]) ** 2).sum(axis=2)
        drawings.append(apart.argmin(axis=1).astype(np.uint8)[sprites])
    return np.concatenate(drawings)


def plant(sprites: Pixels, fresh: Pixels, num_colors: int, count: int, seed: int) -> list[Planted]:
    """Make count pictures, of each kind as many. A flip or exchange of colours that changes nothing is not taken for one."""
    random = np.random.default_rng(seed)
    makers = {
        "exact copy": lambda one, other: one.copy(),
        "near copy": lambda one, other: _spoilt(one, num_colors, random),
        "flipped copy": lambda one, other: transformed(one, int(random.integers(1, 4))).copy(),
        "shifted copy": lambda one, other: _shifted(one, other, random),
        "recoloured copy": lambda one, other: random.permutation(num_colors).astype(np.uint8)[one],
        "collage": lambda one, other: _collage(one, other, random),
        "new": lambda one, other: fresh[random.integers(len(fresh))],
    }
    planted: list[Planted] = []
    while len(planted) < count:
        kind = KINDS[len(planted) % len(KINDS)]
        one, other = random.choice(len(sprites), 2, replace=False).tolist()
        pixels = makers[kind](sprites[one], sprites[other])
        if kind == "exact copy" or (pixels != sprites).mean(axis=(1, 2)).min() > 0:
            sources = {one, other} if kind == "collage" else set() if kind == "new" else {one}
            planted.append(Planted(kind, pixels, frozenset(sources)))
    return planted


def plant_moved(sprites: Pixels, num_colors: int, count: int, seed: int) -> list[Planted]:
    """Make count pictures in other colours, each flipped or turned, moved, or both; of sprites that have enough to see."""
    random = np.random.default_rng(seed)
    distinct = [sprite for sprite in range(len(sprites)) if num_forms(sprites[sprite]) >= MIN_FORMS]
    planted: list[Planted] = []
    while len(planted) < count:
        one, other = random.choice(distinct, 2, replace=False).tolist()
        flipped = transformed(sprites[one], int(random.integers(1, 8)))
        way = len(planted) % 3
        moved = flipped if way == 0 else _shifted((sprites[one], flipped)[way - 1], sprites[other], random)
        planted.append(Planted("recoloured copy", _exchange(num_colors, random)[moved], frozenset({one})))
    return planted


def _exchange(num_colors: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return for each colour another one, one for one, none its own."""
    order = random.permutation(num_colors)
    table = np.empty(num_colors, np.uint8)
    table[order] = np.roll(order, 1)
    return table


def _spoilt(sprite: Pixels, num_colors: int, random: np.random.Generator) -> Pixels:
    spoilt = sprite.copy()
    places = random.choice(sprite.size, int(random.integers(1, 12)), replace=False)
    spoilt.flat[places] = (spoilt.flat[places] + 1) % num_colors
    return spoilt


def _shifted(one: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Move a picture; what comes in from outside is its own other side, its main colour, or another picture."""
    dy, dx = random.integers(-8, 9, 2).tolist()
    if not (dy or dx):
        dx = 3
    way = random.integers(3)
    if way == 0:
        return np.roll(one, (dy, dx), (0, 1))
    height, width = one.shape
    moved = np.full_like(one, np.bincount(one.ravel()).argmax()) if way == 1 else other.copy()
    moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = one[
        max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)
    ]
    return moved


def _collage(one: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Part two pictures by a line or an ellipse."""
    height, width = one.shape
    y, x = np.mgrid[:height, :width]
    cut = random.integers(height // 3, 2 * height // 3)
    masks = (x < cut, y < cut, x + y < 2 * cut, (x - width / 2) ** 2 + (y - height / 2) ** 2 < random.integers(8, 14) ** 2)
    return np.where(masks[random.integers(len(masks))], one, other)
