"""The manifest: what an exported folder says of itself, and the limits it has to keep.

``manifest.json`` lies beside encoder.onnx, generator.onnx and discriminator.onnx. It tells where the model comes from, how its
pictures look, and for each graph its size, hash and tensors. Its last key ``sha256`` is the hash of its text without that key, so
that a changed bit is noticed; manifests from before there was that key are read, too. Reading is strict: what is missing, unknown
or out of bounds fails. Nothing here opens a file.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from viewer.errors import ManifestError

FORMAT: Final = 1
PIXELATE_FORMAT: Final = "pixelate 1"  # of models that make pixel art of pictures; they have no dreams to show
FILE_NAME: Final = "manifest.json"
MAX_MANIFEST_BYTES: Final = 64 * 1024
MAX_GRAPH_BYTES: Final = 64 * 1024 * 1024

Shape = tuple[int | Literal["n"], ...]  # "n" is the free batch axis
GraphName = Literal["encoder", "generator", "discriminator"]
GRAPHS: Final[tuple[GraphName, ...]] = ("encoder", "generator", "discriminator")

_SEAL = "sha256"
_MAX_SIDE = 256
_MAX_LATENT_DIM = 4096
_MAX_LABELS = 256
_MAX_LABEL_LENGTH = 64
_MAX_COUNT = 2**63 - 1
_COLOR = re.compile("#[0-9a-f]{8}")
_NAME = re.compile("[0-9A-Za-z_][0-9A-Za-z_-]{0,63}")
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class TensorSpec:
    """An input or output of a graph."""

    name: str
    type: Literal["uint8", "float32"]
    shape: Shape


@dataclass(frozen=True, kw_only=True)
class GraphFile:
    """One .onnx file: its length, its SHA-256 in lower case hex, its tensors."""

    bytes: int
    sha256: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


@dataclass(frozen=True, kw_only=True)
class TokenInfo:
    """The token a model has learnt: its hash and the name of its folder."""

    hash: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RecipeInfo:
    """The networks and losses it was trained with."""

    name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a model comes from and what its pictures are."""

    token: TokenInfo
    generator_version: int  # of the drawing of tokens, not of the network
    recipe: RecipeInfo
    step: int
    images_seen: int
    seed: int  # of the training
    palette: tuple[str, ...]  # "#rrggbbaa", lower case
    size: tuple[int, int]  # (H, W)
    latent_dim: int
    labels: tuple[str, ...] = ()  # what pictures can be asked for by name; left out of the file where there are none


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All of manifest.json."""

    origin: Origin
    files: Mapping[GraphName, GraphFile]


def tensors(
    name: GraphName, size: tuple[int, int], latent_dim: int, num_labels: int = 0
) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
    """Return the inputs and outputs that a graph has by contract.

    Of a model with labels each graph takes ``labels`` as well: 1 with a label, 0 without, 0.5 where that is left to the model.
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
    return parse_manifest(format_manifest(Manifest(origin=origin, files=files)))


def format_manifest(manifest: Manifest) -> bytes:
    """Return the JSON text of a manifest; equal manifests give equal bytes."""
    files = {f"{name}.onnx": asdict(manifest.files[name]) for name in GRAPHS}
    document = {"format": FORMAT, **asdict(manifest.origin), "files": files}
    if not manifest.origin.labels:
        del document["labels"]
    return _json({**document, _SEAL: hashlib.sha256(_json(document)).hexdigest()})


