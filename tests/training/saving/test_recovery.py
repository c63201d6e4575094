"""Rescue: a training that diverges or lacks memory goes back to its last good state, and nothing bad is ever written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mint.errors import DivergenceError, TrainingError
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.saving.checkpoint import load, load_newest
from mint.training.saving.recovery import is_out_of_memory
from mint.training.session import Session
from tests.training.tiny import CONFIG, Diary, open_session

NAN = float("nan")


def at(session: Session, step: int, harm: Callable[[VaeGanLearner], object], times: int = 1) -> Diary:
    """Follow a session, and harm its learner after a step, each time it comes there."""
    learner = session._learner
    assert isinstance(learner, VaeGanLearner)
    diary, note = Diary(), Diary.on_step

    def on_step(position: object) -> None:
        note(diary, position)  # type: ignore[arg-type]
        if diary.steps[-1] == step and diary.steps.count(step) <= times:
            harm(learner)

    diary.on_step = on_step  # type: ignore[method-assign]
    return diary


def poison_weight(learner: VaeGanLearner) -> None:
    with torch.no_grad():
        next(learner.trained.generator.parameters()).view(-1)[0] = NAN


def poison_gradient(learner: VaeGanLearner) -> None:
    parameter = next(learner.trained.discriminator.parameters())
    hook = parameter.register_hook(lambda gradient: (hook.remove(), gradient * NAN)[1])


def poison_loss(learner: VaeGanLearner) -> None:
    step = learner.step

    def bad(*arguments: object) -> dict[str, torch.Tensor]:
        del learner.step  # type: ignore[method-assign]
        return {name: loss * NAN for name, loss in step(*arguments).items()}  # type: ignore[arg-type]

    learner.step = bad  # type: ignore[method-assign]


def explode(learner: VaeGanLearner) -> None:
    with torch.no_grad():
        for parameter in learner.trained.encoder.parameters():
            parameter.mul_(1e4)


# An explosion is known by what was before, so that takes a while.
@pytest.mark.parametrize(
    ("harm", "step", "noticed"),
    [(poison_weight, 12, 20), (poison_gradient, 12, 20), (poison_loss, 12, 20), (explode, 75, 80)],
)
def test_a_training_that_diverges_goes_back_with_half_the_learning_rate(
    tmp_path: Path, harm: Callable[[VaeGanLearner], None], step: int, noticed: int
) -> None:
    open_and_run(tmp_path, 5)
    session = open_session(tmp_path)
    diary = at(session, step, harm)
    session.run(Limits(steps=noticed), Control(), diary.follower(checkpoint_interval_s=1e9))
    assert session.position.step == noticed + 5
    assert len(diary.troubles) == 1
    assert f"training diverged before step {noticed}" in diary.troubles[0]
    assert diary.troubles[0].endswith("it goes on from step 5 with 0.5 of the learning rate")
    assert diary.steps.count(10) == 2
    saved, skipped = load_newest(tmp_path / "checkpoints")
    assert saved is not None
    assert (saved.position.step, skipped, saved.adjustment.learning_rate) == (noticed + 5, [], 0.5)
    assert all(tensor.isfinite().all() for tensor in saved.state.values())
    steps = [json.loads(line)["step"] for line in (tmp_path / "stats.jsonl").read_text().splitlines()]
    assert steps == list(range(20, noticed + 1, 20))


def open_and_run(folder: Path, steps: int) -> Session:
    session = open_session(folder)
    session.run(Limits(steps=steps), Control(), Diary().follower())
    return session


def test_a_resumed_training_keeps_the_learning_rate(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    session.run(Limits(steps=30), Control(), at(session, 15, poison_weight).follower())
    learner = open_session(tmp_path)._learner
    assert isinstance(learner, VaeGanLearner)
    assert learner._config.learning_rate == CONFIG.learning_rate / 2
    assert learner._config.batch_size == CONFIG.batch_size


def test_nothing_that_is_not_finite_is_saved_or_shown_between_two_looks(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    diary = at(session, 7, poison_weight)
    session.run(Limits(steps=12), Control(), diary.follower(checkpoint_interval_s=0, snapshot_interval_s=0))
    assert diary.troubles[0].startswith("training diverged before step 8: a weight is not finite; it goes on from step 7")
    # The state of step 7 was good when it was saved, and was harmed afterwards.
    assert diary.snapshots == list(range(1, 13))
    for path in (tmp_path / "checkpoints").iterdir():
        assert all(tensor.isfinite().all() for tensor in load(path).state.values())


def test_it_ends_clearly_after_three_times_and_keeps_the_good_state(tmp_path: Path) -> None:
    open_and_run(tmp_path, 10)
    session = open_session(tmp_path)
    diary = at(session, 25, poison_weight, times=9)
    with pytest.raises(DivergenceError, match=r"before step 40: .* although the learning rate was halved 3 times"):
        session.run(Limits(steps=100), Control(), diary.follower())
    assert diary.steps.count(25) == 4
    assert [trouble.rpartition("with ")[2] for trouble in diary.troubles] == [
        f"{share} of the learning rate" for share in (0.5, 0.25, 0.125)
    ]
    again = open_session(tmp_path)
    assert again.position.step == 10
    # The count is part of the state: the next divergence ends it at once.
    with pytest.raises(DivergenceError, match="halved 3 times"):
        again.run(Limits(steps=100), Control(), at(again, 12, poison_weight).follower())


def starve(learner: VaeGanLearner) -> None:
    step = learner.step

    def hungry(*arguments: object) -> dict[str, torch.Tensor]:
        del learner.step  # type: ignore[method-assign]
        torch.empty(1 << 60)  # the allocator's own refusal
        return step(*arguments)  # type: ignore[arg-type]

    learner.step = hungry  # type: ignore[method-assign]


def test_too_little_memory_makes_batches_smaller_for_good(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    diary = at(session, 15, starve)
    session.run(Limits(steps=30), Control(), diary.follower())
    assert diary.num_shortages == 1
    assert diary.troubles == ["memory did not suffice for step 16; it goes on from step 0 with 0.5 of the pictures in a step"]
    assert session.position.images == 30 * 4
    assert json.loads((tmp_path / "config.json").read_text())["images_per_step"] == 4
    again = open_session(tmp_path)
    assert again._learner.images_per_step == 4
    # Resumed, it is still one training, bit for bit.
    again.run(Limits(steps=10), Control(), Diary().follower())
    session.run(Limits(steps=10), Control(), Diary().follower())
    ours, theirs = again._learner.state(), session._learner.state()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_where_less_is_not_enough_it_ends_clearly(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    diary = at(session, 5, starve, times=9)
    with pytest.raises(TrainingError, match=r"memory did not suffice for step 6, although the pictures of a step were halved 3"):
        session.run(Limits(steps=30), Control(), diary.follower())
    assert open_session(tmp_path).position.step == 0


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_lack_of_memory_is(error: Exception, verdict: bool) -> None:
    assert is_out_of_memory(error) is verdict
