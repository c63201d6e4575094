"""The configuration of a run of a training, and opening the session that it describes, in this process or in one of its own."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mint.errors import TrainingError
from mint.token.folder import TokenFolder

if TYPE_CHECKING:  # a process that only passes a configuration on loads no torch
    from mint.export.publisher import Publisher
    from mint.recipes.recipe import Recipe
    from mint.training.session import Session


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What to train, how, where, and for how long.

    None means "as before" where the folder holds a training, and the default where it does not.
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


def open_run(config: RunConfig, token: TokenFolder) -> "tuple[Session, Publisher]":
    """Build the session of a run, and the publisher of its exports. Raises TrainingError and CheckpointError."""
    from mint.device_errors import device_failures_as_sentences
    from mint.training.session import Session
    from mint.training.speed.device import choose_device
    from mint.training.speed.memory import keep_freed_memory
    from mint.training.sprites import sprites_of

    keep_freed_memory()
    recipe = find_recipe(token.training, config.recipe, config.settings)
    device = choose_device(config.device)
    with device_failures_as_sentences("use --device cpu"):
        session = Session(token.training, sprites_of(token), recipe, device, config.seed, config.holdout)
        session.tune(config.threads)
    return session, _publisher(token, recipe, session)


def open_trained(token: TokenFolder, device: str = "cpu", step: int | None = None) -> "tuple[Session, Publisher]":
    """Load the newest checkpoint that verifies, or that of a step, to use it without training on, and the publisher of its exports.

    Raises CheckpointError, and TrainingError where the folder holds no training.
    """
    from mint.training.session import Session
    from mint.training.speed.device import choose_device
    from mint.training.sprites import sprites_of

    recipe = find_recipe(token.training)
    session = Session(token.training, sprites_of(token), recipe, choose_device(device), None, step=step)
    if session.progress.step == 0:
        raise TrainingError(f"{token.path} has no training yet; train it with: mint train {shlex.quote(str(token.path))}")
    return session, _publisher(token, recipe, session)


def find_recipe(training: Path, name: str | None = None, settings: Mapping[str, str] | None = None) -> "Recipe":
    """Return a recipe by name; without a name that of the training in a folder, or the registry's first.

    A recipe that learns from pictures gets those stored with the training. Raises TrainingError where it cannot be used.
    """
    from mint.pixelate.training_crops import FILE_NAME, load_crops
    from mint.recipes import registry
    from mint.recipes.recipe import PictureRecipe
    from mint.training.saving.checkpoint import recorded_recipe

    recipe = registry.choose_recipe(recorded_recipe(training), name, settings or {})
    path = training / FILE_NAME
    return recipe.with_pictures(load_crops(path)) if isinstance(recipe, PictureRecipe) and path.exists() else recipe


def _publisher(token: TokenFolder, recipe: "Recipe", session: "Session") -> "Publisher":
    from mint.export.publisher import Publisher

    return Publisher(token, recipe, session.latent_dim, session.seed, token.models, session.labels)
