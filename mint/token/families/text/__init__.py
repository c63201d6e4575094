"""Text sprites: words and small poems in hand-drawn bitmap fonts."""

from mint.token.families.family import Family
from mint.token.families.text.drawing import draw
from mint.token.families.text.features import FEATURES
from mint.token.families.text.text_selection import text_of

__all__ = ["TEXT", "text_of"]

TEXT = Family(name="text", features=FEATURES, draw=draw, text_of=text_of)
