"""What all commands share: foreseen failures as sentences, and the TOKEN argument."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import click

import viewer.command
from mint.errors import PixelmintError, TokenError
from viewer.errors import ViewerError

if TYPE_CHECKING:
    from mint.token.hash import TokenHash

Command = TypeVar("Command", bound=Callable[..., Any])


class ErrorGroup(viewer.command.ErrorGroup):
    """A group of commands whose foreseen failures end in one sentence and exit code 1."""

    failures: ClassVar[tuple[type[Exception], ...]] = (PixelmintError, ViewerError)


def takes_token(command: Command) -> Command:
    """Give a command the argument TOKEN and the option --tokens-dir."""
    return click.argument("token")(takes_tokens_dir(command))


def takes_tokens_dir(command: Command) -> Command:
    """Give a command the option --tokens-dir."""
    return click.option(
        "--tokens-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("tokens"),
        show_default=True,
        help="Where token folders are.",
    )(command)


def percent(share: float) -> str:
    """Return a share in the form that all commands have."""
    return f"{100 * share:.2f} %"


def check_png(path: Path | None, option: str) -> None:
    """Refuse a file to be drawn whose name says that it is no PNG. Raises BadParameter."""
    if path is not None and path.suffix.lower() != ".png":
        raise click.BadParameter(f"{path} does not end in .png", param_hint=f"'{option}'")


def find_token(token: str, tokens_dir: Path, draw: "Callable[[TokenHash, Path], Path] | None" = None) -> Path:
    """Return the folder of a token that was named by its folder, its hash or its folder's name in ``tokens_dir``.

    An unseen hash is drawn with ``draw``. Raises HashError for a malformed hash and TokenError for a folder or hash without a
    token.
    """
    from mint.token.hash import parse_hash

    # Unlike Path.is_dir, os.path.isdir answers for a hash that is too long for a file name, too.
    if os.path.isdir(token):
        return Path(token)
    token_hash = parse_hash(token)
    folder, named = tokens_dir / token_hash.folder_name, tokens_dir / token
    if not os.path.isdir(folder) and os.path.isfile(named / "token.json"):
        return named
    if draw is not None:
        return draw(token_hash, tokens_dir)
    if not os.path.isdir(folder):
        raise TokenError(f"the token of {token!r} is not in {tokens_dir}; draw it with: mint new {shlex.quote(token)}")
    return folder
