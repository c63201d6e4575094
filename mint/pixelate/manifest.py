"""The manifest of a model that turns pictures into pixel art: ``manifest.json`` beside ``pixelate.onnx``.

Like the manifest of a model that dreams (``viewer.exported.manifest``), it says where the model comes from. It has a format of its
own, because the graph is another: ``image`` uint8 (n, 2H, 2W, 4) RGBA to ``pixels`` uint8 (n, H, W). Reading is strict.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

from mint.errors import PixelModelError
from viewer.exported.manifest import MAX_GRAPH_BYTES, PIXELATE_FORMAT, GraphFile, TensorSpec
from viewer.json_fields import JsonFieldError, Length, Pattern, Printable, Range, parse_json, read_record
from viewer.regular_file import read_regular_file

FILE_NAME: Final = "manifest.json"
GRAPH_NAME: Final = "pixelate.onnx"
SCALE: Final = 2  # pixels of the image for each pixel of the result, along a side
MAX_MANIFEST_BYTES: Final = 64 * 1024

_Text = Annotated[str, Printable(256)]
_Count = Annotated[int, Range(0)]
_Color = Annotated[str, Pattern("#[0-9a-f]{8}")]
_Side = Annotated[int, Range(32, 256)]


@dataclass(frozen=True, kw_only=True)
class PixelManifest:
    """All of manifest.json except its format."""

    token: _Text  # the hash of the token whose sprites were learned
    recipe: _Text
    version: _Count  # of the recipe
    step: _Count
    images_seen: _Count
    seed: _Count
    palette: Annotated[tuple[_Color, ...], Length(2, 256)]  # "#rrggbbaa", lower case
    size: tuple[_Side, _Side]  # (H, W) of the pixels of one call
    bytes: Annotated[int, Range(0, MAX_GRAPH_BYTES)]  # of pixelate.onnx
    sha256: Annotated[str, Pattern("[0-9a-f]{64}")]

    @property
    def graph(self) -> GraphFile:
        """The graph's file and tensors."""
        inputs, outputs = pixelate_tensors(self.size)
        return GraphFile(bytes=self.bytes, sha256=self.sha256, inputs=inputs, outputs=outputs)


def pixelate_tensors(size: tuple[int, int]) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
    """Return the inputs and outputs that the graph has by contract."""
    height, width = size
    return (TensorSpec("image", "uint8", ("n", SCALE * height, SCALE * width, 4)),), (
        TensorSpec("pixels", "uint8", ("n", height, width)),
    )


def format_manifest(manifest: PixelManifest) -> bytes:
    """Return the JSON text of a manifest; equal manifests give equal bytes."""
    return (json.dumps({"format": PIXELATE_FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=False) + "\n").encode()


def parse_manifest(text: bytes) -> PixelManifest:
    """Read a manifest.

    Raises PixelModelError, one sentence that names the key, where anything is missing, unknown, of a wrong type or out of bounds.
    """
    try:
        document = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise PixelModelError(f"{FILE_NAME} is not valid JSON; export the model again") from error
    if isinstance(document, dict) and document.pop("format", None) != PIXELATE_FORMAT:
        raise PixelModelError(
            f"{FILE_NAME} does not belong to a model that turns pictures into pixel art; "
            "train one with: mint train TOKEN --recipe cyclegan --pictures PATH"
        )
    try:
        return read_record(PixelManifest, document)
    except JsonFieldError as error:
        raise PixelModelError(f"{FILE_NAME}: {error}; export the model again") from error


def read_export(path: Path) -> tuple[PixelManifest, bytes]:
    """Return the manifest and the graph in a token folder or its models/. The graph itself is not checked.

    Raises PixelModelError where they are missing, or the graph is not the one that the manifest describes.
    """
    folder = path / "models" if (path / "models").is_dir() else path
    try:
        manifest = parse_manifest(_read(folder / FILE_NAME, MAX_MANIFEST_BYTES))
        graph = _read(folder / GRAPH_NAME, MAX_GRAPH_BYTES)
    except FileNotFoundError as error:
        raise PixelModelError(
            f"{path} holds no model that turns pictures into pixel art ({Path(error.filename).name} is missing); "
            "train one with: mint train TOKEN --recipe cyclegan --pictures PATH"
        ) from None
    except OSError as error:
        name = Path(error.filename or path).name
        raise PixelModelError(f"{name} of {path} cannot be read: {error.strerror or error}; export the model again") from error
    check_graph_file(manifest, graph)
    return manifest, graph


def check_graph_file(manifest: PixelManifest, graph: bytes) -> None:
    """Raise PixelModelError where the bytes of pixelate.onnx are not those that the manifest describes."""
    if len(graph) != manifest.bytes or hashlib.sha256(graph).hexdigest() != manifest.sha256:
        raise PixelModelError(f"{GRAPH_NAME} is not the file that {FILE_NAME} describes; export the model again")


def _read(path: Path, max_bytes: int) -> bytes:
    return read_regular_file(path, max_bytes, within=path.parent)
