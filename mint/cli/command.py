"""What commands share: the TOKEN argument, foreseen failures as one sentence, and checks of options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import click

import viewer.command
from mint.errors import PixelmintError
from viewer.errors import ViewerError

Command = TypeVar("Command", bound=Callable[..., Any])


class MintErrorGroup(viewer.command.ErrorGroup):
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
