"""The device that trains: the CPU, or a GPU on which torch really computes."""

import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from mint.errors import TrainingError

_LOGGER = logging.getLogger("mint")


def choose_device(name: str, warn: Callable[[str], None] = _LOGGER.warning) -> torch.device:
    """Return the device called ``auto``, ``cpu``, ``cuda`` or ``cuda:1``, and make a GPU the process's current one.

    ``cuda`` is the first GPU; ``auto`` is that one where torch can compute on it, and the CPU elsewhere. Where a GPU was found and
    fails, ``warn`` gets a sentence that says why it is not used. ``cpu`` leaves CUDA alone, since asking takes memory of a GPU.
    Raises TrainingError for a GPU that torch does not find or that fails.
    """
    if name == "cpu":
        return torch.device("cpu")
    if re.fullmatch(r"auto|cuda(:\d{1,3})?", name) is None:
        raise TrainingError(f"the device {name!r} is not known; use auto, cpu, cuda, or cuda:1 for the second GPU")
    index = int(name.partition(":")[2] or 0)
    problem = _find_problem(index)
    if problem is None:
        torch.cuda.set_device(index)
        return torch.device("cuda", index)
    if name != "auto":
        raise TrainingError(f"--device {name} cannot be used: {problem.reason}; {problem.repair}, or use --device cpu")
    if problem.is_of_gpu:
        warn(f"the CPU is used, because {problem.reason}; to use the GPU, {problem.repair}")
    return torch.device("cpu")


def device_name(device: torch.device) -> str:
    """Return the name of a device for people: ``CPU`` or ``CUDA``."""
    return device.type.upper()


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """Why a GPU cannot be used and what repairs that; ``is_of_gpu`` is whether there is one that fails."""

    reason: str
    repair: str
    is_of_gpu: bool


def _find_problem(index: int) -> _Problem | None:
    """Return what keeps torch from computing on a GPU, None where it computes.

    torch only counts GPUs. It has no kernels for some of them (CUDA 13 has none for Pascal and Volta), and others are reserved for
    another process or have no memory left, which only a computation shows.
    """
    if torch.version.cuda is None:
        return _Problem(reason="this torch was built without CUDA", repair="install a CUDA build of torch", is_of_gpu=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not count:
        reason = f"torch finds no CUDA device{f' ({_first_line(str(caught[0].message))})' if caught else ''}"
        return _Problem(reason=reason, repair="install a driver that fits this torch", is_of_gpu=bool(caught))
    if index >= count:
        names = "cuda:0" if count == 1 else f"cuda:0 to cuda:{count - 1}"
        return _Problem(reason=f"torch finds {names} only", repair="give one of these", is_of_gpu=False)
    try:
        _compute_on(index)
    except (MemoryError, RuntimeError) as error:
        kernels = ", ".join(torch.cuda.get_arch_list())
        return _Problem(
            reason=f"the GPU cuda:{index} fails: {_first_line(str(error))}",
            repair=f"free its memory, or install a torch with kernels for it (this one has {kernels})",
            is_of_gpu=True,
        )
    return None


def _compute_on(index: int) -> None:
    """Run a convolution and a product of matrices, which load cuDNN and cuBLAS. Raises RuntimeError where the GPU fails."""
    x = torch.ones((1, 1, 8, 8), device=torch.device("cuda", index))
    (F.conv2d(x, x[:, :, :3, :3]).sum() + (x[0, 0] @ x[0, 0]).sum()).item()


def _first_line(message: str) -> str:
    return message.strip().split("\n", maxsplit=1)[0][:200].rstrip(". ")
