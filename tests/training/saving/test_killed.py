"""A training that is killed at any moment, also in the middle of a save, continues exactly from its last checkpoint.

``pytest -m slow tests/training/saving/test_killed.py`` kills it 200 times.
"""

import json
import multiprocessing
import os
import random
import re
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch

from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.saving.checkpoint import load, load_newest
from tests.training.tiny import CallbackLog, open_session

INTERVAL_S = 0.05

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the processes are forked from one that has loaded torch")


def train_until_killed(folder: Path, reports: "Connection[TrainingProgress, None]") -> None:
    """Train until killed, and send the progress after each step."""
    torch.set_num_threads(1)
    callbacks = TrainingCallbacks(on_step=reports.send)
    open_session(folder).run(Limits(), Control(), callbacks, RecordingIntervals(checkpoint_s=INTERVAL_S))


@pytest.mark.parametrize("num_kills", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_a_killed_training_loses_one_interval_at_most_and_nothing_else(tmp_path: Path, num_kills: int) -> None:
    torch.set_num_threads(1)
    context = multiprocessing.get_context("forkserver")
    # torch loads its _dynamo with the first optimiser, which takes longer than all the rest.
    context.set_forkserver_preload(
        [
            "torch._dynamo",
            "mint.training.session",
            "mint.recipes.vaegan",
            "tests.training.tiny",
            "tests.training.saving.test_killed",
        ]
    )
    delays = random.Random(1)
    folder = tmp_path / "killed"
    for _ in range(num_kills):
        reports, child_connection = context.Pipe(duplex=False)
        process = context.Process(target=train_until_killed, args=(folder, child_connection))
        process.start()
        child_connection.close()
        last = reports.recv()
        # A moment that may lie anywhere in an interval, also in a save.
        process.join(delays.uniform(0, 3 * INTERVAL_S))
        process.kill()
        process.join()
        last = [last, *receive_all(reports)][-1]
        saved, skipped = load_newest(folder / "checkpoints")
        assert skipped == []
        if saved is None:
            assert last.seconds < INTERVAL_S
            continue
        # All reported steps were saved, except for those of the last interval.
        assert saved.progress.step >= last.step or last.seconds < saved.progress.seconds + INTERVAL_S
        assert_complete(folder)
    assert load_newest(folder / "checkpoints")[0] is not None
    session = open_session(folder)
    session.run(Limits(steps=3), Control(), CallbackLog().callbacks())
    unbroken = open_session(tmp_path / "unbroken")
    unbroken.run(Limits(steps=session.progress.step), Control(), CallbackLog().callbacks(), RecordingIntervals(checkpoint_s=1e9))
    resumed_state, unbroken_state = session.learner.state(), unbroken.learner.state()
    assert all(torch.equal(tensor, unbroken_state[name]) for name, tensor in resumed_state.items())
    assert not list(folder.rglob("*.tmp"))


def receive_all(reports: "Connection[None, TrainingProgress]") -> Sequence[TrainingProgress]:
    received = []
    try:
        while reports.poll(1):
            received.append(reports.recv())
    except EOFError:
        pass
    return received


def assert_complete(folder: Path) -> None:
    """Check every file with a final name; the last line of the statistics may be torn, and the next run drops it."""
    for path in (folder / "checkpoints").iterdir():
        if re.fullmatch(r"step-\d+", path.name):
            load(path)
    assert json.loads((folder / "config.json").read_text())["seed"] == 5
