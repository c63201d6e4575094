"""The training of one token after another in a process."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from mint.collection.training.job import FailedAttempt, Job, TrainedToken
from mint.collection.training.publication import publish_token
from mint.collection.training.token_trainer import TokenTrainer
from mint.export.publisher import Publisher
from mint.training.control import Control
from mint.training.session import Session
from tests.collection.training.small_collection import TRAINING
from viewer.exported.model import load_model
from viewer.latents.seeds import latents


def stopped_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> Control:
    """Return a control that requests a stop when it is asked for the last time before a step."""
    control, asked = Control(), count()
    monkeypatch.setattr(Control, "stopping", property(lambda self: self is control and next(asked) >= steps))
    return control


def test_a_token_goes_on_where_it_was_stopped_and_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(number=1, hash="small 3", training=TRAINING, checkpoints=tmp_path / "kept")
    trainer = TokenTrainer()
    unbroken = trainer.attempt(replace(job, checkpoints=None), Control())  # first, so that graphs are traced once
    with monkeypatch.context() as patch:
        stopped = trainer.attempt(job, stopped_after(1, patch))
    assert stopped == FailedAttempt(kind="stopped", reason="it was stopped")
    assert [path.name for path in (tmp_path / "kept").rglob("step-*")] == ["step-000000001"]
    resumed = trainer.attempt(job, Control())
    assert isinstance(resumed, TrainedToken)
    assert isinstance(unbroken, TrainedToken)
    assert resumed.files == unbroken.files
    assert np.array_equal(resumed.dreams, unbroken.dreams)
    publish_token(tmp_path, job, resumed)
    assert load_model(tmp_path, "cpu").generate(latents(0, 16, 4)).shape == resumed.dreams.shape


def test_an_attempt_that_fails_says_why(tmp_path: Path) -> None:
    trainer = TokenTrainer()
    job = Job(number=1, hash="small 3", training=TRAINING, checkpoints=tmp_path / "kept")
    (tmp_path / "kept").write_bytes(b"in the way")
    failed = trainer.attempt(job, Control())
    assert isinstance(failed, FailedAttempt)
    assert failed.reason.startswith("the token cannot be written to ")
    diverging = replace(TRAINING, settings={**TRAINING.settings, "learning_rate": "1e30"}, steps=200)
    failed = trainer.attempt(Job(number=1, hash="small 3", training=diverging), Control())
    assert isinstance(failed, FailedAttempt)
    assert failed.kind == "failed"
    assert "learning_rate" in failed.reason


def test_graphs_are_traced_while_the_first_token_of_their_shapes_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def record(owner: type, name: str) -> None:
        method: Callable[..., object] = getattr(owner, name)

        def recorded(self: object, *arguments: object, **options: object) -> object:
            calls.append(name)
            return method(self, *arguments, **options)

        monkeypatch.setattr(owner, name, recorded)

    record(Publisher, "prepare_in_background")
    record(Session, "run")
    record(Publisher, "export")
    trainer = TokenTrainer()
    for _ in range(2):
        assert isinstance(trainer.attempt(Job(number=1, hash="small 3", training=TRAINING), Control()), TrainedToken)
    assert calls == ["prepare_in_background", "run", "export", "run", "export"]
