"""An analysis of originality: a verdict on each picture, and on each original compared with the other originals.

The originals are the baseline. Sprites of one token share letters, windows and colours, too; what they have in common is no sign
of copying.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels
from viewer.originality.originals import Originals, windows
from viewer.originality.verdict import KINDS, Verdict


@dataclass(frozen=True, kw_only=True)
class OriginalityAnalysis:
    """Pictures (n, H, W), the originals (m, H, W) they were compared with, and the verdicts.

    ``rgba`` (K, 4) are the colours of both. ``baseline`` holds the verdicts on the originals, each compared with the others; it is
    empty for a single original, and for the windows that tiles are compared with.
    """

    title: str
    noun: str  # for the pictures: "dreams", "tiles"
    rgba: NDArray[np.uint8]
    originals: Pixels
    pictures: Pixels
    verdicts: tuple[Verdict, ...]
    baseline: tuple[Verdict, ...]

    def worst_first(self) -> list[int]:
        """Return the indices of the pictures, sorted by kind from exact copies on, and within a kind by difference."""
        return sorted(range(len(self.verdicts)), key=lambda n: (KINDS.index(self.verdicts[n].kind), self.verdicts[n].difference, n))


def analyse_originality(
    *, title: str, noun: str, rgba: NDArray[np.uint8], sprites: Pixels, pictures: Pixels
) -> OriginalityAnalysis:
    """Compare pictures (n, h, w) with sprites (m, H, W), or smaller pictures with all windows of that size in the sprites.

    Deterministic. Raises PictureError where the pictures are neither as large as the sprites nor fit into them.
    """
    size = (int(pictures.shape[1]), int(pictures.shape[2]))
    smaller = size != sprites.shape[1:] and all(side <= room for side, room in zip(size, sprites.shape[1:], strict=True))
    originals = Originals(windows(sprites, size) if smaller else sprites, overlapping=smaller)
    has_baseline = not smaller and len(sprites) >= 2
    return OriginalityAnalysis(
        title=title,
        noun=noun,
        rgba=rgba,
        originals=originals.pixels,
        pictures=pictures,
        verdicts=tuple(originals.judge(pictures)),
        baseline=tuple(originals.judge(sprites, np.arange(len(sprites)))) if has_baseline else (),
    )
