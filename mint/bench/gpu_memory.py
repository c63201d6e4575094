"""The memory that a process takes of a GPU, as the driver counts it: with the context and the pools that torch does not count."""

import os


def process_memory_mb(uuid: str) -> float | None:
    """Return the memory of this process on the GPU of this UUID in MiB, by NVIDIA's management library (nvidia-ml-py).

    Returns None where the driver does not tell. In a container it may number processes otherwise; then a GPU with a single process
    is taken to be this one's.
    """
    import pynvml

    try:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByUUID(uuid if uuid.startswith("GPU-") else f"GPU-{uuid}")
        processes = pynvml.nvmlDeviceGetComputeRunningProcesses(handle)
    except pynvml.NVMLError:
        return None
    own = [process for process in processes if process.pid == os.getpid()] or (processes if len(processes) == 1 else [])
    used = own[0].usedGpuMemory if own else None
    return None if used is None else used / 2**20
