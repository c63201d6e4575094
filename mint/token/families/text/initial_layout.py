"""The layout with one big initial letter, as in old books."""

from mint.token.families.text.emblems import EMBLEM_SIZE
from mint.token.families.text.typesetting import (
    TextBox,
    TextLayout,
    TypesetText,
    fit_row,
    line_height,
    line_width,
    place_line,
    words_of,
)
from mint.token.font import NATIVE_SIZE, Font, GlyphSize
from mint.token.random import Stream


def _initial_fits(text: str, font: Font, box: TextBox) -> bool:
    words = words_of(text)
    return len(words) == 1 and len(words[0]) >= 2 and bool(_beside(words[0], font, box) or _below(words[0], font, box))


def _below(word: str, font: Font, box: TextBox) -> tuple[GlyphSize, GlyphSize] | None:
    """Return the sizes of the first letter and of the line of the other letters below it, or None."""
    for limit in (box.height // 2, box.height // 3, line_height(font, word[1:], NATIVE_SIZE)):
        rest = fit_row(font, word[1:], box.width, limit)
        if rest:
            high = line_height(font, word[1:], rest)
            first = fit_row(font, word[0], box.width * 2 // 3, box.height - high - 2)
            if first and 4 * line_height(font, word[0], first) >= 5 * high:
                return first, rest
    return None


def _beside(word: str, font: Font, box: TextBox) -> tuple[GlyphSize, GlyphSize] | None:
    """Return the sizes of the first letter, as high as the box, and of the line of the other letters beside it, or None."""
    for scale in (2, 1):
        rest = GlyphSize(scale, scale)
        width = box.width - line_width(font, word[1:], rest) - 2
        first = fit_row(font, word[0], width, box.height) if width > 0 else None
        if first and 5 * line_height(font, word[0], first) >= 8 * line_height(font, word[1:], rest):
            return first, rest
    return None


def _initial(text: str, font: Font, box: TextBox, random: Stream) -> TypesetText:
    word = words_of(text)[0]
    beside, below = _beside(word, font, box), _below(word, font, box)
    if beside and not (below and random.chance(1, 2)):
        return _place_beside(word, font, box, *beside, on_top=random.chance(1, 2))
    assert below is not None
    return _place_below(word, font, box, *below)


def _place_beside(word: str, font: Font, box: TextBox, first: GlyphSize, rest: GlyphSize, *, on_top: bool) -> TypesetText:
    head, tail = font.rows(word[0]), font.rows(word[1:])
    free = box.height - line_height(font, word[0], first)
    letters = place_line(font, word[0], first, box.x, box.y + free // 2, 0, head)
    tall, high = letters[0].mask.shape[0], line_height(font, word[1:], rest)
    x = box.x + letters[0].mask.shape[1] + 2
    room = box.x + box.width - x
    top = letters[0].y
    left = (room - line_width(font, word[1:], rest)) // 2
    letters += place_line(font, word[1:], rest, x + left, top if on_top else top + tall - high, 1, tail)
    return TypesetText(tuple(letters), _if_emblem_fits(TextBox(x, top + high + 1 if on_top else top, room, tall - high - 1)))


def _place_below(word: str, font: Font, box: TextBox, first: GlyphSize, rest: GlyphSize) -> TypesetText:
    high = line_height(font, word[1:], rest)
    letters = place_line(font, word[0], first, box.x, box.y, 0, font.rows(word[0]))
    x = box.x + (box.width - line_width(font, word[1:], rest)) // 2
    letters += place_line(font, word[1:], rest, x, box.y + box.height - high, 1, font.rows(word[1:]))
    edge = letters[0].mask.shape[1] + 2
    return TypesetText(tuple(letters), _if_emblem_fits(TextBox(box.x + edge, box.y, box.width - edge, box.height - high - 2)))


def _if_emblem_fits(emblem_box: TextBox) -> TextBox | None:
    """Return a free box if an emblem fits in it, else None."""
    return emblem_box if min(emblem_box.width, emblem_box.height) >= EMBLEM_SIZE else None


BIG_INITIAL = TextLayout(_initial_fits, _initial)
