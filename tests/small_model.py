"""A model with small tiles, written without torch, that can be read, checked, run and shown."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from viewer.exported.manifest import GRAPHS, GraphName, Origin, RecipeInfo, TokenInfo, describe, format_manifest

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
    graph = helper.make_graph(
        nodes,
        "generator",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", count]) for name, count in inputs.items()],
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", height, width])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def graph_files(generator: ModelProto) -> dict[GraphName, bytes]:
    """Return the bytes of a generator, and of two other files that need no content."""
    return {name: generator.SerializeToString() if name == "generator" else name.encode() for name in GRAPHS}


def write_models(folder: Path, origin: Origin, files: Mapping[GraphName, bytes] | None = None) -> Path:
    """Write a token folder with its models, replacing any; by default small ones."""
    files = files or graph_files(small_generator(origin))
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (models / f"{name}.onnx").write_bytes(data)
    (models / "manifest.json").write_bytes(format_manifest(describe(origin, files)))
    return folder
