"""Parts of all commands: foreseen failures end in one sentence, a number option refuses NaN, and -o names a file to write."""

import errno
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import click

from viewer.errors import ViewerError
from viewer.printable import PrintableStream

Command = TypeVar("Command", bound=Callable[..., Any])

_OUTPUT_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EIO}


class ErrorGroup(click.Group):
    """A group of commands whose foreseen failures print one sentence and exit with 1."""

    failures: ClassVar[tuple[type[Exception], ...]] = (ViewerError,)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the user named."""
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            # A token's name may hold characters that this terminal or pipe cannot encode. A closed stream is None.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
            # And it may hold some that the terminal would obey.
            if stream is not None and not isinstance(stream, PrintableStream):
                setattr(sys, name, PrintableStream(stream))
        try:
            return super().invoke(ctx)
        except self.failures as error:
            raise click.ClickException(str(error)) from error
        except PermissionError as error:
            sentence = f"{error.filename} cannot be reached: {error.strerror}; see that this user may, or give another place"
            raise click.ClickException(sentence) from error
        except OSError as error:
            if error.errno not in _OUTPUT_ERRORS or error.filename is not None:
                raise
            raise click.ClickException(f"standard output cannot be written: {error.strerror}; make room for it") from error


class NumberRange(click.FloatRange):
    """A number in a range. Click itself would accept NaN, which is in no range, and call a text "not a valid float range"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number."""
        try:
            is_number = not math.isnan(float(value))
        except ValueError:
            is_number = False
        if not is_number:
            self.fail(f"{value} is not a number.", param, ctx)
        return float(super().convert(value, param, ctx))


def takes_output_file(metavar: str, text: str, *, required: bool = True) -> Callable[[Command], Command]:
    """Give a command the option -o for a file to write, with a help text; without ``required`` it may be None."""
    file = click.Path(dir_okay=False, path_type=Path)
    return click.option("-o", "--output", required=required, type=file, metavar=metavar, help=text)


def check_suffix(path: Path | None, suffixes: tuple[str, ...], option: str) -> None:
    """Raise BadParameter where the name of an output file ends in none of the suffixes."""
    if path is not None and path.suffix.lower() not in suffixes:
        raise click.BadParameter(f"{path} does not end in {', '.join(suffixes)}", param_hint=f"'{option}'")
