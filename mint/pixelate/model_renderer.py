"""Pixel art as a training has learnt to draw it: an exported graph at work in onnxruntime."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from mint.art.oklab import oklab
from mint.errors import ModelError
from mint.pixelate.cells import alpha_of, native_size
from mint.pixelate.manifest import GRAPH_NAME, SCALE, PixelManifest, read_export
from mint.pixelate.pictures import PixelArt
from mint.pixelate.rule_based import Palette, squared_distances
from viewer.errors import GraphError
from viewer.exported.graph_check import checked_graph

# How far from the border of a part its pixels are not yet what they would be in the whole: as far as the network sees.
MARGIN = 12


@dataclass(frozen=True)
class PixelModel:
    """An exported model, ready to run, and what its manifest says."""

    manifest: PixelManifest
    session: onnxruntime.InferenceSession

    @property
    def palette(self) -> Palette:
        """The colours, (K, 3) sRGB."""
        return np.array([list(bytes.fromhex(color[1:7])) for color in self.manifest.palette], np.uint8)

    def draw(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the pixels (n, H, W) of images (n, 2H, 2W, 4) RGBA. Raises ModelError where the model fails."""
        try:
            (pixels,) = self.session.run(["pixels"], {"image": images})
        except Exception as error:  # onnxruntime raises a dozen unrelated classes
            raise ModelError(f"{GRAPH_NAME} failed: {str(error).splitlines()[0][:200]}; export the model again") from error
        drawn: NDArray[np.uint8] = pixels
        if drawn.shape != (len(images), *self.manifest.size) or (drawn.size and drawn.max() >= len(self.manifest.palette)):
            raise ModelError(f"{GRAPH_NAME} draws what its manifest does not say; export the model again")
        return drawn


def load_pixel_model(path: Path) -> PixelModel:
    """Read, check and load the model in a token folder or its models/.

    Raises ModelError where there is none or it is not whole, or its graph is refused.
    """
    manifest, data = read_export(path)
    options = onnxruntime.SessionOptions()
    # Pictures are drawn in parallel, each in one thread: that is faster than one after another in several.
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # what fails is raised, too
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        graph = checked_graph(data, manifest.graph)
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except GraphError as error:
        raise ModelError(f"the {GRAPH_NAME} of {path} is refused: {error}") from error
    except Exception as error:  # onnxruntime raises a dozen unrelated classes
        raise ModelError(f"onnxruntime cannot load {GRAPH_NAME}: {str(error).splitlines()[0][:200]}") from error
    return PixelModel(manifest, session)


@dataclass(frozen=True, kw_only=True)
class ModelRenderer:
    """Pixel art by a model on a grid whose longer side has ``grid`` pixels; with ``palette`` in its nearest colours instead."""

    model: PixelModel
    grid: int
    palette: Palette | None = None

    @property
    def needed_px(self) -> int:
        """The longest side of a picture that makes a difference."""
        return 4 * self.grid

    def draw(self, image: Image.Image) -> PixelArt:
        """Return the pixel art of an RGBA picture of any size; one larger than the model draws at a time is drawn in parts."""
        width, height = native_size(image.size, self.grid)
        small = image.convert("RGBa").resize((SCALE * width, SCALE * height), Image.Resampling.BOX).convert("RGBA")
        pixels = self._drawn(np.asarray(small), height, width)
        palette = self.model.palette
        if self.palette is not None:
            pixels = squared_distances(oklab(palette), oklab(self.palette)).argmin(1).astype(np.uint8)[pixels]
            palette = self.palette
        return PixelArt(pixels, palette, alpha_of(image, (width, height)))

    def _drawn(self, rgba: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
        rows, columns = (_parts(side, part) for side, part in zip((height, width), self.model.manifest.size, strict=True))
        tall, wide = (SCALE * side for side in self.model.manifest.size)
        pixels = np.zeros((height, width), np.uint8)
        for top, row_margin in rows:
            for left, column_margin in columns:
                part = rgba[SCALE * top : SCALE * top + tall, SCALE * left : SCALE * left + wide]
                missing = ((0, tall - part.shape[0]), (0, wide - part.shape[1]), (0, 0))
                drawn = self.model.draw(np.pad(part, missing, mode="edge")[None])[0]
                target = pixels[top + row_margin : top + tall // SCALE, left + column_margin : left + wide // SCALE]
                target[:] = drawn[row_margin:, column_margin:][: target.shape[0], : target.shape[1]]
        return pixels


def _parts(side: int, part: int) -> list[tuple[int, int]]:
    """Return where parts begin that cover a side, and the margin in which the part before is right and they are not."""
    starts = [0]
    while starts[-1] + part < side:
        starts.append(starts[-1] + part - 2 * MARGIN)
    return [(start, MARGIN if start else 0) for start in starts]
