"""Decode picture files (PNG, GIF, WebP, BMP, JPEG) to RGBA frames, within limits; each frame of an animation is a picture."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from mint.art.rgba import Rgba
from mint.errors import ArtError, PixelmintError

FORMATS: Final = ("PNG", "GIF", "WEBP", "BMP", "JPEG")
SUFFIXES: Final = (".png", ".gif", ".webp", ".bmp", ".jpg", ".jpeg")
MAX_FILE_BYTES: Final = 1 << 26
MAX_SIDE: Final = 16384
MAX_PIXELS: Final = 1 << 25
MAX_FRAMES: Final = 10_000


def decode_frames(data: bytes, name: str) -> Iterator[Rgba]:
    """Decode the frames (H, W, 4) of a file. Raises ArtError, which names the file."""
    try:
        # Sizes are limited here, so that Pillow's own warnings add nothing.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                num_frames: int = getattr(image, "n_frames", 1)
                width, height = image.size
                if max(width, height) > MAX_SIDE or width * height * num_frames > MAX_PIXELS or num_frames > MAX_FRAMES:
                    frames = f" of {num_frames} frames" if num_frames > 1 else ""
                    raise ArtError(
                        f"{name} has {width} x {height} pixels{frames}; "
                        f"give pictures of at most {MAX_PIXELS >> 20} million pixels and {MAX_SIDE} a side"
                    )
                for number in range(num_frames):
                    image.seek(number)
                    yield _rgba(image)
    except Image.DecompressionBombError as error:
        raise ArtError(f"{name} has far too many pixels; give pictures of at most {MAX_PIXELS >> 20} million pixels") from error
    except UnidentifiedImageError as error:
        raise ArtError(f"{name} is not a readable picture; give PNG, GIF, WebP, BMP or JPEG files") from error
    except ArtError:
        raise
    # Pillow's parsers let through many errors of damaged files: struct, zlib and index errors among others.
    except Exception as error:
        raise ArtError(f"{name} is damaged or truncated; give a complete file") from error


def _rgba(image: Image.Image) -> Rgba:
    """Return a frame as RGBA with every clear pixel black, so that invisible colours do not count."""
    rgba = np.array(image.convert("RGBA"))
    clear = rgba[..., 3] == 0
    if clear.any():
        rgba[clear] = 0
    return rgba


def read_rgba(
    path: Path,
    *,
    formats: tuple[str, ...] | None,
    max_side: int,
    max_bytes: int | None = None,
    error: type[PixelmintError],
    if_missing: str,
    if_damaged: str,
) -> Rgba:
    """Read the first frame (H, W, 4) of a picture file.

    Raises ``error``: for a missing file it ends in ``if_missing``, for a damaged one, or one in another format than ``formats``, in
    ``if_damaged``.
    """
    try:
        if max_bytes is not None and path.stat().st_size > max_bytes:
            raise error(f"{path} is larger than {max_bytes >> 20} MiB; give a smaller picture")
        with Image.open(path, formats=formats) as image:
            if max(image.size) > max_side:
                raise error(f"{path} is {image.width}x{image.height}; give pictures of at most {max_side} pixels a side")
            return np.array(image.convert("RGBA"))
    except error:
        raise
    except FileNotFoundError:
        raise error(f"{path} does not exist; {if_missing}") from None
    except Exception as cause:  # Pillow's parsers let through many errors of damaged files.
        if isinstance(cause, OSError) and cause.strerror:
            raise error(f"{path} cannot be read: {cause.strerror}; give a picture that can be opened") from cause
        raise error(f"{path} {if_damaged}") from cause
