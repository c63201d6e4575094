"""The manifest of a model that makes pixel art: ``manifest.json`` beside ``pixelate.onnx``.

Like the manifest of a model that dreams (``viewer.exported.manifest``), it tells where the model comes from. It has its own format,
because there is another graph: ``image`` uint8 (n, 2H, 2W, 4) RGBA to ``pixels`` uint8 (n, H, W). Reading is strict.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from mint.errors import ModelError
from viewer.exported.manifest import MAX_GRAPH_BYTES, PIXELATE_FORMAT, GraphFile, TensorSpec

FILE_NAME = "manifest.json"
GRAPH_NAME = "pixelate.onnx"
SCALE = 2  # pixels of an image for one of the grid, a side
MAX_BYTES = 64 * 1024
_MAX_SIDE = 256
_COLOR = re.compile("#[0-9a-f]{8}")


@dataclass(frozen=True, kw_only=True)
class PixelManifest:
    """All of manifest.json but its format."""

    token: str  # the hash of the token whose sprites were learnt
    recipe: str
    version: int  # of the recipe
    step: int
    images_seen: int
    seed: int
    palette: tuple[str, ...]  # "#rrggbbaa"
    size: tuple[int, int]  # (H, W) of what is drawn at a time
    bytes: int  # of pixelate.onnx
    sha256: str

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
    """Read a manifest. Raises ModelError, one sentence, where anything is missing, unknown, of a wrong type or out of bounds."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError("it is no object")
        if document.pop("format", None) != PIXELATE_FORMAT:
            raise ModelError(
                f"{FILE_NAME} is not that of a model that makes pixel art; train one with: mint train TOKEN --recipe cyclegan"
            )
        if document.keys() != PixelManifest.__dataclass_fields__.keys():
            wrong = sorted(document.keys() ^ PixelManifest.__dataclass_fields__.keys())
            raise ValueError(f"the key {wrong[0]} is missing or unknown")
        manifest = PixelManifest(**{**document, "palette": tuple(document["palette"]), "size": tuple(document["size"])})
        _check(manifest)
    except (ValueError, TypeError, RecursionError) as error:
        raise ModelError(f"{FILE_NAME} cannot be read: {error}; export the model again") from error
    return manifest


def read_export(path: Path) -> tuple[PixelManifest, bytes]:
    """Return the manifest and the graph in a token folder or its models/; the graph is not looked into.

    Raises ModelError where there are none, or the graph is not the one that the manifest describes.
    """
    folder = path / "models" if (path / "models").is_dir() else path
    try:
        manifest = parse_manifest(_read(folder / FILE_NAME, MAX_BYTES))
        data = _read(folder / GRAPH_NAME, MAX_GRAPH_BYTES)
    except FileNotFoundError as error:
        raise ModelError(
            f"{path} holds no model that makes pixel art ({Path(error.filename).name} is missing); "
            "train one with: mint train TOKEN --recipe cyclegan --pictures PATH"
        ) from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    check_graph_file(manifest, data)
    return manifest, data


def check_graph_file(manifest: PixelManifest, data: bytes) -> None:
    """Raise ModelError where the bytes of pixelate.onnx are not those that the manifest describes."""
    if len(data) != manifest.bytes or hashlib.sha256(data).hexdigest() != manifest.sha256:
        raise ModelError(f"{GRAPH_NAME} is not the file that {FILE_NAME} describes; export the model again")


def _check(manifest: PixelManifest) -> None:
    for name in ("version", "step", "images_seen", "seed", "bytes"):
        # type() and not isinstance(): true is no number here.
        if type(getattr(manifest, name)) is not int or getattr(manifest, name) < 0:
            raise ValueError(f"{name} is no whole number")
    for name in ("token", "recipe", "sha256"):
        if not isinstance(getattr(manifest, name), str) or not 1 <= len(getattr(manifest, name)) <= 256:
            raise ValueError(f"{name} is no text")
    if manifest.bytes > MAX_GRAPH_BYTES:
        raise ValueError(f"bytes is {manifest.bytes}, more than {MAX_GRAPH_BYTES}")
    if len(manifest.size) != 2 or any(type(side) is not int or not 32 <= side <= _MAX_SIDE for side in manifest.size):
        raise ValueError(f"size is not two numbers from 32 to {_MAX_SIDE}")
    if not 2 <= len(manifest.palette) <= 256 or not all(isinstance(c, str) and _COLOR.fullmatch(c) for c in manifest.palette):
        raise ValueError("palette is not 2 to 256 colours #rrggbbaa")


def _read(path: Path, longest: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(longest + 1)
    if len(data) > longest:
        raise ModelError(f"{path} is longer than {longest} bytes, the most that is read")
    return data
