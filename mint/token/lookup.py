"""Find a token by its folder, its hash or its folder's name."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from mint.errors import TokenError
from mint.token.hash import TokenHash, parse_hash


def find_token(token: str, tokens_dir: Path, draw: Callable[[TokenHash, Path], Path] | None = None) -> Path:
    """Return the folder of a token, given as a folder, a hash, or the name of a folder in ``tokens_dir``.

    A hash without a token is drawn with ``draw``. Raises HashError for a malformed hash, and TokenError where there is no token.
    """
    named = tokens_dir / token
    is_named = os.path.isfile(named / "token.json")
    # A folder of art may have the name of the token that was made of it. Unlike Path.is_dir, os.path.isdir returns False for a
    # hash that is too long for a file name.
    if os.path.isdir(token) and (os.path.isfile(Path(token, "token.json")) or not is_named):
        return Path(token)
    token_hash = parse_hash(token)
    folder = tokens_dir / token_hash.folder_name
    if not os.path.isdir(folder) and is_named:
        return named
    if draw is not None:
        return draw(token_hash, tokens_dir)
    if not os.path.isdir(folder) and os.path.isfile(token):
        raise TokenError(f"{token} is a file, and a token is a folder or a hash; give one of these, {_use_of(token)}")
    if not os.path.isdir(folder):
        place = [] if tokens_dir == Path("tokens") else ["--tokens-dir", str(tokens_dir)]
        raise TokenError(
            f"the token of {token!r} is not in {tokens_dir}; draw it with: {shlex.join(['mint', 'new', token, *place])}"
        )
    return folder


def _use_of(file: str) -> str:
    """Return what to do with a file: a snapshot file can be looked at or unpacked, all others may be art."""
    if not file.lower().endswith(".pixelmint"):
        return f"or make one of art with: mint import {shlex.quote(file)}"
    show, unzip = f"viewer show {shlex.quote(file)}", f"unzip {shlex.quote(file)} -d {shlex.quote(Path(file).stem)}"
    return f"look at this snapshot with: {show}, or unpack it into a token folder with: {unzip}"
