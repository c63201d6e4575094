"""Layouts of whole lines: centred, justified as on a poster, top left, and repeated."""

from collections.abc import Sequence

from mint.token.families.text.emblems import EMBLEM_SIZE
from mint.token.families.text.typesetting import (
    MAX_SCALE,
    PlacedLetter,
    TextBox,
    TextLayout,
    TypesetText,
    fit_lines,
    line_breaks,
    line_height,
    line_width,
    place_line,
    words_of,
)
from mint.token.font import Font, GlyphSize
from mint.token.random import Stream

# The smallest free height for an emblem with a free row above and below it.
_MIN_EMBLEM_HEIGHT = EMBLEM_SIZE + 2


def _lines_fit(text: str, font: Font, box: TextBox) -> bool:
    return any(fit_lines(font, lines, box.width, box.height) for lines in line_breaks(text))


def _best_lines(text: str, font: Font, box: TextBox, random: Stream) -> tuple[tuple[str, ...], GlyphSize]:
    """Return line breaks and a glyph size, chosen at random among those that cover most of the box."""
    options = []
    for lines in line_breaks(text):
        size = fit_lines(font, lines, box.width, box.height)
        if size:
            area = sum(line_width(font, line, size) for line in lines) * line_height(font, "".join(lines), size)
            # Thick strokes score higher than a completely filled box.
            options.append((area * (size.scale_x + 2), lines, size))
    best = max(score for score, _, _ in options)
    return random.choice([(lines, size) for score, lines, size in options if 4 * score >= 3 * best])


def _place_lines(
    font: Font, lines: Sequence[str], size: GlyphSize, box: TextBox, *, gap: int, centered: bool = False
) -> tuple[PlacedLetter, ...]:
    rows = font.rows("".join(lines))
    pitch = line_height(font, "".join(lines), size) + gap
    letters: list[PlacedLetter] = []
    for number, line in enumerate(lines):
        indent = (box.width - line_width(font, line, size)) // 2 if centered else 0
        letters += place_line(font, line, size, box.x + indent, box.y + number * pitch, number, rows)
    return tuple(letters)


def _centered(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    """Centre the lines; if there is enough room, leave a box for an emblem above or below them."""
    lines, size = _best_lines(text, font, box, random)
    high = line_height(font, "".join(lines), size)
    left = box.height - len(lines) * (high + size.scale_y) + size.scale_y
    if left >= _MIN_EMBLEM_HEIGHT:
        above = random.chance(1, 2)
        emblem_box = TextBox(box.x, box.y if above else box.y + box.height - left + 1, box.width, left - 1)
        text_box = box._replace(y=box.y + left) if above else box
        return TypesetText(_place_lines(font, lines, size, text_box, gap=size.scale_y, centered=True), emblem_box)
    gap = size.scale_y + left // (len(lines) + 1)
    top = (box.height - len(lines) * (high + gap) + gap) // 2
    return TypesetText(_place_lines(font, lines, size, box._replace(y=box.y + top), gap=gap, centered=True))


def _upper_part(box: TextBox) -> TextBox:
    return box._replace(height=box.height * 3 // 4)


def _top_left(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    """Place lines from the top left corner, within the upper three quarters of the box."""
    lines, size = _best_lines(text, font, _upper_part(box), random)
    end = len(lines) * (line_height(font, "".join(lines), size) + size.scale_y)
    emblem_box = TextBox(box.x, box.y + end, box.width, box.height - end)
    return TypesetText(
        _place_lines(font, lines, size, box, gap=size.scale_y), emblem_box if emblem_box.height >= EMBLEM_SIZE else None
    )


def _fit_poster(font: Font, lines: Sequence[str], box: TextBox) -> list[GlyphSize] | None:
    """Return a glyph size for each line with which the lines fill the width and height of the box, or None."""
    if not fit_lines(font, lines, box.width, box.height):
        return None
    top, bottom = font.rows("".join(lines))
    rows = bottom - top
    scales = [min(box.width // font.width(line), MAX_SCALE) for line in lines]
    while (left := box.height - rows * sum(scales) - len(lines) + 1) < 0:
        scales[scales.index(max(scales))] -= 1
    return [
        GlyphSize(scale, scale, _widening(font, line, scale, box.width), min(left * scale // sum(scales), rows * scale))
        for line, scale in zip(lines, scales, strict=True)
    ]


def _widening(font: Font, line: str, scale: int, width: int) -> int:
    count = font.num_stretchable(line)
    return min((width - scale * font.width(line)) // count, scale * 4) if count else 0


def _above_rule(box: TextBox) -> TextBox:
    return box._replace(height=box.height - 2)


def _poster_fits(text: str, font: Font, box: TextBox) -> bool:
    return _lines_fit(text, font, _above_rule(box))


def _poster(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    """Set each line as wide as the box, with a rule below or above the text."""
    below = random.chance(2, 3)
    rule = TextBox(box.x, box.y + box.height - 1 if below else box.y, box.width, 1)
    box = _above_rule(box) if below else _above_rule(box._replace(y=box.y + 2))
    options = [(lines, sizes) for lines in line_breaks(text) if (sizes := _fit_poster(font, lines, box))]
    most = max(sum(size.scale_x for size in sizes) for _, sizes in options)
    lines, sizes = random.choice([option for option in options if sum(size.scale_x for size in option[1]) == most])
    heights = [line_height(font, "".join(lines), size) for size in sizes]
    left = box.height - sum(heights) - len(lines) + 1
    gap = 1 + left // (len(lines) + 1)
    y = box.y + (box.height - sum(heights) - gap * (len(lines) - 1)) // 2
    letters: list[PlacedLetter] = []
    for number, (line, size, high) in enumerate(zip(lines, sizes, heights, strict=True)):
        indent = (box.width - line_width(font, line, size)) // 2
        letters += place_line(font, line, size, box.x + indent, y, number, font.rows("".join(lines)))
        y += high + gap
    return TypesetText(tuple(letters), rule=rule)


def _as_one_line(text: str) -> str:
    return " ".join(words_of(text))


def _repeated_fits(text: str, font: Font, box: TextBox) -> bool:
    return " / " not in text and fit_lines(font, (_as_one_line(text),) * 2, box.width, box.height) is not None


def _repeated(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    """Repeat the text in two to five lines, each shifted further to the right if there is room."""
    line = _as_one_line(text)
    options = [(count, size) for count in (2, 3, 4, 5) if (size := fit_lines(font, (line,) * count, box.width, box.height))]
    count, size = random.choice(options[-2:])
    gap = (box.height - count * line_height(font, line, size)) // (count - 1)
    room = box.width - line_width(font, line, size)
    letters = _place_lines(font, (line,) * count, size, box, gap=gap)
    return TypesetText(tuple(letter._replace(x=letter.x + room * letter.line // (count - 1)) for letter in letters))


CENTERED = TextLayout(_lines_fit, _centered)
TOP_LEFT = TextLayout(lambda text, font, box: _lines_fit(text, font, _upper_part(box)), _top_left)
POSTER = TextLayout(_poster_fits, _poster)
REPEATED = TextLayout(_repeated_fits, _repeated)
