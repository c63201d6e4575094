"""The numbers that the engine computes outside of the graphs: chance, schedules, latents and initial weights."""

import math
from dataclasses import asdict
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
import torch

from mint.browser.training.graphs import TrainingGraphs
from mint.browser.training.step_function import Update
from mint.recipes.building_blocks.adam import EPSILON
from mint.recipes.building_blocks.collage import collage_masks
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.recipes.vaegan.losses import Schedule, phase_at, schedule_at
from mint.token.random import Stream
from tests.browser.training.conftest import RunEngine
from viewer.latents.seeds import latents


def test_the_generator_is_that_of_tokens(run_engine: RunEngine) -> None:
    stream = Stream("", "")
    stream._a, stream._b, stream._c, stream._counter = 2**31, 5 + 1 * 2**24, 70000, 1
    for _ in range(15):
        stream.u32()
    words = run_engine("words", seed=5 * 2**32 + 2**31, purpose=1, step=70000, count=50)
    assert words == [stream.u32() for _ in range(50)]


def test_normal_numbers_have_the_normal_distribution(run_engine: RunEngine) -> None:
    numbers = np.sort(run_engine("normals", seed=1, count=100_000))
    shares = np.arange(1, len(numbers) + 1) / len(numbers)
    expected = np.array([NormalDist().cdf(number) for number in numbers])
    # Kolmogorov-Smirnov: 1.63 / sqrt(n) is exceeded in one of a hundred draws, and these are always the same.
    assert np.abs(expected - shares).max() < 1.63 / math.sqrt(len(numbers))
    assert np.abs(numbers).max() > 4
    assert np.corrcoef(run_engine("normals", seed=1, count=1000), run_engine("normals", seed=2, count=1000))[0, 1] < 0.1


def test_schedules_are_those_of_the_recipe(run_engine: RunEngine) -> None:
    config = VaeGanConfig()
    images = [9 * step for step in (0, 1, 149, 150, 151, 200, 201, 299, 300, 401, 600, 999, 1000, 1001, 5000, 123_456)]
    answers = run_engine("schedules", config=asdict(config), epsilon=EPSILON, imagesPerStep=9, imagesSeen=images)
    assert any(answer["phase"]["adversary"] for answer in answers)
    for seen, answer in zip(images, answers, strict=True):
        schedule = schedule_at(config, seen, 9)
        assert answer["phase"] == phase_at(config, seen)._asdict()
        assert set(answer["schedule"]) == set(Schedule._fields)
        assert answer["schedule"] == pytest.approx(schedule._asdict(), rel=1e-15)
        assert answer["update"] == pytest.approx(update_numbers(config, schedule, seen // 9), rel=1e-7)


def update_numbers(config: VaeGanConfig, schedule: Schedule, num_steps: int) -> dict[str, float]:
    """Return the numbers of Adam's update after ``num_steps`` earlier steps, by their names in ``Update``."""
    first, second = (1 - beta ** (num_steps + 1) for beta in config.betas)
    scale = float(schedule.learning_rate_scale) / first
    rates = [rate * scale for rate in (config.learning_rate, config.discriminator_learning_rate)]
    numbers = [*rates, second**0.5, EPSILON * second**0.5, float(schedule.ema_weight)]
    return dict(zip(Update._fields, numbers, strict=True))


def test_latents_are_those_of_the_viewer(run_engine: RunEngine) -> None:
    seeds = [0, 1, 7, 2**31, 2**53]
    drawn = np.array(run_engine("latents", seeds=seeds, latentDim=400), np.float64)
    expected = np.concatenate([latents(seed, 1, 400) for seed in seeds])
    assert np.abs(expected).max() > 2.9  # from each of the three parts of the quantile function
    assert np.array_equal(drawn.astype(np.float32), expected)


def test_masks_are_like_those_of_the_recipe(small_graphs: TrainingGraphs, run_engine: RunEngine, tmp_path: Path) -> None:
    archive = tmp_path / "graphs"
    archive.write_bytes(small_graphs.archive())
    phase = {"collages": True, "adversary": True}
    drawn = [run_engine("noise", graphs=archive, phase=phase, seed=seed, step=3) for seed in range(300)]
    masks = np.array([noise["masks"] for noise in drawn], bool).reshape(-1, 12, 21)
    expected = collage_masks(len(masks), Canvas(12, 21, 5), torch.Generator().manual_seed(0)).numpy()
    assert np.abs(masks.mean(0) - expected.mean(0)).max() < 0.12
    assert np.quantile(masks.mean((1, 2)), [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(expected.mean((1, 2)), [0.1, 0.5, 0.9]), abs=0.08
    )
    for noise in drawn:
        assert sorted(noise["batch"]) == [0, 1, 2]
    pairs = np.array([noise["pairs"] for noise in drawn])
    assert {int(count) for count in np.unique(pairs)} == {0, 1, 2}
    shifts = np.array([noise["shift"] for noise in drawn])
    assert np.abs(shifts.mean(0) - 0.5).max() < 0.1


def test_initial_weights_have_the_limits_of_torch(small_graphs: TrainingGraphs) -> None:
    learner = VaeGan(small_graphs.config).learner(small_graphs.canvas, 3, torch.device("cpu"), torch.Generator().manual_seed(0))
    weights = {
        f"{name}.{key}": parameter.detach()
        for name, network in learner.trained._asdict().items()
        for key, parameter in network.named_parameters()
    }
    assert {parameter["name"] for parameter in small_graphs.parameters} == set(weights)
    for parameter in small_graphs.parameters:
        weight, low, high = weights[str(parameter["name"])], float(str(parameter["low"])), float(str(parameter["high"]))
        assert low <= weight.min().item() + 1e-6
        assert weight.max().item() <= high + 1e-6
        if weight.numel() > 200:
            assert weight.max().item() > 0.95 * high
