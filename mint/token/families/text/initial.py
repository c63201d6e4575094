"""The layout that begins with one big letter, as old books do."""

from mint.token.families.text.emblems import SIDE
from mint.token.families.text.setting import Box, Layout, Setting, cut_row, drawn_height, drawn_width, set_line, words_of
from mint.token.font import NATIVE_SIZE, Font, GlyphSize
from mint.token.random import Stream


def _initial_fits(text: str, font: Font, box: Box) -> bool:
    words = words_of(text)
    return len(words) == 1 and len(words[0]) >= 2 and bool(_beside(words[0], font, box) or _below(words[0], font, box))


def _below(word: str, font: Font, box: Box) -> tuple[GlyphSize, GlyphSize] | None:
    """Return the cuts of a first letter and of the line of all others below it."""
    for limit in (box.height // 2, box.height // 3, drawn_height(font, word[1:], NATIVE_SIZE)):
        rest = cut_row(font, word[1:], box.width, limit)
        if rest:
            high = drawn_height(font, word[1:], rest)
            first = cut_row(font, word[0], box.width * 2 // 3, box.height - high - 2)
            if first and 4 * drawn_height(font, word[0], first) >= 5 * high:
                return first, rest
    return None


def _beside(word: str, font: Font, box: Box) -> tuple[GlyphSize, GlyphSize] | None:
    """Return the cuts of a first letter as high as the box and of the line of all others beside it."""
    for scale in (2, 1):
        rest = GlyphSize(scale, scale)
        width = box.width - drawn_width(font, word[1:], rest) - 2
        first = cut_row(font, word[0], width, box.height) if width > 0 else None
        if first and 5 * drawn_height(font, word[0], first) >= 8 * drawn_height(font, word[1:], rest):
            return first, rest
    return None


def _initial(text: str, font: Font, box: Box, random: Stream) -> Setting:
    word = words_of(text)[0]
    beside, below = _beside(word, font, box), _below(word, font, box)
    if beside and not (below and random.chance(1, 2)):
        return _set_beside(word, font, box, *beside, on_top=random.chance(1, 2))
    assert below is not None
    return _set_below(word, font, box, *below)


def _set_beside(word: str, font: Font, box: Box, first: GlyphSize, rest: GlyphSize, *, on_top: bool) -> Setting:
    head, tail = font.rows(word[0]), font.rows(word[1:])
    free = box.height - drawn_height(font, word[0], first)
    letters = set_line(font, word[0], first, box.x, box.y + free // 2, 0, head)
    tall, high = letters[0].mask.shape[0], drawn_height(font, word[1:], rest)
    x = box.x + letters[0].mask.shape[1] + 2
    room = box.x + box.width - x
    top = letters[0].y
    left = (room - drawn_width(font, word[1:], rest)) // 2
    letters += set_line(font, word[1:], rest, x + left, top if on_top else top + tall - high, 1, tail)
    return Setting(tuple(letters), _worthy(Box(x, top + high + 1 if on_top else top, room, tall - high - 1)))


def _set_below(word: str, font: Font, box: Box, first: GlyphSize, rest: GlyphSize) -> Setting:
    high = drawn_height(font, word[1:], rest)
    letters = set_line(font, word[0], first, box.x, box.y, 0, font.rows(word[0]))
    x = box.x + (box.width - drawn_width(font, word[1:], rest)) // 2
    letters += set_line(font, word[1:], rest, x, box.y + box.height - high, 1, font.rows(word[1:]))
    edge = letters[0].mask.shape[1] + 2
    return Setting(tuple(letters), _worthy(Box(box.x + edge, box.y, box.width - edge, box.height - high - 2)))


def _worthy(spare: Box) -> Box | None:
    """Return a free box if an emblem fits into it."""
    return spare if min(spare.width, spare.height) >= SIDE else None


BIG_INITIAL = Layout(_initial_fits, _initial)
