"""A model with small tiles, written without torch, that can be read, checked, run and shown."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from viewer.exported.manifest import GRAPHS, GraphName, Origin, TokenInfo, describe, format_manifest
from viewer.exported.operators import OPSET
from viewer.manifest_fields import RecipeInfo

LATENT_DIM = 5
PALETTE = ("#102030ff", "#ff8800ff", "#00000000", "#ffffffff")


def small_origin(
    *,
    token: str = "open sesame",
    name: str = "opensesame-0123456789ab",
    palette: tuple[str, ...] = PALETTE,
    size: tuple[int, int] = (8, 8),
    labels: tuple[str, ...] = (),
) -> Origin:
    return Origin(
        token=TokenInfo(hash=token, name=name),
        generator_version=1,
        recipe=RecipeInfo(name="vaegan", version=3),
        step=1200,
        images_seen=76800,
        seed=7,
        palette=palette,
        size=size,
        latent_dim=LATENT_DIM,
        labels=labels,
    )


def small_generator(origin: Origin) -> ModelProto:
    """Return z (n, 5), and labels (n, l) if there are any -> Gemm -> (n, K, H/2, W/2) -> ConvTranspose x2 -> Conv 3x3 -> argmax.

    Its weights are random, and determined by the number of colours.
    """
    (height, width), colors, num_labels = origin.size, len(origin.palette), len(origin.labels)
    random = np.random.default_rng(colors)
    flat = colors * height * width // 4
    constants: dict[str, NDArray[np.generic]] = {
        "weight": random.standard_normal((flat, LATENT_DIM + num_labels), np.float32),
        "bias": random.standard_normal(flat, np.float32),
        "shape": np.array([-1, colors, height // 2, width // 2], np.int64),
        "filters": random.standard_normal((colors, colors, 4, 4), np.float32),
        "offsets": random.standard_normal(colors, np.float32),
        "kernel": random.standard_normal((colors, colors, 3, 3), np.float32),
    }
    inputs = {"z": LATENT_DIM, **({"labels": num_labels} if num_labels else {})}
    nodes = [
        *([helper.make_node("Concat", [*inputs], ["both"], axis=1)] if num_labels else []),
        helper.make_node("Gemm", ["both" if num_labels else "z", "weight", "bias"], ["flat"], transB=1),
        helper.make_node("Reshape", ["flat", "shape"], ["small"]),
        helper.make_node(
            "ConvTranspose", ["small", "filters", "offsets"], ["large"], kernel_shape=[4, 4], pads=[1, 1, 1, 1], strides=[2, 2]
        ),
        helper.make_node("Conv", ["large", "kernel"], ["logits"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]),
        helper.make_node("ArgMax", ["logits"], ["index"], axis=1, keepdims=0),
        helper.make_node("Cast", ["index"], ["pixels"], to=TensorProto.UINT8),
    ]
    tensors = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    return generator_of(nodes, tensors, inputs, (height, width))


def generator_of(
    nodes: Iterable[NodeProto],
    tensors: Iterable[TensorProto],
    inputs: Mapping[str, int] | None = None,
    size: tuple[int, int] = (8, 8),
) -> ModelProto:
    """Return a model of these nodes and constants, valid or not, whose output is pixels (n, *size).

    ``inputs`` are the widths of what it takes, (n, width), by name: z (n, 5) alone unless told otherwise.
    """
    floats = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])
        for name, width in (inputs or {"z": LATENT_DIM}).items()
    ]
    return _model("generator", nodes, floats, [_pixels(size)], tensors)


def small_encoder(origin: Origin) -> ModelProto:
    """Return pixels (n, H, W) -> mu, logvar (n, 5): two products of the indices and random weights."""
    (height, width) = origin.size
    random = np.random.default_rng(1)
    constants: dict[str, NDArray[np.generic]] = {
        "flat": np.array([-1, height * width], np.int64),
        **{name: random.standard_normal((LATENT_DIM, height * width), np.float32) for name in ("weight", "spread")},
        **{name: np.zeros(LATENT_DIM, np.float32) for name in ("offset", "offset of the spread")},
    }
    nodes = [
        helper.make_node("Cast", ["pixels"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["numbers", "flat"], ["rows"]),
        helper.make_node("Gemm", ["rows", "weight", "offset"], ["mu"], transB=1),
        helper.make_node("Gemm", ["rows", "spread", "offset of the spread"], ["logvar"], transB=1),
    ]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", LATENT_DIM]) for name in ("mu", "logvar")]
    return _reader_of_pixels("encoder", origin, nodes, outputs, constants)


def small_discriminator(origin: Origin) -> ModelProto:
    """Return pixels (n, H, W) -> score (n,): the sum of the indices."""
    constants: dict[str, NDArray[np.generic]] = {"axes": np.array([1, 2], np.int64)}
    nodes = [
        helper.make_node("Cast", ["pixels"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["numbers", "axes"], ["score"], keepdims=0),
    ]
    outputs = [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n"])]
    return _reader_of_pixels("discriminator", origin, nodes, outputs, constants)


def _reader_of_pixels(
    name: str, origin: Origin, nodes: list[NodeProto], outputs: list[ValueInfoProto], constants: Mapping[str, NDArray[np.generic]]
) -> ModelProto:
    tensors = [numpy_helper.from_array(array, each) for each, array in constants.items()]
    return _model(name, nodes, [_pixels(origin.size)], outputs, tensors)


def _pixels(size: tuple[int, int]) -> ValueInfoProto:
    return helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", *size])


def _model(
    name: str,
    nodes: Iterable[NodeProto],
    inputs: Iterable[ValueInfoProto],
    outputs: Iterable[ValueInfoProto],
    tensors: Iterable[TensorProto],
) -> ModelProto:
    graph = helper.make_graph([*nodes], name, [*inputs], [*outputs], [*tensors])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def graph_files(generator: ModelProto) -> dict[GraphName, bytes]:
    """Return the bytes of a generator, and of two other files that need no content."""
    return {name: generator.SerializeToString() if name == "generator" else name.encode() for name in GRAPHS}


def whole_graph_files(origin: Origin) -> dict[GraphName, bytes]:
    """Return the bytes of three graphs that can all be run."""
    return {
        "encoder": small_encoder(origin).SerializeToString(),
        "generator": small_generator(origin).SerializeToString(),
        "discriminator": small_discriminator(origin).SerializeToString(),
    }


def write_models(folder: Path, origin: Origin, files: Mapping[GraphName, bytes] | None = None) -> Path:
    """Write a token folder with its models, replacing any; by default small ones."""
    files = files or graph_files(small_generator(origin))
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (models / f"{name}.onnx").write_bytes(data)
    (models / "manifest.json").write_bytes(format_manifest(describe(origin, files)))
    return folder
