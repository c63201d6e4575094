"""The progress of stages: a bar in a terminal, lines elsewhere."""

import re
import sys

import pytest

from mint.cli.progress_line import ProgressLine
from mint.cli.stage_progress import StageProgress
from mint.training.progress import TrainingProgress
from mint.training.stats import Stats


def show(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], interval_s: float) -> str:
    monkeypatch.setattr(sys.modules[StageProgress.__module__], "LINE_INTERVAL_S", interval_s)
    with StageProgress() as progress:
        progress.begin("drawing", 10, 40)
        progress.update(20)
        progress.begin("writing", 0, 3)
        progress.update(3)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_lines_tell_rate_and_time_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = show(monkeypatch, capsys, 0.0).splitlines()
    assert [re.sub(r"[\d.]+ a second, \d+ s", "R a second, S s", line) for line in lines] == [
        "drawing: 20 of 40, R a second, S s left",
        "writing: 3 of 3, R a second, S s left",
    ]


def test_lines_come_only_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(monkeypatch, capsys, 1000.0) == ""


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = show(monkeypatch, capsys, 0.0)
    assert "writing" in text
    assert "3/3" in text
    assert "a second" not in text


def test_a_training_says_when_it_is_exported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for num_steps in (39, 40):
        with ProgressLine("a training", TrainingProgress(step=10), steps=30) as line:
            line.callbacks.on_step(TrainingProgress(step=num_steps))
        assert ("exporting" in capsys.readouterr().err) == (num_steps == 40)


def test_the_last_line_of_a_training_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    stats = Stats.at(TrainingProgress(step=20), steps_per_second=1.0, losses={}, accuracy=0.5)
    with ProgressLine("a training", TrainingProgress()) as line:
        line.callbacks.on_step(TrainingProgress(step=20))
        line.callbacks.on_stats(stats)
    assert capsys.readouterr().err == "a training\nstep 20  0:00  1.0 steps/s  50.00 % right\n"


@pytest.mark.parametrize(
    "progress", [StageProgress(), ProgressLine("a training", TrainingProgress())], ids=lambda each: type(each).__name__
)
def test_a_sentence_is_printed_as_it_is(progress: StageProgress | ProgressLine, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "left out: [bold]sprites[/]/:star:.png is damaged; " + "give another file " * 20
    progress.print(sentence)
    assert capsys.readouterr().err == f"{sentence}\n"
