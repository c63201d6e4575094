"""The registry: recipes by name, from settings as people write them, and from what a training recorded."""

import json
import re
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch

from mint.errors import TrainingError
from mint.recipes import registry
from mint.recipes.recipe import Canvas, PictureRecipe, Recipe
from tests.recipes.tiny_recipes import CANVASES, RECIPES, with_pictures

each_name = pytest.mark.parametrize("name", registry.NAMES)


@each_name
def test_a_recipe_is_registered_under_its_name(name: str) -> None:
    assert registry.recipe_from_text(name, {}).name == name
    assert name in {recipe.name for recipe in RECIPES.values()}


@each_name
def test_a_recipe_is_built_without_torch(name: str) -> None:
    """So that the command line can ask what a recipe needs."""
    code = (
        f"import sys; from mint.recipes import registry; registry.recipe_from_text({name!r}, {{}}); print('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@each_name
def test_a_recipe_refuses_to_train_without_what_it_requires(name: str) -> None:
    requirements, recipe = registry.requirements_of(name), registry.recipe_from_text(name, {})
    assert isinstance(recipe, PictureRecipe) == requirements.pictures == (name in registry.names_that_need_pictures())
    bare, labeled = replace(CANVASES[0], num_labels=0), CANVASES[0]

    def build(recipe: Recipe, canvas: Canvas) -> None:
        recipe.learner(canvas, 5, torch.device("cpu"), torch.Generator().manual_seed(1))

    build(with_pictures(recipe), labeled)
    for missing, one, canvas in (
        (requirements.pictures, recipe, labeled),
        (requirements.labels, with_pictures(recipe), bare),
    ):
        with pytest.raises(TrainingError) if missing else nullcontext():
            build(one, canvas)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES.keys())
def test_a_recorded_recipe_is_built_again(recipe: Recipe) -> None:
    config = json.loads(json.dumps(recipe.config()))
    again = with_pictures(registry.recipe_from_record(recipe.name, config))
    assert (again.name, again.version, again.config()) == (recipe.name, recipe.version, recipe.config())


@pytest.mark.parametrize(
    ("name", "key", "text", "value"),
    [
        ("autoencoder", "layers", "dense", "dense"),
        ("autoencoder", "color", "rgba", "rgba"),
        ("vae", "beta", "0.5", 0.5),
        ("gumbel", "num_groups", "5", 5),
        ("vaegan", "encoder_widths", "8,16,24", [8, 16, 24]),
        ("cvae", "betas", "0.5,0.9", [0.5, 0.9]),
    ],
)
def test_settings_are_read(name: str, key: str, text: str, value: object) -> None:
    assert registry.recipe_from_text(name, {key: text}).config()[key] == value


def test_a_gumbel_code_has_a_number_for_each_category() -> None:
    assert registry.recipe_from_text("gumbel", {"num_groups": "5", "num_categories": "7"}).config()["latent_dim"] == 35


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("vea", {}, f"there is no recipe 'vea'; there are {', '.join(registry.NAMES)}"),
        ("vae", {"colour": "rgba"}, "the recipe vae has no setting 'colour'; it has average_decay, batch_size, beta"),
        ("gumbel", {"latent_dim": "3"}, "the recipe gumbel has no setting 'latent_dim'"),
        ("vae", {"color": "rgb"}, "color of the recipe vae is 'rgb'; it is palette or rgba"),
        ("vae", {"latent_dim": "8.5"}, "latent_dim of the recipe vae is '8.5'; it is a whole number"),
        ("vae", {"beta": "nan"}, "beta of the recipe vae is 'nan'; it is a number"),
        ("dcgan", {"spectral_norm": "maybe"}, "spectral_norm of the recipe dcgan is 'maybe'; it is yes or no"),
        ("dcgan", {"patches": "2"}, "the recipe dcgan does not take these settings: patches is 2.0; it is from 0 to 1"),
        (
            "cyclegan",
            {"crop": "20"},
            "the recipe cyclegan does not take these settings: crop is 20; it is a multiple of 8 from 16 on",
        ),
        ("cyclegan", {"pictures": "x"}, "the recipe cyclegan has no setting 'pictures'"),
        ("vaegan", {"encoder_widths": "8,16"}, "encoder_widths of the recipe vaegan is '8,16'; it is 3 numbers with commas"),
        (
            "vae",
            {"layers": "dense", "hidden": "8"},
            "the recipe vae does not take these settings: hidden is 8; with dense layers it is 16 or more, or not a power of two",
        ),
        ("autoencoder", {"width": "0"}, "the recipe autoencoder does not take these settings: width is 0; it is at least 1"),
        ("vae", {"beta": "-1"}, "the recipe vae does not take these settings: beta is -1.0; it is from 0 to 1000"),
        ("cvae", {"hidden_labels": "1"}, "hidden_labels is 1.0; it is from 0 to below 1"),
        ("gumbel", {"num_categories": "1"}, "num_categories is 1; it is at least 2"),
        ("gumbel", {"last_temperature": "2"}, "the temperature goes from 1.0 to 2.0; it falls between 10 and 0.05"),
        ("gumbel", {"num_groups": "1000"}, "latent_dim is 8000; it is at most 4096"),
        ("gumbel", {"num_groups": "-2"}, "num_groups is -2; it is at least 1"),
        ("dcgan", {"repetition_start": "-1"}, "repetition_start is -1; it is at least 0"),
        ("dcgan", {"betas": "0.5,1"}, "betas is 0.5,1.0; each is from 0 to below 1"),
        ("vaegan", {"encoder_widths": "8,0,24"}, "encoder_widths is 8,0,24; each is at least 1"),
        ("vaegan", {"learning_rate": "0"}, "learning_rate is 0.0; it is above 0 and at most 1"),
    ],
)
def test_a_wrong_setting_is_a_sentence(name: str, settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(TrainingError, match=re.escape(sentence)):
        registry.recipe_from_text(name, settings)


@pytest.mark.parametrize("number", [-2, float("nan")])
@each_name
def test_the_range_of_every_number_is_checked(name: str, number: float) -> None:
    defaults = registry.recipe_from_text(name, {}).config()
    for key in registry._settings(registry._recipe_type(name).config_type):
        value = defaults[key]
        if isinstance(value, list):
            wrong: object = [*value[:-1], number]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            wrong = number
        else:
            continue
        with pytest.raises(TrainingError, match=rf"(\b{key} is|the temperature goes from) .*{number}"):
            registry.recipe_from_record(name, defaults | {key: wrong})


def test_settings_of_another_version_are_refused() -> None:
    with pytest.raises(TrainingError, match="the recipe vae has other settings than this training"):
        registry.recipe_from_record("vae", {"latent_dim": 8})
