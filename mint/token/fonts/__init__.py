"""The hand-drawn bitmap fonts, one file each."""

from mint.token.font import Font
from mint.token.fonts.block import BLOCK
from mint.token.fonts.gothic import GOTHIC
from mint.token.fonts.round import ROUND
from mint.token.fonts.serif import SERIF
from mint.token.fonts.terminal import TERMINAL
from mint.token.fonts.tiny import TINY

FONTS: dict[str, Font] = {font.name: font for font in (TERMINAL, BLOCK, TINY, ROUND, SERIF, GOTHIC)}
