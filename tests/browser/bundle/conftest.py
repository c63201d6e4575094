"""onnxruntime-web for tests, from the user's cache."""

import pytest

from mint.browser.bundle.web_runtime import WebRuntime, find_web_runtime
from tests.installed_packages import is_installed, link_installed


@pytest.fixture(scope="session")
def web_runtime() -> WebRuntime:
    """Return what npm has installed; skip where it has not, since tests load nothing from a network."""
    if not is_installed("onnxruntime-web"):
        pytest.skip("onnxruntime-web is not installed: make setup")
    link_installed("onnxruntime-web")
    return find_web_runtime()
