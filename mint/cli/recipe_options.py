"""The options that choose and configure a recipe."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mint.recipes.registry import NAMES

Command = TypeVar("Command", bound=Callable[..., Any])


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


def _read_settings(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name or name in settings:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, or {name!r} is given twice", context, parameter)
        settings[name] = value
    return settings
