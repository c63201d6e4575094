"""The analysis of originality: a verdict on each picture, and for reference on the originals compared with each other.

Sprites of one token share letters, windows and colours, too; what they have in common with each other is no sign of copying.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels
from viewer.originality.originals import Originals, windows
from viewer.originality.verdict import KINDS, Kind, Verdict


@dataclass(frozen=True, kw_only=True)
class OriginalityAnalysis:
    """Pictures (n, H, W), the originals (m, H, W) they were compared with, and the verdict on each.

    ``rgba`` (K, 4) is the palette of both. ``reference`` holds the verdicts on the originals, each compared with the others; it is
    empty for a single original, and for the windows that tiles are compared with.
    """

    title: str
    noun: str  # "dreams", "tiles"
    rgba: NDArray[np.uint8]
    originals: Pixels
    pictures: Pixels
    verdicts: tuple[Verdict, ...]
    reference: tuple[Verdict, ...]

    def worst_first(self) -> list[int]:
        """Return the numbers of the pictures, exact copies first; within a kind, the smallest difference first."""
        return sorted(range(len(self.verdicts)), key=lambda n: (KINDS.index(self.verdicts[n].kind), self.verdicts[n].difference, n))


def analyse(*, title: str, noun: str, rgba: NDArray[np.uint8], sprites: Pixels, pictures: Pixels) -> OriginalityAnalysis:
    """Compare pictures (n, h, w) with sprites (m, H, W), or smaller pictures with all windows of the sprites of their size.

    Deterministic. Raises PictureError of the viewer where the pictures are larger than the sprites along an axis.
    """
    size = (int(pictures.shape[1]), int(pictures.shape[2]))
    is_smaller = size != sprites.shape[1:] and all(side <= full for side, full in zip(size, sprites.shape[1:], strict=True))
    originals = Originals(windows(sprites, size) if is_smaller else sprites, overlapping=is_smaller)
    has_reference = not is_smaller and len(sprites) >= 2
    return OriginalityAnalysis(
        title=title,
        noun=noun,
        rgba=rgba,
        originals=originals.pixels,
        pictures=pictures,
        verdicts=tuple(originals.classify(pictures)),
        reference=tuple(originals.classify(sprites, np.arange(len(sprites)))) if has_reference else (),
    )


def kind_shares(verdicts: Sequence[Verdict]) -> dict[Kind, float]:
    """Return the share of each kind, in the order of KINDS."""
    return {kind: sum(verdict.kind == kind for verdict in verdicts) / len(verdicts) for kind in KINDS}


def figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Return summary figures: the shares of copies, collages and new pictures, and medians and means of the measures."""
    shares = kind_shares(verdicts)
    return {
        "copies": sum(verdict.is_copy for verdict in verdicts) / len(verdicts),
        "collages": shares["collage"],
        "new": shares["new"],
        "median_difference": float(np.median([verdict.difference for verdict in verdicts])),
        "given": float(np.mean([np.mean(verdict.regions >= 0) for verdict in verdicts])),
        "known_patches": float(np.mean([verdict.known_patches for verdict in verdicts])),
    }


def json_document(analysis: OriginalityAnalysis) -> dict[str, object]:
    """Return an analysis as a JSON document: figures, the share of each kind, and the verdict on each picture."""
    return {
        "title": analysis.title,
        "num_pictures": len(analysis.verdicts),
        "num_originals": len(analysis.originals),
        **_summary(analysis.verdicts),
        "originals": _summary(analysis.reference) if analysis.reference else None,
        "pictures": [
            {
                "number": number,
                "kind": verdict.kind,
                "nearest": verdict.nearest,
                "difference": round(verdict.difference, 4),
                "known_patches": round(verdict.known_patches, 4),
                "sources": [
                    {**source.placement._asdict(), "share": round(source.share, 4), "recoloured": source.is_recoloured}
                    for source in verdict.sources
                ],
            }
            for number, verdict in enumerate(analysis.verdicts)
        ],
    }


def _summary(verdicts: Sequence[Verdict]) -> dict[str, object]:
    kinds = {kind: round(share, 4) for kind, share in kind_shares(verdicts).items()}
    return {"figures": {name: round(value, 4) for name, value in figures(verdicts).items()}, "kinds": kinds}
