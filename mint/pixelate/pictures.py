"""Pictures on disk: found in folders, read whatever their kind, and written as pixel art."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mint import atomic_write
from mint.errors import PictureError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
MAX_PIXELS = 1 << 28


@dataclass(frozen=True)
class PictureFile:
    """A picture to read, and the name (a path below the folder of results) that it gets."""

    path: Path
    name: Path


@dataclass(frozen=True)
class PixelArt:
    """Pixel art: ``pixels`` (h, w) uint8 indices of a palette (K, 3) sRGB, and ``alpha`` (h, w) uint8."""

    pixels: NDArray[np.uint8]
    palette: NDArray[np.uint8]
    alpha: NDArray[np.uint8]

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """The colours, (h, w, 4)."""
        return np.dstack([self.palette[self.pixels], self.alpha])


def find_pictures(paths: Sequence[Path]) -> list[PictureFile]:
    """Return the pictures that were named and those in the folders that were named, at any depth, in a stable order.

    Results keep the folders' structure; where two would have one name, both keep their suffix in it. Raises PictureError where a
    path is missing or there is no picture.
    """
    found: list[PictureFile] = []
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.casefold() in SUFFIXES and file.is_file())
            found += [PictureFile(file, file.relative_to(path)) for file in files]
        elif path.exists():
            found.append(PictureFile(path, Path(path.name)))
        else:
            raise PictureError(f"{path} does not exist; give pictures or folders of pictures")
    if not found:
        raise PictureError(f"there is no picture in {paths[0] if paths else 'no folder'}; give {', '.join(SUFFIXES)}")
    return list(_named(found))


def _named(found: Sequence[PictureFile]) -> Iterator[PictureFile]:
    short = [source.name.with_suffix(".png") for source in found]
    counts: dict[Path, int] = {}
    for name in short:
        counts[name] = counts.get(name, 0) + 1
    taken: set[Path] = set()
    for source, name in zip(found, short, strict=True):
        full = name if counts[name] == 1 else source.name.with_name(f"{source.name.name}.png")
        if full in taken:
            raise PictureError(f"two pictures would both become {full}; give their folders one at a time")
        taken.add(full)
        yield PictureFile(source.path, full)


def read_picture(path: Path, needed: int) -> Image.Image:
    """Read a picture as RGBA, upright; of an animation the first frame. JPEGs may come smaller, but not below ``needed`` a side.

    Raises PictureError where it cannot be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PictureError(f"{path} is {image.width}x{image.height}, too large to read; make it smaller first")
                image.draft("RGB", (needed, needed))
                upright = ImageOps.exif_transpose(image)
                if upright.mode.startswith("I"):  # 16 bits of grey
                    upright = Image.fromarray((np.asarray(upright).astype(np.uint32) >> 8).astype(np.uint8))
                return upright.convert("RGBA")
    except (PictureError, MemoryError):
        raise
    except OSError as error:
        raise PictureError(f"{path} cannot be read: {error.strerror or 'it is no picture or is damaged'}") from error
    except Exception as error:  # Pillow lets through whatever its parsers meet in a damaged file
        raise PictureError(f"{path} cannot be read: it is damaged ({type(error).__name__})") from error


def write_pixel_art(path: Path, art: PixelArt, scale: int) -> None:
    """Write pixel art as PNG, each pixel scale x scale large: indexed where its alpha is 0 or 255, else RGBA.

    Raises PictureError where it cannot be written; a file that is there is replaced whole or not at all.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write.write_bytes(path, encoded(art, scale))
    except OSError as error:
        raise PictureError(f"{path} cannot be written: {error.strerror or error}; give another place with -o") from error


def encoded(art: PixelArt, scale: int) -> bytes:
    """Return the PNG file of pixel art."""
    num_colors = len(art.palette)
    clear = art.alpha == 0
    options: dict[str, object] = {}
    if not (clear | (art.alpha == 255)).all() or (clear.any() and num_colors > 255):
        image = Image.fromarray(art.rgba)
    else:
        palette = art.palette
        pixels = art.pixels
        if clear.any():
            palette = np.vstack([palette, np.zeros((1, 3), np.uint8)])
            pixels = np.where(clear, num_colors, pixels).astype(np.uint8)
            options["transparency"] = num_colors
        image = Image.fromarray(pixels)
        image.putpalette(palette.tobytes(), "RGB")
    if scale > 1:
        image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    buffer = BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()
