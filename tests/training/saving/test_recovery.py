"""Recovery: a training that diverges or runs out of memory goes back to its last good state, and no bad state is ever written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch.utils.hooks import RemovableHandle

from mint.errors import DivergenceError, TrainingError
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.saving.checkpoint import load, load_newest
from mint.training.session import Session
from tests.training.tiny import CONFIG, CallbackLog, open_session

NAN = float("nan")


def harm_at(session: Session, step: int, harm: Callable[[VaeGanLearner], object], times: int = 1) -> CallbackLog:
    """Log what a session reports, and harm its learner after a step, each time it gets there."""
    assert isinstance(session.learner, VaeGanLearner)
    learner: VaeGanLearner = session.learner

    class HarmfulLog(CallbackLog):
        def on_step(self, progress: TrainingProgress) -> None:
            super().on_step(progress)
            if progress.step == step and self.steps.count(step) <= times:
                harm(learner)

    return HarmfulLog()


def poison_weight(learner: VaeGanLearner) -> None:
    with torch.no_grad():
        next(learner.trained.generator.parameters()).view(-1)[0] = NAN


def poison_gradient(learner: VaeGanLearner) -> None:
    hooks: list[RemovableHandle] = []

    def poison(gradient: torch.Tensor) -> torch.Tensor:
        hooks.pop().remove()
        return gradient * NAN

    hooks.append(next(learner.trained.discriminator.parameters()).register_hook(poison))  # type: ignore[no-untyped-call]


def harm_next_step(learner: VaeGanLearner, harmful_step: Callable[..., dict[str, torch.Tensor]]) -> None:
    """Have a learner take its next step, and only that, in another way: given the step and its arguments."""
    step = learner.step

    def once(*arguments: object) -> dict[str, torch.Tensor]:
        del vars(learner)["step"]
        return harmful_step(step, *arguments)

    vars(learner)["step"] = once


def poison_loss(learner: VaeGanLearner) -> None:
    harm_next_step(learner, lambda step, *arguments: {name: loss * NAN for name, loss in step(*arguments).items()})


def explode(learner: VaeGanLearner) -> None:
    with torch.no_grad():
        for parameter in learner.trained.encoder.parameters():
            parameter.mul_(1e4)


# An explosion is recognised by the losses before it, which takes some checks.
@pytest.mark.parametrize(
    ("harm", "step", "noticed"),
    [(poison_weight, 12, 20), (poison_gradient, 12, 20), (poison_loss, 12, 20), (explode, 75, 80)],
)
def test_a_training_that_diverges_goes_back_with_half_the_learning_rate(
    tmp_path: Path, harm: Callable[[VaeGanLearner], None], step: int, noticed: int
) -> None:
    run(tmp_path, 5)
    session = open_session(tmp_path)
    log = harm_at(session, step, harm)
    session.run(Limits(steps=noticed), Control(), log.callbacks(), RecordingIntervals(checkpoint_s=1e9))
    assert session.progress.step == noticed + 5
    assert len(log.warnings) == 1
    assert f"training diverged before step {noticed}" in log.warnings[0]
    assert log.warnings[0].endswith("training goes on from step 5 with 0.5 of the learning rate")
    assert log.steps.count(10) == 2
    saved, skipped = load_newest(tmp_path / "checkpoints")
    assert saved is not None
    assert (saved.progress.step, skipped, saved.adjustment.learning_rate) == (noticed + 5, [], 0.5)
    assert all(tensor.isfinite().all() for tensor in saved.state.values())
    steps = [json.loads(line)["step"] for line in (tmp_path / "stats.jsonl").read_text().splitlines()]
    assert steps == list(range(20, noticed + 1, 20))


def run(folder: Path, steps: int) -> Session:
    session = open_session(folder)
    session.run(Limits(steps=steps), Control(), CallbackLog().callbacks())
    return session


def test_a_resumed_training_keeps_the_learning_rate(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    session.run(Limits(steps=30), Control(), harm_at(session, 15, poison_weight).callbacks())
    learner = open_session(tmp_path).learner
    assert isinstance(learner, VaeGanLearner)
    assert learner._config.learning_rate == CONFIG.learning_rate / 2
    assert learner._config.batch_size == CONFIG.batch_size


def test_no_bad_state_is_saved_or_shown_between_two_checks(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    log = harm_at(session, 7, poison_weight)
    session.run(Limits(steps=12), Control(), log.callbacks(), RecordingIntervals(checkpoint_s=0, snapshot_s=0))
    assert log.warnings[0].startswith("training diverged before step 8: a weight is not finite; training goes on from step 7")
    # The state of step 7 was good when it was saved, and harmed afterwards.
    assert log.snapshots == list(range(1, 13))
    for path in (tmp_path / "checkpoints").iterdir():
        assert all(tensor.isfinite().all() for tensor in load(path).state.values())


def test_after_three_divergences_it_ends_and_keeps_the_good_state(tmp_path: Path) -> None:
    run(tmp_path, 10)
    session = open_session(tmp_path)
    log = harm_at(session, 25, poison_weight, times=9)
    with pytest.raises(DivergenceError, match=r"before step 40: .* although the learning rate was halved 3 times"):
        session.run(Limits(steps=100), Control(), log.callbacks())
    assert log.steps.count(25) == 4
    assert [warning.rpartition("with ")[2] for warning in log.warnings] == [
        f"{share} of the learning rate" for share in (0.5, 0.25, 0.125)
    ]
    resumed = open_session(tmp_path)
    assert resumed.progress.step == 10
    # The adjustment is part of the state: the next divergence ends the training at once.
    with pytest.raises(DivergenceError, match="halved 3 times"):
        resumed.run(Limits(steps=100), Control(), harm_at(resumed, 12, poison_weight).callbacks())


def run_out_of_memory(learner: VaeGanLearner) -> None:
    # The allocator itself refuses.
    harm_next_step(learner, lambda step, *arguments: (torch.empty(1 << 60), step(*arguments))[1])


def test_out_of_memory_makes_batches_smaller_for_good(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    log = harm_at(session, 15, run_out_of_memory)
    session.run(Limits(steps=30), Control(), log.callbacks())
    assert log.num_out_of_memory == 1
    assert log.warnings == ["memory ran out in step 16; training goes on from step 0 with 0.5 of the pictures in a step"]
    assert session.progress.images == 30 * 4
    assert json.loads((tmp_path / "config.json").read_text())["images_per_step"] == 4
    resumed = open_session(tmp_path)
    assert resumed.learner.images_per_step == 4
    # A resumed training still repeats it bit for bit.
    resumed.run(Limits(steps=10), Control(), CallbackLog().callbacks())
    session.run(Limits(steps=10), Control(), CallbackLog().callbacks())
    resumed_state, state = resumed.learner.state(), session.learner.state()
    assert all(torch.equal(tensor, state[name]) for name, tensor in resumed_state.items())


def test_where_smaller_batches_do_not_help_it_ends(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    log = harm_at(session, 5, run_out_of_memory, times=9)
    with pytest.raises(TrainingError, match=r"memory ran out in step 6, although the pictures of a step were halved 3"):
        session.run(Limits(steps=30), Control(), log.callbacks())
    assert open_session(tmp_path).progress.step == 0
