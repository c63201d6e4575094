"""Training crops: the pictures that a training learns from, as squares of one size in one file.

The shorter side of a picture is resized to the side of the square, and several squares cover the longer side. The file lies beside
the checkpoints, so that a training can be continued without the original pictures.
"""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint import atomic_write
from mint.errors import PictureFileError
from viewer.regular_file import read_regular_file

FILE_NAME: Final = "pictures.npy"
MAX_CROPS: Final = 10_000
_MAX_CROPS_PER_PICTURE: Final = 8
_MIN_SIDE: Final = 128
_BACKGROUND: Final = (128, 128, 128)

_MAX_BYTES = 1 << 31  # of the photographs of a training


def crop_side(height: int, width: int) -> int:
    """Return the side of the crops for sprites of a size: twice the sprites', and at least 128 for room around smaller crops."""
    return max(_MIN_SIDE, 2 * height, 2 * width)


def crop_pictures(pictures: Iterable[Image.Image], side: int) -> NDArray[np.uint8]:
    """Return the crops (P, side, side, 3) uint8 sRGB of RGBA pictures, over grey where they are transparent.

    Raises PictureFileError where there are no pictures, or more than MAX_CROPS crops.
    """
    crops: list[NDArray[np.uint8]] = []
    for picture in pictures:
        scale = side / min(picture.size)
        width, height = (max(side, round(scale * length)) for length in picture.size)
        opaque = Image.new("RGB", picture.size, _BACKGROUND)
        opaque.paste(picture, mask=picture.getchannel("A"))
        resized = np.asarray(opaque.resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC))
        longer = max(width, height)
        num = min(_MAX_CROPS_PER_PICTURE, -(-longer // side))
        for index in range(num):
            start = (longer - side) * index // max(num - 1, 1)
            crops.append(resized[start : start + side] if height > width else resized[:, start : start + side])
        if len(crops) > MAX_CROPS:
            raise PictureFileError(
                f"the pictures make more than {MAX_CROPS} square crops, the most that a training takes; give fewer"
            )
    if not crops:
        raise PictureFileError("there are no pictures to learn from; give some with --pictures")
    return np.stack(crops)


def save_crops(path: Path, crops: NDArray[np.uint8]) -> None:
    """Write crops durably. Raises PictureFileError."""
    buffer = BytesIO()
    np.save(buffer, crops, allow_pickle=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write.write_bytes(path, buffer.getvalue())
    except OSError as error:
        raise PictureFileError(f"{path} cannot be written: {error.strerror or error}") from error


def load_crops(path: Path) -> NDArray[np.uint8]:
    """Read what ``save_crops`` wrote. Raises PictureFileError where it is damaged."""
    try:
        crops: NDArray[np.uint8] = np.load(BytesIO(read_regular_file(path, _MAX_BYTES, within=path.parent)), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PictureFileError(f"{path} cannot be read; give the pictures again with --pictures in a new token folder") from error
    if crops.dtype != np.uint8 or crops.ndim != 4 or crops.shape[1] != crops.shape[2] or crops.shape[3] != 3 or not len(crops):
        raise PictureFileError(f"{path} holds no pictures; give them again with --pictures in a new token folder")
    return crops
