"""What all tests share: golden pictures, and a cache of their own."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Before NumPy is loaded: tests run side by side, and threads that wait for each other make small matrices a hundred times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.pictures import GoldenPictures

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

GOLDEN = Path(__file__).parent / "golden"
# Folders whose tests share traced graphs.
TOGETHER = ("tests/export/", "tests/browser/training/")
# The files that take more than ten seconds of a processor, the longest first.
LONGEST = (
    "tests/browser/test_page.py",
    "tests/cli/test_mint_train.py",
    "tests/browser/live/test_history.py",
    "tests/browser/live/test_lifecycle.py",
    "tests/browser/test_screen.py",
    "tests/recipes/test_exports.py",
    "tests/compatibility/test_version_0_1.py",
    "tests/recipes/test_recipes.py",
    "tests/collection/training/test_interrupted_runs.py",
    "tests/browser/training/test_engine.py",
    "tests/browser/training/test_numbers.py",
    "tests/export/test_exporter.py",
    "tests/export/test_graph_cache.py",
    "tests/export/test_publisher.py",
    "tests/test_api.py",
    "tests/recipes/test_added_recipe.py",
    "tests/browser/live/test_controls.py",
    "tests/browser/live/test_statistics.py",
    "tests/browser/test_recipes_live.py",
    "tests/test_contributing.py",
    "tests/tileset/test_tileset.py",
    "tests/training/saving/test_killed.py",
    "tests/training/saving/test_recovery.py",
    "tests/collection/training/test_token_trainer.py",
    "tests/originality/test_originality.py",
    "tests/browser/bundle/test_bundled_page.py",
    "tests/browser/bundle/test_checking.py",
    "tests/browser/test_hostile.py",
    "tests/evaluation/test_report.py",
    "tests/cli/test_mint_collection_draw.py",
    "tests/bench/test_bench.py",
    "tests/viewer/web/test_replay.py",
    "tests/cli/test_mint_tileset.py",
    "tests/cli/test_picture_varieties.py",
    "tests/pixelate/test_model_renderer.py",
    "tests/collection/verification/test_verification.py",
)

with suppress(ModuleNotFoundError):  # a machine with a GPU may have only what its tests need
    import hypothesis

    # How long an example takes is the machine's affair, not the code's.
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="store golden pictures anew instead of comparing with them")
    parser.addoption("--update-docs", action="store_true", help="write the current help texts into docs/commands.md")


def pytest_configure(config: pytest.Config) -> None:
    # A run of the GPU's tests that skips them all must not look like one that passed them.
    if config.option.markexpr == "gpu" and "s" not in config.option.reportchars:
        config.option.reportchars += "s"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadFileScheduling":
    """Run the tests of a file in one process, because they share what is expensive to make, and so do those of some folders."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return next((folder for folder in TOGETHER if file.startswith(folder)), file)

    config.option.loadscopereorder = False  # the order is that of pytest_collection_modifyitems
    return Scheduling(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``-m gpu``, import only what has such tests: the others need browsers and libraries that a GPU's machine lacks."""
    if config.option.markexpr != "gpu":
        return None
    files = collection_path.rglob("test_*.py") if collection_path.is_dir() else [collection_path]
    return not any(b"pytest.mark.gpu" in path.read_bytes() for path in files) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that the processes of a run end together."""
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.nodeid.partition("::")[0], len(order)))


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
