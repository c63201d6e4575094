"""A training that is killed at any moment, also in the middle of a save, goes on from its last checkpoint, exactly.

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

from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import Progress
from mint.training.saving.checkpoint import load, load_newest
from mint.training.session import TrainingCallbacks
from tests.training.tiny import Diary, open_session

INTERVAL_S = 0.05

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the processes are forked from one that has loaded torch")


def train_on(folder: Path, reports: "Connection[Progress, None]") -> None:
    """Train until killed, and tell every position."""
    torch.set_num_threads(1)
    follower = TrainingCallbacks(
        on_step=reports.send,
        on_stats=lambda _: None,
        on_trouble=lambda trouble: None,
        on_snapshot=lambda *_: None,
        checkpoint_interval_s=INTERVAL_S,
    )
    open_session(folder).run(Limits(), Control(), follower)


@pytest.mark.parametrize("num_kills", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_a_training_that_is_killed_loses_one_interval_at_most_and_nothing_else(tmp_path: Path, num_kills: int) -> None:
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
    chance = random.Random(1)
    folder = tmp_path / "killed"
    for _ in range(num_kills):
        reports, theirs = context.Pipe(duplex=False)
        process = context.Process(target=train_on, args=(folder, theirs))
        process.start()
        theirs.close()
        last = reports.recv()
        # Then a moment that may lie anywhere in an interval, the save included.
        process.join(chance.uniform(0, 3 * INTERVAL_S))
        process.kill()
        process.join()
        for position in drained(reports):
            last = position
        found, skipped = load_newest(folder / "checkpoints")
        assert skipped == []
        if found is None:
            assert last.seconds < INTERVAL_S
            continue
        # What was told to be done was saved, but for the last interval.
        assert found.position.step >= last.step or last.seconds < found.position.seconds + INTERVAL_S
        assert_whole(folder)
    once, _ = load_newest(folder / "checkpoints")
    assert once is not None
    session = open_session(folder)
    session.run(Limits(steps=3), Control(), Diary().follower())
    unbroken = open_session(tmp_path / "unbroken")
    unbroken.run(Limits(steps=session.position.step), Control(), Diary().follower(checkpoint_interval_s=1e9))
    ours, theirs_ = session._learner.state(), unbroken._learner.state()
    assert all(torch.equal(ours[name], theirs_[name]) for name in ours)
    assert not list(folder.rglob("*.tmp"))


def drained(reports: "Connection[None, Progress]") -> Sequence[Progress]:
    positions = []
    try:
        while reports.poll(1):
            positions.append(reports.recv())
    except EOFError:
        pass
    return positions


def assert_whole(folder: Path) -> None:
    """Check every file that has a final name; the last line of the statistics may be torn, and is dropped by the next run."""
    for path in (folder / "checkpoints").iterdir():
        if re.fullmatch(r"step-\d+", path.name):
            load(path)
    assert json.loads((folder / "config.json").read_text())["seed"] == 5
