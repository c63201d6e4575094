"""Figures that sum up verdicts, and an analysis as JSON."""

from collections.abc import Sequence

import numpy as np

from mint.originality.analysis import OriginalityAnalysis
from viewer.originality.verdict import KINDS, Kind, Verdict


def kind_shares(verdicts: Sequence[Verdict]) -> dict[Kind, float]:
    """Return the share of each kind, in the order of KINDS."""
    return {kind: sum(verdict.kind == kind for verdict in verdicts) / len(verdicts) for kind in KINDS}


def summary_figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Return the shares of copies, collages and new pictures, and the medians and means of the measures."""
    kinds = kind_shares(verdicts)
    return {
        "copies": sum(verdict.is_copy for verdict in verdicts) / len(verdicts),
        "collages": kinds["collage"],
        "new": kinds["new"],
        "median_difference": float(np.median([verdict.difference for verdict in verdicts])),
        "given": float(np.mean([np.mean(verdict.regions >= 0) for verdict in verdicts])),
        "known_patches": float(np.mean([verdict.known_patches for verdict in verdicts])),
    }


def json_document(analysis: OriginalityAnalysis) -> dict[str, object]:
    """Return an analysis as a JSON object: figures, the share of each kind, and the verdict on each picture."""
    return {
        "title": analysis.title,
        "num_pictures": len(analysis.verdicts),
        "num_originals": len(analysis.originals),
        **_summary(analysis.verdicts),
        "originals": _summary(analysis.baseline) if analysis.baseline else None,
        "pictures": [
            {
                "number": number,
                "kind": verdict.kind,
                "nearest": verdict.nearest,
                "difference": round(verdict.difference, 4),
                "known_patches": round(verdict.known_patches, 4),
                "sources": [{**source.placement._asdict(), "share": round(source.share, 4)} for source in verdict.sources],
            }
            for number, verdict in enumerate(analysis.verdicts)
        ],
    }


def _summary(verdicts: Sequence[Verdict]) -> dict[str, object]:
    kinds = {kind: round(share, 4) for kind, share in kind_shares(verdicts).items()}
    return {"figures": {name: round(value, 4) for name, value in summary_figures(verdicts).items()}, "kinds": kinds}
