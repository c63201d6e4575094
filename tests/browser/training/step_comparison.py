"""A step of the engine beside the learner's own, from the same state and with the same noise."""

from pathlib import Path

import numpy as np
import torch

from mint.browser.training.graphs import TrainingGraphs
from mint.browser.training.step_function import STATE
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.recipes.vaegan.losses import phase_at, schedule_at
from tests.browser.training.conftest import RunEngine
from tests.browser.training.engine_states import noise_for_torch, packed_state, unpacked_state, vectors_of


def step_differences(
    run_engine: RunEngine,
    graphs: TrainingGraphs,
    learner: VaeGanLearner,
    sprites: np.ndarray,
    folder: Path,
    *,
    step: int,
    images_seen: int,
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Return the largest difference in each vector of the state, and the losses of engine and torch by name.

    The learner makes the step, too.
    """
    before, after, archive = (folder / name for name in ("before", "after", "graphs"))
    archive.write_bytes(graphs.archive())
    before.write_bytes(packed_state(graphs, vectors_of(learner), seed=7, step=step, images_seen=images_seen))
    options = {"graphs": archive, "pixels": sprites.flatten().tolist(), "numColors": graphs.canvas.num_colors, "seed": 7}
    (made,) = run_engine("train", **options, steps=1, **{"from": before, "to": after})["made"]

    phase = phase_at(graphs.config, images_seen)
    schedule = schedule_at(graphs.config, images_seen, learner.images_per_step)
    losses = learner._learn(phase, schedule, noise_for_torch(graphs, made["noise"]), torch.from_numpy(sprites))
    about, vectors = unpacked_state(after.read_bytes())
    assert (about["step"], about["images_seen"], about["seed"]) == (step + 1, images_seen + learner.images_per_step, 7)
    differences = {
        name: float((vector - expected).abs().max())
        for name, vector, expected in zip(STATE, vectors, vectors_of(learner), strict=True)
    }
    return differences, {name: (made["losses"][name], loss.item()) for name, loss in losses.items()}
