"""A study: what each of some pictures is, beside the same measure among the originals themselves.

The originals are the yardstick. Sprites of one token share letters, windows and colours, too; what they have in common with each
other is no sign of copying.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels
from viewer.originality.originals import Originals, windows
from viewer.originality.verdict import KINDS, Kind, Verdict


@dataclass(frozen=True, kw_only=True)
class OriginalityStudy:
    """Pictures (n, H, W), the originals (m, H, W) they were compared with, and what each turned out to be.

    ``rgba`` (K, 4) are the colours of both. ``among`` are the originals compared with each other, empty where they cannot be: a
    single one, or the windows that tiles are compared with.
    """

    title: str
    what: str  # "dreams", "tiles"
    rgba: NDArray[np.uint8]
    originals: Pixels
    pictures: Pixels
    findings: tuple[Verdict, ...]
    among: tuple[Verdict, ...]

    def worst_first(self) -> list[int]:
        """Return the numbers of the pictures, the plainest copies first, and of a kind the nearest first."""
        return sorted(range(len(self.findings)), key=lambda n: (KINDS.index(self.findings[n].kind), self.findings[n].difference, n))


def study(*, title: str, what: str, rgba: NDArray[np.uint8], sprites: Pixels, pictures: Pixels) -> OriginalityStudy:
    """Compare pictures (n, h, w) with sprites (m, H, W); pictures smaller than the sprites with all their windows of that size.

    Deterministic. Raises PictureError where the pictures are larger in one direction, or of other proportions and not smaller.
    """
    size = (int(pictures.shape[1]), int(pictures.shape[2]))
    smaller = size != sprites.shape[1:] and all(side <= room for side, room in zip(size, sprites.shape[1:], strict=True))
    originals = Originals(windows(sprites, size) if smaller else sprites, overlapping=smaller)
    alone = smaller or len(sprites) < 2
    return OriginalityStudy(
        title=title,
        what=what,
        rgba=rgba,
        originals=originals.pixels,
        pictures=pictures,
        findings=tuple(originals.judge(pictures)),
        among=() if alone else tuple(originals.judge(sprites, np.arange(len(sprites)))),
    )


def shares(findings: Sequence[Verdict]) -> dict[Kind, float]:
    """Return the share of each kind, in the order of KINDS."""
    return {kind: sum(finding.kind == kind for finding in findings) / len(findings) for kind in KINDS}


def figures(findings: Sequence[Verdict]) -> dict[str, float]:
    """Return what sums up findings: shares of copies, collages and new ones, and medians and means of the measures."""
    kinds = shares(findings)
    return {
        "copies": sum(finding.is_copy for finding in findings) / len(findings),
        "collages": kinds["collage"],
        "new": kinds["new"],
        "median_difference": float(np.median([finding.difference for finding in findings])),
        "given": float(np.mean([np.mean(finding.regions >= 0) for finding in findings])),
        "known_patches": float(np.mean([finding.known_patches for finding in findings])),
    }


def document(result: OriginalityStudy) -> dict[str, object]:
    """Return a study as what JSON can hold: figures, the share of each kind, and what each picture is."""
    return {
        "title": result.title,
        "num_pictures": len(result.findings),
        "num_originals": len(result.originals),
        **_summary(result.findings),
        "originals": _summary(result.among) if result.among else None,
        "pictures": [
            {
                "number": number,
                "kind": finding.kind,
                "nearest": finding.nearest,
                "difference": round(finding.difference, 4),
                "known_patches": round(finding.known_patches, 4),
                "sources": [{**source.placement._asdict(), "share": round(source.share, 4)} for source in finding.sources],
            }
            for number, finding in enumerate(result.findings)
        ],
    }


def _summary(findings: Sequence[Verdict]) -> dict[str, object]:
    kinds = {kind: round(share, 4) for kind, share in shares(findings).items()}
    return {"figures": {name: round(value, 4) for name, value in figures(findings).items()}, "kinds": kinds}
