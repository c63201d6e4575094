"""The device that trains."""

import torch

from mint.errors import TrainingError

CHOICES = ("auto", "cpu", "cuda")


def choose_device(name: str) -> torch.device:
    """Return the device called ``auto``, ``cpu`` or ``cuda``; ``auto`` is CUDA where torch finds it.

    Raises TrainingError for ``cuda`` where torch does not find it.
    """
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        reason = "torch finds no CUDA device" if torch.version.cuda is not None else "this torch was built without CUDA"
        raise TrainingError(
            f"--device cuda cannot be used: {reason}; install a CUDA build of torch and a driver, or use --device cpu"
        )
    return torch.device("cuda" if available and name != "cpu" else "cpu")


def device_name(device: torch.device) -> str:
    """Return the name of a device for people: ``CPU`` or ``CUDA``."""
    return device.type.upper()
