"""A model at work: the same tile beside any others, only its palette's colours, and the truth about the device."""

from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, helper, numpy_helper

from tests.small_model import LATENT_DIM, small_generator, small_origin, write_models
from viewer.errors import DeviceError, ModelError
from viewer.exported.binding import Binding
from viewer.exported.manifest import Origin
from viewer.exported.model import BATCH, BATCHES, load_model
from viewer.latents.seeds import latents

HAS_DRIVER = find_library("cuda") is not None
HAS_CUDA = "CUDAExecutionProvider" in onnxruntime.get_available_providers()


def test_tiles_are_what_onnxruntime_alone_gives(write_export: Callable[[], Path], generator: ModelProto) -> None:
    session = onnxruntime.InferenceSession(generator.SerializeToString(), providers=["CPUExecutionProvider"])
    z = latents(3, BATCH, LATENT_DIM)
    tiles = load_model(write_export(), "cpu").generate(z)
    assert tiles.dtype == np.uint8
    assert tiles.shape == (BATCH, 8, 8)
    assert np.array_equal(tiles, session.run(["pixels"], {"z": z})[0])
    assert set(np.unique(tiles)) == {0, 1, 2, 3}


@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH + 1, 3 * BATCH])
def test_a_tile_is_the_same_beside_any_others(write_export: Callable[[], Path], count: int) -> None:
    model = load_model(write_export(), "cpu")
    z = latents(3, 3 * BATCH, LATENT_DIM)
    assert np.array_equal(model.generate(z[:count]), model.generate(z)[:count])


@pytest.mark.parametrize("z", [np.zeros((1, 4), np.float32), np.zeros(5, np.float32), np.zeros((1, 5))])
def test_latents_of_another_form_are_refused(write_export: Callable[[], Path], z: np.ndarray) -> None:
    with pytest.raises(ModelError, match=r"this model takes float32 \(n, 5\)"):
        load_model(write_export(), "cpu").generate(z)


def test_a_colour_outside_the_palette_is_refused(write_export: Callable[[ModelProto], Path], generator: ModelProto) -> None:
    generator.graph.node[-1].output[0] = "small_index"
    generator.graph.initializer.append(numpy_helper.from_array(np.array(9, np.uint8), "nine"))
    generator.graph.node.append(helper.make_node("Add", ["small_index", "nine"], ["pixels"]))
    model = load_model(write_export(generator), "cpu")
    with pytest.raises(ModelError, match="the generator drew colour 12 of a palette of 4"):
        model.generate(latents(3, 8, LATENT_DIM))


def test_the_cpu_is_named(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "cpu")
    assert (model.provider, model.note) == ("CPUExecutionProvider", "")


@pytest.mark.skipif(HAS_CUDA, reason="this onnxruntime knows CUDA")
def test_asking_for_cuda_in_vain_says_what_repairs_it(write_export: Callable[[], Path]) -> None:
    with pytest.raises(DeviceError) as caught:
        load_model(write_export(), "cuda")
    assert str(caught.value) == ("this onnxruntime knows no CUDA; install onnxruntime-gpu in its place, or give --device cpu")


@pytest.mark.skipif(HAS_CUDA, reason="this onnxruntime knows CUDA")
def test_auto_is_the_cpu_where_there_is_nothing_else(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "auto")
    assert (model.provider, model.note) == ("CPUExecutionProvider", "")


@pytest.mark.skipif(HAS_DRIVER, reason="this machine has an NVIDIA driver")
def test_a_machine_without_a_driver_is_told_so(write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    token = write_export()
    with pytest.raises(DeviceError, match=r"no NVIDIA driver is found \(.*\); install one, or give --device cpu"):
        load_model(token, "cuda")
    assert load_model(token, "auto").note == ""


class SessionThatFellBack:
    """What onnxruntime gives when CUDA fails to load: a session on the CPU, and a warning."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]


def test_a_silent_fallback_is_noticed(write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.exported.model._missing_for_cuda", lambda: "")
    monkeypatch.setattr(onnxruntime, "InferenceSession", SessionThatFellBack)
    token = write_export()
    with pytest.raises(DeviceError, match="onnxruntime took CPUExecutionProvider in place of CUDA"):
        load_model(token, "cuda")
    model = load_model(token, "auto")
    assert model.provider == "CPUExecutionProvider"
    assert model.note.startswith("onnxruntime took CPUExecutionProvider in place of CUDA")


def whole_and_labelled() -> list[Origin]:
    return [small_origin(), small_origin(labels=("tall hat", "beard"))]


@pytest.mark.parametrize("origin", whole_and_labelled(), ids=["plain", "labelled"])
@pytest.mark.parametrize("batch", BATCHES)
def test_bound_inputs_and_outputs_are_filled_anew_each_time(origin: Origin, batch: int) -> None:
    session = onnxruntime.InferenceSession(small_generator(origin).SerializeToString(), providers=["CPUExecutionProvider"])
    binding = Binding(session, origin, batch, "cpu")
    answers = []
    for seed in (1, 2):
        given = {"z": latents(seed, batch, LATENT_DIM)}
        if origin.labels:
            given["labels"] = np.full((batch, 2), seed - 1, np.float32)
        answers.append(binding.run(given))
        assert np.array_equal(answers[-1], session.run(["pixels"], given)[0])
    # What was handed out stays as it was.
    assert not np.array_equal(answers[0], answers[1])
    assert answers[0].dtype == np.uint8


NEEDS_GPU = pytest.mark.skipif(not (HAS_CUDA and HAS_DRIVER), reason="needs onnxruntime-gpu and an NVIDIA driver")


@pytest.mark.gpu
@NEEDS_GPU
@pytest.mark.parametrize("origin", whole_and_labelled(), ids=["plain", "labelled"])
@pytest.mark.parametrize("batch", BATCHES)
def test_cuda_draws_the_same(tmp_path: Path, origin: Origin, batch: int) -> None:
    token = write_models(tmp_path / "token", origin)
    cuda, cpu = load_model(token, "cuda"), load_model(token, "cpu")
    assert cuda.provider == "CUDAExecutionProvider"
    asked = [1.0, 0.0][: len(origin.labels)]
    for seed in (3, 4):  # the second time, what was reserved is there
        z = latents(seed, 2 * BATCH + 1, LATENT_DIM)
        tiles = cuda.generate(z, asked, batch=batch)
        # Nearly tied colours may fall otherwise.
        assert (tiles != cpu.generate(z, asked, batch=batch)).mean() < 0.001
        assert np.array_equal(tiles, cuda.generate(z, asked, batch=batch))


@pytest.mark.gpu
@NEEDS_GPU
def test_auto_is_cuda_where_there_is_a_gpu(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "auto")
    assert (model.provider, model.note) == ("CUDAExecutionProvider", "")
