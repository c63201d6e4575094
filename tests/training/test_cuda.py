"""Training on a GPU: run with ``pytest -m gpu`` where there is one. Figures that are not checked are printed."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from mint.bench.plain_loop import PlainVaeGan
from mint.export.publisher import Publisher
from mint.recipes.building_blocks.step_graphs import CudaGraphStep, StepGraphs
from mint.recipes.recipe import Arithmetic, Canvas, Learner, Recipe
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.process.dream_sampler import DreamSampler
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.session import Session
from mint.training.speed.device import choose_device
from mint.training.sprites import TrainingSprites
from mint.training.stats import Stats
from tests.recipes.tiny_recipes import CANVASES, RECIPES, coarse_sprites, labels_of
from tests.training.tiny import CONFIG, SPRITES, CallbackLog

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")]

GPU = torch.device("cuda", 0)
TOKEN = draw_token(parse_hash("open sesame"))
CANVAS = Canvas(32, 32, len(TOKEN.palette))
TOKEN_SPRITES = TrainingSprites(pixels=TOKEN.pixels, num_colors=len(TOKEN.palette))
MAX_MEMORY = 512 * 2**20  # beyond the context
each_recipe = pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
# torch warns that this mode does not find all synchronisations.
finds_synchronisations = pytest.mark.filterwarnings("ignore:Synchronization debug mode")


def built(recipe: Recipe, canvas: Canvas = CANVASES[0], num_sprites: int = 5, *, graphs: bool = True) -> Learner:
    learner = recipe.learner(canvas, num_sprites, GPU, torch.Generator().manual_seed(1))
    learner.set_arithmetic(Arithmetic.CONVOLUTION)
    if not graphs:
        vars(learner)["step_graphs"] = StepGraphs(captures_on=lambda _: False)
    return learner


def take_steps(learner: Learner, sprites: Tensor, first: int, last: int, images_seen: int = 0) -> list[dict[str, Tensor]]:
    """Take the steps from ``first`` to below ``last``, and return the losses of each."""
    random, losses = torch.Generator(sprites.device), []
    labels = labels_of(len(sprites)).to(sprites.device) if learner.num_labels else None
    for step in range(first, last):
        random.manual_seed(step)
        taken = learner.step(sprites, images_seen + step * learner.images_per_step, random, labels)
        losses.append({name: loss.clone() for name, loss in taken.items()})
    return losses


def mean(losses: list[dict[str, Tensor]]) -> dict[str, float]:
    return {name: float(torch.stack([loss[name] for loss in losses]).mean()) for name in losses[0]}


def assert_equal_losses(one: Learner, other: Learner, sprites: Tensor, images_seen: int = 0) -> None:
    """Compare losses: kernels add in another order, and Adam divides small differences by small numbers, so they drift apart."""
    for first, last, tolerance in ((0, 1, 1e-4), (1, 2, 2e-2), (2, 100, 0.3)):
        losses = [mean(take_steps(learner, sprites, first, last, images_seen)) for learner in (one, other)]
        print(f"steps {first} to {last - 1}:", *losses)
        assert losses[0] == pytest.approx(losses[1], rel=tolerance, abs=tolerance / 10)
    # Else steps that cannot be captured would be compared with themselves.
    assert isinstance(vars(one)["step_graphs"]._captured, CudaGraphStep)
    assert vars(other)["step_graphs"]._captured is None


@each_recipe
def test_the_graph_of_each_recipe_takes_the_steps_of_eager_torch(recipe: Recipe) -> None:
    sprites = coarse_sprites(CANVASES[0]).to(GPU)
    assert_equal_losses(built(recipe), built(recipe, graphs=False), sprites)


@pytest.mark.parametrize("images_seen", [0, 1400, 5400], ids=["sprites alone", "collages", "adversary"])
def test_the_graph_of_each_phase_takes_the_steps_of_eager_torch(images_seen: int) -> None:
    sprites = torch.from_numpy(TOKEN.pixels.copy()).to(GPU)
    one, other = built(VaeGan(), CANVAS, 9), built(VaeGan(), CANVAS, 9, graphs=False)
    assert_equal_losses(one, other, sprites, images_seen)


@each_recipe
@finds_synchronisations
def test_neither_a_step_nor_a_dream_waits_for_the_device(recipe: Recipe) -> None:
    learner, sprites, sampler = built(recipe), coarse_sprites(CANVASES[0]).to(GPU), DreamSampler(GPU)
    take_steps(learner, sprites, 0, 2, 5400)
    networks, labels = learner.snapshot(), (1.0,) * learner.num_labels or None
    z = torch.zeros(8, learner.latent_dim)
    torch.cuda.set_sync_debug_mode("error")
    try:
        take_steps(learner, sprites, 2, 5, 5400)
        if not recipe.requirements.pictures:  # whose latents may stand for sprites, which the host has to ask
            sampler.begin(lambda latents: networks.dream(latents, learner.num_labels, labels), z)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    deadline = time.monotonic() + 30
    while sampler.is_busy and sampler.fetch() is None:
        assert time.monotonic() < deadline


def test_the_sprites_are_learned_and_a_training_is_resumed(tmp_path: Path) -> None:
    lines: list[Stats] = []
    callbacks = TrainingCallbacks(on_stats=lines.append, on_warning=pytest.fail)
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_reserved()
    for steps in (150, 50):
        session = Session(tmp_path, TOKEN_SPRITES, VaeGan(), choose_device("cuda"), seed=1)
        session.tune(None)
        session.run(Limits(steps=steps), Control(), callbacks)
    assert session.progress.step == 200
    assert lines[-1].accuracy >= 0.99
    reserved = torch.cuda.max_memory_reserved() - before
    print(f"{reserved / 2**20:.0f} MiB reserved, {session.arithmetic.value}")
    assert reserved <= MAX_MEMORY


@pytest.mark.parametrize("first_device", ["cuda", "cpu"])
def test_a_resumed_training_goes_on_as_an_uninterrupted_one(tmp_path: Path, first_device: str) -> None:
    def run(folder: Path, device: str, steps: int) -> Session:
        session = Session(tmp_path / folder, SPRITES, VaeGan(CONFIG), choose_device(device), seed=3)
        session.run(Limits(steps=steps), Control(), TrainingCallbacks(on_warning=pytest.fail))
        return session

    run(Path("resumed"), first_device, 20)
    resumed = run(Path("resumed"), "cuda", 1)
    assert resumed.progress.step == 21
    again = Session(tmp_path / "resumed", SPRITES, VaeGan(CONFIG), choose_device("cpu"), seed=None)
    saved, present = again.learner.state(), resumed.learner.state()
    assert all(torch.equal(saved[name], tensor.cpu()) for name, tensor in present.items())


def test_drawing_and_exporting_beside_captures(tmp_path: Path) -> None:
    """Threads export copies, dreams are drawn, and checkpoints are written while graphs are captured again and again."""
    token = read_token(mint_token(parse_hash("captures"), tmp_path))
    sprites = TrainingSprites(pixels=token.pixels, num_colors=len(token.rgba))
    session = Session(token.training, sprites, VaeGan(CONFIG), GPU, seed=1)
    publisher = Publisher(token, VaeGan(CONFIG), session.latent_dim, session.seed, token.models)
    control, errors = Control(), list[str]()
    publisher.prepare_in_background(session.networks, errors.append)
    sampler, num_drawn = DreamSampler(GPU), 0
    z = torch.zeros(64, session.latent_dim)

    def on_step(progress: TrainingProgress) -> None:
        nonlocal num_drawn
        vars(session.learner)["step_graphs"].forget()
        if not sampler.is_busy:
            sampler.begin(lambda latents: session.networks.dream(latents, 0), z)
        num_drawn += sampler.fetch() is not None
        publisher.publish_in_background(session.networks, progress, errors.append)
        if progress.step >= 40 and ((token.models / "manifest.json").exists() or errors):
            control.stop()

    threads = [threading.Thread(target=lambda: [torch.ones(99, 99) @ torch.ones(99, 99) for _ in range(999)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    callbacks = TrainingCallbacks(on_step=on_step, on_warning=pytest.fail)
    session.run(Limits(seconds=120), control, callbacks, RecordingIntervals(checkpoint_s=0.1, snapshot_s=0.1))
    for thread in threads:
        thread.join()
    while publisher.is_busy:
        time.sleep(0.01)
    assert errors == []
    assert num_drawn > 0
    assert (token.models / "manifest.json").exists()


def test_out_of_memory_in_a_capture_makes_batches_smaller(tmp_path: Path) -> None:
    session = Session(tmp_path, TOKEN_SPRITES, VaeGan(), GPU, seed=1)
    log = CallbackLog()
    callbacks = log.callbacks()

    def take_memory(progress: TrainingProgress) -> None:
        log.on_step(progress)
        if progress.step == 5 and not log.warnings:
            torch.cuda.empty_cache()
            allowed = torch.cuda.memory_reserved() + 2**20
            torch.cuda.set_per_process_memory_fraction(allowed / torch.cuda.get_device_properties(GPU).total_memory)
            vars(session.learner)["step_graphs"].forget()

    def return_memory() -> None:
        torch.cuda.set_per_process_memory_fraction(1.0)
        callbacks.on_out_of_memory()

    try:
        limited = TrainingCallbacks(on_step=take_memory, on_warning=log.warnings.append, on_out_of_memory=return_memory)
        session.run(Limits(steps=12), Control(), limited)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert log.num_out_of_memory == 1
    assert log.warnings == ["memory ran out in step 6; training goes on from step 0 with 0.5 of the pictures in a step"]
    assert session.progress.step == 12


# A process of its own, because a GPU that failed cannot be used again in the same process.
_FAILING = """
import sys, torch
from pathlib import Path
from mint.errors import TrainingError
from mint.training.control import Control
from mint.training.loop import Limits
from mint.recipes.vaegan import VaeGan
from mint.training.callbacks import TrainingCallbacks
from mint.training.session import Session
from tests.training.tiny import CONFIG, SPRITES
session = Session(Path(sys.argv[1]), SPRITES, VaeGan(CONFIG), torch.device("cuda", 0), 1)
def fail(progress):
    if progress.step == 3:
        torch.zeros(3, device="cuda")[torch.tensor([9], device="cuda")].sum().item()
