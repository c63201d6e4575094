"""Arrangements: how forms are set on the stage, from a single one to op art."""

from collections.abc import Callable, Mapping, Sequence

from mint.token.families.geometry.opart import op_art
from mint.token.families.geometry.stage import Stage
from mint.token.families.geometry.symmetry import Box
from mint.token.raster import SIZE

# The eight directions, in order; a diagonal step of 5 is as long as a straight one of 7.
_COMPASS = ((0, -7), (5, -5), (7, 0), (5, 5), (0, 7), (-5, 5), (-7, 0), (-5, -5))
# By the lesser side of the window: the sizes of scattered forms.
_CROWDS = {32: (14, 12, 10, 8, 8, 6, 6, 6), 16: (11, 8, 6, 6, 6, 4), 8: (6, 4, 3)}
# By the height of the window: the heights of bands; by its lesser side: the sizes through which forms grow.
_BANDS = {
    32: ((8, 8, 8, 8), (16, 8, 8), (8, 16, 8), (8, 8, 16), (4, 12, 12, 4), (16, 16), (10, 12, 10), (6, 10, 6, 10)),
    16: ((8, 8), (10, 6), (6, 10), (4, 8, 4)),
    8: ((6, 2), (2, 6)),
}
_GROWTHS = {
    32: ((2, 4, 6, 8), (8, 6, 4, 2), (4, 8, 6, 2), (2, 6, 8, 4), (8, 4)),
    16: ((4, 8), (8, 4), (8, 6), (2, 8), (8, 2)),
    8: ((6,), (7,), (8,)),
}
_TOTEM = (16, 10, 6)
# How often a scattered form looks for a free place before it is left out.
_TRIES = 6


