"""Pixel art by rules, without a model: the baseline for what a trained model draws.

A cell of the grid compares its 16 samples with every palette colour, and not their mean, because the mean of an edge is a colour of
neither side. Samples that differ from their surroundings weigh more, which keeps thin lines (Weber et al. 2016, "Rapid,
detail-preserving image downscaling"). Then neighbours with little contrast between them are drawn to one colour by a Potts model
with contrast-sensitive weights (Boykov and Jolly 2001), minimised by iterated conditional modes (Besag 1986). This flattens noise
into areas, keeps the picture's edges, and leaves few isolated pixels. All distances are in OKLab.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PIL import Image

from mint.art.colors.oklab import oklab
from mint.art.rgba import Floats
from mint.pixelate.cells import SAMPLES_PER_SIDE, CellGrid, grid_size, is_opaque, sample_cells
from mint.pixelate.color_distance import squared_distances
from mint.pixelate.dithering import dither
from mint.pixelate.pixel_art import Indices, Palette, PixelArt
from mint.pixelate.quantization import kmeans_palette

_SWEEPS: Final = 4  # of iterated conditional modes
# Offsets of the eight neighbours and their weights; diagonal ones are farther away and weigh less.
_NEIGHBOURS: Final = tuple((dy, dx, 1.0 if 0 in (dy, dx) else 0.7) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)


@dataclass(frozen=True, kw_only=True)
class RuleBasedConfig:
    """How a picture becomes pixel art by rules. Distances are in OKLab, where 0.02 is just visible."""

    # Distances beyond this one all count the same: the sample has another colour.
    tolerance: float = 0.15
    # The exponent of the weight of samples that differ from their surroundings.
    detail: float = 0.6
    # The cost, as a distance, of two neighbours of different colours.
    smoothness: float = 0.045
    # The contrast from which on two neighbours may differ at little cost.
    edge_contrast: float = 0.08
    # The limit to which lightness is stretched to the range of a given palette.
    max_gain: float = 1.5
    dither: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleBasedRenderer:
    """Renders by rules on a grid of ``grid`` pixels along the longer side.

    Without a ``palette``, each picture gets ``num_colors`` of its own colours.
    """

    grid: int
    palette: Palette | None = None
    num_colors: int = 16
    config: RuleBasedConfig = field(default_factory=RuleBasedConfig)

    @property
    def input_px(self) -> int:
        """How many pixels of a picture's longer side are sampled at most."""
        return SAMPLES_PER_SIDE * self.grid

    def render(self, image: Image.Image) -> PixelArt:
        """Return the pixel art of an RGBA picture of any size."""
        cells = sample_cells(image, grid_size(image.size, self.grid))
        palette = kmeans_palette(cells, self.num_colors) if self.palette is None else self.palette
        pixels = choose_indices(cells, palette, self.config, match_lightness=self.palette is not None)
        return PixelArt(pixels, palette, cells.alpha)


def choose_indices(cells: CellGrid, palette: Palette, config: RuleBasedConfig, *, match_lightness: bool) -> Indices:
    """Return the palette index of each cell, (h, w) uint8.

    ``match_lightness`` first stretches the picture's range of lightness to the palette's.
    """
    colors = oklab(palette)
    lab, mean = cells.lab, cells.mean
    if match_lightness:
        old_middle, gain, new_middle = _lightness_mapping(mean[is_opaque(cells.alpha)], colors, config.max_gain)
        lab, mean = lab.copy(), mean.copy()
        for values in (lab, mean):
            values[..., 0] = (values[..., 0] - old_middle) * gain + new_middle
    if config.dither:
        return dither(mean, colors)
    differences = np.sqrt(((lab - _box_blurred(mean)[:, :, None]) ** 2).sum(-1))  # (h, w, 16)
    weights = cells.weights * (0.02 + differences) ** config.detail
    weights /= weights.sum(2, keepdims=True)
    distances = np.minimum(squared_distances(lab, colors), config.tolerance**2)  # (h, w, 16, K)
    costs: Floats = np.einsum("hwsk,hws->hwk", distances, weights, optimize=True)
    return _smoothed(costs, mean, config)


def _smoothed(costs: Floats, mean: Floats, config: RuleBasedConfig) -> Indices:
    """Return the colours that minimise costs (h, w, K) plus a cost for each pair of neighbours of different colours."""
    height, width, _ = costs.shape
    padded = np.pad(mean, ((1, 1), (1, 1), (0, 0)), mode="edge")
    pair_costs = []
    for dy, dx, weight in _NEIGHBOURS:
        neighbour_mean = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        contrast = ((mean - neighbour_mean) ** 2).sum(-1)
        pair_costs.append((dy, dx, weight * config.smoothness**2 * np.exp(-contrast / (2 * config.edge_contrast**2))))
    labels = costs.argmin(2)
    for _ in range(_SWEEPS):
        for y, x in ((0, 0), (0, 1), (1, 0), (1, 1)):  # no two cells of a subset are neighbours, so all are updated at once
            framed = np.pad(labels, 1, constant_values=-1)
            totals = costs[y::2, x::2].copy()  # (h', w', K)
            rows, columns = np.ogrid[: totals.shape[0], : totals.shape[1]]
            for dy, dx, pair_cost in pair_costs:
                neighbours = framed[1 + dy + y : 1 + dy + height : 2, 1 + dx + x : 1 + dx + width : 2]
                inside = neighbours >= 0
                totals[rows, columns, np.maximum(neighbours, 0)] -= np.where(inside, pair_cost[y::2, x::2], 0)
            labels[y::2, x::2] = totals.argmin(2)
    indices: Indices = labels.astype(np.uint8)
    return indices


def _lightness_mapping(mean: Floats, colors: Floats, max_gain: float) -> tuple[float, float, float]:
    """Return the middle of a picture's lightness, the gain, and the new middle that map it to the palette's range."""
    if not len(mean):
        return 0.0, 1.0, 0.0
    low, high = np.percentile(mean[:, 0], (2, 98))
    dark, light = float(colors[:, 0].min()), float(colors[:, 0].max())
    gain = min(max((light - dark) / max(high - low, 1e-3), 1 / max_gain), max_gain)
    middle = (dark + light) / 2 + (float(low + high) / 2 - 0.5) * max(0.0, 1 - gain * float(high - low) / max(light - dark, 1e-3))
    return float(low + high) / 2, gain, middle


def _box_blurred(mean: Floats) -> Floats:
    """Return the means over 3x3 cells."""
    padded = np.pad(mean, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    blurred: Floats = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return blurred
