"""Learning curves in a terminal: where there is room for them, and what their dots say."""

import io
import math

import pytest
from rich.console import Console

from mint.cli.learning_curve_plot import plot_curves
from mint.cli.progress_line import ProgressLine
from mint.training.learning_curves import learning_curves
from mint.training.progress import TrainingProgress
from mint.training.stats import Stats

NAMES = ("recon", "kl", "g_loss", "d_loss")


def line(step: int, **losses: float) -> Stats:
    return Stats(step=step, images=9 * step, seconds=step / 20, steps_per_second=20.0, losses=losses, accuracy=0.5)


def drawn(lines: list[Stats], width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(plot_curves(learning_curves(lines, 1000), width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_straight_line_is_a_straight_line_of_dots() -> None:
    title, *rows, steps = [row.rstrip() for row in drawn([line(0, d_loss=0.0), line(2000, d_loss=4.0)], 60)][:7]
    assert title == "d_loss 4"
    assert steps.split() == ["0", "2,000"]
    assert [rows[0].split()[0], rows[-1].split()[0]] == ["4", "0"]
    inked = {character for row in rows for character in row if ord(character) > 0x2800}
    assert len(inked) > 1
    heights = [
        next(index for index, row in enumerate(rows) if len(row) > column and ord(row[column]) > 0x2800) for column in range(2, 58)
    ]
    assert heights == sorted(heights, reverse=True), "it rises"
    assert (heights[0], heights[-1]) == (4, 0)


def test_values_far_apart_are_drawn_on_a_logarithmic_scale() -> None:
    falling = [line(20 * number, recon=math.exp(-number / 10)) for number in range(1, 101)]
    title, *rows, _ = [row.rstrip() for row in drawn(falling, 60)][:7]
    assert title == "recon 4.54e-05 log"
    # An exponential fall is straight there: every row has about the same number of characters.
    counts = [sum(ord(character) > 0x2800 for character in row) for row in rows]
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize(("width", "num_beside"), [(60, 1), (80, 2), (120, 2), (160, 4)])
def test_plots_stand_side_by_side_and_fit(width: int, num_beside: int) -> None:
    lines = [line(20 * number, **dict.fromkeys(NAMES, 1.0 / number)) for number in range(1, 30)]
    shown = drawn(lines, width)
    assert max(map(len, shown)) <= width
    titles = [row for row in shown if any(name in row for name in NAMES)]
    assert [sum(name in row for name in NAMES) for row in titles] == [num_beside] * (4 // num_beside)


def test_a_loss_that_is_not_finite_leaves_a_gap() -> None:
    lines = [line(0, kl=1.0), line(500, kl=1.0), line(750, kl=math.nan), line(1000, kl=1.0), line(1001, kl=1.0)]
    top = drawn(lines, 60)[1].rstrip()
    inked = [ord(character) > 0x2800 for character in top[2:]]
    assert inked[0]
    assert inked[-1]
    assert not any(inked[32:50])
    assert not "".join(drawn([line(20, kl=math.nan), line(40, kl=math.inf)], 60)).strip()


@pytest.mark.parametrize(
    ("width", "terminal", "is_plotted"), [("80", "1", True), ("59", "1", False), ("80", "0", False)], ids=["wide", "narrow", "file"]
)
def test_a_training_ends_with_its_curves(
    width: str, terminal: str, is_plotted: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("TTY_COMPATIBLE", terminal)
    monkeypatch.setenv("TTY_INTERACTIVE", "0")
    with ProgressLine("a training", TrainingProgress(step=40), [line(20, recon=3.0), line(40, recon=2.0)]) as progress:
        progress.callbacks.on_stats(line(60, recon=1.5))
        progress.callbacks.on_step(TrainingProgress(step=60))
    printed = capsys.readouterr().err
    assert "1.500" in printed, "the figures are there anyway"
    assert any(0x2800 < ord(character) < 0x2900 for character in printed) == is_plotted


def test_a_failed_training_ends_without_curves(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    progress = ProgressLine("a training", TrainingProgress(), [line(20, recon=3.0)])
    progress.callbacks.on_stats(line(40, recon=1.5))
    with pytest.raises(KeyboardInterrupt), progress:
        raise KeyboardInterrupt
    assert not any(0x2800 < ord(character) < 0x2900 for character in capsys.readouterr().err)
