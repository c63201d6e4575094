"""The trained session of a token, for the commands that use its newest state."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mint.cli.command import find_token

if TYPE_CHECKING:
    from mint.recipes.recipe import Recipe
    from mint.token.folder import TokenFolder
    from mint.training.session import Session


def load_trained(token: str, tokens_dir: Path, device: str, purpose: str) -> "tuple[TokenFolder, Recipe, Session]":
    """Load the newest good state of a token's training onto a device; ``purpose`` is a verb for the error message.

    Raises TokenError, CheckpointError, and TrainingError where there is no training.
    """
    from mint.errors import TrainingError
    from mint.live.run_config import find_recipe
    from mint.token.folder import read_token
    from mint.training.session import Session
    from mint.training.speed.device import choose_device
    from mint.training.sprites import sprites_of

    folder = read_token(find_token(token, tokens_dir))
    recipe = find_recipe(folder.training)
    session = Session(folder.training, sprites_of(folder), recipe, choose_device(device), None)
    if session.position.step == 0:
        raise TrainingError(f"{folder.path} has no training to {purpose}; train it with: mint train {shlex.quote(token)}")
    return folder, recipe, session
