"""Layouts of whole lines: centred, justified as on a poster, from the top left corner, and repeated."""

from collections.abc import Sequence

from mint.token.families.text.emblems import SIDE
from mint.token.families.text.setting import (
    MAX_SCALE,
    Box,
    Layout,
    Letter,
    Setting,
    breakings,
    cut_lines,
    drawn_height,
    drawn_width,
    set_line,
    words_of,
)
from mint.token.font import Font, GlyphSize
from mint.token.random import Stream

# The least height left free by lines that leaves room for an emblem and a row above and below it.
_SPARE = SIDE + 2


def _lines_fit(text: str, font: Font, box: Box) -> bool:
    return any(cut_lines(font, lines, box.width, box.height) for lines in breakings(text))


def _best_lines(text: str, font: Font, box: Box, random: Stream) -> tuple[tuple[str, ...], GlyphSize]:
    """Return one of the ways to break a text that cover the most of the box."""
    ways = []
    for lines in breakings(text):
        cut = cut_lines(font, lines, box.width, box.height)
        if cut:
            area = sum(drawn_width(font, line, cut) for line in lines) * drawn_height(font, "".join(lines), cut)
            # Thick strokes are worth more than a box filled to the last row.
            ways.append((area * (cut.scale_x + 2), lines, cut))
    best = max(worth for worth, _, _ in ways)
    return random.choice([(lines, cut) for worth, lines, cut in ways if 4 * worth >= 3 * best])


def _set_lines(
    font: Font, lines: Sequence[str], cut: GlyphSize, box: Box, *, gap: int, centered: bool = False
) -> tuple[Letter, ...]:
    rows = font.rows("".join(lines))
    pitch = drawn_height(font, "".join(lines), cut) + gap
    letters: list[Letter] = []
    for number, line in enumerate(lines):
        indent = (box.width - drawn_width(font, line, cut)) // 2 if centered else 0
        letters += set_line(font, line, cut, box.x + indent, box.y + number * pitch, number, rows)
    return tuple(letters)


def _centered(text: str, font: Font, box: Box, random: Stream) -> Setting:
    """Set lines in the middle; room for an emblem stays above or below them."""
    lines, cut = _best_lines(text, font, box, random)
    high = drawn_height(font, "".join(lines), cut)
    left = box.height - len(lines) * (high + cut.scale_y) + cut.scale_y
    if left >= _SPARE:
        above = random.chance(1, 2)
        spare = Box(box.x, box.y if above else box.y + box.height - left + 1, box.width, left - 1)
        text_box = box._replace(y=box.y + left) if above else box
        return Setting(_set_lines(font, lines, cut, text_box, gap=cut.scale_y, centered=True), spare)
    gap = cut.scale_y + left // (len(lines) + 1)
    top = (box.height - len(lines) * (high + gap) + gap) // 2
    return Setting(_set_lines(font, lines, cut, box._replace(y=box.y + top), gap=gap, centered=True))


def _upper(box: Box) -> Box:
    return box._replace(height=box.height * 3 // 4)


def _top_left(text: str, font: Font, box: Box, random: Stream) -> Setting:
    """Set lines from the corner on, no lower than three quarters of the height."""
    lines, cut = _best_lines(text, font, _upper(box), random)
    end = len(lines) * (drawn_height(font, "".join(lines), cut) + cut.scale_y)
    spare = Box(box.x, box.y + end, box.width, box.height - end)
    return Setting(_set_lines(font, lines, cut, box, gap=cut.scale_y), spare if spare.height >= SIDE else None)


def _cut_poster(font: Font, lines: Sequence[str], box: Box) -> list[GlyphSize] | None:
    """Return a cut for each line, so that every line is as wide as the box and all together are as high, or None."""
    if not cut_lines(font, lines, box.width, box.height):
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


def _above_rule(box: Box) -> Box:
    return box._replace(height=box.height - 2)


def _poster_fits(text: str, font: Font, box: Box) -> bool:
    return _lines_fit(text, font, _above_rule(box))


def _poster(text: str, font: Font, box: Box, random: Stream) -> Setting:
    """Set each line as wide as the box, with a rule below or above all."""
    below = random.chance(2, 3)
    rule = Box(box.x, box.y + box.height - 1 if below else box.y, box.width, 1)
    box = _above_rule(box) if below else _above_rule(box._replace(y=box.y + 2))
    ways = [(lines, cuts) for lines in breakings(text) if (cuts := _cut_poster(font, lines, box))]
    most = max(sum(cut.scale_x for cut in cuts) for _, cuts in ways)
    lines, cuts = random.choice([way for way in ways if sum(cut.scale_x for cut in way[1]) == most])
    heights = [drawn_height(font, "".join(lines), cut) for cut in cuts]
    left = box.height - sum(heights) - len(lines) + 1
    gap = 1 + left // (len(lines) + 1)
    y = box.y + (box.height - sum(heights) - gap * (len(lines) - 1)) // 2
    letters: list[Letter] = []
    for number, (line, cut, high) in enumerate(zip(lines, cuts, heights, strict=True)):
        indent = (box.width - drawn_width(font, line, cut)) // 2
        letters += set_line(font, line, cut, box.x + indent, y, number, font.rows("".join(lines)))
        y += high + gap
    return Setting(tuple(letters), rule=rule)


def _line_of(text: str) -> str:
    return " ".join(words_of(text))


def _repeated_fits(text: str, font: Font, box: Box) -> bool:
    return " / " not in text and cut_lines(font, (_line_of(text),) * 2, box.width, box.height) is not None


def _repeated(text: str, font: Font, box: Box, random: Stream) -> Setting:
    """Set the text again and again, each line a little further to the right as far as there is room."""
    line = _line_of(text)
    ways = [(count, cut) for count in (2, 3, 4, 5) if (cut := cut_lines(font, (line,) * count, box.width, box.height))]
    count, cut = random.choice(ways[-2:])
    gap = (box.height - count * drawn_height(font, line, cut)) // (count - 1)
    room = box.width - drawn_width(font, line, cut)
    letters = _set_lines(font, (line,) * count, cut, box, gap=gap)
    return Setting(tuple(letter._replace(x=letter.x + room * letter.line // (count - 1)) for letter in letters))


CENTERED = Layout(_lines_fit, _centered)
TOP_LEFT = Layout(lambda text, font, box: _lines_fit(text, font, _upper(box)), _top_left)
POSTER = Layout(_poster_fits, _poster)
REPEATED = Layout(_repeated_fits, _repeated)
