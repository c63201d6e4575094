"""Screens of imaginary games, drawn for tests: levels seen from the side and rooms seen from above, in one palette."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.token.font import render
from mint.token.fonts.tiny import TINY
from mint.token.png import indexed_png
from mint.token.raster import BAYER4, Pixels, blank, frame, rect

PALETTE = "0b0b14 f4f4ec 1d2b53 3a5fa8 6fb7e8 c8e8f8 7e2553 e0708c ffb070 ffe070 1f5a38 3fa048 8fd860 5a3a28 a86838 8a8fa0"
_INK, _WHITE, _GOLD, _RED, _GREY = 0, 1, 9, 7, 15
_SKIES = ((2, 3), (3, 4), (4, 5), (6, 7), (7, 8), (8, 9), (0, 2))  # above and below
_HILLS = (2, 6, 10, 11, 13)
_GROUNDS = ((14, 13, 12), (10, 11, 12), (13, 14, 8), (2, 15, 1), (6, 7, 8))  # body, pattern, top
_FLOORS = ((13, 14), (2, 3), (10, 11), (0, 2))
_WALLS = ((15, 0), (14, 13), (3, 2), (7, 6))  # brick, mortar
_BRICK, _CELL = 4, 8

Random = np.random.Generator


def screens(count: int, height: int, width: int, seed: int = 0) -> Pixels:
    """Draw different screens (count, height, width), at least 32 pixels a side; equal arguments give equal screens."""
    drawn: dict[bytes, Pixels] = {}
    random = np.random.default_rng(seed)
    while len(drawn) < count:
        screen = blank(_INK, height, width)
        (_level if random.random() < 0.6 else _room)(screen[_CELL:], random)
        _score(screen[:_CELL], random)
        drawn.setdefault(screen.tobytes(), screen)
    return np.stack([*drawn.values()])


def write_screens(folder: Path, pictures: Pixels) -> Path:
    """Write screens as PNGs into a new folder, and return it."""
    folder.mkdir(parents=True)
    for number, screen in enumerate(pictures):
        (folder / f"{number:04d}.png").write_bytes(indexed_png(screen, rgba()))
    return folder


def rgba() -> NDArray[np.uint8]:
    """Return the palette, (16, 4)."""
    return np.array([(*bytes.fromhex(color), 255) for color in PALETTE.split()], np.uint8)


def sheet(pictures: Pixels, columns: int, scale: int = 1) -> bytes:
    """Return screens side by side as a PNG, for inspection."""
    rows = [np.concatenate(pictures[at : at + columns], axis=1) for at in range(0, len(pictures) // columns * columns, columns)]
    picture = np.concatenate(rows).repeat(scale, 0).repeat(scale, 1)
    buffer = io.BytesIO()
    Image.fromarray(rgba()[picture]).save(buffer, "PNG")
    return buffer.getvalue()


def _score(strip: Pixels, random: Random) -> None:
    digits = render(TINY, f"{int(random.integers(10)) * 100:03d}")
    strip[1:6, 2 : 2 + digits.shape[1]][digits] = _WHITE
    heart = render(TINY, "♥")
    for number in range(int(random.integers(1, 4))):
        left = strip.shape[1] - 7 * (number + 1)
        strip[1:6, left : left + heart.shape[1]][heart] = _RED


def _level(view: Pixels, random: Random) -> None:
    """Draw a level seen from the side: sky, hills, ground, platforms, a hero and foes."""
    height, width = view.shape
    above, below = _SKIES[random.integers(len(_SKIES))]
    shade = np.arange(height)[:, None] * 16 // height
    view[:] = np.where(np.tile(BAYER4, (height // 4 + 1, width // 4 + 1))[:height, :width] < shade - shade % 4, below, above)
    side = 2 * int(random.integers(3, 6))
    _disc(view, int(random.integers(side, width - side)), int(random.integers(side, max(side + 1, height // 3))), side // 2, _GOLD)
    hill = _HILLS[random.integers(len(_HILLS))]
    for _ in range(int(random.integers(1, 2 + width // 32))):
        middle, top = int(random.integers(width)), int(random.integers(height // 3, 2 * height // 3))
        for row in range(top, height):
            rect(view, middle - (row - top), row, 2 * (row - top), 1, hill)
    body, pattern, top = _GROUNDS[random.integers(len(_GROUNDS))]
    floor = height - _CELL * int(random.integers(1, max(2, height // 32 + 1)))
    for left in range(0, width, _CELL):
        if random.random() < 0.88:
            _ground(view[floor:, left : left + _CELL], body, pattern, top)
    for _ in range(int(random.integers(1, 2 + height * width // 2048))):
        left, y = _CELL * int(random.integers(width // _CELL - 1)), _CELL * int(random.integers(2, max(3, floor // _CELL - 1)))
        length = _CELL * int(random.integers(1, 4))
        _bricks(view[y : y + _BRICK, left : left + length], body, pattern)
        if random.random() < 0.6:
            rect(view, left + 2, y - 5, 4, 4, _GOLD)
            frame(view, left + 2, y - 5, 4, 4, 13)
    _figure(view, int(random.integers(width // 4)), floor, _RED, _WHITE)
    for _ in range(int(random.integers(0, 1 + width // 32))):
        _figure(view, int(random.integers(width // 3, width - _CELL)), floor, int(random.choice((6, 10, 3))), _GOLD)


def _room(view: Pixels, random: Random) -> None:
    """Draw a room seen from above: floor, walls with doors, pillars, chests, a hero and foes."""
    height, width = view.shape
    plain, dotted = _FLOORS[random.integers(len(_FLOORS))]
    view[:] = plain
    view[3::_CELL, 3::_CELL] = view[4::_CELL, 4::_CELL] = dotted
    brick, mortar = _WALLS[random.integers(len(_WALLS))]
    solid = np.zeros((height // _CELL, width // _CELL), bool)
    solid[[0, -1]] = solid[:, [0, -1]] = True
    if random.random() < 0.5:
        solid[:, int(random.integers(2, max(3, solid.shape[1] - 2)))] = True
    for _ in range(int(random.integers(0, 1 + solid.size // 16))):
        solid[random.integers(solid.shape[0]), random.integers(solid.shape[1])] = True
    for axis in (0, 1):
        if random.random() < 0.8:  # an exit
            solid[(slice(None), solid.shape[1] // 2) if axis else (solid.shape[0] // 2, slice(None))] = False
    for row, column in np.argwhere(solid):
        _bricks(view[row * _CELL :, column * _CELL :][:_CELL, :_CELL], brick, mortar)
    free = random.permutation(np.argwhere(~solid))
    for number, (row, column) in enumerate(free[: 2 + len(free) // 12]):
        x, y = int(column) * _CELL, int(row) * _CELL
        if number == 0:
            _figure(view, x, y + _CELL, _RED, _WHITE)
        elif random.random() < 0.5:
            _figure(view, x, y + _CELL, int(random.choice((6, 12, 4))), _GOLD)
        else:
            rect(view, x + 1, y + 2, 6, 5, 14)
            frame(view, x + 1, y + 2, 6, 5, 13)
            rect(view, x + 3, y + 4, 2, 1, _GOLD)


def _ground(cells: Pixels, body: int, pattern: int, top: int) -> None:
    cells[:] = body
    cells[4::_CELL, 2::4] = cells[6::_CELL, 0::4] = pattern
    cells[:2] = top


def _bricks(wall: Pixels, brick: int, mortar: int) -> None:
    wall[:] = brick
    wall[_BRICK - 1 :: _BRICK] = mortar
    wall[: _BRICK - 1, 7::_CELL] = wall[_BRICK : 2 * _BRICK - 1, 3::_CELL] = mortar


def _disc(view: Pixels, x: int, y: int, radius: int, color: int) -> None:
    rows, columns = np.ogrid[: view.shape[0], : view.shape[1]]
    view[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = color


def _figure(view: Pixels, left: int, bottom: int, coat: int, face: int) -> None:
    """Draw a figure, six pixels wide and seven high, that stands on a row."""
    rect(view, left + 2, bottom - 7, 4, 3, face)
    rect(view, left + 2, bottom - 7, 4, 1, coat)
    rect(view, left + 4, bottom - 6, 1, 1, _INK)
    rect(view, left + 1, bottom - 4, 6, 3, coat)
    rect(view, left + 2, bottom - 1, 1, 1, _INK)
    rect(view, left + 5, bottom - 1, 1, 1, _INK)
