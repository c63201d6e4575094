"""The families of sprites, and the odds of each.

To add a family, write a module or package beside the others that exports a ``Family`` (see ``family.py``), and add one line to
``_WEIGHTED_FAMILIES``. The weights sum to 1000, so lower other weights by the weight of the new family. A mix combines the families
passed to ``make_mix``; adding a family there is a separate decision, and gives it pairs with ``OTHER_PAIR_WEIGHT`` unless
``PAIR_WEIGHTS`` (mix/__init__.py) lists them. Either step changes existing tokens: increase ``GENERATOR_VERSION``
(mint/token/token.py) and store the golden pictures again with ``pytest --update-golden``.

``draw_token`` reads ``FAMILIES`` and ``FAMILY_FEATURE.weights`` when it is called.
"""

from mint.token.families.family import Family
from mint.token.families.geometry import GEOMETRY
from mint.token.families.mix import make_mix
from mint.token.families.noise import NOISE
from mint.token.families.text import TEXT
from mint.token.families.town import TOWN
from mint.token.features import Feature

MIX = make_mix((TOWN, TEXT, GEOMETRY, NOISE))

# One line for each family: the family and its weight among 1000.
_WEIGHTED_FAMILIES: tuple[tuple[Family, int], ...] = (
    (TOWN, 320),
    (TEXT, 290),
    (GEOMETRY, 200),
    (NOISE, 150),
    (MIX, 40),
)

FAMILIES: dict[str, Family] = {family.name: family for family, _ in _WEIGHTED_FAMILIES}
FAMILY_FEATURE = Feature("family", {family.name: weight for family, weight in _WEIGHTED_FAMILIES})
