"""The verdict on a picture: a copy, a collage or new. A picture gets the first kind of this list that applies:

exact copy         every pixel equals that of an original
near copy          less than NEAR of the pixels differ from an original, and less than half of what separates that from any other
flipped copy       the same, of an original mirrored, upside down or turned
shifted copy       the same, of an original moved (and perhaps flipped), where they overlap: half of the area and detail or more
recoloured copy    the same, of an original (perhaps flipped or moved) whose colours were exchanged one for one; a moved one must
                   show at least MIN_FORMS different forms, since any disc is any other disc elsewhere in other colours
collage            two to four placements of originals together account for at least 1 - NEW of the pixels and of the detail; each
                   accounts for at least PART of both that no earlier one did. A region may be recoloured if its outlines show at
                   least MIN_FORMS different forms
altered copy       a single placement of one original accounts for as much, and the rest is new
new                everything else: at least NEW of the pixels or of the detail come from no original

The limits are those by which this project has always measured dreams: under 2 % of the pixels is a copy, 10 % or more is unlike.
Half the distance between two originals bounds the first limit, because the share of differing pixels is a metric: a picture nearer
than that can be a copy of only one of them. Detail, the pixels that differ from a neighbour, bounds every kind but the plain
comparison in place: two flat pictures agree in most pixels and have nothing in common. A pixel counts as accounted for where all of
a 3x3 patch that holds it agrees.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Placement

Kind = Literal[
    "exact copy", "near copy", "flipped copy", "shifted copy", "recoloured copy", "altered copy", "collage", "new"
]  # worst first
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

NEAR: Final = 0.02
NEW: Final = 0.10
PART: Final = 0.05
MIN_FORMS: Final = 24
MAX_SOURCES: Final = 4


@dataclass(frozen=True, kw_only=True)
class SourceRegion:
    """The origin of a region of a picture, the region's share of the pixels, and whether it is in other colours than its origin."""

    placement: Placement
    share: float
    is_recoloured: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a picture is.

    ``nearest`` is the index of the original nearest in place, ``difference`` the share of pixels that differ from it. ``sources``
    are the origins of regions, largest first: the one original of a copy, all those of a collage, and any found in a new picture.
    ``regions`` (H, W) int8 holds for each pixel the index of its source, -1 where there is none. ``known_patches`` is the share of
    the picture's 3x3 patches that occur in the originals.
    """

    kind: Kind
    nearest: int
    difference: float
    sources: tuple[SourceRegion, ...]
    regions: NDArray[np.int8] = field(repr=False)
    known_patches: float

    @property
    def is_copy(self) -> bool:
        """Whether the picture is a copy of a single original."""
        return self.kind.endswith("copy")