def _single(stage: Stage) -> None:
    box, turn = stage.lead(), stage.random.below(4)
    stage.aside(1)
    stage.stamp(box, 0, turn)
    if stage.random.chance(1, 3):
        stage.accent(Box(box.x + box.size // 2 - 2, box.y + box.size // 2 - 2, 4), 2, "circle")


def _concentric(stage: Stage) -> None:
    box, turn = stage.lead(), stage.random.below(4)
    step, size = stage.random.choice((4, 6, 8)), box.size + stage.random.choice((0, 8, 16))
    first = stage.random.below(stage.cycle)
    ring = 0
    while size >= max(4, stage.least // 2):
        middle = (box.size - size) // 2
        stage.stamp(Box(box.x + middle, box.y + middle, size), first + ring, turn, nested=ring > 0)
        size, ring = size - step, ring + 1
    stage.aside(first + 1)


def _cells(stage: Stage) -> tuple[int, list[tuple[int, int]]]:
    """Return the side of a tile and the tiles (column, row) of the window."""
    cell = 16 if stage.least > 8 or stage.random.chance(1, 4) else 8
    cell = min(cell, stage.narrow)
    return cell, [(column, row) for row in range(stage.symmetry.height // cell) for column in range(stage.symmetry.width // cell)]


def _odd(stage: Stage, cells: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Draw the tile that differs from all others, off every axis of symmetry; None where the window has too few."""
    above = [(column, row) for column, row in cells if column > row]
    return stage.random.choice(above) if above else None


# How tiles turn: by column, row and a word of chance.
_TURNS: tuple[Callable[[int, int, int], int], ...] = (
    lambda column, row, word: word,
    lambda column, row, word: column + row,
    lambda column, row, word: (0, 3, 1, 2)[column % 2 + 2 * (row % 2)],
    lambda column, row, word: 2 * (column % 2),
    lambda column, row, word: row,
)


def _tiling(stage: Stage) -> None:
    cell, cells = _cells(stage)
    rule, tones = stage.random.choice(_TURNS), stage.random.choice((1, 2))
    inset = 1 if stage.form == "square" else stage.random.choice((0, 0, 1))
    odd = _odd(stage, cells)
    for column, row in cells:
        tone = tones if (column, row) == odd else (column + row) % tones
        turn = rule(column, row, stage.random.below(4)) % 4
        stage.stamp(Box(column * cell + inset, row * cell + inset, cell - 2 * inset), tone, turn)
    if odd is None:
        stage.aside(1)


def _quilt(stage: Stage) -> None:
    cell, cells = _cells(stage)
    start, rule = stage.random.below(2), stage.random.choice(_TURNS)
    odd = _odd(stage, cells)
    for column, row in cells:
        turn = rule(column, row, stage.random.below(4)) % 4
        patched = odd is None or (column + row) % 2 == start
        if patched:
            stage.accent(Box(column * cell, row * cell, cell), 1)
        tone = 2 * patched + ((column, row) == odd)
        # A square keeps free of the patch's edge, or it would hide the patch.
        inset = int(stage.form == "square")
        stage.stamp(Box(column * cell + inset, row * cell + inset, cell - 2 * inset), tone, turn)
    if odd is None:
        stage.aside(0)


def _progression(stage: Stage) -> None:
    across, down = stage.random.choice(((1, 0), (0, 1), (1, 1), (1, 2)))
    turn, sizes = stage.random.below(4), stage.random.choice(_GROWTHS[stage.narrow])
    for row in range(stage.symmetry.height // 8):
        for column in range(stage.symmetry.width // 8):
            size = sizes[(column * across + row * down) % len(sizes)]
            inset = (8 - size) // 2
            stage.stamp(Box(column * 8 + inset, row * 8 + inset, size), row if across else column, turn)
    stage.aside(1)


def _bands(stage: Stage) -> None:
    top, turn, filled = 0, stage.random.below(4), stage.random.below(2)
    offset = stage.random.below(3)
    for number, height in enumerate(stage.random.choice(_BANDS[stage.symmetry.height])):
        if number % 2 == filled:
            stage.canvas[top : top + height] = stage.tone(1)
        pitch = min(16 if height > 8 else 8, stage.narrow)
        size = min(height, pitch) - 2 * (height > 5 and (height > 8 or stage.least < 8))
        shift = (number * offset * 4) % pitch
        for left in range(-pitch, stage.symmetry.width, pitch):
            stage.stamp(Box(left + shift + (pitch - size) // 2, top + (height - size) // 2, size), 2 * (number % 2), turn)
        top += height
    stage.aside(1 + stage.random.below(2))


def _radial(stage: Stage) -> None:
    lead, grow = stage.lead(), stage.random.choice((2, 4))
    box = Box(lead.x - grow, lead.y - grow, lead.size + 2 * grow)
    size = max(box.size // 4, 6, min(stage.least, 8)) // 2 * 2
    reach = (box.size - size) // 2
    x, y = box.x + reach, box.y + reach
    # Eight petals where they fit, else four: on the axes or between them.
    start, every = (0, 1) if box.size >= 4 * size or stage.random.chance(1, 4) else (stage.random.below(2), 2)
    first = stage.random.below(stage.cycle)
    for number in range(start, 8, every):
        dx, dy = _COMPASS[number]
        stage.stamp(Box(x + dx * reach // 7, y + dy * reach // 7, size), first + 1 + number // every % 2, (8 - number) // 2 % 4)
    heart = stage.random.choice((size, size + 4))
    stage.stamp(Box(x + (size - heart) // 2, y + (size - heart) // 2, heart), first)
    stage.aside(first + 2)


def _scattered(stage: Stage) -> None:
    width, height = stage.symmetry.width, stage.symmetry.height
    taken: list[Box] = []
    for size in _CROWDS[stage.narrow]:
        for _ in range(_TRIES):
            box = Box(stage.random.between(-1, width - size + 1), stage.random.between(-1, height - size + 1), size)
            if all(_clear(box, other) for other in taken):
                stage.stamp(box, len(taken), stage.random.below(4))
                taken.append(box)
                break


def _clear(a: Box, b: Box) -> bool:
    """Tell whether a free pixel runs between two boxes."""
    return a.x + a.size < b.x or b.x + b.size < a.x or a.y + a.size < b.y or b.y + b.size < a.y


def _overlapping(stage: Stage) -> None:
    box, turn = stage.lead(), stage.random.below(4)
    size = max(box.size * 3 // 4 // 2 * 2, 4)
    apart = box.size - size + 2
    dx, dy = stage.random.choice(((1, 1), (1, 0), (0, 1)))
    one = Box(box.x + (1 - dx) * apart // 2, box.y + (1 - dy) * apart // 2, size)
    two = Box(one.x + dx * apart, one.y + dy * apart, size)
    other = (turn + stage.random.choice((0, 0, 2))) % 4
    stage.aside(1)
    stage.stamp(one, 0, turn)
    stage.stamp(two, 1, other)
    stage.canvas[stage.mask(one, turn) & stage.mask(two, other)] = stage.tone(2)


def _echo(stage: Stage) -> None:
    box, turn = stage.lead(), stage.random.below(4)
    dx, dy = stage.random.choice(_COMPASS)
    step, size = stage.random.between(2, 4), max(box.size * 3 // 4 // 2 * 2, 4)
    stage.aside(2)
    first = stage.random.below(stage.cycle)
    for back in range(4, -1, -1):
        reach = back * step - 2 * step
        stage.stamp(Box(box.x + dx * reach // 7 + 2, box.y + dy * reach // 7 + 2, size), first + back, turn)


def _stacked(stage: Stage) -> None:
    box = stage.lead()
    middle, turn = box.x + box.size // 2, stage.random.below(4)
    y = SIZE if stage.symmetry.height == SIZE else stage.symmetry.height + 8
    for number, size in enumerate(_TOTEM):
        y -= size
        stage.stamp(Box(middle - size // 2, y, size), number, turn)
    stage.aside(1)


def _square_limit(stage: Stage) -> None:
    """Set ever smaller forms towards the edge, after Escher's "Square Limit" (1964): 12 pixels, then 6, then 3."""
    turn = stage.random.below(4)
    for cell, first, last in ((3, 1, 28), (6, 4, 22)):
        for at in range(first, last, cell):
            for side, (x, y) in enumerate(((at, first), (last, at), (at + cell, last), (first, at + cell))):
                stage.stamp(Box(x, y, cell), side + (at // cell) % 2, turn + side)
    stage.stamp(Box(10, 10, 12), stage.random.below(3), turn)


ARRANGEMENTS: Mapping[str, Callable[[Stage], None]] = {
    "single": _single,
    "concentric": _concentric,
    "tiling": _tiling,
    "radial": _radial,
    "overlapping": _overlapping,
    "bands": _bands,
    "scattered": _scattered,
    "echo": _echo,
    "progression": _progression,
    "quilt": _quilt,
    "op art": op_art,
    "stacked": _stacked,
    "square limit": _square_limit,
}
