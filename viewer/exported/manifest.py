"""The manifest: what an exported folder says about itself, and the limits it must keep.

``manifest.json`` lies beside encoder.onnx, generator.onnx and discriminator.onnx. It says where the model comes from, how its
pictures look, and for each graph its size, hash and tensors. Its last key ``sha256`` is the hash of its text without that key, so
that a changed bit is noticed; older manifests without that key are read, too. Reading is strict: anything missing, unknown or out
of bounds fails. This module opens no file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Final, Literal

from viewer.errors import ManifestError
from viewer.json_fields import JsonFieldError, Length, Pattern, Printable, Range, parse_json, read_record, shown
from viewer.manifest_fields import Count, Name, RecipeInfo, Sha256, Side, Version

FORMAT: Final = 1
PIXELATE_FORMAT: Final = "pixelate 1"  # of models that turn pictures into pixel art; they have no dreams to show
FILE_NAME: Final = "manifest.json"
MAX_MANIFEST_BYTES: Final = 64 * 1024
MAX_GRAPH_BYTES: Final = 64 * 1024 * 1024

Shape = tuple[int | Literal["n"], ...]  # "n" is the free batch axis
GraphName = Literal["encoder", "generator", "discriminator"]
GRAPHS: Final[tuple[GraphName, ...]] = ("encoder", "generator", "discriminator")

_Color = Annotated[str, Pattern("#[0-9a-f]{8}")]


@dataclass(frozen=True)
class TensorSpec:
    """An input or output of a graph."""

    name: str
    type: Literal["uint8", "float32"]
    shape: Shape


@dataclass(frozen=True, kw_only=True)
class GraphFile:
    """One .onnx file: its length, its SHA-256 in lower case hex, its tensors."""

    bytes: Annotated[int, Range(1, MAX_GRAPH_BYTES)]
    sha256: Sha256
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


@dataclass(frozen=True, kw_only=True)
class TokenInfo:
    """The token that a model has learned: its hash and the name of its folder."""

    hash: Annotated[str, Printable(256)]
    name: Name


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a model comes from and how its pictures look."""

    token: TokenInfo
    generator_version: Version  # of the program that draws tokens, not of the network
    recipe: RecipeInfo
    step: Count
    images_seen: Count
    seed: Count  # of the training
    palette: Annotated[tuple[_Color, ...], Length(2, 256)]  # "#rrggbbaa", lower case
    size: tuple[Side, Side]  # (H, W)
    latent_dim: Annotated[int, Range(1, 4096)]
    # What dreams can be requested by; absent from the file where there are none.
    labels: Annotated[tuple[Annotated[str, Printable(64)], ...], Length(1, 256)] = ()


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All of manifest.json."""

    origin: Origin
    files: Mapping[GraphName, GraphFile]


def tensors(
    name: GraphName, size: tuple[int, int], latent_dim: int, num_labels: int = 0
) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
    """Return the inputs and outputs that a graph has by contract.

    Each graph of a model with labels also takes ``labels``: 1 with a label, 0 without, 0.5 where the model is free to choose.
    """
    pixels = TensorSpec("pixels", "uint8", ("n", *size))
    latent: Shape = ("n", latent_dim)
    known = (TensorSpec("labels", "float32", ("n", num_labels)),) if num_labels else ()
    match name:
        case "encoder":
            return (pixels, *known), (TensorSpec("mu", "float32", latent), TensorSpec("logvar", "float32", latent))
        case "generator":
            return (TensorSpec("z", "float32", latent), *known), (pixels,)
        case "discriminator":
            return (pixels, *known), (TensorSpec("score", "float32", ("n",)),)


def describe(origin: Origin, graphs: Mapping[GraphName, bytes]) -> Manifest:
    """Return the manifest of three graphs.

    Raises ManifestError where the origin or a graph's length is out of bounds.
    """
    files = {}
    for name in GRAPHS:
        inputs, outputs = tensors(name, origin.size, origin.latent_dim, len(origin.labels))
        data = graphs[name]
        files[name] = GraphFile(bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), inputs=inputs, outputs=outputs)
    # Reading it back checks every limit.
    return parse_manifest(format_manifest(Manifest(origin=origin, files=files)))


def format_manifest(manifest: Manifest) -> bytes:
    """Return the JSON text of a manifest; equal manifests give equal bytes."""
    files = {f"{name}.onnx": asdict(manifest.files[name]) for name in GRAPHS}
    document = {"format": FORMAT, **asdict(manifest.origin), "files": files}
    if not manifest.origin.labels:
        del document["labels"]
    return _json({**document, "sha256": hashlib.sha256(_json(document)).hexdigest()})


def parse_manifest(text: bytes) -> Manifest:
    """Read a manifest.

    Raises ManifestError, one sentence that names the key, where anything is missing, unknown, of a wrong type or out of bounds.
    """
    if len(text) > MAX_MANIFEST_BYTES:
        raise ManifestError(f"{FILE_NAME} has {len(text)} bytes; at most {MAX_MANIFEST_BYTES} are read")
    try:
        parsed = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{FILE_NAME} is not valid JSON; export the model again") from error
    given_format = parsed.get("format") if isinstance(parsed, dict) else FORMAT
    if given_format == PIXELATE_FORMAT:
        raise ManifestError(
            f"{FILE_NAME} belongs to a model that turns pictures into pixel art and does not dream; "
            "give it to mint pixelate --model"
        )
    if given_format != FORMAT:
        raise ManifestError(f"{FILE_NAME} has format {shown(given_format)}; this version reads format {FORMAT}")
    try:
        document = read_record(_Document, parsed)
    except JsonFieldError as error:
        raise ManifestError(f"{FILE_NAME}: {error}") from error
    origin = Origin(**{field.name: getattr(document, field.name) for field in fields(Origin)})
    if len(set(origin.labels)) < len(origin.labels):
        raise ManifestError(f"{FILE_NAME}: labels holds a label twice; export the model again")
    manifest = Manifest(origin=origin, files={name: document.files[_ONNX_FILES[name]] for name in GRAPHS})
    _check_tensors(manifest)
    if document.sha256 and format_manifest(manifest) != text:
        raise ManifestError(f"{FILE_NAME} was changed after it was written (its SHA-256 differs); export the model again")
    return manifest


_OnnxFile = Literal["encoder.onnx", "generator.onnx", "discriminator.onnx"]
_ONNX_FILES: Final[Mapping[GraphName, _OnnxFile]] = {
    "encoder": "encoder.onnx",
    "generator": "generator.onnx",
    "discriminator": "discriminator.onnx",
}


@dataclass(frozen=True, kw_only=True)
class _Document(Origin):
    """The keys of manifest.json: those of the origin, and three more."""

    format: int
    files: Mapping[_OnnxFile, GraphFile]
    sha256: Sha256 = ""


def _check_tensors(manifest: Manifest) -> None:
    """Raise ManifestError where a graph's tensors are not those of the contract."""
    origin = manifest.origin
    for name, file in manifest.files.items():
        inputs, outputs = tensors(name, origin.size, origin.latent_dim, len(origin.labels))
        for side, found, expected in (("inputs", file.inputs, inputs), ("outputs", file.outputs, outputs)):
            if found != expected:
                raise ManifestError(
                    f"{FILE_NAME}: files.{name}.onnx.{side} do not match this size and latent_dim; export the model again"
                )


def _json(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
