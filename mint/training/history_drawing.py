"""Drawing the tiles that belong to the history of a training.

Drawing 64 tiles takes about as long as eight steps of training, and within some sixty steps nearly everything is learned. So of
the first steps only the generator is copied, and its tiles are drawn later: those of one step at a time while the training goes on,
or all that are left before a checkpoint and when the run ends.
"""

import copy
from typing import Final

import torch

from mint.recipes.recipe import Networks
from mint.training.saving.history import History, history_latents
from mint.training.state import TrainingState

_COPIED_BEFORE: Final = 72  # steps
_INTERVAL: Final = 4  # steps between the copies that are drawn


class HistoryDrawing:
    """Adds the tiles of the steps that are due to a history, the first ones with some delay."""

    def __init__(self, history: History, state: TrainingState) -> None:
        self._history = history
        self._state = state
        self._copies: dict[int, Networks] = {}  # by step, oldest first

    def on_step(self) -> None:
        """Copy or draw the present step if it belongs to the history and is missing. Raises HistoryError if the disk refuses."""
        learner, progress = self._state.learner, self._state.progress
        step = progress.step
        ends_epoch = self._history.is_epoch_due(progress.images, learner.images_per_step, len(self._state.sprites))
        if ends_epoch or self._history.is_due(step):
            if step not in self._history.steps:
                self._copy_or_draw(step, learner.snapshot())
        elif step >= _COPIED_BEFORE and step % _INTERVAL == 0:
            self.draw_oldest()

    def draw_oldest(self) -> bool:
        """Draw the oldest step that is only copied; return False if there is none. Raises HistoryError if the disk refuses."""
        if not self._copies:
            return False
        step = next(iter(self._copies))
        self._draw(step, self._copies.pop(step))
        return True

    def _copy_or_draw(self, step: int, networks: Networks) -> None:
        # Later ones wait for earlier ones, so that the history grows at its end. The generator alone draws.
        if step < _COPIED_BEFORE or self._copies:
            self._copies[step] = networks._replace(generator=copy.deepcopy(networks.generator))
        else:
            self._draw(step, networks)

    def _draw(self, step: int, networks: Networks) -> None:
        learner = self._state.learner
        z = torch.from_numpy(history_latents(learner.latent_dim)).to(self._state.sprites.device)
        with torch.no_grad():
            self._history.record(step, networks.dream(z, learner.num_labels).cpu().numpy())
