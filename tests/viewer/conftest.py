"""A tiny exported folder, written without torch: a generator of 8x8 tiles in four colours."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from viewer.manifest import GRAPHS, GraphFile, GraphName, Origin, Recipe, Token, describe, format_manifest, tensors

SIZE, LATENT_DIM = (8, 8), 5

WriteExport = Callable[..., Path]


@pytest.fixture
def origin() -> Origin:
    return Origin(
        token=Token(hash="open sesame", name="opensesame-0123456789ab"),
        generator_version=1,
        recipe=Recipe(name="vaegan", version=3),
        step=1200,
        images_seen=76800,
        seed=7,
        palette=("#102030ff", "#ff8800ff", "#00000000", "#ffffffff"),
        size=SIZE,
        latent_dim=LATENT_DIM,
    )


@pytest.fixture
def generator() -> ModelProto:
    """Return z (n, 5) -> Gemm -> (n, 4, 4, 4) -> Resize x2 -> Conv 3x3 -> argmax of 4 channels (n, 8, 8)."""
    random = np.random.default_rng(1)
    constants = {
        "weight": random.standard_normal((64, LATENT_DIM), np.float32),
        "bias": random.standard_normal(64, np.float32),
        "shape": np.array([-1, 4, 4, 4], np.int64),
        "scales": np.array([1, 1, 2, 2], np.float32),
        "kernel": random.standard_normal((4, 4, 3, 3), np.float32),
    }
    nodes = [
        helper.make_node("Gemm", ["z", "weight", "bias"], ["flat"], transB=1),
        helper.make_node("Reshape", ["flat", "shape"], ["small"]),
        helper.make_node("Resize", ["small", "", "scales"], ["large"], mode="nearest"),
        helper.make_node("Conv", ["large", "kernel"], ["logits"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]),
        helper.make_node("ArgMax", ["logits"], ["index"], axis=1, keepdims=0),
        helper.make_node("Cast", ["index"], ["pixels"], to=TensorProto.UINT8),
    ]
    graph = helper.make_graph(
        nodes,
        "generator",
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, ["n", LATENT_DIM])],
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", *SIZE])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


@pytest.fixture
def expected() -> GraphFile:
    inputs, outputs = tensors("generator", SIZE, LATENT_DIM)
    return GraphFile(bytes=1, sha256="0" * 64, inputs=inputs, outputs=outputs)


@pytest.fixture
def graphs(generator: ModelProto) -> dict[GraphName, bytes]:
    """The generator, and beside it two files that only have to be there."""
    return {name: generator.SerializeToString() if name == "generator" else name.encode() for name in GRAPHS}


@pytest.fixture
def write_export(tmp_path: Path, origin: Origin, graphs: dict[GraphName, bytes]) -> WriteExport:
    """Return a function that writes a token folder with its models, of this generator if one is given."""

    def write(model: ModelProto | None = None) -> Path:
        files = graphs if model is None else {**graphs, "generator": model.SerializeToString()}
        models = tmp_path / "token" / "models"
        models.mkdir(parents=True)
        for name, data in files.items():
            (models / f"{name}.onnx").write_bytes(data)
        (models / "manifest.json").write_bytes(format_manifest(describe(origin, files)))
        return models.parent

    return write
