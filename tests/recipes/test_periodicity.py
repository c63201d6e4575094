"""The loss of ``dcgan`` for patterns that transposed convolutions repeat."""

import pytest
import torch
from torch import Tensor

from mint.recipes.dcgan import DcGan, DcGanConfig
from mint.recipes.dcgan.losses import draw_noise, draw_pictures, generator_losses
from mint.recipes.dcgan.periodicity import excess_periodicity, periodic_shares
from mint.recipes.recipe import Canvas

ROWS, COLUMNS = torch.meshgrid(torch.arange(48), torch.arange(32), indexing="ij")


def stripes(period: int) -> Tensor:
    """Return one picture whose columns repeat with a period and with no shorter one."""
    return (COLUMNS % period == 0).float()[None, None]


def noise() -> Tensor:
    """Return pictures without any pattern."""
    return torch.randn((1024, 1, 48, 32), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("period", "expected"), [(2, [1, 1]), (4, [1 / 3, 1])])
def test_a_pattern_is_all_of_the_energy_at_its_period(period: int, expected: list[float]) -> None:
    assert periodic_shares(stripes(period)).tolist() == pytest.approx(expected, abs=1e-5)


def test_a_slow_pattern_is_none_of_it() -> None:
    assert periodic_shares(torch.cos(torch.pi / 4 * COLUMNS)[None, None]).tolist() == pytest.approx([0, 0], abs=1e-5)


def test_noise_has_the_share_of_its_degrees_of_freedom() -> None:
    assert periodic_shares(noise()).tolist() == pytest.approx([3 / 255, 15 / 255], rel=0.1)


def test_plain_pictures_have_no_patterns() -> None:
    assert periodic_shares(torch.ones((2, 3, 16, 16))).tolist() == [0, 0]


def test_only_what_exceeds_the_sprites_is_lost() -> None:
    assert excess_periodicity(noise(), stripes(2)) == 0
    assert excess_periodicity(stripes(2), noise()) > 10
    assert torch.isfinite(excess_periodicity(stripes(2), torch.zeros(1, 1, 48, 32)))


@pytest.mark.parametrize("side", [8, 12, 15, 16, 40])
def test_small_pictures_have_smaller_windows(side: int) -> None:
    assert periodic_shares(stripes(2)[..., :side, :side]).tolist() == pytest.approx([1, 1], abs=1e-5)


def test_pictures_below_two_blocks_are_left_out() -> None:
    assert excess_periodicity(torch.rand(2, 1, 7, 32), noise()) == 0


def test_the_gradient_of_the_loss_removes_patterns() -> None:
    dreams = (noise() + 0.5 * stripes(2)).requires_grad_()
    before = excess_periodicity(dreams, noise())
    (gradient,) = torch.autograd.grad(before, dreams)
    assert excess_periodicity(dreams - 100 * gradient, noise()) < before


def test_the_generator_minimises_it() -> None:
    palette = ((0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 255))  # so only the second colour makes a pattern
    canvas = Canvas(16, 16, len(palette), palette=palette)
    sprites = torch.zeros((4, 16, 16), dtype=torch.uint8)
    sprites[:, 4:, 3:] = 1
    totals = []
    for weight in (0.0, 2.0):
        config = DcGanConfig(width=8, max_width=8, latent_dim=4, periodicity_weight=weight)
        learner = DcGan(config).learner(canvas, 4, torch.device("cpu"), torch.Generator().manual_seed(1))
        drawn = draw_noise(config, canvas, 3, 4, 4, torch.Generator().manual_seed(2))
        pictures = draw_pictures(learner.trained, config, drawn, sprites)
        total, _ = generator_losses(learner.trained, config, drawn, pictures, learner._palette)
        totals.append(float(total.detach()))
    excess = float(excess_periodicity(pictures.dreams[:, 1:2], pictures.real[:, 1:2]).detach())
    assert excess > 0
    assert totals[1] - totals[0] == pytest.approx(2 * excess, rel=1e-3)


def test_a_training_of_version_2_goes_on_without_it() -> None:
    record = DcGan(DcGanConfig(periodicity_weight=0.0)).config()
    assert "periodicity_weight" not in record
    assert (DcGan().version, DcGan(DcGanConfig(periodicity_weight=0.0)).version) == (3, 2)
