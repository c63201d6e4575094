"""Every recipe's step as a graph: all that changes from step to step is an input, and nothing reads the device."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from mint.recipes.building_blocks import step_graphs
from mint.recipes.building_blocks.step_graphs import CapturedStep, CaptureError, CudaGraphStep, Numbers, Step, StepGraphs
from mint.recipes.cyclegan.image_pool import ImagePool
from mint.recipes.recipe import Adjustment, Arithmetic, Learner, Recipe
from mint.recipes.vaegan import losses as vaegan_losses
from tests.recipes.recorded_graph import HostReads, RecordedStep
from tests.recipes.tiny_recipes import CANVASES, EACH_NAME, RECIPES, coarse_sprites, take_steps

CPU = torch.device("cpu")


def built(recipe: Recipe, graphs: StepGraphs | None = None) -> Learner:
    learner = recipe.learner(CANVASES[0], 5, CPU, torch.Generator().manual_seed(1))
    assert isinstance(vars(learner)["step_graphs"], StepGraphs)
    if graphs is not None:
        vars(learner)["step_graphs"] = graphs
    return learner


class Captures:
    """Captures steps by recording them, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.earlier: list[CapturedStep | None] = []
        self.graphs = StepGraphs(self._capture, captures_on=lambda _: True)

    def _capture(
        self, step: Step, numbers: Numbers, draws: Sequence[Tensor], state: Sequence[Tensor], earlier: CapturedStep | None
    ) -> CapturedStep:
        self.count += 1
        self.earlier.append(earlier)
        return RecordedStep(step, numbers, draws, state)


class EagerStep:
    """A step that is not captured, but gets the numbers of its schedules as a graph does: in float32."""

    def __init__(self, step: Step, *_: object) -> None:
        self._step = step

    def __call__(self, numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
        """Take the step."""
        return self._step([torch.as_tensor(number, dtype=torch.float32) for number in numbers], draws)


@pytest.mark.parametrize("name", EACH_NAME)
def test_a_graph_takes_the_steps_of_eager_torch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaegan_losses, "_roll", vaegan_losses._roll_on_device)  # as on a GPU
    captures, sprites = Captures(), coarse_sprites(CANVASES[0])
    graphed = built(RECIPES[name], captures.graphs)
    eager = built(RECIPES[name], StepGraphs(EagerStep, captures_on=lambda _: True))
    plain = built(RECIPES[name])
    for first, last in ((0, 6), (400, 402)):
        losses, expected = (take_steps(learner, sprites, first, last) for learner in (graphed, eager))
        assert {key: float(loss) for key, loss in losses.items()} == {key: float(loss) for key, loss in expected.items()}
        # Adam makes much of rounding: a bias before a norm has no gradient but that.
        for key, loss in take_steps(plain, sprites, first, last).items():
            assert float(loss) == pytest.approx(float(expected[key]), rel=0.05, abs=0.01), key
    assert all(torch.equal(graphed.state()[key], tensor) for key, tensor in eager.state().items())
    # The recipe vaegan has kinds of steps, which begin at 12 pictures here.
    assert captures.count == (2 if name == "vaegan" else 1)


@pytest.mark.parametrize("name", EACH_NAME)
def test_a_graph_is_captured_anew_where_the_step_changes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaegan_losses, "_roll", vaegan_losses._roll_on_device)
    captures, sprites = Captures(), coarse_sprites(CANVASES[0])
    learner = built(RECIPES[name], captures.graphs)
    counts = []
    changes: list[Callable[[], None]] = [
        lambda: None,
        lambda: None,
        lambda: learner.adjust(Adjustment(learning_rate=0.5, batch=0.5)),
        lambda: learner.set_arithmetic(Arithmetic.CONVOLUTION),
    ]
    for change in changes:
        change()
        take_steps(learner, sprites, 300, 301)
        counts.append(captures.count)
    take_steps(learner, sprites.clone(), 300, 301)  # at another address
    assert [*counts, captures.count] == [1, 1, 2, 3, 4]
    # Each serves its memory to the next.
    assert captures.earlier[0] is None
    assert None not in captures.earlier[1:]


def test_a_capture_that_fails_is_tried_again() -> None:
    attempts: list[int] = []

    def capture(*_: object) -> CapturedStep:
        attempts.append(1)
        raise torch.OutOfMemoryError("CUDA out of memory")

    graphs = StepGraphs(capture, captures_on=lambda _: True)
    for _ in range(2):
        with pytest.raises(torch.OutOfMemoryError):
            graphs.run(lambda *_: {}, (), (), kind=1, device=CPU, state=tuple)
    assert len(attempts) == 2


