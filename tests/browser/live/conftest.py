"""A training with its page, for the tests of the live page."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.live.page import TOKEN
from tests.browser.training_process import Train, TrainingProcess
from tests.browser.viewer_process import OpenPage, ready
from tests.small_token import small_token


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a token of small sprites."""
    folder = tmp_path_factory.mktemp("workplace")
    small_token(TOKEN, folder / "tokens")
    return folder


@pytest.fixture(scope="module")
def token(workplace: Path) -> Path:
    return next((workplace / "tokens").iterdir())


@pytest.fixture(scope="module")
def training(workplace: Path) -> Iterator[TrainingProcess]:
    """A training for the tests that do not end it."""
    process = TrainingProcess(workplace, TOKEN, "--seed", "4")
    yield process
    process.end()


@pytest.fixture
def train(tmp_path: Path) -> Iterator[Train]:
    """Return a function that trains a token of small sprites in tmp_path."""
    small_token(TOKEN, tmp_path / "tokens")
    with ExitStack() as stack:

        def start(*arguments: str) -> TrainingProcess:
            process = TrainingProcess(tmp_path, TOKEN, *arguments)
            stack.callback(process.end)
            return process

        yield start


@pytest.fixture
def page(training: TrainingProcess, open_page: OpenPage) -> Page:
    """Open a page; settings that it does not make are those of the test before."""
    page = ready(open_page(training))
    page.get_by_role("button", name="cut").click()
    return page
