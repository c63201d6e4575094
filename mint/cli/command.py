"""What commands share: the TOKEN argument, foreseen failures as one sentence, and checks of options."""

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


def takes_output_folder(text: str) -> Callable[[Command], Command]:
    """Give a command the required option -o for a folder, with a help text."""
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option("-o", "--output", required=True, type=folder, metavar="DIR", help=text)


def percent(share: float) -> str:
    """Format a share from 0 to 1 as a percentage."""
    return f"{100 * share:.2f} %"


def check_suffix(path: Path | None, suffixes: tuple[str, ...], option: str) -> None:
    """Raise BadParameter where the name of an output file ends in none of the suffixes."""
    if path is not None and path.suffix.lower() not in suffixes:
        raise click.BadParameter(f"{path} does not end in {', '.join(suffixes)}", param_hint=f"'{option}'")


def find_token(token: str, tokens_dir: Path, draw: "Callable[[TokenHash, Path], Path] | None" = None) -> Path:
    """Return the folder of a token, given as a folder, a hash, or the name of a folder in ``tokens_dir``.

    A hash without a token is drawn with ``draw``. Raises HashError for a malformed hash, and TokenError where there is no token.
    """
    from mint.token.hash import parse_hash

    # Unlike Path.is_dir, os.path.isdir returns False for a hash that is too long for a file name.
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
