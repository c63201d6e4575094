"""Pixel art by a trained model: an exported graph run with onnxruntime."""

import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.colors.oklab import oklab
from mint.errors import PixelModelError
from mint.pixelate.cells import cell_alpha, grid_size
from mint.pixelate.color_distance import squared_distances
from mint.pixelate.manifest import GRAPH_NAME, SCALE, PixelManifest, read_export
from mint.pixelate.pixel_art import Indices, Palette, PixelArt
from viewer.errors import GraphError, ModelError
from viewer.exported.model_process import ModelProcess, give_back, take_process

# Pixels this near to the border of a window would be different in the whole picture: the radius of the network's receptive field.
MARGIN: Final = 12


class PixelModel:
    """An exported model, ready to run in a process of its own, and its manifest."""

    def __init__(self, manifest: PixelManifest, process: ModelProcess) -> None:
        self.manifest: Final = manifest
        self._process: Final = process
        weakref.finalize(self, give_back, process)

    @property
    def palette(self) -> Palette:
        """The colours, (K, 3) sRGB."""
        return np.array([list(bytes.fromhex(color[1:7])) for color in self.manifest.palette], np.uint8)

    def run(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the pixels (n, H, W) of images (n, 2H, 2W, 4) RGBA. Raises PixelModelError where the model fails."""
        try:
            pixels = self._process.run({"image": images}, (len(images), *self.manifest.size))
        except ModelError as error:
            raise PixelModelError(f"{GRAPH_NAME} fails: {error}") from error
        if pixels.size and pixels.max() >= len(self.manifest.palette):
            raise PixelModelError(f"{GRAPH_NAME} returns pixels that do not match its manifest; export the model again")
        return pixels


def load_pixel_model(path: Path) -> PixelModel:
    """Read, check and load the model in a token folder or its models/.

    Raises PixelModelError where the model is missing or incomplete, or its graph is refused.
    """
    manifest, data = read_export(path)
    # Pictures are rendered in parallel, each in one thread, which is faster than one after another in several threads.
    process = take_process("cpu", threads=1)
    try:
        process.load(data, manifest.graph)
    except GraphError as error:
        give_back(process)
        raise PixelModelError(f"the {GRAPH_NAME} of {path} is refused: {error}") from error
    except ModelError as error:
        give_back(process)
        raise PixelModelError(f"the {GRAPH_NAME} of {path} cannot be loaded: {error}") from error
    return PixelModel(manifest, process)


@dataclass(frozen=True, kw_only=True)
class ModelRenderer:
    """Renders with a model on a grid of ``grid`` pixels along the longer side.

    A ``palette`` replaces each colour of the model's by the nearest of its own.
    """

    model: PixelModel
    grid: int
    palette: Palette | None = None

    @property
    def input_px(self) -> int:
        """How many pixels of a picture's longer side are sampled at most."""
        return 4 * self.grid

    def render(self, image: Image.Image) -> PixelArt:
        """Return the pixel art of an RGBA picture of any size.

        Where it is larger than one call of the model, it is put together from overlapping windows.
        """
        width, height = grid_size(image.size, self.grid)
        resized = image.convert("RGBa").resize((SCALE * width, SCALE * height), Image.Resampling.BOX).convert("RGBA")
        pixels = self._run_in_windows(np.asarray(resized), height, width)
        palette = self.model.palette
        if self.palette is not None:
            pixels = squared_distances(oklab(palette), oklab(self.palette)).argmin(1).astype(np.uint8)[pixels]
            palette = self.palette
        return PixelArt(pixels, palette, cell_alpha(image, (width, height)))

    def _run_in_windows(self, rgba: NDArray[np.uint8], height: int, width: int) -> Indices:
        """Return the pixels (height, width) of an image (2 height, 2 width, 4)."""
        window_height, window_width = self.model.manifest.size
        pixels = np.zeros((height, width), np.uint8)
        for top, top_margin in _windows(height, window_height):
            for left, left_margin in _windows(width, window_width):
                window = rgba[SCALE * top :, SCALE * left :][: SCALE * window_height, : SCALE * window_width]
                missing = ((0, SCALE * window_height - window.shape[0]), (0, SCALE * window_width - window.shape[1]), (0, 0))
                output = self.model.run(np.pad(window, missing, mode="edge")[None])[0]
                target = pixels[top + top_margin : top + window_height, left + left_margin : left + window_width]
                target[:] = output[top_margin:, left_margin:][: target.shape[0], : target.shape[1]]
        return pixels


def _windows(side: int, window: int) -> list[tuple[int, int]]:
    """Return the starts of the windows that cover a side, each with the margin in which the window before is kept."""
    starts = [0]
    while starts[-1] + window < side:
        starts.append(starts[-1] + window - 2 * MARGIN)
    return [(start, MARGIN if start else 0) for start in starts]
