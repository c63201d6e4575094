"""States of a training, as torch has them and as the engine keeps them, and the noise of the engine for torch."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mint.browser.training.graphs import TrainingGraphs
from mint.browser.training.step_function import STATE, parameter_shapes, unflatten
from mint.recipes.vaegan import VaeGan
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.recipes.vaegan.losses import Noise

_TYPES = {"batch": torch.int64, "pairs": torch.int64, "masks": torch.bool, "shift": torch.int64}


def new_learner(graphs: TrainingGraphs) -> VaeGanLearner:
    random = torch.Generator().manual_seed(1)
    return VaeGan(graphs.config).learner(graphs.canvas, graphs.num_sprites, torch.device("cpu"), random)


def vectors_of(learner: VaeGanLearner) -> list[Tensor]:
    """Return the eight vectors of ``STATE``."""
    state = learner.state()
    sides = dict(zip(("autoencoder", "discriminator"), parameter_shapes(learner.trained), strict=True))
    moments = {"mean": "exp_avg", "square": "exp_avg_sq"}
    vectors = []
    for name in STATE:
        part, _, side = name.partition("_")
        if part in moments:
            vectors.append(state[f"optimizer.{side}.{moments[part]}"])
        else:
            prefix = "average." if part == "average" else ""
            vectors.append(torch.cat([state[f"{prefix}{key}"].flatten() for key in sides[side]]))
    return vectors


def load_averages(learner: VaeGanLearner, vectors: Sequence[Tensor]) -> None:
    """Give a learner averaged weights, for both sides."""
    state = learner.state()
    for vector, shapes in zip(vectors[-2:], parameter_shapes(learner.trained), strict=True):
        state |= {f"average.{name}": part for name, part in unflatten(vector, shapes).items()}
    learner.load_state(state)


def packed_state(graphs: TrainingGraphs, vectors: Sequence[Tensor], *, seed: int, step: int, images_seen: int) -> bytes:
    """Return a state as the engine keeps it."""
    recipe = {"name": VaeGan.name, "version": VaeGan(graphs.config).version}
    about: dict[str, Any] = {"format": 1, "recipe": recipe, "config": asdict(graphs.config), "seed": seed, "step": step}
    about |= {"images_seen": images_seen, "lengths": [len(vector) for vector in vectors]}
    text = json.dumps(about).encode()
    return len(text).to_bytes(4, "little") + text + bytes(-len(text) % 4) + torch.cat(list(vectors)).numpy().tobytes()


def unpacked_state(data: bytes) -> tuple[dict[str, Any], list[Tensor]]:
    """Return what a state says of itself, and its vectors."""
    length = int.from_bytes(data[:4], "little")
    about = json.loads(data[4 : 4 + length])
    numbers = torch.from_numpy(np.frombuffer(data[4 + length + -length % 4 :], np.float32).copy())
    return about, list(torch.split(numbers, about["lengths"]))


def noise_for_torch(graphs: TrainingGraphs, drawn: Mapping[str, Sequence[float]]) -> Noise:
    """Return the noise that the engine has drawn."""
    canvas, latent_dim = graphs.canvas, graphs.config.latent_dim
    shapes = {
        "pairs": (2, -1),
        "masks": (-1, canvas.height, canvas.width),
        "posterior": (-1, latent_dim),
        "prior": (-1, latent_dim),
    }
    tensors = {name: torch.tensor(values, dtype=_TYPES.get(name, torch.float32)) for name, values in drawn.items()}
    if not drawn["masks"]:
        tensors["masks"] = torch.zeros((0, canvas.height, canvas.width), dtype=torch.bool)
        shapes["pairs"] = (2, 0)
    return Noise(**{name: tensor.reshape(shapes.get(name, tensor.shape)) for name, tensor in tensors.items()})
