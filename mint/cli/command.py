"""What commands of mint share, beside viewer/command.py: the TOKEN argument, and foreseen failures as one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import click

from mint.errors import PixelmintError
from viewer.command import Command, ErrorGroup
from viewer.errors import ViewerError

_PICTURE_SUFFIXES = (".png", ".gif", ".webp", ".jpg", ".jpeg")


class MintErrorGroup(ErrorGroup):
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
    return click.option("-o", "--output", required=True, type=folder, metavar="DIR", help=text, callback=_refuse_picture_name)


def _refuse_picture_name(context: click.Context, parameter: click.Parameter, folder: Path) -> Path:
    """Raise BadParameter for a new folder that is called like a picture: what is written is several files."""
    if folder.suffix.casefold() in _PICTURE_SUFFIXES and not folder.exists():
        raise click.BadParameter(
            f"{folder} is the name of a picture, and a folder is written; give, for instance, -o {folder.stem}", context, parameter
        )
    return folder


def percent(share: float) -> str:
    """Format a share from 0 to 1 as a percentage."""
    return f"{100 * share:.2f} %"
