"""Callbacks: none is needed, and a warning that nobody handles is logged."""

from pathlib import Path

import pytest

from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from tests.training.tiny import open_session


def test_a_training_needs_no_callbacks_and_logs_its_warnings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "history").write_text("a file where the folder should be")
    session = open_session(tmp_path)
    session.run(Limits(steps=1), Control(), TrainingCallbacks())
    assert session.progress.step == 1
    (message,) = caplog.messages
    assert "step 0 could not be added to the history" in message
