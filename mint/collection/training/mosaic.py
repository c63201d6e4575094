"""A mosaic that grows: one dream of each trained token, at the token's place in the collection."""

import io
import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint import atomic_write
from mint.errors import CollectionError
from mint.token.raster import SIZE
from viewer.regular_file import read_regular_file

FILE_NAME: Final = "mosaic.png"
MAX_TILES: Final = 10_000
BACKGROUND: Final = (24, 24, 28, 255)
_MAX_DREAMS_BYTES: Final = 1 << 22
_MAX_DREAMS_SIDE: Final = 4096


class CollectionMosaic:
    """A picture with a tile of SIZE x SIZE pixels for each token, row by row; tokens that are not trained yet are dark.

    Of a collection of more than MAX_TILES tokens it shows every second, or every third, and so on. Several threads may add
    tiles, each its own ones, and read them.
    """

    def __init__(self, num_tokens: int) -> None:
        self.stride: Final = math.ceil(num_tokens / MAX_TILES)
        self.num_tiles: Final = math.ceil(num_tokens / self.stride)
        self.columns: Final = math.ceil(math.sqrt(self.num_tiles))
        rows = math.ceil(self.num_tiles / self.columns)
        self._canvas: NDArray[np.uint8] = np.empty((rows * SIZE, self.columns * SIZE, 4), np.uint8)
        self._canvas[:] = BACKGROUND
        self._order: list[int] = []  # the tiles in the order in which they were added

    @property
    def num_added(self) -> int:
        """How many tiles have been added."""
        return len(self._order)

    def add(self, place: int, palette: Sequence[str], dream: NDArray[np.uint8]) -> None:
        """Show a dream (SIZE, SIZE) uint8 in a palette "#rrggbbaa" for the token at a place of the collection."""
        colors = np.array([list(bytes.fromhex(color[1:])) for color in palette], np.uint8)
        self._add(place, colors[dream])

    def add_from(self, place: int, dreams: Path) -> None:
        """Show the first dream of a dreams.png that ``publish_token`` wrote; one that is missing or damaged is left out."""
        with suppress(Exception):  # for a damaged file, Pillow raises any error of its parsers
            data = read_regular_file(dreams, _MAX_DREAMS_BYTES, within=dreams.parent)
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                if max(image.size) > _MAX_DREAMS_SIDE:
                    return
                pixels = np.asarray(image.convert("RGBA"))
            # Its pixels are four times enlarged, and there are gaps of two.
            self._add(place, pixels[8 : 8 + 4 * SIZE : 4, 8 : 8 + 4 * SIZE : 4])

    def tiles(self, start: int, count: int) -> bytes:
        """Return the tiles that were added from the ``start``-th on, at most ``count``.

        For each its number, 4 bytes little-endian, and its SIZE x SIZE pixels RGBA.
        """
        return b"".join(
            number.to_bytes(4, "little") + self._tile(number).tobytes() for number in self._order[start : start + count]
        )

    def write(self, folder: Path) -> None:
        """Write the mosaic as ``mosaic.png`` into a folder. Raises CollectionError where it cannot be written."""
        data = io.BytesIO()
        Image.fromarray(self._canvas, "RGBA").save(data, "PNG", compress_level=1)
        path = folder / FILE_NAME
        try:
            atomic_write.write_bytes(path, data.getvalue())
        except OSError as error:
            raise CollectionError(f"{path} cannot be written: {error.strerror}; make room, and run the command again") from error

    def _add(self, place: int, pixels: NDArray[np.uint8]) -> None:
        number, between = divmod(place, self.stride)
        if between or pixels.shape != (SIZE, SIZE, 4):
            return
        self._tile(number)[:] = pixels
        self._order.append(number)

    def _tile(self, number: int) -> NDArray[np.uint8]:
        """Return the part of the picture that belongs to a tile, (SIZE, SIZE, 4), to read and to write."""
        row, column = divmod(number, self.columns)
        return self._canvas[row * SIZE : (row + 1) * SIZE, column * SIZE : (column + 1) * SIZE]
