"""The book of recipes: each by its name, built from settings as people write them or as a training recorded them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from mint.errors import TrainingError
from mint.recipes.autoencoder import Autoencoder, PlainAutoencoderConfig
from mint.recipes.cvae import Cvae, CvaeConfig
from mint.recipes.cyclegan import CycleGan, CycleGanConfig
from mint.recipes.dcgan import DcGan, DcGanConfig
from mint.recipes.gumbel import Gumbel, GumbelConfig
from mint.recipes.recipe import Recipe
from mint.recipes.vae import Vae, VaeConfig
from mint.recipes.vaegan import VaeGan, VaeGanConfig

# How a recipe is built from its configuration, and what that is.
_BOOK: Mapping[str, tuple[Any, type]] = {
    VaeGan.name: (VaeGan, VaeGanConfig),
    Autoencoder.name: (Autoencoder, PlainAutoencoderConfig),
    Vae.name: (Vae, VaeConfig),
    Cvae.name: (Cvae, CvaeConfig),
    CycleGan.name: (CycleGan, CycleGanConfig),
    DcGan.name: (DcGan, DcGanConfig),
    Gumbel.name: (Gumbel, GumbelConfig),
}
NAMES = tuple(_BOOK)


def recipe_from_text(name: str, settings: Mapping[str, str]) -> Recipe:
    """Return the recipe of a name with settings as texts, each in the place of a default.

    Raises TrainingError where the recipe has no such setting, or it cannot be what the text says.
    """
    _, config = _entry(name)
    types = _settings(config)
    values: dict[str, object] = {}
    for key, text in settings.items():
        if key not in types:
            raise TrainingError(f"the recipe {name} has no setting {key!r}; it has {', '.join(sorted(types))}")
        try:
            values[key] = _read(text, types[key])
        except ValueError as error:
            raise TrainingError(f"{key} of the recipe {name} is {text!r}; it is {_described(types[key])}") from error
    return _build(name, values)


def choose_recipe(known: tuple[str, Mapping[str, object]] | None, name: str | None, settings: Mapping[str, str]) -> Recipe:
    """Return the recipe that was asked for; where nothing else is, the ``known`` one that a training recorded, or the first.

    Raises TrainingError where it cannot be.
    """
    if known is not None and name in (None, known[0]) and not settings:
        return recipe_from_record(*known)
    return recipe_from_text(name or (known[0] if known else NAMES[0]), settings)


def recipe_from_record(name: str, config: Mapping[str, object]) -> Recipe:
    """Return the recipe of a name with the configuration that it recorded as JSON.

    Raises TrainingError where this version has no such recipe or another configuration.
    """
    _, known = _entry(name)
    types = _settings(known)
    values: dict[str, object] = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
    computed = {field.name for field in fields(known) if not field.init}
    if set(values) - computed != set(types):
        raise TrainingError(f"the recipe {name} has other settings than this training; go on with the version that began it")
    return _build(name, {key: value for key, value in values.items() if key in types})


def _build(name: str, values: Mapping[str, object]) -> Recipe:
    recipe, config = _entry(name)
    try:
        built: Recipe = recipe(config(**values))
    except (ValueError, TypeError) as error:
        raise TrainingError(f"the recipe {name} cannot be so: {error}") from error
    return built


def _entry(name: str) -> tuple[Any, type]:
    if name not in _BOOK:
        raise TrainingError(f"there is no recipe {name!r}; there are {', '.join(_BOOK)}")
    return _BOOK[name]


def _settings(config: type) -> dict[str, Any]:
    types = get_type_hints(config)
    return {field.name: types[field.name] for field in fields(config) if field.init}


def _read(text: str, kind: Any) -> object:
    """Read a text as a whole number, a number, one of several words or numbers with commas between; raise ValueError."""
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
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    if get_origin(kind) is tuple:
        return f"{len(get_args(kind))} numbers with commas between"
    return {int: "a whole number", float: "a number", bool: "yes or no"}[kind]
