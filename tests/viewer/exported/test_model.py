"""A loaded model: a tile does not depend on others, has only colours of the palette, and the device is reported truthfully."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto

from tests.cuda_driver import needs_cuda_provider
from tests.hostile_graphs import add_nine
from tests.small_model import LATENT_DIM, small_generator, small_origin, write_models
from viewer.errors import DeviceError, ModelError
from viewer.exported.binding import InputBinding
from viewer.exported.manifest import GraphFile, Origin, tensors
from viewer.exported.model import BATCH, BATCHES, load_model
from viewer.latents.seeds import latents

TOKENS = Path(__file__).parents[3] / "tokens"
HAS_CUDA = "CUDAExecutionProvider" in onnxruntime.get_available_providers()


def test_tiles_equal_those_of_plain_onnxruntime(write_export: Callable[[], Path], generator: ModelProto) -> None:
    session = onnxruntime.InferenceSession(generator.SerializeToString(), providers=["CPUExecutionProvider"])
    z = latents(3, BATCH, LATENT_DIM)
    tiles = load_model(write_export(), "cpu").generate(z)
    assert tiles.dtype == np.uint8
    assert tiles.shape == (BATCH, 8, 8)
    assert np.array_equal(tiles, session.run(["pixels"], {"z": z})[0])
    assert set(np.unique(tiles)) == {0, 1, 2, 3}


@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH + 1, 3 * BATCH])
def test_a_tile_does_not_depend_on_the_others(write_export: Callable[[], Path], count: int) -> None:
    model = load_model(write_export(), "cpu")
    z = latents(3, 3 * BATCH, LATENT_DIM)
    assert np.array_equal(model.generate(z[:count]), model.generate(z)[:count])


@pytest.mark.parametrize("z", [np.zeros((1, 4), np.float32), np.zeros(5, np.float32), np.zeros((1, 5))])
def test_latents_of_another_shape_or_dtype_are_refused(write_export: Callable[[], Path], z: np.ndarray) -> None:
    with pytest.raises(ModelError, match=r"this model takes float32 \(n, 5\)"):
        load_model(write_export(), "cpu").generate(z)


def test_a_colour_outside_the_palette_is_refused(write_export: Callable[[ModelProto], Path], generator: ModelProto) -> None:
    add_nine(generator)
    model = load_model(write_export(generator), "cpu")
    with pytest.raises(ModelError, match="the generator drew colour 12 of a palette of 4"):
        model.generate(latents(3, 8, LATENT_DIM))


def test_the_cpu_is_reported(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "cpu")
    assert (model.provider, model.note) == ("CPUExecutionProvider", "")


@pytest.mark.skipif(HAS_CUDA, reason="this onnxruntime supports CUDA")
def test_unavailable_cuda_is_reported_with_its_repair(write_export: Callable[[], Path]) -> None:
    with pytest.raises(DeviceError) as caught:
        load_model(write_export(), "cuda")
    assert str(caught.value) == ("this onnxruntime does not support CUDA; install onnxruntime-gpu instead, or give --device cpu")


@pytest.mark.skipif(HAS_CUDA, reason="this onnxruntime supports CUDA")
def test_auto_is_the_cpu_without_cuda(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "auto")
    assert (model.provider, model.note) == ("CPUExecutionProvider", "")


def test_a_model_that_ends_its_process_is_told(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "cpu")
    z = latents(3, 4, LATENT_DIM)
    assert model.generate(z).shape == (4, 8, 8)
    os.kill(model._process._process.pid, signal.SIGFPE)
    for _ in range(2):
        with pytest.raises(
            ModelError, match="the generator of opensesame-0123456789ab fails: the model ended its process by SIGFPE"
        ):
            model.generate(z)
    assert load_model(write_export(), "cpu").generate(z).shape == (4, 8, 8)


def test_a_large_model_is_computed_in_small_batches(write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    z = latents(3, 9, LATENT_DIM)
    whole = load_model(write_export(), "cpu")
    assert whole.max_batch == BATCH
    monkeypatch.setattr("viewer.exported.model.MAX_BATCH_MULTIPLICATIONS", 100_000)
    small = load_model(write_export(), "cpu")
    assert small.max_batch == 4
    assert np.array_equal(whole.generate(z, batch=4), small.generate(z))
    monkeypatch.setattr("viewer.exported.model.MAX_BATCH_BYTES", 1)
    assert load_model(write_export(), "cpu").max_batch == 1


def origins_without_and_with_labels() -> list[Origin]:
    return [small_origin(), small_origin(labels=("tall hat", "beard"))]


@pytest.mark.parametrize("origin", origins_without_and_with_labels(), ids=["plain", "labelled"])
@pytest.mark.parametrize("batch", BATCHES)
def test_bound_memory_is_reused(origin: Origin, batch: int) -> None:
    session = onnxruntime.InferenceSession(small_generator(origin).SerializeToString(), providers=["CPUExecutionProvider"])
    inputs_of, outputs_of = tensors("generator", origin.size, LATENT_DIM, len(origin.labels))
    binding = InputBinding(session, GraphFile(bytes=1, sha256="", inputs=inputs_of, outputs=outputs_of), batch, "cpu")
    results = []
    for seed in (1, 2):
        inputs = {"z": latents(seed, batch, LATENT_DIM)}
        if origin.labels:
            inputs["labels"] = np.full((batch, 2), seed - 1, np.float32)
        results.append(binding.run(inputs))
        assert np.array_equal(results[-1], session.run(["pixels"], inputs)[0])
    # A later run does not change earlier results.
    assert not np.array_equal(results[0], results[1])
    assert results[0].dtype == np.uint8


@pytest.mark.gpu
@needs_cuda_provider
@pytest.mark.parametrize("origin", origins_without_and_with_labels(), ids=["plain", "labelled"])
@pytest.mark.parametrize("batch", BATCHES)
def test_cuda_draws_the_same_tiles(tmp_path: Path, origin: Origin, batch: int) -> None:
    token = write_models(tmp_path / "token", origin)
    cuda, cpu = load_model(token, "cuda"), load_model(token, "cpu")
    assert cuda.provider == "CUDAExecutionProvider"
    labels = [1.0, 0.0][: len(origin.labels)]
    for seed in (3, 4):  # the second run reuses the memory
        z = latents(seed, 2 * BATCH + 1, LATENT_DIM)
        tiles = cuda.generate(z, labels, batch=batch)
        # Nearly tied colours may be decided differently.
        assert (tiles != cpu.generate(z, labels, batch=batch)).mean() < 0.001
        assert np.array_equal(tiles, cuda.generate(z, labels, batch=batch))


@pytest.mark.gpu
@needs_cuda_provider
def test_auto_is_cuda_with_a_gpu(write_export: Callable[[], Path]) -> None:
    model = load_model(write_export(), "auto")
    assert (model.provider, model.note) == ("CUDAExecutionProvider", "")


@pytest.mark.gpu
@needs_cuda_provider
@pytest.mark.parametrize("token", sorted(TOKENS.glob("*/models")), ids=lambda path: path.parent.name)
def test_cuda_draws_the_token_in_the_repository(token: Path) -> None:
    cuda, cpu = load_model(token, "cuda"), load_model(token, "cpu")
    assert (cuda.provider, cuda.note) == ("CUDAExecutionProvider", "")
    z = latents(3, 256, cuda.manifest.origin.latent_dim)
    # The generator reads its own tiles, so a decision between two tied colours changes others.
    share = (cuda.generate(z) != cpu.generate(z)).mean()
    print(f"{100 * share:.3f} % of the pixels differ")
    assert share <= 0.02
