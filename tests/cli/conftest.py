"""Fixtures of the tests of commands."""

from pathlib import Path

import pytest

from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.cli.tokens import HASH


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def folder(work: Path) -> Path:
    """Draw a token in the empty folder."""
    return mint_token(parse_hash(HASH), Path("tokens"))
