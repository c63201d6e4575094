"""A checked graph in onnxruntime: the device that computes is reported truthfully, and what fails gives a sentence."""

from typing import ClassVar

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, numpy_helper

from tests.cuda_driver import has_driver
from tests.hostile_graphs import put_before_argmax
from tests.small_model import LATENT_DIM
from viewer.errors import DeviceError, ModelError
from viewer.exported.manifest import GraphFile
from viewer.exported.session import load_session
from viewer.latents.seeds import latents

HAS_DRIVER = has_driver()


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


class CudaSession:
    """A session that says it runs with CUDA, and computes on the CPU or fails; the arguments of each are kept."""

    arguments: ClassVar[list[tuple[list[object], bool]]] = []
    failure = ""

    def __init__(self, graph: bytes, options: onnxruntime.SessionOptions, providers: list[object], **_: object) -> None:
        strict = options.get_session_config_entry("session.disable_cpu_ep_fallback") == "1" if _is_strict(options) else False
        self.arguments.append((providers, strict))
        self._session = REAL_SESSION(graph, providers=["CPUExecutionProvider"])

    def get_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]


REAL_SESSION = onnxruntime.InferenceSession


def _is_strict(options: onnxruntime.SessionOptions) -> bool:
    try:
        return bool(options.get_session_config_entry("session.disable_cpu_ep_fallback"))
    except RuntimeError:  # it was not set
        return False


class PlainBinding:
    """Runs a session without memory of a device, or fails as a GPU does for which there is no code."""

    def __init__(self, session: CudaSession, *_: object) -> None:
        self._session = session

    def run(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        if CudaSession.failure:
            raise RuntimeError(CudaSession.failure)
        (pixels,) = self._session._session.run(None, inputs)
        return np.asarray(pixels)


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> type[CudaSession]:
    """Have onnxruntime give sessions that say they run with CUDA."""
    monkeypatch.setattr("viewer.exported.session.missing_for_cuda", lambda: "")
    monkeypatch.setattr("viewer.exported.session.InputBinding", PlainBinding)
    monkeypatch.setattr(onnxruntime, "InferenceSession", CudaSession)
    monkeypatch.setattr(CudaSession, "arguments", [])
    return CudaSession


def test_cuda_is_used_where_it_draws(generator: ModelProto, expected: GraphFile, cuda: type[CudaSession]) -> None:
    session = load_session(generator.SerializeToString(), expected, "auto")
    assert (session.provider, session.note) == ("CUDAExecutionProvider", "")
    # The first may fall back, so that missing libraries are told from a graph that CUDA does not run.
    assert [strict for _, strict in cuda.arguments] == [False, True]
    options = {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"}
    assert all(providers == [("CUDAExecutionProvider", options)] for providers, _ in cuda.arguments)


@pytest.mark.parametrize(
    "failure",
    [
        "CUDA failure 209: no kernel image is available for execution on the device ; GPU=0",
        "Failed to load cuDNN: libcudnn.so.9: cannot open shared object file",
    ],
)
def test_a_gpu_that_loads_and_cannot_draw_is_told(
    generator: ModelProto, expected: GraphFile, cuda: type[CudaSession], monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr(cuda, "failure", failure)
    sentence = f"CUDA loads this model and cannot run it: the model failed: {failure}; check the NVIDIA driver and pip install"
    with pytest.raises(DeviceError) as caught:
        load_session(generator.SerializeToString(), expected, "cuda")
    assert str(caught.value).startswith(sentence)

    def session_of(graph: bytes, options: object, providers: list[object], **_: object) -> object:
        return (REAL_SESSION if providers == ["CPUExecutionProvider"] else cuda)(graph, options, providers)

    monkeypatch.setattr(onnxruntime, "InferenceSession", session_of)
    session = load_session(generator.SerializeToString(), expected, "auto")
    assert session.provider == "CPUExecutionProvider"
    assert session.note.startswith(sentence)
    assert session.run({"z": latents(3, 2, LATENT_DIM)}).shape == (2, 8, 8)


def test_what_is_missing_for_cuda_is_told_and_not_printed(
    generator: ModelProto, expected: GraphFile, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("viewer.exported.session.missing_for_cuda", lambda: "")
    monkeypatch.setattr(onnxruntime, "InferenceSession", CpuFallbackSession)
    missing = "Failed to load libcublasLt.so.13: cannot open shared object file"
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: print(f"{missing}\nPlease follow the installation guide."))
    with pytest.raises(DeviceError) as caught:
        load_session(generator.SerializeToString(), expected, "cuda")
    assert str(caught.value).startswith(
        f"onnxruntime uses CPUExecutionProvider instead of CUDA ({missing}); check the NVIDIA driver"
    )
    assert capfd.readouterr() == ("", "")


def test_a_graph_that_fails_when_it_runs_gives_a_sentence(generator: ModelProto, expected: GraphFile) -> None:
    generator.graph.initializer.append(numpy_helper.from_array(np.array([0, 0, 0, 60000], np.int64), "far"))
    put_before_argmax(generator, "Gather", ("far",), axis=1)
    session = load_session(generator.SerializeToString(), expected, "cpu")
    with pytest.raises(ModelError, match=r"the model failed: .*indices element out of data bounds"):
        session.run({"z": latents(3, 2, LATENT_DIM)})
