"""The recipe ``dcgan`` on screens of any size up to 256x256, with fewer of the large ones in a step."""

import pytest
import torch

from mint.recipes.dcgan import DcGan, DcGanConfig
from mint.recipes.dcgan.learner import DcGanLearner
from mint.recipes.recipe import Adjustment, Canvas
from tests.screens import rgba, screens

PALETTE = tuple((int(r), int(g), int(b), int(a)) for r, g, b, a in rgba())


def learner(height: int, width: int, num_sprites: int = 400, batch_size: int = 24) -> DcGanLearner:
    recipe = DcGan(DcGanConfig(batch_size=batch_size, width=8, max_width=16, latent_dim=8))
    canvas = Canvas(height, width, len(PALETTE), palette=PALETTE)
    return recipe.learner(canvas, num_sprites, torch.device("cpu"), torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("size", "batch_size", "expected"),
    [
        ((16, 16), 24, 24),
        ((32, 32), 24, 24),
        ((64, 64), 24, 6),
        ((96, 128), 24, 4),
        ((256, 256), 24, 4),
        ((256, 256), 1024, 16),
        ((256, 256), 2, 2),
    ],
)
def test_a_step_sees_fewer_large_pictures(size: tuple[int, int], batch_size: int, expected: int) -> None:
    assert learner(*size, batch_size=batch_size).images_per_step == expected
    assert learner(*size, num_sprites=3, batch_size=batch_size).images_per_step == min(3, expected)


def test_an_adjustment_halves_the_batch() -> None:
    one = learner(256, 256)
    one.adjust(Adjustment(batch=0.5))
    assert one.images_per_step == 2


@pytest.mark.parametrize("size", [(256, 256), (50, 70), (96, 128)], ids=str)
def test_screens_of_any_size_are_learned_and_generated(size: tuple[int, int]) -> None:
    pixels = torch.from_numpy(screens(2, *size))
    one = learner(*size, num_sprites=2)
    losses = [float(one.step(pixels, 2 * step, torch.Generator().manual_seed(step))["recon"]) for step in range(4)]
    assert losses[-1] < losses[0]
    assert one.snapshot().generator(torch.randn(2, 8)).shape == (2, *size)


def test_the_encoder_learns_from_the_first_steps_on() -> None:
    canvas = Canvas(64, 64, len(PALETTE), palette=PALETTE)
    one = DcGan(DcGanConfig(batch_size=16)).learner(canvas, 8, torch.device("cpu"), torch.Generator().manual_seed(1))
    pixels = torch.from_numpy(screens(8, 64, 64))
    losses = [float(one.step(pixels, 4 * step, torch.Generator().manual_seed(step))["z"]) for step in range(10)]
    assert max(losses) < 1.0  # 0.5 is the loss without any knowledge; an encoder that had moved far off stayed at 4
