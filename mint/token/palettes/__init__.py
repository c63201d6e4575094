"""The palettes a token can have: hand-made ones by name, and those that a hash makes by a colour harmony."""

from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.palettes.harmony import HARMONIES, draw_harmony
from mint.token.palettes.landscapes import LANDSCAPES
from mint.token.palettes.machines import MACHINES
from mint.token.palettes.materials import MATERIALS
from mint.token.random import Stream

_WEIGHTED = (*LANDSCAPES, *MATERIALS, *MACHINES)
_BY_NAME = {palette.name: palette for palette, _ in _WEIGHTED}
_HARMONY_WEIGHTS = dict.fromkeys(HARMONIES, 45)

HANDMADE: tuple[Palette, ...] = tuple(_BY_NAME.values())
PALETTE = Feature("palette", {palette.name: weight for palette, weight in _WEIGHTED} | _HARMONY_WEIGHTS)


def draw_palette(value: str, random: Stream) -> Palette:
    """Return the palette of a value of PALETTE; a harmony's colours come from random, a hand-made palette takes nothing from it."""
    return draw_harmony(value, random) if value in HARMONIES else _BY_NAME[value]
