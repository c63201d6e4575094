"""Layouts of single letters: stacked, in a grid, scattered, and in one row that climbs or swings. They set single words only."""

from collections.abc import Sequence

from mint.token.families.text.emblems import SIDE
from mint.token.families.text.setting import (
    Box,
    Layout,
    Letter,
    Setting,
    cut_cell,
    cut_row,
    drawn_height,
    drawn_width,
    set_line,
    words_of,
)
from mint.token.font import Font, GlyphSize
from mint.token.random import Stream

# Columns and rows of the cells for so many letters.
_CELLS = {3: (3, 1), 4: (2, 2), 5: (3, 2), 6: (3, 2), 7: (3, 3), 8: (3, 3), 9: (3, 3)}
_FULL = (4, 6, 9)


def _cut_stack(words: Sequence[str], font: Font, box: Box) -> GlyphSize | None:
    """Return the cut of letters one below the other, one or two words side by side, or None."""
    if len(words) > 2:
        return None
    return cut_cell(font, "".join(words), (box.width - len(words) + 1) // len(words), box.height, max(map(len, words)))


def _stacked_fits(text: str, font: Font, box: Box) -> bool:
    return _cut_stack(words_of(text), font, box) is not None


def _stacked(text: str, font: Font, box: Box, random: Stream) -> Setting:
    words = words_of(text)
    cut = _cut_stack(words, font, box)
    assert cut is not None
    widest = max(font.glyph(char, cut).shape[1] for char in "".join(words))
    column, spare = box, None
    if len(words) == 1 and box.width - widest > SIDE + 1:
        wing = box.width - widest - 2
        at_left = random.chance(1, 2)
        column = Box(box.x if at_left else box.x + wing + 2, box.y, widest, box.height)
        spare = Box(box.x + widest + 2 if at_left else box.x, box.y, wing, box.height)
    pitch = (column.width + 1) // len(words)
    letters: list[Letter] = []
    for number, word in enumerate(words):
        letters += _set_column(font, word, cut, column._replace(x=column.x + number * pitch, width=pitch - (len(words) > 1)))
    return Setting(tuple(letters), spare)


def _set_column(font: Font, word: str, cut: GlyphSize, column: Box) -> list[Letter]:
    high = drawn_height(font, word, cut)
    gap = min((column.height - len(word) * high) // max(len(word) - 1, 1), 2 * cut.scale_y)
    y = column.y + (column.height - len(word) * (high + gap) + gap) // 2
    letters = []
    for line, char in enumerate(word):
        mask = font.glyph(char, cut, font.rows(word))
        letters.append(Letter(char, mask, column.x + (column.width - mask.shape[1]) // 2, y + line * (high + gap), line))
    return letters


def _cut_cells(text: str, font: Font, box: Box) -> tuple[str, GlyphSize, int, int] | None:
    """Return the only word of a text, its letters' cut, and the columns and rows of cells for them; or None."""
    words = words_of(text)
    if len(words) > 1 or len(words[0]) not in _CELLS:
        return None
    columns, rows = _CELLS[len(words[0])]
    cut = cut_cell(font, words[0], (box.width - columns + 1) // columns, box.height, rows)
    return (words[0], cut, columns, rows) if cut else None


def _grid_fits(text: str, font: Font, box: Box) -> bool:
    return len(words_of(text)[0]) in _FULL and _cut_cells(text, font, box) is not None


def _grid(text: str, font: Font, box: Box, random: Stream) -> Setting:
    cells = _cut_cells(text, font, box)
    assert cells is not None
    return _in_cells(*cells, font, box, None)


def _smaller(box: Box) -> Box:
    """Return a box that leaves every letter room to move."""
    return box._replace(width=box.width - 1, height=box.height - 1)


def _scattered_fits(text: str, font: Font, box: Box) -> bool:
    return _cut_cells(text, font, _smaller(box)) is not None


def _scattered(text: str, font: Font, box: Box, random: Stream) -> Setting:
    cells = _cut_cells(text, font, _smaller(box))
    assert cells is not None
    word, cut, columns, rows = cells
    # Letters that fill their cells could not move; two thirds of what they gained by stretching is enough.
    return _in_cells(
        word,
        cut._replace(extra_height=cut.extra_height * 2 // 3, extra_width=cut.extra_width * 2 // 3),
        columns,
        rows,
        font,
        box,
        random,
    )


def _in_cells(word: str, cut: GlyphSize, columns: int, rows: int, font: Font, box: Box, jitter: Stream | None) -> Setting:
    """Set each letter into a cell of its own: in the middle, or anywhere in it by chance."""
    wide, high = (box.width + 1) // columns, (box.height + 1) // rows
    letters = []
    for number, char in enumerate(word):
        mask = font.glyph(char, cut, font.rows(word))
        free_x, free_y = wide - 1 - mask.shape[1], high - 1 - mask.shape[0]
        dx, dy = (jitter.between(0, free_x), jitter.between(0, free_y)) if jitter else (free_x // 2, free_y // 2)
        line, column = divmod(number, columns)
        # A last row that is not full stands in the middle.
        shift = (columns - min(columns, len(word) - line * columns)) * wide // 2
        letters.append(Letter(char, mask, box.x + shift + column * wide + dx, box.y + line * high + dy, line))
    return Setting(tuple(letters))


def _cut_steps(text: str, font: Font, box: Box) -> tuple[str, GlyphSize] | None:
    """Return the only word of a text and its cut, no higher than leaves room to climb; or None."""
    words = words_of(text)
    cut = cut_row(font, words[0], box.width, box.height * 2 // 3) if len(words) == 1 and len(words[0]) >= 3 else None
    return (words[0], cut) if cut else None


def _steps_fit(text: str, font: Font, box: Box) -> bool:
    return _cut_steps(text, font, box) is not None


def _diagonal(text: str, font: Font, box: Box, random: Stream) -> Setting:
    steps = range(len(words_of(text)[0]))
    return _stepped(text, font, box, steps if random.chance(1, 2) else steps[::-1])


def _wave(text: str, font: Font, box: Box, random: Stream) -> Setting:
    num_letters = len(words_of(text)[0])
    # Three letters only swing when the one in the middle is the highest or the lowest.
    phase = 1 + 2 * random.below(2) if num_letters == 3 else random.below(4)
    return _stepped(text, font, box, [(0, 1, 2, 1)[(number + phase) % 4] for number in range(num_letters)])


def _stepped(text: str, font: Font, box: Box, steps: Sequence[int]) -> Setting:
    """Set the letters of a word side by side, each lowered by its step."""
    plan = _cut_steps(text, font, box)
    assert plan is not None
    word, cut = plan
    room, low = box.height - drawn_height(font, word, cut), min(steps)
    x = box.x + (box.width - drawn_width(font, word, cut)) // 2
    letters = set_line(font, word, cut, x, box.y, 0, font.rows(word))
    sunk = [room * (step - low) // (max(steps) - low) for step in steps]
    return Setting(tuple(letter._replace(y=box.y + dy) for letter, dy in zip(letters, sunk, strict=True)))


STACKED = Layout(_stacked_fits, _stacked)
GRID = Layout(_grid_fits, _grid)
SCATTERED = Layout(_scattered_fits, _scattered)
DIAGONAL = Layout(_steps_fit, _diagonal)
WAVE = Layout(_steps_fit, _wave)
