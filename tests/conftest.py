"""What all tests share: golden pictures."""

from pathlib import Path

import pytest
from pictures import GoldenPictures

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="store golden pictures anew instead of comparing with them")
    parser.addoption("--update-readme", action="store_true", help="write the current help texts into the README")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def golden(update_golden: bool) -> GoldenPictures:
    return GoldenPictures(GOLDEN, GOLDEN / "report", update_golden)
