"""A small real training: sprites that are learnt in a moment, and somebody who follows it."""

from pathlib import Path

import numpy as np
import torch

from mint.recipes.recipe import Networks
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.training.progress import Progress
from mint.training.session import Session, TrainingCallbacks
from mint.training.sprites import TrainingSprites
from mint.training.stats import Stats

CONFIG = VaeGanConfig(
    latent_dim=4, encoder_widths=(8, 8, 8), generator_widths=(8, 8, 8), discriminator_width=8, collage_start=0, adversary_start=0
)
SPRITES = TrainingSprites(pixels=np.kron(np.arange(36).reshape(9, 2, 2) % 3, np.ones((8, 8))).astype(np.uint8), num_colors=3)


def open_session(folder: Path, seed: int | None = 5, config: VaeGanConfig = CONFIG) -> Session:
    return Session(folder, SPRITES, VaeGan(config), torch.device("cpu"), seed)


class Diary:
    """Follows a session and writes down what it hears."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.stats: list[Stats] = []
        self.troubles: list[str] = []
        self.snapshots: list[int] = []
        self.num_shortages = 0

    def follower(self, **intervals: float) -> TrainingCallbacks:
        return TrainingCallbacks(
            on_step=self.on_step,
            on_stats=self.stats.append,
            on_trouble=self.troubles.append,
            on_snapshot=self._on_snapshot,
            on_shortage=self._on_shortage,
            **intervals,
        )

    def on_step(self, position: Progress) -> None:
        self.steps.append(position.step)

    def _on_snapshot(self, networks: Networks, position: Progress) -> None:
        assert all(parameter.isfinite().all() for network in networks if network for parameter in network.parameters())
        self.snapshots.append(position.step)

    def _on_shortage(self) -> None:
        self.num_shortages += 1
