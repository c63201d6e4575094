"""onnxruntime-web for tests, from the user's cache."""

import pytest

from mint.browser.bundle.web_runtime import WebRuntime, find_web_runtime
from mint.cache_folder import cache_folder

# The user's, before the tests get a cache of their own.
INSTALLED = cache_folder("onnxruntime-web")


@pytest.fixture(scope="session")
def web_runtime() -> WebRuntime:
    """Return what npm has installed; skip where it has not, since tests load nothing from a network."""
    if not INSTALLED.is_dir():
        pytest.skip("onnxruntime-web is not installed: make setup")
    folder = cache_folder("onnxruntime-web")
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(INSTALLED)
    return find_web_runtime()
