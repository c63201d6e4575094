"""What all tests share: golden pictures, and a cache of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# Before NumPy is loaded: tests run side by side, and threads that wait for each other make small matrices a hundred times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.pictures import GoldenPictures

GOLDEN = Path(__file__).parent / "golden"

# How long an example takes is the machine's affair, not the code's.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="store golden pictures anew instead of comparing with them")
    parser.addoption("--update-docs", action="store_true", help="write the current help texts into docs/commands.md")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep traced graphs in a folder of these tests, not in the user's; the processes of one run share it."""
    folder = tmp_path_factory.getbasetemp()
    run = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(run / "cache"))
        yield


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def golden(update_golden: bool) -> GoldenPictures:
    return GoldenPictures(GOLDEN, GOLDEN / "report", update_golden)
