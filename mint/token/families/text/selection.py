"""Which text a sprite says: any of those in its mood that fit, each as likely.

Whether a text fits depends on mood, font, layout, frame and mirror only, so that colours and shadows never change the words.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from mint.token.families.text.frames import FRAMES
from mint.token.families.text.layouts import LAYOUTS
from mint.token.families.text.mirrors import MIRRORS
from mint.token.families.text.setting import Box
from mint.token.families.text.words import plain, texts
from mint.token.fonts import FONTS
from mint.token.random import Stream

# So many texts to choose from are enough to take a smaller box, and to leave the shortest out.
_ENOUGH = 4
_SHORTEST = 2


class Selection(NamedTuple):
    """The texts that can be set, and the box to set them in."""

    box: Box
    texts: tuple[str, ...]


@cache
def select(mood: str, font: str, layout: str, frame: str, mirror: str) -> Selection:
    """Return what can be set with these values; a pixel to the right and below is left for shadows."""
    for box in MIRRORS[mirror].text_boxes(FRAMES[frame].box):
        selection = Selection(box, _fitting(mood, font, layout, within_shadow(box)))
        if len(selection.texts) >= _ENOUGH:
            break
    return selection


def within_shadow(box: Box) -> Box:
    """Return the box without the pixels that shadows take."""
    return box._replace(width=box.width - 1, height=box.height - 1)


@cache
def _fitting(mood: str, font: str, layout: str, box: Box) -> tuple[str, ...]:
    fitting = tuple(text for text in texts(mood) if LAYOUTS[layout].fits(text, FONTS[font], box))
    longer = tuple(text for text in fitting if len(text) > _SHORTEST)
    return longer if len(longer) >= _ENOUGH else fitting


def selection_of(values: Mapping[str, str]) -> Selection:
    """Return what can be set with a sprite's values."""
    return select(values["mood"], values["font"], values["layout"], values["frame"], values["mirror"])


def text_of(values: Mapping[str, str], random: Stream) -> str:
    """Return the text that a sprite says when it is drawn with a fresh stream of the same name; `` / `` parts lines of poems."""
    return plain(random.choice(selection_of(values).texts))