def parse_manifest(text: bytes) -> Manifest:
    """Read a manifest.

    Raises ManifestError, one sentence that names the key, where anything is missing, unknown, of a wrong type or out of bounds.
    """
    if len(text) > MAX_MANIFEST_BYTES:
        raise ManifestError(f"{FILE_NAME} has {len(text)} bytes; at most {MAX_MANIFEST_BYTES} are read")
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{FILE_NAME} is not JSON that can be read; export the model again") from error
    if isinstance(document, dict) and document.get("format") == PIXELATE_FORMAT:
        raise ManifestError(
            f"{FILE_NAME} is that of a model that makes pixel art of pictures and does not dream; give it to mint pixelate --model"
        )
    if isinstance(document, dict) and document.get("format") != FORMAT:
        raise ManifestError(f"{FILE_NAME} has format {_shown(document.get('format'))}; this version reads format {FORMAT}")
    optional = {key for key in ("labels", _SEAL) if isinstance(document, dict) and key in document}
    is_sealed = _SEAL in optional
    keys = tuple(key for key in Origin.__dataclass_fields__ if key != "labels" or key in optional)
    root = _object(document, "the document", ("format", *keys, "files", *((_SEAL,) if is_sealed else ())))
    token = _object(root["token"], "token", ("hash", "name"))
    recipe = _object(root["recipe"], "recipe", ("name", "version"))
    size = _list(root["size"], "size", 2, 2)
    palette = _list(root["palette"], "palette", 2, 256)
    origin = Origin(
        token=TokenInfo(hash=_text(token["hash"], "token.hash", 256), name=_matching(token["name"], "token.name", _NAME)),
        generator_version=_integer(root["generator_version"], "generator_version", 1),
        recipe=RecipeInfo(
            name=_matching(recipe["name"], "recipe.name", _NAME),
            version=_integer(recipe["version"], "recipe.version", 1),
        ),
        step=_integer(root["step"], "step", 0),
        images_seen=_integer(root["images_seen"], "images_seen", 0),
        seed=_integer(root["seed"], "seed", 0),
        palette=tuple(_matching(color, f"palette[{index}]", _COLOR) for index, color in enumerate(palette)),
        size=(_integer(size[0], "size[0]", 1, _MAX_SIDE), _integer(size[1], "size[1]", 1, _MAX_SIDE)),
        latent_dim=_integer(root["latent_dim"], "latent_dim", 1, _MAX_LATENT_DIM),
        labels=_labels(root["labels"]) if "labels" in root else (),
    )
    files = _object(root["files"], "files", tuple(f"{name}.onnx" for name in GRAPHS))
    manifest = Manifest(origin=origin, files={name: _graph_file(files[f"{name}.onnx"], name, origin) for name in GRAPHS})
    if is_sealed and format_manifest(manifest) != text:
        raise ManifestError(f"{FILE_NAME} is not as it was written (its SHA-256 differs); export the model again")
    return manifest


def _json(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _graph_file(value: object, name: GraphName, origin: Origin) -> GraphFile:
    where = f"files.{name}.onnx"
    entry = _object(value, where, tuple(GraphFile.__dataclass_fields__))
    inputs, outputs = tensors(name, origin.size, origin.latent_dim, len(origin.labels))
    for side, expected in (("inputs", inputs), ("outputs", outputs)):
        if entry[side] != [{**asdict(tensor), "shape": list(tensor.shape)} for tensor in expected]:
            raise ManifestError(f"{FILE_NAME}: {where}.{side} are not those of this size and latent_dim; export the model again")
    return GraphFile(
        bytes=_integer(entry["bytes"], f"{where}.bytes", 1, MAX_GRAPH_BYTES),
        sha256=_matching(entry["sha256"], f"{where}.sha256", _SHA256),
        inputs=inputs,
        outputs=outputs,
    )


def _labels(value: object) -> tuple[str, ...]:
    labels = _list(value, "labels", 1, _MAX_LABELS)
    names = tuple(_text(label, f"labels[{index}]", _MAX_LABEL_LENGTH) for index, label in enumerate(labels))
    if len(set(names)) < len(names):
        raise ManifestError(f"{FILE_NAME}: labels name one label twice")
    return names


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _object(value: object, where: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"{FILE_NAME}: {where} is {_shown(value)}, not an object")
    for key in keys:
        if key not in value:
            raise ManifestError(f"{FILE_NAME}: {where} lacks the key {key!r}")
    for key in value:
        if key not in keys:
            raise ManifestError(f"{FILE_NAME}: {where} has the unknown key {_shown(key)}")
    return value


def _list(value: object, where: str, shortest: int, longest: int) -> list[Any]:
    if not isinstance(value, list) or not shortest <= len(value) <= longest:
        raise ManifestError(f"{FILE_NAME}: {where} is not a list of {shortest} to {longest} values")
    return value


def _integer(value: object, where: str, low: int, high: int = _MAX_COUNT) -> int:
    # type() and not isinstance(): true is no number here.
    if type(value) is not int or not low <= value <= high:
        raise ManifestError(f"{FILE_NAME}: {where} is {_shown(value)}, not an integer from {low} to {high}")
    return value


def _text(value: object, where: str, longest: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
        raise ManifestError(f"{FILE_NAME}: {where} is {_shown(value)}, not a text of 1 to {longest} printable characters")
    return value


def _matching(value: object, where: str, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ManifestError(f"{FILE_NAME}: {where} is {_shown(value)}, which does not match {pattern.pattern}")
    return value


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
