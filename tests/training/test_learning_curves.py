"""Learning curves: few points of many lines, and no peak lost."""

import json
import math

from mint.training.learning_curves import learning_curves
from mint.training.stats import Stats
from viewer.web.protocol import MAX_POINTS, LearningCurvesMessage, format_message

NAMES = ("recon", "kl", "g_loss", "d_loss")


def line(step: int, **losses: float) -> Stats:
    return Stats(step=step, images=9 * step, seconds=step / 20, steps_per_second=20.0, losses=losses, accuracy=1 - 1 / step)


def many_lines(count: int) -> list[Stats]:
    """Return lines whose losses swing, each with a peak and a dip of one line."""
    lines = []
    for number in range(count):
        losses = {name: 1 + 0.5 * math.sin(number / (5 + index)) for index, name in enumerate(NAMES)}
        if number % 997 == 500:
            losses[NAMES[number % 4]] = 9.0
        if number % 991 == 300:
            losses[NAMES[number % 4]] = 0.001
        lines.append(line(20 * (number + 1), **losses))
    return lines


def test_few_lines_are_kept_as_they_are() -> None:
    lines = [line(20, recon=2.0, kl=math.nan), line(40, recon=math.inf, kl=3.0), line(60, recon=1.0)]
    curves = learning_curves(lines, 3)
    assert curves.steps == (20, 40, 60)
    assert curves.seconds == (1, 2, 3)
    assert curves.losses == {"recon": (2.0, None, 1.0), "kl": (None, 3.0, None)}
    assert curves.accuracy == (1 - 1 / 20, 1 - 1 / 40, 1 - 1 / 60)


def test_many_lines_keep_their_extremes() -> None:
    lines = many_lines(20_000)
    curves = learning_curves(lines, MAX_POINTS)
    assert MAX_POINTS / 2 < len(curves.steps) <= MAX_POINTS
    assert (curves.steps[0], curves.steps[-1]) == (20, 400_000)
    assert list(curves.steps) == sorted(set(curves.steps))
    for name in NAMES:
        measured = {one.step: one.losses[name] for one in lines}
        kept = dict(zip(curves.steps, curves.losses[name], strict=True))
        assert kept.items() <= measured.items(), "every point was measured"
        peaks = {step for step, value in measured.items() if value in (9.0, 0.001)}
        assert peaks
        assert peaks <= set(kept)


def test_seconds_that_have_not_passed_do_not_count() -> None:
    assert learning_curves([line(19, recon=1.0), line(20, recon=1.0)], 2).seconds == (0, 1)  # after .95 and 1 s


def test_a_training_without_lines_has_no_curves() -> None:
    curves = learning_curves([], MAX_POINTS)
    assert (curves.steps, curves.losses) == ((), {})


def test_the_message_stays_small() -> None:
    curves = learning_curves(many_lines(20_000), MAX_POINTS)
    message = LearningCurvesMessage(
        steps=curves.steps, seconds=curves.seconds, accuracy=curves.accuracy, losses=dict(curves.losses.items())
    )
    text = format_message(message)
    assert len(text) < 150_000
    assert json.loads(text)["steps"][-1] == 400_000
