"""The state of a training as the engine in a browser keeps it (``mint/browser/training/static/state.js``), from a checkpoint."""

import json
import shlex
from dataclasses import asdict
from typing import Final

import torch

from mint.browser.training.step_function import STATE, parameter_shapes
from mint.errors import TrainingError
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan
from mint.recipes.vaegan.config import VaeGanConfig
from mint.token.folder import TokenFolder
from mint.training.training_folder import TrainingFolder

_FORMAT: Final = 1
_MOMENTS: Final = {"mean": "exp_avg", "square": "exp_avg_sq"}


def trained_state(token: TokenFolder, config: VaeGanConfig, canvas: Canvas) -> bytes:
    """Return the state of the newest checkpoint that verifies.

    Raises CheckpointError as reading a checkpoint does, and TrainingError where the token is not trained.
    """
    saved, _ = TrainingFolder(token.training).load()
    if saved is None:
        raise TrainingError(
            f"{token.path} has no training that --model could ship; train it with: mint train {shlex.quote(str(token.path))}"
        )
    learner = VaeGan(config).learner(canvas, len(token.pixels), torch.device("cpu"), torch.Generator().manual_seed(0))
    sides = dict(zip(("autoencoder", "discriminator"), parameter_shapes(learner.trained), strict=True))
    vectors = []
    for name in STATE:
        part, _, side = name.partition("_")
        if part in _MOMENTS:
            vectors.append(saved.state[f"optimizer.{side}.{_MOMENTS[part]}"])
        else:
            prefix = "average." if part == "average" else ""
            vectors.append(torch.cat([saved.state[f"{prefix}{key}"].flatten() for key in sides[side]]))
    about = {
        "format": _FORMAT,
        "recipe": {"name": VaeGan.name, "version": VaeGan(config).version},
        "config": asdict(config),
        "seed": saved.seed,
        "step": saved.progress.step,
        "images_seen": saved.progress.images,
        "lengths": [len(vector) for vector in vectors],
    }
    text = json.dumps(about, separators=(",", ":")).encode()
    padding = bytes(-len(text) % 4)
    numbers = torch.cat(vectors).numpy().astype("<f4").tobytes()
    return len(text).to_bytes(4, "little") + text + padding + numbers
