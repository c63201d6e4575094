"""Select the text of a sprite: any text of its mood that fits, all equally likely.

Whether a text fits depends only on mood, font, layout, frame and mirror, so colours and shadows never change the text.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from mint.token.families.text.frames import FRAMES
from mint.token.families.text.layouts import LAYOUTS
from mint.token.families.text.mirrors import MIRRORS
from mint.token.families.text.typesetting import TextBox
from mint.token.families.text.words import texts, without_marks
from mint.token.fonts import FONTS
from mint.token.random import Stream

# With at least this many texts, a smaller box is used and texts of at most _MAX_SHORT_LENGTH characters are left out.
_MIN_CHOICES = 4
_MAX_SHORT_LENGTH = 2


class TextSelection(NamedTuple):
    """The texts that fit, and the box to set them in."""

    box: TextBox
    texts: tuple[str, ...]


@cache
def select_texts(mood: str, font: str, layout: str, frame: str, mirror: str) -> TextSelection:
    """Return the texts that fit with these values; one pixel on the right and below is reserved for shadows."""
    for box in MIRRORS[mirror].text_boxes(FRAMES[frame].box):
        selection = TextSelection(box, _fitting(mood, font, layout, without_shadow_margin(box)))
        if len(selection.texts) >= _MIN_CHOICES:
            break
    return selection


def without_shadow_margin(box: TextBox) -> TextBox:
    """Return the box without the pixels reserved for shadows."""
    return box._replace(width=box.width - 1, height=box.height - 1)


@cache
def _fitting(mood: str, font: str, layout: str, box: TextBox) -> tuple[str, ...]:
    fitting = tuple(text for text in texts(mood) if LAYOUTS[layout].fits(text, FONTS[font], box))
    longer = tuple(text for text in fitting if len(text) > _MAX_SHORT_LENGTH)
    return longer if len(longer) >= _MIN_CHOICES else fitting


def selection_for(values: Mapping[str, str]) -> TextSelection:
    """Return the texts that fit with the values of a sprite."""
    return select_texts(values["mood"], values["font"], values["layout"], values["frame"], values["mirror"])


def text_of(values: Mapping[str, str], random: Stream) -> str:
    """Return the text of a sprite, given a new stream with the name of the one passed to ``draw``; `` / `` separates lines."""
    return without_marks(random.choice(selection_for(values).texts))
