"""How many workers train on this machine, and on which GPUs."""

import os

from mint.collection.worker_pool import num_cores
from mint.errors import CollectionError


def worker_environments(num_workers: int | None, per_gpu: int | None) -> list[dict[str, str]]:
    """Return the environment variables of each worker on this machine: one thread, and one of the GPUs in turn, or none.

    By default there is a worker for each core, or, where there are GPUs, ``per_gpu`` or one for each GPU. Raises CollectionError
    where there is no GPU for ``per_gpu``.
    """
    gpus = visible_gpus()
    if per_gpu and not gpus:
        raise CollectionError("--per-gpu is given, but torch finds no GPU on this machine; leave it out to train on the CPU")
    num_places = len(gpus) * (per_gpu or 1) if gpus else num_workers or num_cores()
    devices = [gpus[place % len(gpus)] if gpus else "" for place in range(min(num_places, num_workers or num_places))]
    return [
        {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": device}
        for device in devices
    ]


def visible_gpus() -> list[str]:
    """Return the GPUs on which torch can compute, as CUDA_VISIBLE_DEVICES names them; loads torch only where there is a driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
        if not pynvml.nvmlDeviceGetCount():
            return []
    except pynvml.NVMLError:
        return []
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    return named.split(",")[:count] if named else [str(number) for number in range(count)]
