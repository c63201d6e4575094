"""Every recipe keeps the same contract: it is deterministic, learns, resumes exactly, and returns the shapes of its protocol."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from mint.errors import TrainingError
from mint.recipes.building_blocks.collage import collage_masks
from mint.recipes.cvae import Cvae
from mint.recipes.recipe import Canvas, Learner, Recipe
from mint.recipes.vaegan import VaeGan
from tests.recipes.tiny_recipes import CANVASES, EACH_NAME, RECIPES, TINY_VAEGAN, coarse_sprites, labels_of, take_steps

each_recipe = pytest.mark.parametrize("name", EACH_NAME)
each_canvas = pytest.mark.parametrize("canvas", CANVASES, ids=lambda canvas: f"{canvas.height}x{canvas.width}x{canvas.num_colors}")


@pytest.fixture
def recipe(name: str) -> Recipe:
    return RECIPES[name]


def built(recipe: Recipe, canvas: Canvas, seed: int = 1) -> Learner:
    return recipe.learner(canvas, 5, torch.device("cpu"), torch.Generator().manual_seed(seed))


def steps(learner: Learner, sprites: Tensor, first: int, last: int) -> dict[str, Tensor]:
    return take_steps(learner, sprites, first, last)


@each_recipe
@each_canvas
def test_networks_return_the_shapes_of_the_contract(recipe: Recipe, canvas: Canvas) -> None:
    learner = built(recipe, canvas)
    networks = learner.snapshot()
    sprites = coarse_sprites(canvas)
    known = (labels_of(5).float(),) if learner.num_labels else ()
    mu, logvar = networks.encoder(sprites, *known)
    assert mu.shape == logvar.shape == (5, learner.latent_dim)
    asked = (torch.full((7, learner.num_labels), 0.5),) if learner.num_labels else ()
    pixels = networks.generator(torch.randn(7, learner.latent_dim), *asked)
    assert pixels.shape == (7, canvas.height, canvas.width)
    assert pixels.dtype == torch.uint8
    assert int(pixels.max()) < canvas.num_colors
    score = networks.discriminator(sprites, *known)
    assert score.shape == (5,)
    assert score.dtype == torch.float32


@each_recipe
@each_canvas
def test_equal_seeds_give_equal_trainings(recipe: Recipe, canvas: Canvas) -> None:
    sprites = coarse_sprites(canvas)
    one, other, third = built(recipe, canvas), built(recipe, canvas), built(recipe, canvas, seed=2)
    for learner in (one, other, third):
        steps(learner, sprites, 0, 4)
    assert all(torch.equal(tensor, other.state()[name]) for name, tensor in one.state().items())
    assert not all(torch.equal(tensor, third.state()[name]) for name, tensor in one.state().items())


@each_recipe
def test_a_resumed_training_equals_an_uninterrupted_one(recipe: Recipe) -> None:
    sprites = coarse_sprites(CANVASES[0])
    uninterrupted, first, second = (built(recipe, CANVASES[0]) for _ in range(3))
    steps(uninterrupted, sprites, 0, 12)
    steps(first, sprites, 0, 5)
    second.load_state({name: tensor.clone() for name, tensor in first.state().items()})
    steps(second, sprites, 5, 12)
    assert uninterrupted.state().keys() == second.state().keys()
    assert all(torch.equal(tensor, second.state()[name]) for name, tensor in uninterrupted.state().items())


@each_recipe
def test_it_learns(recipe: Recipe) -> None:
    canvas = CANVASES[0]
    sprites = coarse_sprites(canvas)
    learner = built(recipe, canvas)
    before = steps(learner, sprites, 0, 1)["recon"]
    steps(learner, sprites, 1, 158)
    after = sum(steps(learner, sprites, step, step + 1)["recon"] for step in range(158, 162)) / 4
    assert after < before / 2


@each_recipe
def test_a_foreign_state_is_refused_and_changes_nothing(recipe: Recipe) -> None:
    learner = built(recipe, CANVASES[0])
    before = {name: tensor.clone() for name, tensor in learner.state().items()}
    with pytest.raises(ValueError, match="missing or has another shape"):
        learner.load_state(built(recipe, CANVASES[1]).state())
    assert all(torch.equal(tensor, before[name]) for name, tensor in learner.state().items())


@each_recipe
def test_the_global_random_state_stays_the_same(recipe: Recipe) -> None:
    before = torch.random.get_rng_state()
    steps(built(recipe, CANVASES[0]), coarse_sprites(CANVASES[0]), 0, 2)
    assert torch.equal(before, torch.random.get_rng_state())


@each_recipe
def test_fewer_or_more_sprites_than_a_batch(recipe: Recipe) -> None:
    for num_sprites in (2, 30):
        learner = recipe.learner(CANVASES[0], num_sprites, torch.device("cpu"), torch.Generator().manual_seed(1))
        assert 1 <= learner.images_per_step <= num_sprites
        steps(learner, coarse_sprites(CANVASES[0], num_sprites), 0, 3)


def test_labels_are_learned_only_where_there_are_some() -> None:
    plain = Canvas(16, 16, 4)
    assert built(VaeGan(TINY_VAEGAN), plain).num_labels == 0
    with pytest.raises(TrainingError, match="have no labels, which the recipe cvae learns"):
        built(Cvae(), plain)


@each_recipe
def test_elbo_terms_are_logits_of_indices_and_kl_or_none(recipe: Recipe) -> None:
    learner = built(recipe, CANVASES[0])
    learner.snapshot()
    known = labels_of(5).float() if learner.num_labels else None
    terms = learner.elbo_terms(coarse_sprites(CANVASES[0]), known, torch.Generator().manual_seed(1))
    colors = learner.colors(torch.randn(3, learner.latent_dim), None if known is None else known[:3])
    learns_colors = recipe.config().get("color") == "rgba"
    assert (colors is not None) == learns_colors
    assert (terms is None) == (learns_colors or recipe.requirements.pictures)  # whose latents stand for photographs
    if terms is not None:
        assert terms.logits.shape == (5, 4, 16, 16)
    if recipe.name == "autoencoder":
        assert terms is None or terms.kl is None
    if terms is not None and terms.kl is not None:
        assert (terms.kl > -1e-5).all()
    if colors is not None:
        assert (colors.shape, colors.dtype) == ((3, 16, 16, 4), torch.uint8)


def test_adversarial_gradients_do_not_reach_the_encoder() -> None:
    canvas = CANVASES[0]
    states = []
    for weight in (1e-6, 50.0):
        learner = built(VaeGan(replace(TINY_VAEGAN, adversarial_weight=weight)), canvas)
        learner.step(coarse_sprites(canvas), 1000, torch.Generator().manual_seed(3), labels_of(5))
        states.append({name: tensor for name, tensor in learner.state().items() if name.endswith("weight")})
    one, other = states
    assert all(torch.equal(one[name], other[name]) for name in one if name.startswith("encoder"))
    assert not any(torch.equal(one[name], other[name]) for name in one if name.startswith("generator"))


def test_collage_masks_show_both_sides() -> None:
    masks = collage_masks(200, Canvas(32, 32, 2), torch.Generator().manual_seed(0))
    shares = masks.float().mean((1, 2))
    assert masks.dtype == torch.bool
    assert ((shares > 0.02) & (shares < 0.98)).float().mean() > 0.9
