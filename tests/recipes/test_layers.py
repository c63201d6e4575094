"""Dreams in two layers: their composition, the silhouettes that the generator learns, and the networks that are exported."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from mint.recipes import registry
from mint.recipes.building_blocks.configuration import earlier_values
from mint.recipes.building_blocks.silhouettes import silhouettes
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan
from mint.recipes.vaegan.composition import CUT_OUT, NO_FOREGROUND, NUM_ARRANGEMENT_LATENTS, UNMOVED, compose
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.exported_networks import exported_networks, num_latents
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.recipes.vaegan.losses import schedule_at
from tests.recipes.tiny_recipes import TINY_VAEGAN

HEIGHT, WIDTH = 12, 16
BACKGROUND = torch.arange(HEIGHT * WIDTH).reshape(1, HEIGHT, WIDTH) % 251.0
FOREGROUND = 300 + BACKGROUND
EVERYWHERE = torch.ones_like(BACKGROUND)
# A value that is larger than nearly all standard normal numbers, and one that counts as zero.
MOST, NONE = 9.0, 0.0


def quantile(share: float) -> float:
    """Return the standard normal number below which this share of them lies."""
    return float(torch.special.ndtri(torch.tensor(share, dtype=torch.float64)))


def arrange(background_x: float = NONE, y: float = NONE, x: float = NONE, kind: float = NONE, cut_out: float = -MOST) -> Tensor:
    return torch.tensor([[background_x, y, x, kind, NONE, NONE, cut_out]])


@pytest.mark.parametrize("numbers", [0.0, 0.1, -0.1])
def test_near_zero_the_background_is_alone_and_not_moved(numbers: float) -> None:
    arrangement = torch.full((1, NUM_ARRANGEMENT_LATENTS), numbers)
    assert torch.equal(compose(BACKGROUND, FOREGROUND, EVERYWHERE, arrangement, 1.0), BACKGROUND)


@pytest.mark.parametrize(("imagination", "columns"), [(1.0, 8), (0.5, 4), (0.25, 2)])
def test_the_background_moves_along_its_rows_and_re_enters(imagination: float, columns: int) -> None:
    for sign in (1, -1):
        moved = compose(BACKGROUND, FOREGROUND, EVERYWHERE, arrange(background_x=sign * MOST), imagination)
        assert torch.equal(moved, BACKGROUND.roll(sign * columns, 2))


def test_a_moved_foreground_covers_what_it_reaches_and_nothing_re_enters() -> None:
    dream = compose(BACKGROUND, FOREGROUND, EVERYWHERE, arrange(y=MOST, x=-MOST, kind=-MOST, cut_out=MOST), 1.0)
    expected = BACKGROUND.clone()
    expected[:, HEIGHT // 2 :, : WIDTH // 2] = FOREGROUND[:, : HEIGHT // 2, WIDTH // 2 :]
    assert torch.equal(dream, expected)


def test_a_foreground_is_cut_out_along_its_silhouette() -> None:
    opacity = torch.zeros_like(BACKGROUND)
    opacity[:, 3:7, 4:9] = 1
    dream = compose(BACKGROUND, FOREGROUND, opacity, arrange(kind=MOST, cut_out=MOST), 1.0)
    assert torch.equal(dream, torch.where(opacity == 1, FOREGROUND, BACKGROUND))


def test_an_ellipse_is_around_the_centre_and_grows() -> None:
    kinds = [-quantile(0.5 + (NO_FOREGROUND + share * (1 - NO_FOREGROUND)) / 2) for share in (0.1, 0.5, 0.99)]
    areas = []
    for kind in kinds:
        visible = compose(BACKGROUND, FOREGROUND, EVERYWHERE, arrange(kind=kind), 1.0) >= 300
        assert torch.equal(visible, visible.flip(1))
        assert torch.equal(visible, visible.flip(2))
        areas.append(float(visible.float().mean()))
    assert 0 < areas[0] < areas[1] < areas[2] < 1


def test_a_half_plane_is_on_the_side_of_its_direction() -> None:
    right = torch.tensor([[0.0, 0, 0, quantile(0.5 + (NO_FOREGROUND + 0.5 * (1 - NO_FOREGROUND)) / 2), MOST, 0, -MOST]])
    visible = compose(BACKGROUND, FOREGROUND, EVERYWHERE, right, 1.0)[0] >= 300
    columns = visible.float().mean(0)
    assert torch.equal(columns, (torch.linspace(-1, 1, WIDTH) > 1 - 1.2 * 0.5).float())


def test_arrangements_have_the_shares_that_are_stated() -> None:
    count = 4000
    arrangements = torch.randn((count, NUM_ARRANGEMENT_LATENTS), generator=torch.Generator().manual_seed(1))
    half = torch.zeros((count, HEIGHT, WIDTH))
    half[:, :, ::2] = 1
    dreams = compose(BACKGROUND.expand(count, -1, -1), FOREGROUND.expand(count, -1, -1), half, arrangements, 1.0)
    has_foreground = (dreams >= 300).flatten(1).any(1)
    alone = dreams[~has_foreground]
    unmoved = (alone == BACKGROUND).flatten(1).all(1)
    # Only every second column of a foreground that is cut out is visible.
    stripes = ((dreams >= 300)[:, :, ::2].flatten(1).any(1)) ^ ((dreams >= 300)[:, :, 1::2].flatten(1).any(1))
    deviation = 4 * 0.5 / math.sqrt(len(alone))  # four standard deviations of a share, at most
    assert float(unmoved.float().mean()) == pytest.approx(UNMOVED, abs=deviation + 1 / WIDTH)
    assert float((~has_foreground).float().mean()) == pytest.approx(NO_FOREGROUND, abs=0.06)
    assert float(stripes[has_foreground].float().mean()) == pytest.approx(CUT_OUT, abs=0.06)


def test_silhouettes_leave_out_the_most_frequent_colour_and_fill_small_gaps() -> None:
    sprite = np.zeros((9, 9), np.int64)
    sprite[2:7, 2:7] = 1
    sprite[4, 4] = 0  # a gap
    sprite[0, 0] = 2
    hot = torch.nn.functional.one_hot(torch.from_numpy(sprite)[None], 3).permute(0, 3, 1, 2).float()
    expected = torch.zeros((9, 9))
    expected[2:7, 2:7] = 1
    expected[0, 0] = 1
    assert torch.equal(silhouettes(hot)[0], expected)


@pytest.fixture(scope="module")
def trained() -> tuple[VaeGanLearner, Tensor]:
    """A learner after a few steps and its sprites."""
    random = torch.Generator().manual_seed(2)
    sprites = torch.randint(4, (9, 12, 16), generator=random, dtype=torch.uint8)
    learner = VaeGanLearner(Canvas(12, 16, 4), 9, TINY_VAEGAN, torch.device("cpu"), random)
    for step in range(4):
        learner.step(sprites, 9 * step, random)
    return learner, sprites


def test_a_sprite_is_encoded_as_a_background_alone(trained: tuple[VaeGanLearner, Tensor]) -> None:
    learner, sprites = trained
    encoder, generator, *_ = learner.snapshot()
    mu, logvar = encoder(sprites)
    assert mu.shape == logvar.shape == (9, learner.latent_dim) == (9, num_latents(TINY_VAEGAN))
    assert not mu[:, TINY_VAEGAN.latent_dim :].any()
    average = exported_networks(learner._average, replace(TINY_VAEGAN, imagination=0.0))
    assert torch.equal(generator(mu), average.generator(mu[:, : TINY_VAEGAN.latent_dim]))


def test_both_layers_are_decoded_with_the_same_weights(trained: tuple[VaeGanLearner, Tensor]) -> None:
    learner, _ = trained
    generator = learner.snapshot().generator
    size = TINY_VAEGAN.latent_dim
    z = torch.randn((5, learner.latent_dim), generator=torch.Generator().manual_seed(3))
    covered = z.clone()
    covered[:, 2 * size :] = arrange(kind=-MOST, cut_out=-MOST)
    swapped = torch.cat([z[:, size : 2 * size], z[:, :size], torch.zeros(5, NUM_ARRANGEMENT_LATENTS)], 1)
    centre = slice(5, 7), slice(6, 10)  # inside the largest ellipse
    assert torch.equal(generator(covered)[:, *centre], generator(swapped)[:, *centre])


def test_opacity_learns_silhouettes() -> None:
    random = torch.Generator().manual_seed(4)
    sprites = torch.zeros((2, 16, 16), dtype=torch.uint8)
    sprites[0, 4:12, 2:9], sprites[1, 6:15, 5:15] = 1, 2
    learner = VaeGanLearner(Canvas(16, 16, 3), 2, replace(TINY_VAEGAN, num_collages=0), torch.device("cpu"), random)
    for step in range(150):
        learner.step(sprites, 2 * step, random)
    encoder, generator = learner.trained.encoder, learner.trained.generator
    _, opacity = generator.layers(encoder(sprites)[0])
    assert ((opacity > 0) == (sprites > 0)).float().mean() > 0.95


def test_a_training_of_version_2_goes_on_with_a_single_layer() -> None:
    record = VaeGan(replace(TINY_VAEGAN, imagination=0.0)).config()
    assert "imagination" not in record
    recipe = registry.recipe_from_record("vaegan", record)
    assert (recipe.version, recipe.config()) == (2, record)
    learner = recipe.learner(Canvas(8, 8, 3), 2, torch.device("cpu"), torch.Generator().manual_seed(1))
    assert learner.latent_dim == TINY_VAEGAN.latent_dim
    assert not any(name.startswith("generator.opacity") for name in learner.state())
    assert (VaeGan().version, VaeGan().config()["imagination"]) == (3, 1.0)


@pytest.mark.parametrize(("images", "share"), [(9000, 1.0), (12_000, 0.421875), (18_000, 0.125), (90_000, 0.001)])
def test_adversary_and_collages_lose_weight_as_dreams_settle(images: int, share: float) -> None:
    config = VaeGanConfig(collage_weight=2.0, adversarial_weight=4.0)
    schedule = schedule_at(config, images, 9)
    assert schedule.adversarial_weight == pytest.approx(4 * share)
    assert schedule.collage_weight == pytest.approx(2 * max(share, 0.25))


def test_trainings_of_earlier_versions_keep_their_schedule() -> None:
    earlier = earlier_values(VaeGanConfig)
    assert (earlier["settle_power"], earlier["collage_floor"]) == (1, 1.0)
    schedule = schedule_at(VaeGanConfig(adversarial_weight=4.0, settle_power=1, collage_floor=1.0), 18_000, 9)
    assert (schedule.adversarial_weight, schedule.collage_weight) == (2.0, 1.0)
