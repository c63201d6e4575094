"""Buildings in two tones, lit from the left, with windows that are coloured later."""

from collections.abc import Callable
from typing import Final

from mint.token.families.town.canvas import TownCanvas


def box(canvas: TownCanvas, x: int, top: int, width: int, base: int) -> None:
    """Draw walls from row base up to row top: lit on the left, shaded on the right third."""
    shaded = max(width // 3, 1)
    canvas.fill(x, top, width - shaded, base - top, "w")
    canvas.fill(x + width - shaded, top, shaded, base - top, "s")
    if canvas.scheme.num_colors == 2:
        # A light line separates a dark wall from its neighbour.
        canvas.fill(x, top, 1, base - top, "p")


def gable(canvas: TownCanvas, x: int, top: int, width: int, height: int) -> None:
    """Draw a gabled roof of the given height over columns x to x + width - 1; its lowest row is top + height - 1."""
    for row in range(height):
        inset = (height - 1 - row) * width // (2 * height)
        span = width - 2 * inset
        canvas.fill(x + inset, top + row, span, 1, "r")
        canvas.fill(x + inset + span - span // 3, top + row, span // 3, 1, "R")


def house(canvas: TownCanvas, x: int, base: int, width: int, walls: int, roof: int) -> None:
    """Draw a house with a gabled roof that overhangs by a pixel, a door and one or two rows of windows."""
    box(canvas, x, base - walls, width, base)
    gable(canvas, x - 1, base - walls - roof, width + 2, roof)
    canvas.add_windows(x + 1, base - walls + 1, width // 2, max((walls - 1) // 2, 1))
    canvas.fill(x + width // 2 // 2 * 2, base - 2, 1, 2, "k")


def townhouse(canvas: TownCanvas, x: int, base: int, width: int, walls: int) -> None:
    """Draw a narrow house with a stepped gable and rows of windows."""
    box(canvas, x, base - walls, width, base)
    for row in range(1, width // 2 + 1):
        canvas.fill(x + row, base - walls - row, max(width - 2 * row, 1), 1, "r")
    canvas.add_windows(x + 1, base - walls + 1, (width - 1) // 2, (walls - 2) // 2)
    canvas.fill(x + width // 2, base - 2, 1, 2, "k")


def tower(canvas: TownCanvas, x: int, top: int, width: int, base: int) -> None:
    """Draw a high-rise with a regular grid of windows and one of several roof tops."""
    box(canvas, x, top, width, base)
    step_x, step_y = (2, 2) if width < 7 else canvas.random.choice(((2, 2), (2, 3), (3, 2)))
    canvas.add_windows(x + 1, top + 2, (width - 1) // step_x, (base - top - 2) // step_y, step_x, step_y)
    canvas.random.choice(ROOF_TOPS)(canvas, x, top, width)


def _flat(canvas: TownCanvas, x: int, top: int, width: int) -> None:
    canvas.fill(x, top, width, 1, "r")


def _mast(canvas: TownCanvas, x: int, top: int, width: int) -> None:
    canvas.fill(x + width // 2, top - 4, 1, 4, "s")
    canvas.fill(x + width // 2, top - 5, 1, 1, "n")


def _steps(canvas: TownCanvas, x: int, top: int, width: int) -> None:
    box(canvas, x + 1, top - 1, width - 2, top)
    box(canvas, x + 2, top - 3, max(width - 4, 1), top)


def _tank(canvas: TownCanvas, x: int, top: int, width: int) -> None:
    canvas.fill(x + 1, top - 3, 3, 2, "r")
    canvas.fill(x + 1, top - 1, 1, 1, "s")
    canvas.fill(x + 3, top - 1, 1, 1, "s")


def _slant(canvas: TownCanvas, x: int, top: int, width: int) -> None:
    for row in range(min(width // 2, 3)):
        canvas.fill(x, top - 1 - row, width - 2 * row - 1, 1, "r")


def _spire(canvas: TownCanvas, x: int, top: int, width: int) -> None:
    gable(canvas, x, top - width // 2, width, width // 2)
    canvas.fill(x + width // 2, top - width // 2 - 2, 1, 2, "R")


ROOF_TOPS: Final[tuple[Callable[[TownCanvas, int, int, int], None], ...]] = (_flat, _mast, _steps, _tank, _slant, _spire)


def turret(canvas: TownCanvas, x: int, top: int, width: int, base: int, *, flag: bool = False) -> None:
    """Draw a round castle tower with a pointed roof, twice as steep as a gable."""
    box(canvas, x, top, width, base)
    height = width + 1
    for row in range(height):
        half = row * (width + 2) // (2 * height)
        canvas.fill(x + width // 2 - half, top - height + row, 2 * half + width % 2, 1, "r")
        canvas.fill(x + width // 2 + half // 2 + 1, top - height + row, half - half // 2, 1, "R")
    canvas.add_windows(x + 1, top + 1, (width - 1) // 2, max((base - top - 1) // 3, 1), 2, 3)
    if flag:
        canvas.fill(x + width // 2, top - height - 3, 1, 3, "t")
        canvas.fill(x + width // 2 + 1, top - height - 3, 3, 2, "n")


def battlement(canvas: TownCanvas, x: int, top: int, width: int, base: int) -> None:
    """Draw a wall with merlons."""
    box(canvas, x, top, width, base)
    for merlon in range(x, x + width, 2):
        canvas.fill(merlon, top - 1, 1, 1, "w")


def dome(canvas: TownCanvas, x: int, base: int, radius: int, letter: str) -> None:
    """Draw the upper half of a disc that stands on row base - 1, centred on column x."""
    for row in range(radius + 1):
        half = _DISC_HALF_WIDTHS[radius][row]
        canvas.fill(x - half, base - 1 - row, 2 * half + 1, 1, letter)


def smoke(canvas: TownCanvas, x: int, y: int, num_puffs: int) -> None:
    """Draw smoke that rises from (x, y), drifts to the right and widens."""
    for puff in range(num_puffs):
        size = 1 + (puff + 1) // 2
        canvas.fill(x + puff + puff // 2, y - 2 * puff - size, size + 1, size, "c" if puff % 2 else "C")


# Half widths of a disc of each radius, from its middle row upwards.
_DISC_HALF_WIDTHS: Final = tuple(
    tuple(
        next(half for half in range(radius, -1, -1) if half * half + row * row <= radius * (radius + 1))
        for row in range(radius + 1)
    )
    for radius in range(13)
)
