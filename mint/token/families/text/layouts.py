"""The layouts by name."""

from mint.token.families.text.initial_layout import BIG_INITIAL
from mint.token.families.text.letter_layouts import DIAGONAL, GRID, SCATTERED, STACKED, WAVE
from mint.token.families.text.line_layouts import CENTERED, POSTER, REPEATED, TOP_LEFT
from mint.token.families.text.typesetting import TextLayout

LAYOUTS: dict[str, TextLayout] = {
    "centered": CENTERED,
    "poster": POSTER,
    "top left": TOP_LEFT,
    "grid": GRID,
    "big initial": BIG_INITIAL,
    "repeated": REPEATED,
    "stacked": STACKED,
    "diagonal": DIAGONAL,
    "scattered": SCATTERED,
    "wave": WAVE,
}
