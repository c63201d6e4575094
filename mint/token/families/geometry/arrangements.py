"""Arrangements: how forms are placed on the canvas, from a single one to op art."""

from collections.abc import Callable, Mapping, Sequence

from mint.token.families.geometry.canvas import GeometryCanvas
from mint.token.families.geometry.op_art import op_art
from mint.token.families.geometry.symmetry import PlacementSquare
from mint.token.raster import SIZE

# The eight directions in order; a diagonal step (5, 5) is about as long as a straight step of 7.
_DIRECTIONS = ((0, -7), (5, -5), (7, 0), (5, 5), (0, 7), (-5, 5), (-7, 0), (-5, -5))
# The sizes of scattered forms, by the shorter side of the window.
_SCATTER_SIZES = {32: (14, 12, 10, 8, 8, 6, 6, 6), 16: (11, 8, 6, 6, 6, 4), 8: (6, 4, 3)}
# The heights of bands, by the height of the window; the sizes of a progression, by its shorter side.
_BAND_HEIGHTS = {
    32: ((8, 8, 8, 8), (16, 8, 8), (8, 16, 8), (8, 8, 16), (4, 12, 12, 4), (16, 16), (10, 12, 10), (6, 10, 6, 10)),
    16: ((8, 8), (10, 6), (6, 10), (4, 8, 4)),
    8: ((6, 2), (2, 6)),
}
_PROGRESSION_SIZES = {
    32: ((2, 4, 6, 8), (8, 6, 4, 2), (4, 8, 6, 2), (2, 6, 8, 4), (8, 4)),
    16: ((4, 8), (8, 4), (8, 6), (2, 8), (8, 2)),
    8: ((6,), (7,), (8,)),
}
_STACK_SIZES = (16, 10, 6)
# After this many attempts to find a free position, a scattered form is left out.
_MAX_PLACEMENT_ATTEMPTS = 6


