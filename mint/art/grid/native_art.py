"""Native art told from photographs, compressed pictures and blurred enlargements, none of which shows single drawn pixels."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.grid.edge_profile import EdgeProfile, step_sizes
from mint.art.grid.evidence import independent_edges
from mint.art.rgba import Rgba

_MANY_COLORS: Final = 256
_PHOTO_SIDE: Final = 64
# Share of neighbours that are equal: hardly any in photographs.
_MIN_FLAT_SHARE, _MOSTLY_FLAT_SHARE = 0.1, 0.8
# Share of steps that are hard: hardly any in gradients.
_MIN_HARD_SHARE, _HARD_STEP = 0.1, 16
_MAX_APERIODIC_CONFIDENCE: Final = 0.3  # of an enlargement; more than this is a period
# A picture in which so many independent borders keep apart was enlarged somehow.
_MIN_INDEPENDENT_EDGES: Final = 9
# Drawn textures have more hard steps than compression leaves, and still some equal neighbours.
_TEXTURE_FLAT_SHARE, _TEXTURE_HARD_SHARE = 0.04, 0.3
# Compression leaves many colours and small steps.
_MAX_SMALL_SHARE, _SMALL_STEP = 0.5, 12


def are_borders_apart(profile: EdgeProfile) -> bool:
    """Tell whether no two borders of colours touch, on either axis; noise makes them touch everywhere."""
    edges = [np.flatnonzero(counts) for counts in profile]
    return min(map(len, edges)) >= 2 and min(int(np.diff(places).min()) for places in edges) >= 2


def has_only_large_cells(rgba: Rgba, profile: EdgeProfile) -> bool:
    """Tell whether there are many independent borders of colours and no two touch: no detail is one pixel wide."""
    if not are_borders_apart(profile):
        return False
    # One pixel of each area between borders.
    rows, columns = (np.concatenate([[0], np.flatnonzero(counts)]) for counts in profile)
    return sum(independent_edges(rgba[np.ix_(rows, columns)])) >= _MIN_INDEPENDENT_EDGES


def is_native_art(rgba: Rgba, enlarged_confidence: float) -> bool:
    """Tell native art from photographs and blurred enlargements: it is small or mostly flat, or has hard edges and no period."""
    if max(rgba.shape[:2]) <= _PHOTO_SIDE:
        return True
    flat = mean_share(rgba, flat_share)
    is_plain = has_few_colors(rgba)
    if is_plain and flat >= _MOSTLY_FLAT_SHARE:
        return True
    hard = mean_share(rgba, _hard_share)
    is_compressed = not is_plain and hard < _TEXTURE_HARD_SHARE and mean_share(rgba, _small_share) > _MAX_SMALL_SHARE
    is_aperiodic = is_plain or (enlarged_confidence < _MAX_APERIODIC_CONFIDENCE and not is_compressed)
    is_texture = flat >= _TEXTURE_FLAT_SHARE and hard >= _TEXTURE_HARD_SHARE
    return is_aperiodic and (is_texture or (flat >= _MIN_FLAT_SHARE and hard >= _MIN_HARD_SHARE))


def has_few_colors(rgba: Rgba) -> bool:
    """Tell whether a picture (H, W, 4) has at most 256 colours."""
    return len(np.unique(np.ascontiguousarray(rgba).view(np.uint32))) <= _MANY_COLORS


def mean_share(rgba: Rgba, share: Callable[[NDArray[np.int16]], float]) -> float:
    """Return the mean of a share of the steps across rows and that across columns."""
    return float(np.mean([share(steps) for steps in step_sizes(rgba)]))


def flat_share(steps: NDArray[np.int16]) -> float:
    """Return the share of steps that are zero, between neighbours that are equal."""
    return float(np.mean(steps == 0))


def _hard_share(steps: NDArray[np.int16]) -> float:
    """Return the share of the steps other than zero that are large."""
    return float(np.count_nonzero(steps >= _HARD_STEP)) / max(int(np.count_nonzero(steps)), 1)


def _small_share(steps: NDArray[np.int16]) -> float:
    """Return the share of the steps other than zero that are small."""
    return float(np.count_nonzero((steps > 0) & (steps <= _SMALL_STEP))) / max(int(np.count_nonzero(steps)), 1)