try:
    session.run(Limits(steps=9), Control(), TrainingCallbacks(on_step=fail))
except TrainingError as error:
    print(error)
"""


def test_a_gpu_that_fails_ends_the_training_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _FAILING, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("the GPU failed (CUDA error: device-side assert triggered"), done.stderr
    assert done.stdout.rstrip().endswith("train again: it goes on from the last checkpoint; or use --device cpu")


def test_the_graph_is_twice_as_fast_as_the_plain_loop() -> None:
    sprites = torch.from_numpy(TOKEN.pixels.copy()).to(GPU)
    learners: dict[str, Callable[[], Learner | PlainVaeGan]] = {
        "graph": lambda: built(VaeGan(), CANVAS, 9),
        "eager": lambda: built(VaeGan(), CANVAS, 9, graphs=False),
        "plain": lambda: PlainVaeGan(CANVAS, 9, VaeGanConfig(), GPU, torch.Generator().manual_seed(1)),
    }
    rates = {}
    for name, build in learners.items():
        learner, random, best = build(), torch.Generator(GPU), 0.0
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
        for _ in range(5):
            torch.cuda.synchronize()
            started = time.perf_counter()
            for index in range(50):
                random.manual_seed(index)
                learner.step(sprites, 5400, random)
            torch.cuda.synchronize()
            best = max(best, 50 / (time.perf_counter() - started))
        rates[name] = best
    print("steps/s:", {name: round(rate, 1) for name, rate in rates.items()})
    assert rates["graph"] >= 2 * rates["plain"]
