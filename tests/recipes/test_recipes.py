"""Every recipe keeps the same promises: it repeats itself exactly, learns, resumes, and answers in the contract's shapes."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from mint.recipes.collage import collage_masks
from mint.recipes.recipe import Canvas, Learner, Recipe
from mint.recipes.vaegan import VaeGan, VaeGanConfig

TINY = VaeGanConfig(
    latent_dim=6,
    num_collages=2,
    num_dreams=3,
    encoder_widths=(8, 8, 8),
    generator_widths=(16, 8, 8),
    discriminator_width=8,
    kl_warm_up=20,
    collage_start=12,
    adversary_start=12,
    adversary_warm_up=12,
)
RECIPES: tuple[Recipe, ...] = (VaeGan(TINY),)
CANVASES = (Canvas(16, 16, 4), Canvas(20, 13, 2), Canvas(8, 24, 16))

each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
each_canvas = pytest.mark.parametrize("canvas", CANVASES, ids=lambda canvas: f"{canvas.height}x{canvas.width}x{canvas.num_colors}")


def pictures(canvas: Canvas, num_sprites: int = 5) -> Tensor:
    random = torch.Generator().manual_seed(9)
    coarse = torch.randint(canvas.num_colors, (num_sprites, 6, 6), generator=random, dtype=torch.uint8)
    fine = coarse.repeat_interleave(4, 1).repeat_interleave(4, 2)
    return fine[:, : canvas.height, : canvas.width]


def built(recipe: Recipe, canvas: Canvas, seed: int = 1) -> Learner:
    return recipe.learner(canvas, 5, torch.device("cpu"), torch.Generator().manual_seed(seed))


def steps(learner: Learner, sprites: Tensor, first: int, last: int) -> dict[str, Tensor]:
    losses: dict[str, Tensor] = {}
    for step in range(first, last):
        losses = learner.step(sprites, step * learner.images_per_step, torch.Generator().manual_seed(step))
    return losses


@each_recipe
@each_canvas
def test_networks_answer_in_the_shapes_of_the_contract(recipe: Recipe, canvas: Canvas) -> None:
    learner = built(recipe, canvas)
    networks = learner.snapshot()
    sprites = pictures(canvas)
    mu, logvar = networks.encoder(sprites)
    assert mu.shape == logvar.shape == (5, learner.latent_dim)
    pixels = networks.generator(torch.randn(7, learner.latent_dim))
    assert pixels.shape == (7, canvas.height, canvas.width)
    assert pixels.dtype == torch.uint8
    assert int(pixels.max()) < canvas.num_colors
    score = networks.discriminator(sprites)
    assert score.shape == (5,)
    assert score.dtype == torch.float32


@each_recipe
@each_canvas
def test_equal_seeds_give_equal_trainings(recipe: Recipe, canvas: Canvas) -> None:
    sprites = pictures(canvas)
    one, other, third = built(recipe, canvas), built(recipe, canvas), built(recipe, canvas, seed=2)
    for learner in (one, other, third):
        steps(learner, sprites, 0, 4)
    assert all(torch.equal(tensor, other.state()[name]) for name, tensor in one.state().items())
    assert not all(torch.equal(tensor, third.state()[name]) for name, tensor in one.state().items())


@each_recipe
def test_a_resumed_training_is_the_unbroken_one(recipe: Recipe) -> None:
    sprites = pictures(CANVASES[0])
    unbroken, first, second = (built(recipe, CANVASES[0]) for _ in range(3))
    steps(unbroken, sprites, 0, 12)
    steps(first, sprites, 0, 5)
    second.load_state({name: tensor.clone() for name, tensor in first.state().items()})
    steps(second, sprites, 5, 12)
    assert unbroken.state().keys() == second.state().keys()
    assert all(torch.equal(tensor, second.state()[name]) for name, tensor in unbroken.state().items())


@each_recipe
def test_it_learns(recipe: Recipe) -> None:
    canvas = CANVASES[0]
    sprites = pictures(canvas)
    learner = built(recipe, canvas)
    before = steps(learner, sprites, 0, 1)["recon"]
    after = steps(learner, sprites, 1, 160)["recon"]
    assert after < before / 2


@each_recipe
def test_a_foreign_state_is_refused_and_changes_nothing(recipe: Recipe) -> None:
    learner = built(recipe, CANVASES[0])
    before = {name: tensor.clone() for name, tensor in learner.state().items()}
    with pytest.raises(ValueError, match="missing or has another shape"):
        learner.load_state(built(recipe, CANVASES[1]).state())
    assert all(torch.equal(tensor, before[name]) for name, tensor in learner.state().items())


@each_recipe
def test_the_global_random_state_is_left_alone(recipe: Recipe) -> None:
    before = torch.random.get_rng_state()
    steps(built(recipe, CANVASES[0]), pictures(CANVASES[0]), 0, 2)
    assert torch.equal(before, torch.random.get_rng_state())


@each_recipe
def test_fewer_or_more_sprites_than_a_batch(recipe: Recipe) -> None:
    for num_sprites, seen in ((2, 2), (30, 9)):
        learner = recipe.learner(CANVASES[0], num_sprites, torch.device("cpu"), torch.Generator().manual_seed(1))
        assert learner.images_per_step == seen
        steps(learner, pictures(CANVASES[0], num_sprites), 0, 3)


def test_adversarial_gradients_do_not_reach_the_encoder() -> None:
    canvas = CANVASES[0]
    states = []
    for weight in (1e-6, 50.0):
        learner = built(VaeGan(replace(TINY, adversarial_weight=weight)), canvas)
        learner.step(pictures(canvas), 1000, torch.Generator().manual_seed(3))
        states.append({name: tensor for name, tensor in learner.state().items() if name.endswith("weight")})
    one, other = states
    assert all(torch.equal(one[name], other[name]) for name in one if name.startswith("encoder"))
    assert not any(torch.equal(one[name], other[name]) for name in one if name.startswith("generator"))


def test_collage_masks_show_both_sides() -> None:
    masks = collage_masks(200, Canvas(32, 32, 2), torch.Generator().manual_seed(0))
    shares = masks.float().mean((1, 2))
    assert masks.dtype == torch.bool
    assert ((shares > 0.02) & (shares < 0.98)).float().mean() > 0.9
