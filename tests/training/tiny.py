"""A small real training: sprites that are learned in a moment, and callbacks that log their calls."""

from pathlib import Path

import numpy as np
import torch

from mint.recipes.recipe import Networks
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.training.callbacks import TrainingCallbacks
from mint.training.progress import TrainingProgress
from mint.training.session import Session
from mint.training.sprites import TrainingSprites
from mint.training.stats import Stats

CONFIG = VaeGanConfig(
    latent_dim=4, encoder_widths=(8, 8, 8), generator_widths=(8, 8, 8), discriminator_width=8, collage_start=0, adversary_start=0
)
SPRITES = TrainingSprites(pixels=np.kron(np.arange(36).reshape(9, 2, 2) % 3, np.ones((8, 8))).astype(np.uint8), num_colors=3)


def open_session(folder: Path, seed: int | None = 5, config: VaeGanConfig = CONFIG) -> Session:
    return Session(folder, SPRITES, VaeGan(config), torch.device("cpu"), seed)


class CallbackLog:
    """Logs what a training reports."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.stats: list[Stats] = []
        self.warnings: list[str] = []
        self.snapshots: list[int] = []
        self.num_out_of_memory = 0

    def callbacks(self) -> TrainingCallbacks:
        return TrainingCallbacks(
            on_step=self.on_step,
            on_stats=self.stats.append,
            on_warning=self.warnings.append,
            on_snapshot=self._on_snapshot,
            on_out_of_memory=self._on_out_of_memory,
        )

    def on_step(self, progress: TrainingProgress) -> None:
        self.steps.append(progress.step)

    def _on_snapshot(self, networks: Networks, progress: TrainingProgress) -> None:
        assert all(parameter.isfinite().all() for network in networks if network for parameter in network.parameters())
        self.snapshots.append(progress.step)

    def _on_out_of_memory(self) -> None:
        self.num_out_of_memory += 1
