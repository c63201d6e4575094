"""Errors of a device: shortage of memory, and failures of a GPU, which end in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from mint.errors import TrainingError

# What torch's allocators, C++ and CUDA's libraries say where they do not raise a class of their own. cuBLAS and cuDNN allocate
# memory when they are used for the first time, and call a failure "not initialized".
_OUT_OF_MEMORY: Final = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "bad_alloc",
    "bad allocation",
    "status_alloc_failed",
    "status_not_initialized",
    "device_allocation_failed",
)
_DEVICE_FAILED: Final = ("cuda error", "cudnn error", "cublas_status", "cudnn_status", "cuda driver")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on any device, or was raised while such an error was handled.

    A CUDA graph whose capture runs out of memory raises another error when the capture is ended.
    """
    return any(
        isinstance(link, MemoryError | torch.OutOfMemoryError)
        or (isinstance(link, RuntimeError) and _contains(link, _OUT_OF_MEMORY))
        for link in _chain(error)
    )


@contextmanager
def device_failures_as_sentences(repair: str) -> Iterator[None]:
    """Raise TrainingError, with a sentence that ends in ``repair``, where memory runs out or the GPU fails inside."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise TrainingError(f"memory ran out ({_first_line(error)}); end other programs, or {repair}") from error
        if any(isinstance(link, torch.AcceleratorError) or _contains(link, _DEVICE_FAILED) for link in _chain(error)):
            raise TrainingError(f"the GPU failed ({_first_line(error)}); {repair}") from error
        raise


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _contains(error: BaseException, parts: tuple[str, ...]) -> bool:
    text = str(error).lower()
    return any(part in text for part in parts)


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.split("\n", maxsplit=1)[0][:200].rstrip(". ")
