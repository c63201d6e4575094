"""The ground of a sheet: clear, one colour, or a colour that varies, by a few levels or by the noise of JPEG compression."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Rgba
from mint.art.sheets.bounding_boxes import Mask
from mint.art.sheets.connected_components import without_specks

_MIN_BORDER_SHARE: Final = 0.6
_MAX_NOISE: Final = 48  # levels of a channel: what differs more is no ground
_MAX_FAINT_ALPHA: Final = 8
_MIN_NOISY_SHARE: Final = 0.02  # of the border: less is a sprite that touches it
_MAX_STEP: Final = 4  # levels that nobody sees
# Compression leaves many colours near the ground's, not only beside the sprites, and a good part of them very near.
_MIN_NOISE_COLORS: Final = 48
_SMALL_NOISE: Final = 8
_MIN_SMALL_SHARE: Final = 0.25
_MEAN_NOISE: Final = 12  # levels: noise of compression swings around the ground, so its mean over 3x3 pixels is small
_FAINT: Final = 6
_STRONG: Final = 40
_MIN_PART_PIXELS: Final = 6
_NUM_CANDIDATES: Final = 12
_YCBCR: Final = np.array([[0.299, 0.587, 0.114], [-0.0844, -0.1656, 0.25], [0.25, -0.2093, -0.0407]], np.float32)


@dataclass(frozen=True)
class Ground:
    """The colour (4,) behind the sprites of a sheet, by how many levels of a channel it varies, and whether that is compression."""

    color: NDArray[np.uint8]
    tolerance: int
    is_compressed: bool = False

    def mask(self, sheet: Rgba) -> Mask:
        """Return the mask (H, W) of what differs from the ground."""
        if self.color[3] == 0:
            visible: Mask = sheet[..., 3] > self.tolerance
            return visible
        if self.is_compressed:
            compressed: Mask = self._mask_of_compressed(sheet) & (sheet[..., 3] != 0)
            return compressed
        different: Mask = (_distances(sheet, self.color) > self.tolerance) & (sheet[..., 3] != 0)
        return different

    def _mask_of_compressed(self, sheet: Rgba) -> Mask:
        """Return the mask (H, W) of what differs much, or a little but not only by noise that swings around the ground."""
        differences = _luma_and_chroma(sheet) - _luma_and_chroma(self.color)
        sizes = np.abs(differences).max(axis=-1)
        means = np.abs(_sums_of_3x3(differences)).max(axis=-1) / 9
        strong = sizes > _STRONG
        return without_specks(strong | ((sizes > _FAINT) & (means > _MEAN_NOISE)), strong, _MIN_PART_PIXELS)


def find_ground(sheet: Rgba) -> Ground | None:
    """Return the ground of a sheet (H, W, 4): clear if its border has a clear pixel, else its border's main colour, or None."""
    border = np.concatenate([sheet[0], sheet[-1], sheet[1:-1, 0], sheet[1:-1, -1]])
    is_faint = border[:, 3] <= _MAX_FAINT_ALPHA
    if (border[:, 3] == 0).any() or is_faint.mean() >= _MIN_BORDER_SHARE:
        num_faint = np.count_nonzero(is_faint & (border[:, 3] > 0))
        return Ground(np.zeros(4, np.uint8), _MAX_FAINT_ALPHA if num_faint >= _MIN_NOISY_SHARE * len(border) else 0)
    color = _main_color(border)
    distances = _distances(border, color)
    near = distances[distances <= _MAX_NOISE]
    if len(near) < _MIN_BORDER_SHARE * len(border):
        return None
    if _is_compressed(sheet, color):
        return Ground(color, _STRONG, is_compressed=True)
    exact_share = np.count_nonzero(distances == 0) / len(border)
    step = int(np.quantile(near, 0.99, method="higher"))
    if exact_share >= _MIN_BORDER_SHARE and (step > _MAX_STEP or len(near) / len(border) - exact_share < _MIN_NOISY_SHARE):
        return Ground(color, 0)
    # The border shows less of the variation than the sheet has.
    return Ground(color, min(step + max(step // 4, 1), _MAX_NOISE))


def background_color(sheet: Rgba) -> NDArray[np.uint8] | None:
    """Return the colour (4,) of a sheet's ground, or None if it has none."""
    ground = find_ground(sheet)
    return None if ground is None else ground.color


def foreground_mask(sheet: Rgba) -> Mask:
    """Return the mask (H, W) of the pixels that are not ground."""
    ground = find_ground(sheet)
    return np.ones(sheet.shape[:2], bool) if ground is None else ground.mask(sheet)


def with_even_ground(sheet: Rgba) -> Rgba:
    """Return a sheet whose ground has one colour, if it varies; else the sheet itself."""
    ground = find_ground(sheet)
    if ground is None or not ground.tolerance or not ground.color[3]:
        return sheet
    is_kept = ground.mask(sheet) | (sheet[..., 3] == 0)
    return np.where(is_kept[..., None], sheet, ground.color).astype(np.uint8)


def _main_color(border: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the colour that most of a border (n, 4) has, or else the middle of the colours around a frequent one."""
    colors, counts = np.unique(border, axis=0, return_counts=True)
    frequent = colors[np.argsort(-counts, kind="stable")[:_NUM_CANDIDATES]]
    most_frequent: NDArray[np.uint8] = frequent[0]
    if counts.max() >= _MIN_BORDER_SHARE * len(border):
        return most_frequent
    num_near = [np.count_nonzero(_distances(border, color) <= _MAX_NOISE // 2) for color in frequent]
    around = border[_distances(border, frequent[int(np.argmax(num_near))]) <= _MAX_NOISE // 2]
    middle: NDArray[np.uint8] = np.median(around, axis=0).astype(np.uint8)
    return middle


def _is_compressed(sheet: Rgba, color: NDArray[np.uint8]) -> bool:
    """Whether the pixels near the ground's colour are noise of compression: many colours, and not only beside sprites."""
    distances = _distances(sheet, color)
    is_near = (distances > 0) & (distances <= _MAX_NOISE)
    is_far = (distances > _MAX_NOISE)[..., None].astype(np.int16)
    # Twice 3x3 is 5x5: smooth edges of sprites are thinner than that.
    is_beside = _sums_of_3x3(np.minimum(_sums_of_3x3(is_far), 1))[..., 0] > 0
    is_noise = is_near & ~is_beside
    if np.count_nonzero(distances[is_noise] <= _SMALL_NOISE) < _MIN_SMALL_SHARE * np.count_nonzero(is_noise):
        return False
    return len(np.unique(np.ascontiguousarray(sheet[is_noise]).view(np.uint32))) >= _MIN_NOISE_COLORS


def _luma_and_chroma(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return the luma of pixels (..., 4) and half of both chroma values (JFIF): compression blurs chroma most."""
    luma_and_chroma: NDArray[np.int16] = np.rint(pixels[..., :3] @ _YCBCR.T).astype(np.int16)
    return luma_and_chroma


def _sums_of_3x3(values: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the sums of all 3x3 neighbourhoods of values (H, W, c), which are 0 outside."""
    height, width = values.shape[:2]
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)))
    rows = padded[:height] + padded[1 : height + 1] + padded[2:]
    sums: NDArray[np.int16] = rows[:, :width] + rows[:, 1 : width + 1] + rows[:, 2:]
    return sums


def _distances(pixels: NDArray[np.uint8], color: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return the largest difference of a channel between pixels (..., 4) and a colour (4,)."""
    distances: NDArray[np.int16] = np.abs(pixels.astype(np.int16) - color.astype(np.int16)).max(axis=-1)
    return distances
