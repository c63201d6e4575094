"""One palette for a token's sprites and the pictures to compare with them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.errors import ReportError
from viewer.originality.comparison import Pixels

MAX_COLORS = 256


@dataclass(frozen=True)
class SharedPalette:
    """Sprites and pictures as indices of one palette (K, 4)."""

    rgba: NDArray[np.uint8]
    sprites: Pixels
    pictures: Pixels


def share_palette(rgba: NDArray[np.uint8], sprites: Pixels, pictures: NDArray[np.uint8]) -> SharedPalette:
    """Append to the palette (K, 4) of sprites the further colours of pictures (n, h, w, 4), and index the pictures with it.

    Equal colours of the palette become one, and so do its clear ones, whatever colour they hide. Raises ReportError for more
    than 256 colours in total.
    """
    rgba, sprites = _distinct(rgba, sprites)
    known = {color.tobytes() for color in rgba}
    extra = [color for color in np.unique(pictures.reshape(-1, 4), axis=0) if color.tobytes() not in known]
    palette = np.concatenate([rgba, np.array(extra, np.uint8).reshape(-1, 4)])
    if len(palette) > MAX_COLORS:
        raise ReportError(
            f"the pictures have {len(extra)} colours that the token lacks; "
            f"give pixel art with at most {MAX_COLORS} colours in total"
        )
    # Colours as integers, so that all pixels are looked up at once.
    keys = palette.copy().view(np.uint32).ravel()
    order = np.argsort(keys, kind="stable")
    positions = np.searchsorted(keys[order], np.ascontiguousarray(pictures).view(np.uint32)[..., 0])
    return SharedPalette(palette, sprites, order[positions].astype(np.uint8))


def _distinct(rgba: NDArray[np.uint8], sprites: Pixels) -> tuple[NDArray[np.uint8], Pixels]:
    """Return a palette (K, 4) whose clear colours are (0, 0, 0, 0), and sprites that use the first of equal colours."""
    rgba = np.where(rgba[:, 3:] == 0, 0, rgba).astype(np.uint8)
    first = np.array([(rgba == color).all(1).argmax() for color in rgba], np.uint8)
    return rgba, first[sprites]
