"""Mosaics: tiles in one picture, and PNG files that state their provenance.

A picture remains palette indices throughout; the PNG is indexed, with the token's palette, and its text chunks hold the token, the
step, the seed or one for each tile, the number of tiles and the recipe.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from viewer.atomic_write import atomic_file
from viewer.errors import PictureError
from viewer.latents.walk import NUM_SEGMENTS
from viewer.pictures.palette import rgba
from viewer.regular_file import read_regular_file

SOFTWARE: Final = "Pixelmint"
GAP_PX: Final = 2  # around each tile of a mosaic, in pixels of a tile
MAX_PIXELS: Final = 64 * 1024 * 1024
_MAX_BYTES: Final = 2 * MAX_PIXELS  # of a PNG of that many indices
# The sides of a mosaic without empty places may be as 3 to 2.
_MAX_STRETCH: Final = 1.5

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a mosaic comes from: enough to draw it again.

    Tiles that were drawn together have one seed, and their number in the mosaic. Tiles that a page has collected have a seed each;
    they are its first dream, or in "seed@position" the dream at a position of its walk.
    """

    token: str  # the hash
    step: int
    seed: int | None = None  # of all tiles
    seeds: tuple[str, ...] = ()  # one for each tile, where there is no common seed
    tiles: int
    recipe: str  # name and version
    labels: str = ""  # the requested labels, as ``labels.format_labels`` writes them

    def __post_init__(self) -> None:
        """Check that there is one seed, or one for each tile."""
        if (self.seed is None) == (not self.seeds) or (self.seeds and len(self.seeds) != self.tiles):
            raise ValueError("a mosaic has one seed, or one for each of its tiles")


def mosaic(tiles: Pixels, *, background: int, gap_px: int = GAP_PX) -> Pixels:
    """Arrange tiles (n, H, W) in a nearly square picture, (height, width) uint8, without empty places where that is possible.

    They follow each other row by row, with gap_px of the background index around each. Raises PictureError where n is 0.
    """
    count, height, width = tiles.shape
    if not count:
        raise PictureError("a mosaic of 0 tiles has no pixels; give at least 1")
    cell_height, cell_width = height + gap_px, width + gap_px
    columns, _ = _grid(count, cell_width / cell_height)
    picture = np.full(mosaic_size(count, (height, width), gap_px=gap_px), background, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = gap_px + index // columns * cell_height, gap_px + index % columns * cell_width
        picture[top : top + height, left : left + width] = tile
    return picture


def mosaic_size(count: int, size: tuple[int, int], *, gap_px: int = GAP_PX) -> tuple[int, int]:
    """Return the (height, width) of the mosaic of at least one tile of a size (H, W), before it is drawn."""
    cell_height, cell_width = (side + gap_px for side in size)
    columns, rows = _grid(count, cell_width / cell_height)
    return rows * cell_height + gap_px, columns * cell_width + gap_px


def _grid(count: int, aspect: float) -> tuple[int, int]:
    """Return the columns and rows for cells of an aspect (width / height): full ones if those make a nearly square picture."""
    full = {columns: aspect * columns**2 / count for columns in range(1, count + 1) if count % columns == 0}
    stretch = {columns: round(max(shape, 1 / shape), 9) for columns, shape in full.items()}
    columns = min(stretch, key=lambda columns: (stretch[columns], -columns))
    if stretch[columns] > _MAX_STRETCH:
        columns = min(count, math.ceil(math.sqrt(count / aspect)))
    return columns, math.ceil(count / columns)


def darkest(palette: tuple[str, ...]) -> int:
    """Return the index of the darkest of the "#rrggbbaa" colours (integer Rec. 601 luma), the first of equals."""
    return int((rgba(palette)[:, :3] @ np.array((299, 587, 114))).argmin())


def enlarged(pixels: Pixels, scale: int) -> Pixels:
    """Return pixels (H, W) with each scale x scale large, (scale * H, scale * W)."""
    return pixels.repeat(scale, 0).repeat(scale, 1)


def write_png(path: Path, picture: Pixels, palette: tuple[str, ...], provenance: Provenance | None, *, scale: int = 1) -> None:
    """Write a picture as ``encode_png`` encodes it; the file appears whole or not at all.

    Raises PictureError where the picture is too large or the file cannot be written.
    """
    data = encode_png(picture, palette, provenance, scale=scale)
    with atomic_file(path) as file:
        file.write(data)


def check_png_size(size: tuple[int, ...], scale: int) -> None:
    """Raise PictureError where a PNG of a size (H, W), each pixel scale x scale large, is too large, or ``scale`` is below 1."""
    if scale < 1:
        raise PictureError(f"scale is {scale}; give 1 or more")
    height, width = (side * scale for side in size)
    if height * width > MAX_PIXELS:
        raise PictureError(f"the picture would be {width}x{height}; give fewer --tiles or a smaller --scale")


def encode_png(picture: Pixels, palette: tuple[str, ...], provenance: Provenance | None = None, *, scale: int = 1) -> bytes:
    """Return a picture (H, W) of indices as an indexed PNG, each pixel scale x scale large; equal arguments give equal bytes.

    Raises PictureError where it is too large, or ``scale`` is below 1.
    """
    check_png_size(picture.shape, scale)
    colors = rgba(palette)
    alpha = colors[:, 3]
    image = Image.fromarray(enlarged(picture, scale)).convert("P")
    image.putpalette(colors[:, :3].tobytes())
    transparency = {} if (alpha == 255).all() else {"transparency": alpha.tobytes()}
    chunks = {} if provenance is None else {"pnginfo": _text_chunks(provenance)}
    data = io.BytesIO()
    image.save(data, "PNG", **chunks, **transparency)
    return data.getvalue()


def read_provenance(path: Path) -> Provenance:
    """Read the provenance of a mosaic. Raises PictureError unless ``write_png`` or a page wrote the PNG."""
    try:
        with Image.open(io.BytesIO(read_regular_file(path, _MAX_BYTES)), formats=["PNG"]) as image:
            text = {key: value for key, value in image.info.items() if isinstance(value, str)}
    except Exception as error:  # for a damaged file, Pillow raises any error of its parsers
        raise PictureError(f"{path} cannot be read as a PNG; give a mosaic of this program") from error
    try:
        return Provenance(
            token=text["pixelmint:token"],
            step=int(text["pixelmint:step"]),
            seed=int(text["pixelmint:seed"]) if "pixelmint:seed" in text else None,
            seeds=tuple(_seed(seed) for seed in text.get("pixelmint:seeds", "").split()),
            tiles=int(text["pixelmint:tiles"]),
            recipe=text["pixelmint:recipe"],
            labels=text.get("pixelmint:labels", ""),
        )
    except (KeyError, ValueError) as error:
        raise PictureError(f"{path} does not state its provenance; give a mosaic of this program") from error


def _text_chunks(provenance: Provenance) -> PngInfo:
    chunks = PngInfo()
    chunks.add_text("Title", f"Dreams of {provenance.token}")
    chunks.add_text("Software", SOFTWARE)
    for key in Provenance.__dataclass_fields__:
        value = getattr(provenance, key)
        if value is not None and value not in ((), ""):
            chunks.add_text(f"pixelmint:{key}", " ".join(value) if key == "seeds" else str(value))
    return chunks


def _seed(text: str) -> str:
    """Return a tile's seed, with its position if it has one. Raises ValueError where it is invalid."""
    seed, at, position = text.partition("@")
    if int(seed) < 0 or (at and not 0 <= float(position) < NUM_SEGMENTS):
        raise ValueError("not a seed")
    return text
