"""The layouts by name."""

from mint.token.families.text.initial import BIG_INITIAL
from mint.token.families.text.letters import DIAGONAL, GRID, SCATTERED, STACKED, WAVE
from mint.token.families.text.lines import CENTERED, POSTER, REPEATED, TOP_LEFT
from mint.token.families.text.setting import Layout

LAYOUTS: dict[str, Layout] = {
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
