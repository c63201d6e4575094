"""Every recipe's step as a graph: all that changes from step to step is an input, and nothing reads the device."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from mint.recipes.building_blocks.step_graphs import CapturedStep, Numbers, Step, StepGraphs
from mint.recipes.cyclegan.image_pool import ImagePool
from mint.recipes.recipe import Adjustment, Arithmetic, Learner, Recipe
from mint.recipes.vaegan import losses as vaegan_losses
from tests.recipes.recorded_graph import HostReads, RecordedStep
from tests.recipes.tiny_recipes import CANVASES, RECIPES, coarse_sprites, take_steps

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


@pytest.mark.parametrize("name", RECIPES)
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


@pytest.mark.parametrize("name", RECIPES)
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


def test_on_the_cpu_nothing_is_captured() -> None:
    def capture(*_: object) -> CapturedStep:
        pytest.fail("a step is captured on the CPU")

    assert StepGraphs(capture).run(lambda *_: {}, (), (), kind=1, device=CPU, state=tuple) == {}


@pytest.mark.parametrize("name", RECIPES)
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
