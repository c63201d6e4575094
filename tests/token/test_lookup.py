"""Tokens are found by their folder, by their hash and by the name of their folder."""

from pathlib import Path

import pytest

from mint.errors import TokenError
from mint.token.lookup import find_token


def test_a_folder_of_art_does_not_hide_the_token_made_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("monsters").mkdir()
    assert find_token("monsters", Path("tokens")) == Path("monsters")
    Path("tokens/monsters").mkdir(parents=True)
    Path("tokens/monsters/token.json").touch()
    assert find_token("monsters", Path("tokens")) == Path("tokens/monsters")
    Path("monsters/token.json").touch()
    assert find_token("monsters", Path("tokens")) == Path("monsters")


def test_a_hint_names_the_place_of_tokens() -> None:
    with pytest.raises(TokenError, match=r"is not in my tokens; draw it with: mint new moon --tokens-dir 'my tokens'$"):
        find_token("moon", Path("my tokens"))
