"""The true size of a picture: the native grid it was enlarged from, or that it is native, or that neither can be said.

Four kinds of grids are tried, those that prove most first: exact ones, on which every edge lies; noisy ones, on which nearly all
hard edges lie; smooth ones, which linear algebra fits (``fit``); and drifting ones. Each has to convince on both axes. What
has none is native if it looks drawn, pixel by pixel; otherwise its size is unknown. A refusal is better than a wrong answer.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from mint.art.grid.drifting_grid import drifting_axis
from mint.art.grid.edge_lattice import MIN_SCALE, is_on
from mint.art.grid.edge_profile import EdgeProfile, exact_edges, hard_edges, noise_level
from mint.art.grid.estimate import Borders, GridEstimate, SecondGuess
from mint.art.grid.evidence import independent_edges
from mint.art.grid.exact_grid import ExactGrid, aspect_bits, exact_grids, lattice_bits, middle_pixels
from mint.art.grid.fit import MIN_NATIVE_SIDE, GridFit, best_fits, best_kernel, log_residual
from mint.art.grid.native_art import are_borders_apart, flat_share, has_few_colors, has_only_large_cells, is_native_art, mean_share
from mint.art.grid.noisy_lattice import MIN_SHARE, noisy_lattices
from mint.art.grid.resampling import cell_residual
from mint.art.rgba import Rgba, Size, premultiply

# Smaller pictures are native or were enlarged losslessly; of pictures larger than the second only exact grids are recognised.
MIN_LOSSY_SIDE: Final = 64
MAX_LOSSY_SIDE: Final = 2048
# Edges may line up by chance; so many bits of evidence are enough. Small pictures have fewer edges.
MIN_BITS, MIN_SMALL_BITS = 16.0, 8.0
_MIN_NOISY_BITS: Final = 12.0
MIN_EVIDENCE_BITS: Final = 8

_MIN_PROMINENCE, _MIN_WEAKER_PROMINENCE, _MIN_CLEAR_PROMINENCE = 0.3, 0.1, 0.4
_MAX_LOG_RESIDUAL: Final = 4.5  # of a mean square of 90
# What a smooth enlargement leaves unexplained: the rounding to 8 bits, and noise.
_MAX_ROUNDING, _MAX_UNEXPLAINED, _MAX_NOISE_RATIO = 2.0, 0.01, 1.5
# Two grids of different sizes whose evidence differs by less are no decision.
_MIN_LEAD_BITS: Final = 3.5
_BITS_PER_CONFIDENCE: Final = 4.0
_MIN_NOISY_SCALE: Final = 4.0
_MAX_NOISY_FLAT_SHARE: Final = 0.7
# An edge in a noisy picture may lie on the grid or on either side.
_NOISY_PLACES: Final = 3
_STRAYS: Final = 0.004
# Mean square of what differs within cells; more where the grid is beyond doubt, since chroma subsampling leaves much.
MAX_CELL_RESIDUAL, _MAX_CLEAR_RESIDUAL = 45.0, 95.0
_CLEAR_BITS: Final = 22.0
_BITS_PER_DRIFTING_BORDER: Final = 0.6
_MAX_STRETCH: Final = 1.3


def estimate_grid(rgba: Rgba, aspect: Fraction | None = None) -> GridEstimate:
    """Estimate the native grid of a picture (H, W, 4), whose pixels are ``aspect`` times as wide as high. Deterministic.

    Without ``aspect`` pixels are square, or those of an old screen where every edge confirms it.
    """
    size = rgba.shape[0], rgba.shape[1]
    is_small = min(size) < MIN_LOSSY_SIDE
    profile = exact_edges(rgba)
    grids = exact_grids(rgba, profile, aspect)
    # Who gives the aspect knows that the picture was enlarged; small pictures have few edges.
    found = _exact_grid(grids, profile, MIN_SMALL_BITS if is_small or aspect is not None else MIN_BITS)
    if found is None and is_small:
        return native_grid(size)
    fit = None
    if found is None and max(size) <= MAX_LOSSY_SIDE:
        hard = hard_edges(rgba)
        found = None if are_borders_apart(profile) else _noisy_grid(rgba, hard, aspect)
        if found is None:
            fit, second = best_fits(premultiply(rgba), float(aspect or 1))
            is_enlarged = fit is not None and _is_enlarged(rgba, fit)
            found = _fitted(fit, second) if fit is not None and is_enlarged else _drifting_grid(rgba, profile, hard)
    if found is not None:
        return found
    enlarged = _confidence(fit.prominence) if fit is not None else 0.0
    if is_native_art(rgba, enlarged) and not has_only_large_cells(rgba, profile):
        return native_grid(size, 1 - enlarged / 2)
    return GridEstimate(size=None, kernel=None, confidence=min(enlarged, 0.49), second=fit and SecondGuess(fit.size, enlarged))


def native_grid(size: Size, confidence: float = 1.0) -> GridEstimate:
    """Return the estimate of a picture that was not enlarged."""
    return GridEstimate(size=size, kernel=None, confidence=confidence, evidence="details of one pixel")


def _exact_grid(grids: Sequence[ExactGrid], profile: EdgeProfile, min_bits: float) -> GridEstimate | None:
    """Return the estimate of the best grid; undecided if another is as likely, or if the evidence is half of what is wanted."""
    if not grids:
        return None
    best = grids[0]
    # Where only one axis has a grid, weak evidence is none.
    is_doubtful = best.bits >= min_bits / 2 and min(best.rows.scale, best.columns.scale) >= MIN_SCALE
    if best.bits < min_bits and not is_doubtful:
        return None
    second = next((grid for grid in grids[1:] if grid.size != best.size), None)
    if best.bits < min_bits or (second is not None and best.bits - second.bits < _MIN_LEAD_BITS):
        return _undecided(best.size)
    num_edges = int(sum((counts > 0).sum() for counts in profile))
    return GridEstimate(
        size=best.size,
        kernel="nearest",
        confidence=_bits_confidence(best.bits),
        borders=best.borders,
        evidence=f"all {num_edges} borders of colours lie on the grid",
        second=None if second is None else SecondGuess(second.size, 2 ** ((second.bits - best.bits) / _BITS_PER_CONFIDENCE)),
    )


def _noisy_grid(rgba: Rgba, hard: EdgeProfile, aspect: Fraction | None) -> GridEstimate | None:
    size = rgba.shape[0], rgba.shape[1]
    guesses = []
    rows, columns = (noisy_lattices(weights) for weights in hard)
    for down in rows:
        for across in columns:
            wanted = 2 * aspect_bits(down.lattice, across.lattice, size, aspect)
            bits = lattice_bits(down.lattice, down.num_borders, _NOISY_PLACES) - wanted
            bits += lattice_bits(across.lattice, across.num_borders, _NOISY_PLACES)
            if bits >= _MIN_NOISY_BITS:
                borders = down.lattice.borders(size[0]), across.lattice.borders(size[1])
                guesses.append(_NoisyGuess(bits, min(down.share, across.share), borders, wanted == 0))
    # A grid twice as coarse holds many edges, too, but not as large a share of them.
    strays = 1 - max((guess.share for guess in guesses), default=0.0)
    guesses = sorted((guess for guess in guesses if 1 - guess.share <= 2 * strays + _STRAYS), key=lambda guess: -guess.bits)
    if not guesses:
        return None
    best = guesses[0]
    second = next((guess for guess in guesses[1:] if guess.size != best.size), None)
    is_usual = best.is_square and second is not None and not second.is_square
    if second is not None and not is_usual and best.bits - second.bits < _MIN_LEAD_BITS:
        return _undecided(best.size)
    max_residual = _MAX_CLEAR_RESIDUAL if best.is_square and best.bits >= _CLEAR_BITS else MAX_CELL_RESIDUAL
    evidence = f"{best.share:.1%} of the hard edges lie on the grid"
    estimate = estimate_with_borders(rgba, best.borders, _bits_confidence(best.bits), evidence, max_residual)
    if estimate is None or second is None:
        return estimate
    return replace(estimate, second=SecondGuess(second.size, 2 ** ((second.bits - best.bits) / _BITS_PER_CONFIDENCE)))


class _NoisyGuess(NamedTuple):
    bits: float
    share: float
    borders: tuple[Borders, Borders]
    is_square: bool

    @property
    def size(self) -> Size:
        return len(self.borders[0]) - 1, len(self.borders[1]) - 1


def _undecided(size: Size) -> GridEstimate:
    """Return the estimate of a picture for which another grid is nearly as likely as the best, which has this size."""
    return GridEstimate(size=None, kernel=None, confidence=0.49, evidence="two grids are as likely", second=SecondGuess(size, 0.49))


def _drifting_grid(rgba: Rgba, profile: EdgeProfile, hard: EdgeProfile) -> GridEstimate | None:
    # Where borders of colours touch, copying alone did not enlarge the picture.
    kinds = [] if are_borders_apart(profile) else [(hard, MIN_SHARE)]
    if has_only_large_cells(rgba, profile):
        kinds = [(profile, 1.0)]
    for weights, min_share in kinds:
        rows = drifting_axis(weights.rows, min_share)
        columns = drifting_axis(weights.columns, min_share) if rows is not None else None
        if rows is not None and columns is not None and 1 / _MAX_STRETCH < rows.scale / columns.scale < _MAX_STRETCH:
            share = min(rows.share, columns.share)
            num_borders = rows.num_seen + columns.num_seen
            if min_share == 1:
                num_borders = min(num_borders, sum(independent_edges(middle_pixels(rgba, (rows.borders, columns.borders)))))
            bits = _BITS_PER_DRIFTING_BORDER * num_borders
            if bits >= _MIN_NOISY_BITS:
                evidence = f"{share:.1%} of the edges lie on a grid that drifts"
                return estimate_with_borders(rgba, (rows.borders, columns.borders), _bits_confidence(bits), evidence)
    return None


def _fitted(fit: GridFit, second: GridFit | None) -> GridEstimate:
    return GridEstimate(
        size=fit.size,
        kernel=fit.kernel,
        confidence=_confidence(fit.prominence),
        residual=math.exp(fit.log_residual),
        evidence=f"{fit.kernel} fits, with an error of {math.sqrt(math.exp(fit.log_residual)):.1f} levels",
        second=None if second is None else SecondGuess(second.size, _confidence(second.prominence)),
    )


def estimate_at_size(rgba: Rgba, size: Size) -> GridEstimate | None:
    """Estimate how a picture was enlarged from a native size that similar pictures have, or return None if it cannot have been."""
    kernel, residual = best_kernel(premultiply(rgba), size)
    if log_residual(residual) > _MAX_LOG_RESIDUAL:
        return None
    return GridEstimate(size=size, kernel=kernel, confidence=0.5, residual=residual, evidence="the size of the other pictures")


def estimate_like(rgba: Rgba, other: GridEstimate) -> GridEstimate | None:
    """Estimate that a picture was enlarged like another of its size, or return None if it cannot have been."""
    if other.borders is None or other.size is None:
        return None if other.size is None else estimate_at_size(rgba, other.size)
    if all(is_on(borders, counts) for borders, counts in zip(other.borders, exact_edges(rgba), strict=True)):
        return replace(other, second=None)
    return estimate_with_borders(rgba, other.borders, 0.5, "the grid of the other pictures")


def estimate_with_borders(
    rgba: Rgba, borders: tuple[Borders, Borders], confidence: float, evidence: str, max_residual: float = MAX_CELL_RESIDUAL
) -> GridEstimate | None:
    """Return the estimate with cells between borders, or None if the colours within the cells differ too much."""
    residual = cell_residual(premultiply(rgba), borders)
    if residual > max_residual:
        return None
    size = len(borders[0]) - 1, len(borders[1]) - 1
    return GridEstimate(size=size, kernel="nearest", confidence=confidence, residual=residual, borders=borders, evidence=evidence)


def integer_scale(pictures: Iterable[Rgba]) -> int:
    """Return the largest integer scale by which pictures of one size (H, W, 4) can have been enlarged losslessly, or 1.

    All edges of all pictures lie at its multiples, and there are too many of them for chance.
    """
    edges: list[set[int]] = [set(), set()]
    size: Size = (0, 0)
    for picture in pictures:
        size = picture.shape[0], picture.shape[1]
        colors = np.ascontiguousarray(picture).view(np.uint32)[..., 0]
        edges[0].update((np.flatnonzero((colors[1:] != colors[:-1]).any(1)) + 1).tolist())
        edges[1].update((np.flatnonzero((colors[:, 1:] != colors[:, :-1]).any(0)) + 1).tolist())
        if 1 in edges[0] or 1 in edges[1]:
            return 1
    scale = math.gcd(*edges[0], *edges[1], *size)
    is_chance = sum(map(len, edges)) * math.log2(max(scale, 1)) < MIN_EVIDENCE_BITS
    return 1 if is_chance or min(size) // scale < MIN_NATIVE_SIDE else scale


def _is_enlarged(rgba: Rgba, fit: GridFit) -> bool:
    """Tell whether a fit convinces: both axes have the period, and what is left of the picture is rounding and noise."""
    rounding = min(_MAX_ROUNDING, _MAX_UNEXPLAINED * float(premultiply(rgba).var((0, 1)).mean()))
    max_residual = rounding + _MAX_NOISE_RATIO * noise_level(rgba) ** 2
    if fit.prominence < _MIN_PROMINENCE or fit.weaker_prominence < _MIN_WEAKER_PROMINENCE:
        return False
    if math.exp(fit.log_residual) <= max_residual:
        return True
    # Where noise is clipped, or gathers at edges, it cannot be measured: then both axes have to be clear.
    is_large = min(rgba.shape[0] / fit.size[0], rgba.shape[1] / fit.size[1]) >= _MIN_NOISY_SCALE
    is_clear = is_large and fit.weaker_prominence >= _MIN_CLEAR_PROMINENCE and fit.log_residual <= _MAX_LOG_RESIDUAL
    return is_clear and not has_few_colors(rgba) and mean_share(rgba, flat_share) <= _MAX_NOISY_FLAT_SHARE


def _bits_confidence(bits: float) -> float:
    return float(1 - 2 ** (-bits / _BITS_PER_CONFIDENCE))


def _confidence(prominence: float) -> float:
    """Return 0 without prominence, .5 at the least that counts, and nearly 1 at a high one."""
    return float(1 - 2.0 ** (-max(prominence, 0.0) / _MIN_PROMINENCE))
