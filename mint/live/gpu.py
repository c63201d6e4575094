"""How busy a GPU is, as NVIDIA's management library tells it (nvidia-ml-py)."""

from collections.abc import Callable

BusyShare = Callable[[], float | None]


def busy_share_of(uuid: str) -> BusyShare:
    """Return a function that tells in how much of the last moments some kernel ran on the GPU of this UUID: percent, or None.

    The library looks back over a sixth of a second to a second, so asking more than twice a second tells nothing new. Where there
    is no GPU or driver, None is all it says.
    """
    import pynvml

    try:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByUUID(uuid if uuid.startswith("GPU-") else f"GPU-{uuid}")
    except pynvml.NVMLError:
        return lambda: None

    def busy_share() -> float | None:
        try:
            return float(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        except pynvml.NVMLError:
            return None

    return busy_share