def test_a_step_that_cannot_be_captured_is_taken_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []

    def capture(*_: object) -> CapturedStep:
        attempts.append(1)
        raise CaptureError("operation not permitted when stream is capturing")

    graphs = StepGraphs(capture, captures_on=lambda _: True)
    for kind in (1, 1, 2):
        losses = graphs.run(lambda *_: {"recon": torch.ones(())}, (), (), kind=kind, device=CPU, state=tuple)
        assert float(losses["recon"]) == 1
    assert len(attempts) == 1
    reason = "operation not permitted when stream is capturing"
    sentence = f"steps are slower than they could be: this GPU cannot run them as one CUDA graph ({reason})"
    assert [record.message for record in caplog.records] == [sentence]


class FailingCapture:
    """A capture on a GPU that fails as torch's does: at its end, with another error than the one that ended it."""

    def __init__(self, first: Exception) -> None:
        self._first = first

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        try:
            raise self._first
        finally:
            raise torch.AcceleratorError("CUDA error: operation failed due to a previous error during capture\nmore")


@pytest.mark.parametrize(
    ("first", "raised"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), torch.AcceleratorError),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED"), torch.AcceleratorError),
        (RuntimeError("operation not permitted when stream is capturing"), CaptureError),
    ],
)
def test_a_capture_without_memory_is_told_from_one_that_is_impossible(
    first: Exception, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = SimpleNamespace(wait_stream=lambda _: None)
    monkeypatch.setattr(step_graphs, "_capture_stream", lambda _: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "CUDAGraph", SimpleNamespace)
    monkeypatch.setattr(torch.cuda, "graph", lambda *_, **__: FailingCapture(first))
    weight, num_taken = torch.zeros(2), list[int]()

    def step(numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
        num_taken.append(1)
        return {"recon": weight.add_(draws[0]).sum()}

    with pytest.raises(raised, match="previous error during capture$" if raised is CaptureError else "previous error"):
        CudaGraphStep(step, (0.5,), (torch.ones(2),), (weight,))
    assert len(num_taken) == 4
    # What the steps that warm up have changed is restored. On a GPU the last one would only be recorded.
    assert torch.equal(weight, torch.ones(2))


def test_on_the_cpu_nothing_is_captured() -> None:
    def capture(*_: object) -> CapturedStep:
        pytest.fail("a step is captured on the CPU")

    assert StepGraphs(capture).run(lambda *_: {}, (), (), kind=1, device=CPU, state=tuple) == {}


@pytest.mark.parametrize("name", EACH_NAME)
def test_a_step_reads_no_number_from_the_device(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaegan_losses, "_roll", vaegan_losses._roll_on_device)
    learner = built(RECIPES[name])
    take_steps(learner, coarse_sprites(CANVASES[0]), 0, 2)
    with HostReads() as reads:
        take_steps(learner, coarse_sprites(CANVASES[0]), 2, 4)
    assert reads.count == 0


def pool_of_the_paper(size: int, fakes: Sequence[Tensor], random: torch.Generator) -> list[Tensor]:
    """Return what an image pool shows, picture by picture, in plain Python."""
    pool: list[Tensor] = []
    shown = []
    for batch in fakes:
        slots = torch.randint(size, (len(batch),), generator=random).tolist()
        swaps = (torch.rand(len(batch), generator=random) < 0.5).tolist()
        for fake, slot, swap in zip(batch, slots, swaps, strict=True):
            shown.append(fake)
            if len(pool) < size:
                pool.append(fake)
            elif swap:
                shown[-1], pool[slot] = pool[slot], fake
    return shown


def test_the_image_pool_shows_what_the_paper_says() -> None:
    numbers = torch.arange(40.0).view(10, 4, 1, 1, 1).expand(-1, -1, 2, 3, 3)
    pool, random = ImagePool(6, (2, 3, 3), CPU), torch.Generator().manual_seed(4)
    shown = torch.cat([pool.exchange(batch, pool.draw_noise(len(batch), random)) for batch in numbers])
    expected = torch.stack(pool_of_the_paper(6, list(numbers), torch.Generator().manual_seed(4)))
    assert torch.equal(shown, expected)
    assert not torch.equal(shown, numbers.flatten(0, 1))
    assert int(pool.count) == 6
