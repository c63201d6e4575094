"""Training on a CUDA device: run with ``pytest -m gpu`` where there is one."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mint.bench.plain_loop import PlainVaeGan
from mint.recipes.recipe import Arithmetic, Canvas
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.session import Session, TrainingCallbacks
from mint.training.speed.device import choose_device
from mint.training.sprites import TrainingSprites
from mint.training.stats import Stats

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")]

TOKEN = draw_token(parse_hash("open sesame"))
CANVAS = Canvas(32, 32, len(TOKEN.palette))


def on_gpu(build: Callable[..., VaeGanLearner | PlainVaeGan]) -> tuple[VaeGanLearner | PlainVaeGan, torch.Tensor]:
    device = torch.device("cuda")
    learner = build(CANVAS, 9, VaeGanConfig(), device, torch.Generator().manual_seed(1))
    return learner, torch.from_numpy(TOKEN.pixels.copy()).to(device)


def test_the_nine_are_learnt_and_a_resumed_training_goes_on(tmp_path: Path) -> None:
    sprites = TrainingSprites(pixels=TOKEN.pixels, num_colors=len(TOKEN.palette))
    lines: list[Stats] = []
    follower = TrainingCallbacks(on_stats=lines.append, on_step=lambda _: None, on_snapshot=lambda *_: None, on_trouble=pytest.fail)
    for steps in (150, 50):
        session = Session(tmp_path, sprites, VaeGan(), choose_device("cuda"), seed=1)
        session.tune(None)
        session.run(Limits(steps=steps), Control(), follower)
    assert session.position.step == 200
    assert lines[-1].accuracy >= 0.99
    assert torch.cuda.max_memory_allocated() < 512 * 2**20


@pytest.mark.parametrize("images_seen", [0, 1400, 5400], ids=["sprites alone", "collages", "adversary"])
def test_a_hundred_steps_of_the_graph_are_those_of_eager_torch(images_seen: int) -> None:
    """Losses within 2 %: kernels add in another order, and Adam divides small differences by small numbers."""
    (graphed, sprites), (eager, _) = on_gpu(VaeGanLearner), on_gpu(VaeGanLearner)
    assert isinstance(graphed, VaeGanLearner)
    assert isinstance(eager, VaeGanLearner)
    graphed.set_arithmetic(Arithmetic.CONVOLUTION)
    random = torch.Generator("cuda")
    means: list[dict[str, float]] = []
    for step in (graphed.step, eager.step_eagerly):
        sums: dict[str, torch.Tensor] = {}
        for index in range(100):
            random.manual_seed(index)
            for name, loss in step(sprites, images_seen + 9 * index, random).items():
                sums[name] = sums[name] + loss if name in sums else loss.clone()
        means.append({name: total.item() / 100 for name, total in sums.items()})
    assert means[0] == pytest.approx(means[1], rel=0.02)


def test_nothing_in_the_loop_waits_for_the_device() -> None:
    learner, sprites = on_gpu(VaeGanLearner)
    random = torch.Generator("cuda").manual_seed(0)
    learner.step(sprites, 5400, random)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            learner.step(sprites, 5400, random)
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_the_graph_is_five_times_as_fast_as_the_plain_loop() -> None:
    rates = {}
    for build in (VaeGanLearner, PlainVaeGan):
        learner, sprites = on_gpu(build)
        random = torch.Generator("cuda")
        best = 0.0
        for _ in range(5):
            torch.cuda.synchronize()
            started = time.perf_counter()
            for index in range(50):
                random.manual_seed(index)
                learner.step(sprites, 5400, random)
            torch.cuda.synchronize()
            best = max(best, 50 / (time.perf_counter() - started))
        rates[build] = best
    assert rates[VaeGanLearner] >= 5 * rates[PlainVaeGan]
