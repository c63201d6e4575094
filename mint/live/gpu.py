"""How busy a GPU is, as reported by NVIDIA's management library (nvidia-ml-py)."""

from collections.abc import Callable

MeasureUtilization = Callable[[], float | None]


def gpu_utilization(uuid: str) -> MeasureUtilization:
    """Return a function that measures for how much of the last moments a kernel ran on the GPU of this UUID, in percent.

    The library averages over a sixth of a second to a second, so measuring more than twice a second gives nothing new. Without a
    GPU or a driver the function returns None.
    """
    import pynvml

    try:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByUUID(uuid if uuid.startswith("GPU-") else f"GPU-{uuid}")
    except pynvml.NVMLError:
        return lambda: None

    def utilization() -> float | None:
        try:
            return float(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        except pynvml.NVMLError:
            return None

    return utilization
