"""Layouts that place single letters: stacked, in a grid, scattered, diagonal and wave. All but stacked take single words only."""

from collections.abc import Sequence

from mint.token.families.text.emblems import EMBLEM_SIZE
from mint.token.families.text.typesetting import (
    PlacedLetter,
    TextBox,
    TextLayout,
    TypesetText,
    fit_cells,
    fit_row,
    line_height,
    line_width,
    place_line,
    words_of,
)
from mint.token.font import Font, GlyphSize
from mint.token.random import Stream

# Columns and rows of the grid by number of letters.
_GRID_SIZES = {3: (3, 1), 4: (2, 2), 5: (3, 2), 6: (3, 2), 7: (3, 3), 8: (3, 3), 9: (3, 3)}
_FULL_GRIDS = (4, 6, 9)


def _fit_stack(words: Sequence[str], font: Font, box: TextBox) -> GlyphSize | None:
    """Return the glyph size for one or two words side by side, each written downwards, or None."""
    if len(words) > 2:
        return None
    return fit_cells(font, "".join(words), (box.width - len(words) + 1) // len(words), box.height, max(map(len, words)))


def _stacked_fits(text: str, font: Font, box: TextBox) -> bool:
    return _fit_stack(words_of(text), font, box) is not None


def _stacked(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    words = words_of(text)
    size = _fit_stack(words, font, box)
    assert size is not None
    widest = max(font.glyph(char, size).shape[1] for char in "".join(words))
    column, emblem_box = box, None
    if len(words) == 1 and box.width - widest > EMBLEM_SIZE + 1:
        side_width = box.width - widest - 2
        at_left = random.chance(1, 2)
        column = TextBox(box.x if at_left else box.x + side_width + 2, box.y, widest, box.height)
        emblem_box = TextBox(box.x + widest + 2 if at_left else box.x, box.y, side_width, box.height)
    pitch = (column.width + 1) // len(words)
    letters: list[PlacedLetter] = []
    for number, word in enumerate(words):
        letters += _place_column(font, word, size, column._replace(x=column.x + number * pitch, width=pitch - (len(words) > 1)))
    return TypesetText(tuple(letters), emblem_box)


def _place_column(font: Font, word: str, size: GlyphSize, column: TextBox) -> list[PlacedLetter]:
    high = line_height(font, word, size)
    gap = min((column.height - len(word) * high) // max(len(word) - 1, 1), 2 * size.scale_y)
    y = column.y + (column.height - len(word) * (high + gap) + gap) // 2
    letters = []
    for line, char in enumerate(word):
        mask = font.glyph(char, size, font.rows(word))
        letters.append(PlacedLetter(char, mask, column.x + (column.width - mask.shape[1]) // 2, y + line * (high + gap), line))
    return letters


def _fit_grid(text: str, font: Font, box: TextBox) -> tuple[str, GlyphSize, int, int] | None:
    """Return the only word of a text, its glyph size, and the columns and rows of its grid; or None."""
    words = words_of(text)
    if len(words) > 1 or len(words[0]) not in _GRID_SIZES:
        return None
    columns, rows = _GRID_SIZES[len(words[0])]
    size = fit_cells(font, words[0], (box.width - columns + 1) // columns, box.height, rows)
    return (words[0], size, columns, rows) if size else None


def _grid_fits(text: str, font: Font, box: TextBox) -> bool:
    return len(words_of(text)[0]) in _FULL_GRIDS and _fit_grid(text, font, box) is not None


def _grid(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    cells = _fit_grid(text, font, box)
    assert cells is not None
    return _place_in_cells(*cells, font, box, None)


def _with_jitter_room(box: TextBox) -> TextBox:
    """Return a smaller box, in which every letter has room to move."""
    return box._replace(width=box.width - 1, height=box.height - 1)


def _scattered_fits(text: str, font: Font, box: TextBox) -> bool:
    return _fit_grid(text, font, _with_jitter_room(box)) is not None


def _scattered(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    cells = _fit_grid(text, font, _with_jitter_room(box))
    assert cells is not None
    word, size, columns, rows = cells
    # Letters that fill their cells could not move, so use two thirds of the stretching.
    return _place_in_cells(
        word,
        size._replace(extra_height=size.extra_height * 2 // 3, extra_width=size.extra_width * 2 // 3),
        columns,
        rows,
        font,
        box,
        random,
    )


def _place_in_cells(
    word: str, size: GlyphSize, columns: int, rows: int, font: Font, box: TextBox, jitter: Stream | None
) -> TypesetText:
    """Place each letter in its own cell: in the middle, or with jitter at a random position."""
    wide, high = (box.width + 1) // columns, (box.height + 1) // rows
    letters = []
    for number, char in enumerate(word):
        mask = font.glyph(char, size, font.rows(word))
        free_x, free_y = wide - 1 - mask.shape[1], high - 1 - mask.shape[0]
        dx, dy = (jitter.between(0, free_x), jitter.between(0, free_y)) if jitter else (free_x // 2, free_y // 2)
        line, column = divmod(number, columns)
        # An incomplete last row is centred.
        shift = (columns - min(columns, len(word) - line * columns)) * wide // 2
        letters.append(PlacedLetter(char, mask, box.x + shift + column * wide + dx, box.y + line * high + dy, line))
    return TypesetText(tuple(letters))


def _fit_steps(text: str, font: Font, box: TextBox) -> tuple[str, GlyphSize] | None:
    """Return the only word of a text and its glyph size, low enough to leave room for steps; or None."""
    words = words_of(text)
    size = fit_row(font, words[0], box.width, box.height * 2 // 3) if len(words) == 1 and len(words[0]) >= 3 else None
    return (words[0], size) if size else None


def _steps_fit(text: str, font: Font, box: TextBox) -> bool:
    return _fit_steps(text, font, box) is not None


def _diagonal(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    steps = range(len(words_of(text)[0]))
    return _place_stepped(text, font, box, steps if random.chance(1, 2) else steps[::-1])


def _wave(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    num_letters = len(words_of(text)[0])
    # Three letters form a wave only if the middle one is the highest or the lowest.
    phase = 1 + 2 * random.below(2) if num_letters == 3 else random.below(4)
    return _place_stepped(text, font, box, [(0, 1, 2, 1)[(number + phase) % 4] for number in range(num_letters)])


def _place_stepped(text: str, font: Font, box: TextBox, steps: Sequence[int]) -> TypesetText:
    """Place the letters of a word side by side, each lowered by its step."""
    plan = _fit_steps(text, font, box)
    assert plan is not None
    word, size = plan
    room, low = box.height - line_height(font, word, size), min(steps)
    x = box.x + (box.width - line_width(font, word, size)) // 2
    letters = place_line(font, word, size, x, box.y, 0, font.rows(word))
    sunk = [room * (step - low) // (max(steps) - low) for step in steps]
    return TypesetText(tuple(letter._replace(y=box.y + dy) for letter, dy in zip(letters, sunk, strict=True)))


STACKED = TextLayout(_stacked_fits, _stacked)
GRID = TextLayout(_grid_fits, _grid)
SCATTERED = TextLayout(_scattered_fits, _scattered)
DIAGONAL = TextLayout(_steps_fit, _diagonal)
WAVE = TextLayout(_steps_fit, _wave)
