"""A checked graph in onnxruntime: the device that computes is reported truthfully, and what fails gives a sentence."""

from ctypes.util import find_library

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, numpy_helper

from tests.hostile_graphs import put_before_argmax
from tests.small_model import LATENT_DIM
from viewer.errors import DeviceError, ModelError
from viewer.exported.manifest import GraphFile
from viewer.exported.session import load_session
from viewer.latents.seeds import latents

HAS_DRIVER = find_library("cuda") is not None


@pytest.mark.skipif(HAS_DRIVER, reason="this machine has an NVIDIA driver")
def test_a_missing_driver_is_reported(generator: ModelProto, expected: GraphFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    data = generator.SerializeToString()
    with pytest.raises(DeviceError, match=r"no NVIDIA driver was found \(.*\); install one, or give --device cpu"):
        load_session(data, expected, "cuda")
    assert load_session(data, expected, "auto").note == ""


class CpuFallbackSession:
    """The session that onnxruntime returns when CUDA fails to load: one on the CPU."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]


def test_a_silent_fallback_is_noticed(generator: ModelProto, expected: GraphFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.exported.session.missing_for_cuda", lambda: "")
    monkeypatch.setattr(onnxruntime, "InferenceSession", CpuFallbackSession)
    data = generator.SerializeToString()
    with pytest.raises(DeviceError, match="onnxruntime uses CPUExecutionProvider instead of CUDA"):
        load_session(data, expected, "cuda")
    session = load_session(data, expected, "auto")
    assert session.provider == "CPUExecutionProvider"
    assert session.note.startswith("onnxruntime uses CPUExecutionProvider instead of CUDA")


def test_a_graph_that_fails_when_it_runs_gives_a_sentence(generator: ModelProto, expected: GraphFile) -> None:
    generator.graph.initializer.append(numpy_helper.from_array(np.array([0, 0, 0, 60000], np.int64), "far"))
    put_before_argmax(generator, "Gather", ("far",), axis=1)
    session = load_session(generator.SerializeToString(), expected, "cpu")
    with pytest.raises(ModelError, match=r"the model failed: .*indices element out of data bounds"):
        session.run({"z": latents(3, 2, LATENT_DIM)})
