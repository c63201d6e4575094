"""The recipe: how it is chosen on the command line, and found again."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mint.recipes.recipe import Recipe

Command = TypeVar("Command", bound=Callable[..., Any])

# Those of mint.recipes.book, which takes a second to load; a test compares them.
NAMES = ("vaegan", "autoencoder", "vae", "cvae", "cyclegan", "dcgan", "gumbel")


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
        return _with_pictures(book.recorded(*known), training)
    return _with_pictures(book.written(name or (known[0] if known else NAMES[0]), settings or {}), training)


def keep_pictures(training: Path, paths: Sequence[Path], name: str | None, least_side: int) -> None:
    """Keep pictures for a training to begin with, beside its checkpoints, as squares with sides of ``least_side`` or more.

    Raises TrainingError where the recipe learns from none or the training has begun already, and PictureError.
    """
    from rich.console import Console
    from rich.progress import track

    from mint.errors import TrainingError
    from mint.pixelate.pictures import find_pictures, read_picture
    from mint.pixelate.views import FILE_NAME, MIN_SIDE, save_views, views_of
    from mint.recipes.cyclegan import CycleGan
    from mint.training.session import recorded_recipe

    if recorded_recipe(training) is not None:
        raise TrainingError(f"this training has begun already; leave --pictures out, or move {training} away to begin anew")
    if name != CycleGan.name:
        raise TrainingError(f"only the recipe {CycleGan.name} learns from pictures; add --recipe {CycleGan.name}")
    sources = find_pictures(paths)
    side = max(MIN_SIDE, least_side)
    console = Console(stderr=True, highlight=False)
    pictures = (
        read_picture(source.path, 2 * side) for source in track(sources, "reading pictures", console=console, transient=True)
    )
    save_views(training / FILE_NAME, views_of(pictures, side))


def _with_pictures(recipe: "Recipe", training: Path) -> "Recipe":
    from mint.pixelate.views import FILE_NAME, load_views
    from mint.recipes.cyclegan import CycleGan

    path = training / FILE_NAME
    return recipe.with_pictures(load_views(path)) if isinstance(recipe, CycleGan) and path.exists() else recipe


def _read_settings(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for text in texts:
        name, is_one, value = text.partition("=")
        if not is_one or not name or name in settings:
            raise click.BadParameter(f"{text!r} is no NAME=VALUE, or {name!r} stands twice", context, parameter)
        settings[name] = value
    return settings
