"""The registry of recipes: each by its name, built from settings as people write them or as a training recorded them.

Loads no torch: a recipe's package is imported when it is asked for, and loads torch when it builds a learner.
"""

from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin, get_type_hints

from mint.errors import TrainingError
from mint.recipes.building_blocks.configuration import earlier_values

if TYPE_CHECKING:
    from mint.recipes.recipe import Recipe, RecipeType
    from mint.recipes.requirements import Requirements

# Where each recipe's class is, as "module:class". The first is the default. A new recipe adds its line here.
RECIPES: Final[Mapping[str, str]] = {
    "vaegan": "mint.recipes.vaegan:VaeGan",
    "autoencoder": "mint.recipes.autoencoder:Autoencoder",
    "vae": "mint.recipes.vae:Vae",
    "cvae": "mint.recipes.cvae:Cvae",
    "cyclegan": "mint.recipes.cyclegan:CycleGan",
    "dcgan": "mint.recipes.dcgan:DcGan",
    "gumbel": "mint.recipes.gumbel:Gumbel",
}
NAMES: Final = tuple(RECIPES)


def requirements_of(name: str) -> "Requirements":
    """Return what the recipe of a name needs besides sprites. Raises TrainingError where there is no such recipe."""
    return _recipe_type(name).requirements


def names_that_need_pictures() -> tuple[str, ...]:
    """Return the names of the recipes that learn from photographs."""
    return tuple(name for name in NAMES if requirements_of(name).pictures)


def recipe_from_text(name: str, settings: Mapping[str, str]) -> "Recipe":
    """Return the recipe of a name with settings as texts, each in place of a default.

    Raises TrainingError where the recipe has no such setting or a text is no valid value for it.
    """
    types = _settings(_recipe_type(name).config_type)
    values: dict[str, object] = {}
    for key, text in settings.items():
        if key not in types:
            raise TrainingError(f"the recipe {name} has no setting {key!r}; it has {', '.join(sorted(types))}")
        try:
            values[key] = _read(text, types[key])
        except ValueError as error:
            raise TrainingError(f"{key} of the recipe {name} is {text!r}; it is {_described(types[key])}") from error
    return _build(name, values)


def choose_recipe(known: tuple[str, Mapping[str, object]] | None, name: str | None, settings: Mapping[str, str]) -> "Recipe":
    """Return the recipe that was asked for; otherwise the ``known`` one that a training recorded, or the default.

    Raises TrainingError where the recipe cannot be built.
    """
    if known is not None and name in (None, known[0]) and not settings:
        return recipe_from_record(*known)
    return recipe_from_text(name or (known[0] if known else NAMES[0]), settings)


def recipe_from_record(name: str, config: Mapping[str, object]) -> "Recipe":
    """Return the recipe of a name with the configuration that it recorded as JSON.

    Raises TrainingError where this version has no such recipe, or its configuration has other fields.
    """
    config_type = _recipe_type(name).config_type
    types = _settings(config_type)
    recorded = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
    values: dict[str, object] = {**earlier_values(config_type), **recorded}
    computed = {field.name for field in fields(config_type) if not field.init}
    if set(values) - computed != set(types):
        raise TrainingError(f"the recipe {name} has other settings than this training; go on with the version that began it")
    return _build(name, {key: value for key, value in values.items() if key in types})


def _build(name: str, values: Mapping[str, object]) -> "Recipe":
    recipe_type = _recipe_type(name)
    try:
        return recipe_type(recipe_type.config_type(**values))
    except (ValueError, TypeError) as error:
        raise TrainingError(f"the recipe {name} does not take these settings: {error}") from error


def _recipe_type(name: str) -> "RecipeType":
    if name not in RECIPES:
        raise TrainingError(f"there is no recipe {name!r}; there are {', '.join(RECIPES)}")
    module, _, class_name = RECIPES[name].partition(":")
    recipe_type: RecipeType = getattr(import_module(module), class_name)
    return recipe_type


def _settings(config_type: type) -> dict[str, Any]:
    """Return the types of the fields that can be set, by name."""
    types = get_type_hints(config_type)
    return {field.name: types[field.name] for field in fields(config_type) if field.init}


def _read(text: str, kind: Any) -> object:
    """Read a text as a whole number, a number, one of several words, or values with commas between. Raises ValueError."""
    origin = get_origin(kind)
    if origin is Literal:
        if text not in get_args(kind):
            raise ValueError(text)
        return text
    if origin is tuple:
        return tuple(_read(part, part_kind) for part, part_kind in zip(text.split(","), get_args(kind), strict=True))
    if kind is bool:
        return {"yes": True, "no": False}[text] if text in ("yes", "no") else _read(text, Literal["yes", "no"])
    number: int | float = kind(text)
    if not abs(number) < float("inf"):
        raise ValueError(text)
    return number


def _described(kind: Any) -> str:
    """Return what a text of this type has to be, in words."""
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    if get_origin(kind) is tuple:
        return f"{len(get_args(kind))} numbers with commas between"
    return {int: "a whole number", float: "a number", bool: "yes or no"}[kind]
