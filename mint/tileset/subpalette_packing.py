"""An exact search for subpalettes that hold every tile's colours: a small set packing, solved by backtracking.

Four subpalettes of three colours hold at most twelve sets of which none contains another, so the search is short: it either finds
subpalettes or proves that there are none.
"""

from collections.abc import Iterable, Sequence
from typing import Final

NUM_SUBPALETTES: Final = 4
NUM_COLORS: Final = 3  # of a subpalette, besides the backdrop
_MAX_MAXIMAL_SETS: Final = NUM_SUBPALETTES * NUM_COLORS

ColorSet = frozenset[int]


def pack_colors(color_sets: Iterable[ColorSet], backdrops: Sequence[int]) -> tuple[int, tuple[tuple[int, ...], ...]] | None:
    """Return a backdrop and four subpalettes so that each colour set is within one of them and the backdrop, or None.

    ``backdrops`` are tried in their order. Deterministic. The colours of a subpalette are in ascending order; it may have fewer
    than three.
    """
    sets = set(color_sets)
    if max(map(len, sets), default=0) > NUM_COLORS + 1:
        return None
    for backdrop in backdrops:
        maximal = _maximal({colors - {backdrop} for colors in sets})
        if len(maximal) > _MAX_MAXIMAL_SETS or any(len(colors) > NUM_COLORS for colors in maximal):
            continue
        if len(frozenset[int]().union(*maximal)) > NUM_SUBPALETTES * NUM_COLORS:
            continue
        packed = _pack(maximal, [])
        if packed is not None:
            packed += [frozenset()] * (NUM_SUBPALETTES - len(packed))
            return backdrop, tuple(tuple(sorted(colors)) for colors in packed)
    return None


def _maximal(sets: set[ColorSet]) -> list[ColorSet]:
    """Return the sets that are within no other, the largest first."""
    kept: list[ColorSet] = []
    for colors in sorted(sets, key=lambda colors: (-len(colors), sorted(colors))):
        if colors and not any(colors <= other for other in kept):
            kept.append(colors)
    return kept


def _pack(rest: Sequence[ColorSet], subpalettes: list[ColorSet]) -> list[ColorSet] | None:
    """Return subpalettes that also hold the sets of ``rest``, or None."""
    if not rest:
        return subpalettes
    # Each colour that is in no subpalette yet needs a place.
    num_missing = len(frozenset[int]().union(*rest) - frozenset[int]().union(*subpalettes))
    num_free = NUM_COLORS * NUM_SUBPALETTES - sum(map(len, subpalettes))
    if num_missing > num_free:
        return None
    first, *others = rest
    # Where the set adds the fewest colours comes first; a new subpalette is like an empty one.
    places = [(len(colors | first) - len(colors), number) for number, colors in enumerate(subpalettes)]
    for added, number in sorted(places):
        if len(subpalettes[number]) + added <= NUM_COLORS:
            wider = [*subpalettes[:number], subpalettes[number] | first, *subpalettes[number + 1 :]]
            packed = _pack(others, wider)
            if packed is not None or not added:
                return packed
    return _pack(others, [*subpalettes, first]) if len(subpalettes) < NUM_SUBPALETTES else None
