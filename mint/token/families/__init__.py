"""The five families of sprites, and the odds of each."""

from mint.token.families.family import Family
from mint.token.families.geometry import GEOMETRY
from mint.token.families.mix import make_mix
from mint.token.families.noise import NOISE
from mint.token.families.text import TEXT
from mint.token.families.town import TOWN
from mint.token.features import Feature

MIX = make_mix((TOWN, TEXT, GEOMETRY, NOISE))

FAMILIES: dict[str, Family] = {family.name: family for family in (TOWN, TEXT, GEOMETRY, NOISE, MIX)}
FAMILY = Feature("family", {"town": 320, "text": 290, "geometry": 200, "noise": 150, "mix": 40})
