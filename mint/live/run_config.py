"""An assignment: what a run of a training is to do, and how it is taken up, in this process or in one of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mint.token.folder import TokenFolder

if TYPE_CHECKING:  # who only hands an assignment on loads no torch
    from mint.export.publisher import Publisher
    from mint.recipes.recipe import Recipe
    from mint.training.session import Session


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What is to be trained, how, where, and for how long.

    Without a word about the recipe it is that of the training in the folder, or vaegan; None is "as before", or the default.
    """

    token: Path  # the token's folder
    recipe: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    holdout: float | None = None
    device: str = "auto"
    seed: int | None = None
    threads: int | None = None  # tuned while training
    steps: int | None = None
    seconds: float | None = None


def open_run(assignment: RunConfig, token: TokenFolder) -> "tuple[Session, Publisher]":
    """Build the training and who publishes it. Raises TrainingError and CheckpointError."""
    from mint.export.publisher import Publisher
    from mint.training.session import Session
    from mint.training.speed.device import choose_device
    from mint.training.speed.memory import keep_freed_memory
    from mint.training.sprites import sprites_of

    keep_freed_memory()
    recipe = find_recipe(token.training, assignment.recipe, assignment.settings)
    device = choose_device(assignment.device)
    session = Session(token.training, sprites_of(token), recipe, device, assignment.seed, assignment.holdout)
    session.tune(assignment.threads)
    return session, Publisher(token, recipe, session.latent_dim, session.seed, token.models, session.labels)


def find_recipe(training: Path, name: str | None = None, settings: Mapping[str, str] | None = None) -> "Recipe":
    """Return the recipe that was asked for; without a word that of the training in a folder, or the first in the book.

    A recipe that learns from pictures gets those that the training keeps. Raises TrainingError where it cannot be.
    """
    from mint.pixelate.training_crops import FILE_NAME, load_crops
    from mint.recipes import registry
    from mint.recipes.recipe import PictureRecipe
    from mint.training.saving.checkpoint import recorded_recipe

    recipe = registry.choose_recipe(recorded_recipe(training), name, settings or {})
    path = training / FILE_NAME
    return recipe.with_pictures(load_crops(path)) if isinstance(recipe, PictureRecipe) and path.exists() else recipe
