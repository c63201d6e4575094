"""Pictures with known verdicts: made as a copy of each kind, as a collage, or without the originals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.token.hash import parse_hash
from mint.token.token import draw_token
from viewer.originality.comparison import Pixels, num_forms, transformed
from viewer.originality.verdict import MIN_FORMS, Kind

KINDS: tuple[Kind, ...] = ("exact copy", "near copy", "flipped copy", "shifted copy", "recoloured copy", "collage", "new")


@dataclass(frozen=True)
class LabelledPicture:
    """A picture (H, W), its kind, and the originals it was made from."""

    kind: Kind
    pixels: Pixels
    sources: frozenset[int]


def sprites_of(text: str) -> tuple[Pixels, NDArray[np.uint8]]:
    """Return the nine sprites of a token (9, H, W) and its palette (K, 4)."""
    token = draw_token(parse_hash(text))
    return np.stack([sprite.pixels for sprite in token.sprites]), token.palette.rgba


def sprites_in_palette(rgba: NDArray[np.uint8], texts: tuple[str, ...]) -> Pixels:
    """Return the sprites of other tokens in a palette (K, 4), each colour replaced by the nearest."""
    drawings = []
    for text in texts:
        sprites, palette = sprites_of(text)
        distances = ((palette[:, None, :3].astype(int) - rgba[None, :, :3]) ** 2).sum(axis=2)
        drawings.append(distances.argmin(axis=1).astype(np.uint8)[sprites])
    return np.concatenate(drawings)


def labelled_pictures(sprites: Pixels, new: Pixels, num_colors: int, count: int, seed: int) -> list[LabelledPicture]:
    """Make count pictures, equally many of each kind, without flips and recolourings that change nothing."""
    random = np.random.default_rng(seed)
    makers: dict[Kind, Callable[[Pixels, Pixels], Pixels]] = {
        "exact copy": lambda one, other: one.copy(),
        "near copy": lambda one, other: _with_noise(one, num_colors, random),
        "flipped copy": lambda one, other: transformed(one, int(random.integers(1, 4))).copy(),
        "shifted copy": lambda one, other: _shifted(one, other, random),
        "recoloured copy": lambda one, other: random.permutation(num_colors).astype(np.uint8)[one],
        "collage": lambda one, other: _collage(one, other, random),
        "new": lambda one, other: new[random.integers(len(new))],
    }
    pictures: list[LabelledPicture] = []
    while len(pictures) < count:
        kind = KINDS[len(pictures) % len(KINDS)]
        one, other = random.choice(len(sprites), 2, replace=False).tolist()
        pixels = makers[kind](sprites[one], sprites[other])
        if kind == "exact copy" or (pixels != sprites).mean(axis=(1, 2)).min() > 0:
            sources = {one, other} if kind == "collage" else set() if kind == "new" else {one}
            pictures.append(LabelledPicture(kind, pixels, frozenset(sources)))
    return pictures


def moved_copies(sprites: Pixels, num_colors: int, count: int, seed: int) -> list[LabelledPicture]:
    """Make count pictures in other colours, each flipped or turned, moved, or both, from sprites with enough forms."""
    random = np.random.default_rng(seed)
    distinct = [sprite for sprite in range(len(sprites)) if num_forms(sprites[sprite]) >= MIN_FORMS]
    pictures: list[LabelledPicture] = []
    while len(pictures) < count:
        one, other = random.choice(distinct, 2, replace=False).tolist()
        flipped = transformed(sprites[one], int(random.integers(1, 8)))
        variant = len(pictures) % 3
        moved = flipped if variant == 0 else _shifted((sprites[one], flipped)[variant - 1], sprites[other], random)
        pictures.append(LabelledPicture("recoloured copy", _derangement(num_colors, random)[moved], frozenset({one})))
    return pictures


def recoloured_collages(sprites: Pixels, num_colors: int, count: int, seed: int) -> list[LabelledPicture]:
    """Make count collages of two sprites with enough forms: the second, or both, in other colours, every third also flipped."""
    random = np.random.default_rng(seed)
    distinct = [sprite for sprite in range(len(sprites)) if num_forms(sprites[sprite]) >= 4 * MIN_FORMS]
    pictures: list[LabelledPicture] = []
    while len(pictures) < count:
        one, other = random.choice(distinct, 2, replace=False).tolist()
        variant = len(pictures) % 3
        first = sprites[one] if variant == 0 else _derangement(num_colors, random)[sprites[one]]
        second = _derangement(num_colors, random)[sprites[other]]
        second = transformed(second, int(random.integers(1, 4))) if variant == 2 else second
        pictures.append(LabelledPicture("collage", _collage(first, second, random), frozenset({one, other})))
    return pictures


def _derangement(num_colors: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a permutation of the colours that keeps none."""
    order = random.permutation(num_colors)
    table = np.empty(num_colors, np.uint8)
    table[order] = np.roll(order, 1)
    return table


def _with_noise(sprite: Pixels, num_colors: int, random: np.random.Generator) -> Pixels:
    noisy = sprite.copy()
    indices = random.choice(sprite.size, int(random.integers(1, 12)), replace=False)
    noisy.flat[indices] = (noisy.flat[indices] + 1) % num_colors
    return noisy


def _shifted(one: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Shift a picture, and fill the border with its opposite side, its main colour, or another picture."""
    dy, dx = random.integers(-8, 9, 2).tolist()
    if not (dy or dx):
        dx = 3
    variant = random.integers(3)
    if variant == 0:
        return np.roll(one, (dy, dx), (0, 1))
    height, width = one.shape
    moved = np.full_like(one, np.bincount(one.ravel()).argmax()) if variant == 1 else other.copy()
    moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = one[
        max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)
    ]
    return moved


def _collage(one: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Combine two pictures along a line or a circle."""
    height, width = one.shape
    y, x = np.mgrid[:height, :width]
    cut = random.integers(height // 3, 2 * height // 3)
    masks = (x < cut, y < cut, x + y < 2 * cut, (x - width / 2) ** 2 + (y - height / 2) ** 2 < random.integers(8, 14) ** 2)
    return np.where(masks[random.integers(len(masks))], one, other)
