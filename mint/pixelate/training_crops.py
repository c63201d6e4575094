"""Views: pictures as a training learns from them, squares of one size in one file.

A picture's shorter side becomes the side of the square; what is longer is covered by several squares. They are kept beside the
checkpoints, so that a training can go on without the pictures it began with.
"""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint import atomic_write
from mint.errors import PictureError

FILE_NAME = "pictures.npy"
MAX_VIEWS = 10_000
_MIN_SIDE = 128
_GREY = (128, 128, 128)


def crop_side(height: int, width: int) -> int:
    """Return the side of the squares for sprites of a size: twice as many pixels, and room to look around in."""
    return max(_MIN_SIDE, 2 * height, 2 * width)


def training_crops(pictures: Iterable[Image.Image], side: int) -> NDArray[np.uint8]:
    """Return RGBA pictures as squares (P, side, side, 3) uint8 sRGB, over grey where they are transparent.

    Raises PictureError where there are none, or more than MAX_VIEWS.
    """
    views: list[NDArray[np.uint8]] = []
    for picture in pictures:
        scale = side / min(picture.size)
        width, height = (max(side, round(scale * length)) for length in picture.size)
        flat = Image.new("RGB", picture.size, _GREY)
        flat.paste(picture, mask=picture.getchannel("A"))
        small = np.asarray(flat.resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC))
        long = max(width, height)
        num = min(8, -(-long // side))
        for index in range(num):
            start = (long - side) * index // max(num - 1, 1)
            views.append(small[start : start + side] if height > width else small[:, start : start + side])
        if len(views) > MAX_VIEWS:
            raise PictureError(f"there are more pictures than {MAX_VIEWS} squares hold; give fewer of them")
    if not views:
        raise PictureError("there are no pictures to learn from; give some with --pictures")
    return np.stack(views)


def save_crops(path: Path, views: NDArray[np.uint8]) -> None:
    """Write views durably. Raises PictureError."""
    buffer = BytesIO()
    np.save(buffer, views, allow_pickle=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write.write_bytes(path, buffer.getvalue())
    except OSError as error:
        raise PictureError(f"{path} cannot be written: {error.strerror or error}") from error


def load_crops(path: Path) -> NDArray[np.uint8]:
    """Read what ``save_crops`` wrote. Raises PictureError where it is damaged."""
    try:
        views: NDArray[np.uint8] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PictureError(f"{path} cannot be read; give the pictures again with --pictures in a new token folder") from error
    if views.dtype != np.uint8 or views.ndim != 4 or views.shape[1] != views.shape[2] or views.shape[3] != 3 or not len(views):
        raise PictureError(f"{path} holds no pictures; give them again with --pictures in a new token folder")
    return views
