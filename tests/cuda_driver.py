"""Whether this machine has an NVIDIA driver."""

import ctypes
import sys


def has_driver() -> bool:
    """Load the driver's library as onnxruntime does; ``ctypes.util.find_library`` misses it where no cache of libraries is kept."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
