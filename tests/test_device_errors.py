"""Errors of the device: a shortage of memory is recognised however it is raised, and a GPU that fails ends in one sentence."""

from pathlib import Path

import pytest
import torch

from mint.device_errors import device_failures_as_sentences, is_out_of_memory
from mint.errors import TrainingError
from mint.training.control import Control
from mint.training.loop import Limits
from tests.training.tiny import CallbackLog, open_session


def raised_while_handling(first: Exception, second: Exception) -> Exception:
    """Return an error as it is raised while another one is handled."""
    try:
        try:
            raise first
        finally:
            raise second
    except type(second) as error:
        return error


IN_A_CAPTURE = raised_while_handling(
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 MiB"),
    torch.AcceleratorError("CUDA error: operation failed due to a previous error during capture"),
)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"), True),
        (torch.AcceleratorError("CUDA error: out of memory"), True),
        (IN_A_CAPTURE, True),
        (torch.AcceleratorError("CUDA error: an illegal memory access was encountered"), False),
        (RuntimeError("shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
        (raised_while_handling(KeyError("a"), RuntimeError("b")), False),
    ],
)
def test_errors_that_say_out_of_memory(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            torch.AcceleratorError("CUDA error: an illegal memory access\nmore"),
            "the GPU failed (CUDA error: an illegal memory access)",
        ),
        (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), "the GPU failed (cuDNN error: CUDNN_STATUS_EXECUTION_FAILED)"),
        (torch.OutOfMemoryError("CUDA out of memory."), "memory ran out (CUDA out of memory); end other programs, or"),
        (MemoryError(), "memory ran out (MemoryError); end other programs, or"),
    ],
)
def test_a_failure_of_the_device_is_one_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(TrainingError) as caught, device_failures_as_sentences("use --device cpu"):
        raise error
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(" use --device cpu")


def test_other_errors_are_passed_on() -> None:
    with pytest.raises(RuntimeError, match="shapes"), device_failures_as_sentences("use --device cpu"):
        raise RuntimeError("shapes cannot be multiplied")


def fail_at(step: int, error: Exception, folder: Path) -> tuple[CallbackLog, TrainingError | None]:
    """Train for twelve steps with a step that fails once; return what was reported, and how it ended."""
    session = open_session(folder)
    log, take_step, num_taken = CallbackLog(), session.learner.step, 0

    def harmful_step(*arguments: object) -> dict[str, torch.Tensor]:
        nonlocal num_taken
        num_taken += 1
        if num_taken == step:
            raise error
        return take_step(*arguments)  # type: ignore[arg-type]

    vars(session.learner)["step"] = harmful_step
    try:
        session.run(Limits(steps=12), Control(), log.callbacks())
    except TrainingError as ended:
        return log, ended
    return log, None


def test_a_gpu_that_fails_ends_the_training_in_a_sentence(tmp_path: Path) -> None:
    open_session(tmp_path).run(Limits(steps=3), Control(), CallbackLog().callbacks())
    log, ended = fail_at(2, torch.AcceleratorError("CUDA error: unspecified launch failure\nmore"), tmp_path)
    expected = "the GPU failed (CUDA error: unspecified launch failure); train again: it goes on from the last checkpoint; or use"
    assert str(ended) == f"{expected} --device cpu"
    assert (log.steps, log.warnings) == ([4], [])
    assert open_session(tmp_path).progress.step == 3


def test_a_capture_without_memory_makes_batches_smaller(tmp_path: Path) -> None:
    log, ended = fail_at(5, IN_A_CAPTURE, tmp_path)
    assert ended is None
    assert log.warnings == ["memory ran out in step 5; training goes on from step 0 with 0.5 of the pictures in a step"]
    assert log.num_out_of_memory == 1
