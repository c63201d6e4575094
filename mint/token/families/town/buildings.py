"""Buildings in two tones, lit from the left, with panes to be lit later."""

from collections.abc import Callable
from typing import Final

from mint.token.families.town.stage import Stage


def box(stage: Stage, x: int, top: int, width: int, base: int) -> None:
    """Raise walls from row base up to row top: lit on the left, shaded on the right third."""
    shaded = max(width // 3, 1)
    stage.fill(x, top, width - shaded, base - top, "w")
    stage.fill(x + width - shaded, top, shaded, base - top, "s")
    if stage.paint.num_colors == 2:
        # One line of light keeps a dark wall off its neighbour.
        stage.fill(x, top, 1, base - top, "p")


def gable(stage: Stage, x: int, top: int, width: int, height: int) -> None:
    """Lay a gabled roof of a given height over columns x to x + width - 1; its lowest row is top + height - 1."""
    for row in range(height):
        inset = (height - 1 - row) * width // (2 * height)
        span = width - 2 * inset
        stage.fill(x + inset, top + row, span, 1, "r")
        stage.fill(x + inset + span - span // 3, top + row, span // 3, 1, "R")


def house(stage: Stage, x: int, base: int, width: int, walls: int, roof: int) -> None:
    """Build a house with a gabled roof that juts out by a pixel, a door and a row or two of panes."""
    box(stage, x, base - walls, width, base)
    gable(stage, x - 1, base - walls - roof, width + 2, roof)
    stage.panes(x + 1, base - walls + 1, width // 2, max((walls - 1) // 2, 1))
    stage.fill(x + width // 2 // 2 * 2, base - 2, 1, 2, "k")


def townhouse(stage: Stage, x: int, base: int, width: int, walls: int) -> None:
    """Build a narrow house with a stepped gable and rows of panes."""
    box(stage, x, base - walls, width, base)
    for row in range(1, width // 2 + 1):
        stage.fill(x + row, base - walls - row, max(width - 2 * row, 1), 1, "r")
    stage.panes(x + 1, base - walls + 1, (width - 1) // 2, (walls - 2) // 2)
    stage.fill(x + width // 2, base - 2, 1, 2, "k")


def tower(stage: Stage, x: int, top: int, width: int, base: int) -> None:
    """Build a high-rise with a regular grid of panes and one of several crowns."""
    box(stage, x, top, width, base)
    step_x, step_y = (2, 2) if width < 7 else stage.random.choice(((2, 2), (2, 3), (3, 2)))
    stage.panes(x + 1, top + 2, (width - 1) // step_x, (base - top - 2) // step_y, step_x, step_y)
    stage.random.choice(CROWNS)(stage, x, top, width)


def _flat(stage: Stage, x: int, top: int, width: int) -> None:
    stage.fill(x, top, width, 1, "r")


def _mast(stage: Stage, x: int, top: int, width: int) -> None:
    stage.fill(x + width // 2, top - 4, 1, 4, "s")
    stage.fill(x + width // 2, top - 5, 1, 1, "n")


def _steps(stage: Stage, x: int, top: int, width: int) -> None:
    box(stage, x + 1, top - 1, width - 2, top)
    box(stage, x + 2, top - 3, max(width - 4, 1), top)


def _tank(stage: Stage, x: int, top: int, width: int) -> None:
    stage.fill(x + 1, top - 3, 3, 2, "r")
    stage.fill(x + 1, top - 1, 1, 1, "s")
    stage.fill(x + 3, top - 1, 1, 1, "s")


def _slant(stage: Stage, x: int, top: int, width: int) -> None:
    for row in range(min(width // 2, 3)):
        stage.fill(x, top - 1 - row, width - 2 * row - 1, 1, "r")


def _spire(stage: Stage, x: int, top: int, width: int) -> None:
    gable(stage, x, top - width // 2, width, width // 2)
    stage.fill(x + width // 2, top - width // 2 - 2, 1, 2, "R")


CROWNS: Final[tuple[Callable[[Stage, int, int, int], None], ...]] = (_flat, _mast, _steps, _tank, _slant, _spire)


def turret(stage: Stage, x: int, top: int, width: int, base: int, *, flag: bool = False) -> None:
    """Build a round castle tower with a pointed roof, twice as steep as a gable."""
    box(stage, x, top, width, base)
    height = width + 1
    for row in range(height):
        half = row * (width + 2) // (2 * height)
        stage.fill(x + width // 2 - half, top - height + row, 2 * half + width % 2, 1, "r")
        stage.fill(x + width // 2 + half // 2 + 1, top - height + row, half - half // 2, 1, "R")
    stage.panes(x + 1, top + 1, (width - 1) // 2, max((base - top - 1) // 3, 1), 2, 3)
    if flag:
        stage.fill(x + width // 2, top - height - 3, 1, 3, "t")
        stage.fill(x + width // 2 + 1, top - height - 3, 3, 2, "n")


def battlement(stage: Stage, x: int, top: int, width: int, base: int) -> None:
    """Build a wall with merlons."""
    box(stage, x, top, width, base)
    for merlon in range(x, x + width, 2):
        stage.fill(merlon, top - 1, 1, 1, "w")


def dome(stage: Stage, x: int, base: int, radius: int, letter: str) -> None:
    """Lay half a disc on row base - 1, centred on column x."""
    for row in range(radius + 1):
        half = _HALVES[radius][row]
        stage.fill(x - half, base - 1 - row, 2 * half + 1, 1, letter)


def smoke(stage: Stage, x: int, y: int, num_puffs: int) -> None:
    """Let smoke rise from (x, y), drifting to the right and growing."""
    for puff in range(num_puffs):
        size = 1 + (puff + 1) // 2
        stage.fill(x + puff + puff // 2, y - 2 * puff - size, size + 1, size, "c" if puff % 2 else "C")


# Half widths of a disc of each radius, from its middle row upwards.
_HALVES: Final = tuple(
    tuple(
        next(half for half in range(radius, -1, -1) if half * half + row * row <= radius * (radius + 1))
        for row in range(radius + 1)
    )
    for radius in range(13)
)
