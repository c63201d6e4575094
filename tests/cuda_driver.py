"""Whether this machine has an NVIDIA driver."""

import ctypes
import sys

import onnxruntime
import pytest


def has_driver() -> bool:
    """Load the driver's library as onnxruntime does; ``ctypes.util.find_library`` misses it where no cache of libraries is kept."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True


needs_cuda_provider = pytest.mark.skipif(
    "CUDAExecutionProvider" not in onnxruntime.get_available_providers() or not has_driver(),
    reason="needs onnxruntime-gpu and an NVIDIA driver",
)
