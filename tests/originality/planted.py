"""Synthetic pictures of known kinds: copies, collages and new drawings, made from sprites."""

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
class PlantedPicture:
    """A picture (H, W), its kind, and the originals it was made of."""

    kind: Kind
    pixels: Pixels
    sources: frozenset[int]


def sprites_of(text: str) -> tuple[Pixels, NDArray[np.uint8]]:
    """Draw a token, and return its nine sprites and its palette (K, 4)."""
    token = draw_token(parse_hash(text))
    return np.stack([sprite.pixels for sprite in token.sprites]), token.palette.rgba


def fresh_drawings(rgba: NDArray[np.uint8], texts: tuple[str, ...]) -> Pixels:
    """Return the sprites of other tokens, drawn with the nearest colours of a palette (K, 4)."""
    drawings = []
    for text in texts:
        sprites, sprite_rgba = sprites_of(text)
        distances = ((sprite_rgba[:, None, :3].astype(int) - rgba[None, :, :3]) ** 2).sum(axis=2)
        drawings.append(distances.argmin(axis=1).astype(np.uint8)[sprites])
    return np.concatenate(drawings)


def plant(sprites: Pixels, fresh: Pixels, num_colors: int, count: int, seed: int) -> list[PlantedPicture]:
    """Make count pictures, equally many of each kind. A flip or exchange of colours that changes nothing is skipped."""
    random = np.random.default_rng(seed)
    makers: dict[Kind, Callable[[Pixels, Pixels], Pixels]] = {
        "exact copy": lambda sprite, other: sprite.copy(),
        "near copy": lambda sprite, other: _with_changed_pixels(sprite, num_colors, random),
        "flipped copy": lambda sprite, other: transformed(sprite, int(random.integers(1, 4))).copy(),
        "shifted copy": lambda sprite, other: _shifted(sprite, other, random),
        "recoloured copy": lambda sprite, other: random.permutation(num_colors).astype(np.uint8)[sprite],
        "collage": lambda sprite, other: _collage(sprite, other, random),
        "new": lambda sprite, other: fresh[random.integers(len(fresh))],
    }
    planted: list[PlantedPicture] = []
    while len(planted) < count:
        kind = KINDS[len(planted) % len(KINDS)]
        sprite, other = random.choice(len(sprites), 2, replace=False).tolist()
        pixels = makers[kind](sprites[sprite], sprites[other])
        if kind == "exact copy" or (pixels != sprites).mean(axis=(1, 2)).min() > 0:
            sources = {sprite, other} if kind == "collage" else set() if kind == "new" else {sprite}
            planted.append(PlantedPicture(kind, pixels, frozenset(sources)))
    return planted


def plant_moved(sprites: Pixels, num_colors: int, count: int, seed: int) -> list[PlantedPicture]:
    """Make count pictures in other colours, each flipped or turned, moved, or both, of sprites with enough different forms."""
    random = np.random.default_rng(seed)
    distinct = [number for number in range(len(sprites)) if num_forms(sprites[number]) >= MIN_FORMS]
    planted: list[PlantedPicture] = []
    while len(planted) < count:
        sprite, other = random.choice(distinct, 2, replace=False).tolist()
        flipped = transformed(sprites[sprite], int(random.integers(1, 8)))
        method = len(planted) % 3
        moved = flipped if method == 0 else _shifted((sprites[sprite], flipped)[method - 1], sprites[other], random)
        planted.append(PlantedPicture("recoloured copy", _exchanged_colors(num_colors, random)[moved], frozenset({sprite})))
    return planted


def _exchanged_colors(num_colors: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a random permutation of the colours that maps none to itself."""
    order = random.permutation(num_colors)
    table = np.empty(num_colors, np.uint8)
    table[order] = np.roll(order, 1)
    return table


def _with_changed_pixels(sprite: Pixels, num_colors: int, random: np.random.Generator) -> Pixels:
    changed = sprite.copy()
    places = random.choice(sprite.size, int(random.integers(1, 12)), replace=False)
    changed.flat[places] = (changed.flat[places] + 1) % num_colors
    return changed


def _shifted(sprite: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Move a sprite; the area it leaves shows its opposite side, its main colour, or another sprite."""
    dy, dx = random.integers(-8, 9, 2).tolist()
    if not (dy or dx):
        dx = 3
    fill = random.integers(3)
    if fill == 0:
        return np.roll(sprite, (dy, dx), (0, 1))
    height, width = sprite.shape
    moved = np.full_like(sprite, np.bincount(sprite.ravel()).argmax()) if fill == 1 else other.copy()
    moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = sprite[
        max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)
    ]
    return moved


def _collage(sprite: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Join two sprites along a line or an ellipse."""
    height, width = sprite.shape
    y, x = np.mgrid[:height, :width]
    cut = random.integers(height // 3, 2 * height // 3)
    masks = (x < cut, y < cut, x + y < 2 * cut, (x - width / 2) ** 2 + (y - height / 2) ** 2 < random.integers(8, 14) ** 2)
    return np.where(masks[random.integers(len(masks))], sprite, other)
