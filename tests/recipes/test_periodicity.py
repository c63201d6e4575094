"""The losses of ``dcgan`` for patterns that transposed convolutions repeat."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from mint.recipes.dcgan import DcGan, DcGanConfig
from mint.recipes.dcgan.losses import draw_noise, draw_pictures, generator_losses
from mint.recipes.dcgan.periodicity import excess_periodicity, excess_repetition, periodic_shares, variogram_notches
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


def grid(period: int, strength: float) -> Tensor:
    """Return noise, 1024 pictures, with the same pattern in every block added to it."""
    block = torch.randn((1, 1, period, period), generator=torch.Generator().manual_seed(3))
    return noise() + strength * block.repeat(1, 1, 48 // period, 32 // period)


@pytest.mark.parametrize("period", [2, 4, 8])
def test_a_pattern_that_repeats_is_all_of_a_notch(period: int) -> None:
    picture = grid(period, 1000.0)[:1]
    assert variogram_notches(picture, 8).tolist() == pytest.approx([1, 1], abs=1e-3)


def test_half_the_energy_is_half_a_notch() -> None:
    notches = variogram_notches(grid(8, 1.0), 8)
    assert notches.tolist() == pytest.approx([0.5, 0.5], abs=0.1)
    assert variogram_notches(noise(), 8).tolist() == pytest.approx([0, 0], abs=0.01)


@pytest.mark.parametrize(("row", "column"), [(46, 16), (24, 30), (1, 16), (24, 1)])
def test_a_dot_near_a_side_does_not_fill_a_notch(row: int, column: int) -> None:
    dot = torch.zeros((1, 1, 48, 32))
    dot[..., row, column] = 1
    assert variogram_notches(dot, 8).tolist() == [0, 0]


def test_outlines_have_no_notch() -> None:
    disc = ((ROWS - 24) ** 2 + (COLUMNS - 16) ** 2 < 100).float()[None, None]
    assert variogram_notches(disc, 8).abs().max() < 0.05
    assert variogram_notches(torch.ones((2, 3, 32, 32)), 8).tolist() == [0, 0]


def test_only_repetition_beyond_twice_that_of_the_sprites_is_lost() -> None:
    assert excess_repetition(grid(8, 1.0), grid(8, 1.0)) == 0
    assert excess_repetition(noise(), grid(8, 1.0)) == 0
    half, all_of_it = grid(8, 1.0), grid(8, 1000.0)
    assert float(excess_repetition(half, noise())) == pytest.approx(1, abs=0.2)
    assert float(excess_repetition(all_of_it, grid(8, 0.5))) == pytest.approx(1.2, abs=0.2)


def test_pictures_below_four_blocks_of_eight_are_left_out() -> None:
    blocks = torch.rand((1, 4, 8, 8), generator=torch.Generator().manual_seed(3)).repeat(1, 1, 4, 4)
    plain = torch.zeros_like(blocks)
    assert float(excess_repetition(blocks, plain)) == pytest.approx(2)
    assert excess_repetition(blocks[..., :31], plain[..., :31]) == 0


@pytest.mark.parametrize(("setting", "loss"), [("periodicity", excess_periodicity), ("repetition", excess_repetition)])
def test_the_generator_minimises_it(setting: str, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    palette = ((0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 255))  # so only the second colour makes a pattern
    canvas = Canvas(32, 32, len(palette), palette=palette)
    sprites = torch.zeros((4, 32, 32), dtype=torch.uint8)
    sprites[:, 4:, 3:] = 1
    totals = []
    for weight in (0.0, 2.0):
        periodicity, repetition = (weight, 0.0) if setting == "periodicity" else (0.0, weight)
        config = DcGanConfig(width=8, max_width=8, latent_dim=4, periodicity_weight=periodicity, repetition_weight=repetition)
        learner = DcGan(config).learner(canvas, 4, torch.device("cpu"), torch.Generator().manual_seed(1))
        drawn = draw_noise(config, canvas, 3, 4, 4, torch.Generator().manual_seed(2))
        pictures = draw_pictures(learner.trained, config, drawn, sprites)
        total, _ = generator_losses(learner.trained, config, drawn, pictures, learner._palette)
        totals.append(float(total.detach()))
    excess = float(loss(pictures.dreams[:, 1:2], pictures.real[:, 1:2]).detach())
    assert excess > 0
    assert totals[1] - totals[0] == pytest.approx(2 * excess, rel=1e-3)


@pytest.mark.parametrize(("images_seen", "counts"), [(7, False), (8, True)])
def test_repetition_counts_from_its_start_on(images_seen: int, counts: bool) -> None:
    sprites = torch.zeros((4, 32, 32), dtype=torch.uint8)
    sprites[:, 4:, 3:] = 1
    states = []
    for weight in (0.0, 100.0):
        config = DcGanConfig(width=8, max_width=8, latent_dim=4, repetition_weight=weight, repetition_start=8)
        canvas = Canvas(32, 32, 2, palette=((0, 0, 0, 255), (255, 255, 255, 255)))
        learner = DcGan(config).learner(canvas, 4, torch.device("cpu"), torch.Generator().manual_seed(1))
        learner.step(sprites, images_seen, torch.Generator().manual_seed(2))
        states.append(learner.state())
    assert any(not torch.equal(states[0][name], states[1][name]) for name in states[0]) == counts


def test_trainings_of_earlier_versions_go_on_without_them() -> None:
    earlier = DcGanConfig(periodicity_weight=0.0, repetition_weight=0.0), DcGanConfig(repetition_weight=0.0), DcGanConfig()
    assert [DcGan(config).version for config in earlier] == [2, 3, 4]
    assert [sorted({"periodicity_weight", "repetition_weight"} & DcGan(config).config().keys()) for config in earlier] == [
        [],
        ["periodicity_weight"],
        ["periodicity_weight", "repetition_weight"],
    ]
