"""The recipe: how it is chosen on the command line, and found again."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mint.recipes.recipe import Recipe

Command = TypeVar("Command", bound=Callable[..., Any])

# Those of mint.recipes.book, which takes a second to load; a test compares them.
NAMES = ("vaegan", "autoencoder", "vae", "cvae", "dcgan", "gumbel")


def takes_recipe(command: Command) -> Command:
    """Give a command the options --recipe and --set."""
    setting = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_read_settings,
        help="Change a setting of the recipe, for instance color=rgba.",
    )
    return click.option("--recipe", "recipe_name", type=click.Choice(NAMES), help="What learns.  [default: vaegan]")(
        setting(command)
    )


def find_recipe(training: Path, name: str | None = None, settings: Mapping[str, str] | None = None) -> "Recipe":
    """Return the recipe that was asked for; without a word that of the training in a folder, or vaegan.

    Raises TrainingError where it cannot be, and CheckpointError where the folder cannot be read.
    """
    from mint.recipes import book
    from mint.training.session import recorded_recipe

    known = recorded_recipe(training)
    if known is not None and name in (None, known[0]) and not settings:
        return book.recorded(*known)
    return book.written(name or (known[0] if known else NAMES[0]), settings or {})


def _read_settings(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for text in texts:
        name, is_one, value = text.partition("=")
        if not is_one or not name or name in settings:
            raise click.BadParameter(f"{text!r} is no NAME=VALUE, or {name!r} stands twice", context, parameter)
        settings[name] = value
    return settings