def _single(canvas: GeometryCanvas) -> None:
    square, turn = canvas.choose_main_square(), canvas.random.below(4)
    canvas.add_symmetry_accent(1)
    canvas.draw_form(square, 0, turn)
    if canvas.random.chance(1, 3):
        canvas.draw_accent(PlacementSquare(square.x + square.size // 2 - 2, square.y + square.size // 2 - 2, 4), 2, "circle")


def _concentric(canvas: GeometryCanvas) -> None:
    square, turn = canvas.choose_main_square(), canvas.random.below(4)
    step, size = canvas.random.choice((4, 6, 8)), square.size + canvas.random.choice((0, 8, 16))
    first = canvas.random.below(canvas.cycle)
    ring = 0
    while size >= max(4, canvas.min_size // 2):
        middle = (square.size - size) // 2
        canvas.draw_form(PlacementSquare(square.x + middle, square.y + middle, size), first + ring, turn, nested=ring > 0)
        size, ring = size - step, ring + 1
    canvas.add_symmetry_accent(first + 1)


def _tiles(canvas: GeometryCanvas) -> tuple[int, list[tuple[int, int]]]:
    """Return the side of a tile, and the tiles (column, row) of the window."""
    cell = 16 if canvas.min_size > 8 or canvas.random.chance(1, 4) else 8
    cell = min(cell, canvas.shorter_side)
    return cell, [(column, row) for row in range(canvas.symmetry.height // cell) for column in range(canvas.symmetry.width // cell)]


def _choose_odd_tile(canvas: GeometryCanvas, tiles: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Choose a tile off every axis that will differ from all others; None if the window has too few tiles."""
    above = [(column, row) for column, row in tiles if column > row]
    return canvas.random.choice(above) if above else None


# The rotation of a tile in quarter turns, by column, row and a random number.
_ROTATION_RULES: tuple[Callable[[int, int, int], int], ...] = (
    lambda column, row, number: number,
    lambda column, row, number: column + row,
    lambda column, row, number: (0, 3, 1, 2)[column % 2 + 2 * (row % 2)],
    lambda column, row, number: 2 * (column % 2),
    lambda column, row, number: row,
)


def _tiling(canvas: GeometryCanvas) -> None:
    cell, tiles = _tiles(canvas)
    rule, tones = canvas.random.choice(_ROTATION_RULES), canvas.random.choice((1, 2))
    inset = 1 if canvas.form == "square" else canvas.random.choice((0, 0, 1))
    odd_tile = _choose_odd_tile(canvas, tiles)
    for column, row in tiles:
        tone = tones if (column, row) == odd_tile else (column + row) % tones
        turn = rule(column, row, canvas.random.below(4)) % 4
        canvas.draw_form(PlacementSquare(column * cell + inset, row * cell + inset, cell - 2 * inset), tone, turn)
    if odd_tile is None:
        canvas.add_symmetry_accent(1)


def _quilt(canvas: GeometryCanvas) -> None:
    cell, tiles = _tiles(canvas)
    start, rule = canvas.random.below(2), canvas.random.choice(_ROTATION_RULES)
    odd_tile = _choose_odd_tile(canvas, tiles)
    for column, row in tiles:
        turn = rule(column, row, canvas.random.below(4)) % 4
        patched = odd_tile is None or (column + row) % 2 == start
        if patched:
            canvas.draw_accent(PlacementSquare(column * cell, row * cell, cell), 1)
        tone = 2 * patched + ((column, row) == odd_tile)
        # Leaves a gap around a square, which would otherwise hide the patch.
        inset = int(canvas.form == "square")
        canvas.draw_form(PlacementSquare(column * cell + inset, row * cell + inset, cell - 2 * inset), tone, turn)
    if odd_tile is None:
        canvas.add_symmetry_accent(0)


def _progression(canvas: GeometryCanvas) -> None:
    across, down = canvas.random.choice(((1, 0), (0, 1), (1, 1), (1, 2)))
    turn, sizes = canvas.random.below(4), canvas.random.choice(_PROGRESSION_SIZES[canvas.shorter_side])
    for row in range(canvas.symmetry.height // 8):
        for column in range(canvas.symmetry.width // 8):
            size = sizes[(column * across + row * down) % len(sizes)]
            inset = (8 - size) // 2
            canvas.draw_form(PlacementSquare(column * 8 + inset, row * 8 + inset, size), row if across else column, turn)
    canvas.add_symmetry_accent(1)


def _bands(canvas: GeometryCanvas) -> None:
    top, turn, filled = 0, canvas.random.below(4), canvas.random.below(2)
    offset = canvas.random.below(3)
    for number, height in enumerate(canvas.random.choice(_BAND_HEIGHTS[canvas.symmetry.height])):
        if number % 2 == filled:
            canvas.ink_numbers[top : top + height] = canvas.tone_ink(1)
        pitch = min(16 if height > 8 else 8, canvas.shorter_side)
        size = min(height, pitch) - 2 * (height > 5 and (height > 8 or canvas.min_size < 8))
        shift = (number * offset * 4) % pitch
        for left in range(-pitch, canvas.symmetry.width, pitch):
            canvas.draw_form(
                PlacementSquare(left + shift + (pitch - size) // 2, top + (height - size) // 2, size), 2 * (number % 2), turn
            )
        top += height
    canvas.add_symmetry_accent(1 + canvas.random.below(2))


def _radial(canvas: GeometryCanvas) -> None:
    main, grow = canvas.choose_main_square(), canvas.random.choice((2, 4))
    square = PlacementSquare(main.x - grow, main.y - grow, main.size + 2 * grow)
    size = max(square.size // 4, 6, min(canvas.min_size, 8)) // 2 * 2
    reach = (square.size - size) // 2
    x, y = square.x + reach, square.y + reach
    # Eight forms if they fit, else four: on the axes or between them.
    start, every = (0, 1) if square.size >= 4 * size or canvas.random.chance(1, 4) else (canvas.random.below(2), 2)
    first = canvas.random.below(canvas.cycle)
    for number in range(start, 8, every):
        dx, dy = _DIRECTIONS[number]
        canvas.draw_form(
            PlacementSquare(x + dx * reach // 7, y + dy * reach // 7, size), first + 1 + number // every % 2, (8 - number) // 2 % 4
        )
    center_size = canvas.random.choice((size, size + 4))
    canvas.draw_form(PlacementSquare(x + (size - center_size) // 2, y + (size - center_size) // 2, center_size), first)
    canvas.add_symmetry_accent(first + 2)


def _scattered(canvas: GeometryCanvas) -> None:
    width, height = canvas.symmetry.width, canvas.symmetry.height
    placed: list[PlacementSquare] = []
    for size in _SCATTER_SIZES[canvas.shorter_side]:
        for _ in range(_MAX_PLACEMENT_ATTEMPTS):
            square = PlacementSquare(
                canvas.random.between(-1, width - size + 1), canvas.random.between(-1, height - size + 1), size
            )
            if all(_are_separated(square, other) for other in placed):
                canvas.draw_form(square, len(placed), canvas.random.below(4))
                placed.append(square)
                break


def _are_separated(a: PlacementSquare, b: PlacementSquare) -> bool:
    """Return whether there is a free pixel between two squares."""
    return a.x + a.size < b.x or b.x + b.size < a.x or a.y + a.size < b.y or b.y + b.size < a.y


def _overlapping(canvas: GeometryCanvas) -> None:
    square, turn = canvas.choose_main_square(), canvas.random.below(4)
    size = max(square.size * 3 // 4 // 2 * 2, 4)
    distance = square.size - size + 2
    dx, dy = canvas.random.choice(((1, 1), (1, 0), (0, 1)))
    one = PlacementSquare(square.x + (1 - dx) * distance // 2, square.y + (1 - dy) * distance // 2, size)
    two = PlacementSquare(one.x + dx * distance, one.y + dy * distance, size)
    other = (turn + canvas.random.choice((0, 0, 2))) % 4
    canvas.add_symmetry_accent(1)
    canvas.draw_form(one, 0, turn)
    canvas.draw_form(two, 1, other)
    canvas.ink_numbers[canvas.form_mask(one, turn) & canvas.form_mask(two, other)] = canvas.tone_ink(2)


def _echo(canvas: GeometryCanvas) -> None:
    square, turn = canvas.choose_main_square(), canvas.random.below(4)
    dx, dy = canvas.random.choice(_DIRECTIONS)
    step, size = canvas.random.between(2, 4), max(square.size * 3 // 4 // 2 * 2, 4)
    canvas.add_symmetry_accent(2)
    first = canvas.random.below(canvas.cycle)
    for back in range(4, -1, -1):
        reach = back * step - 2 * step
        canvas.draw_form(PlacementSquare(square.x + dx * reach // 7 + 2, square.y + dy * reach // 7 + 2, size), first + back, turn)


def _stacked(canvas: GeometryCanvas) -> None:
    square = canvas.choose_main_square()
    middle, turn = square.x + square.size // 2, canvas.random.below(4)
    y = SIZE if canvas.symmetry.height == SIZE else canvas.symmetry.height + 8
    for number, size in enumerate(_STACK_SIZES):
        y -= size
        canvas.draw_form(PlacementSquare(middle - size // 2, y, size), number, turn)
    canvas.add_symmetry_accent(1)


def _square_limit(canvas: GeometryCanvas) -> None:
    """Draw ever smaller forms towards the edge, after Escher's "Square Limit" (1964): 12 pixels, then 6, then 3."""
    turn = canvas.random.below(4)
    for cell, first, last in ((3, 1, 28), (6, 4, 22)):
        for at in range(first, last, cell):
            for side, (x, y) in enumerate(((at, first), (last, at), (at + cell, last), (first, at + cell))):
                canvas.draw_form(PlacementSquare(x, y, cell), side + (at // cell) % 2, turn + side)
    canvas.draw_form(PlacementSquare(10, 10, 12), canvas.random.below(3), turn)


ARRANGEMENTS: Mapping[str, Callable[[GeometryCanvas], None]] = {
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
