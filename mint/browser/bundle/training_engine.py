"""What trains in a bundle: onnxruntime-web, the recipe's graphs for the token's size and colours, and a state to go on from.

Graphs take half a minute of processor time, and ten seconds for each further number of colours, so they are kept in the user's
cache folder.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mint import atomic_write
from mint.browser.bundle.artwork_page import Part
from mint.browser.bundle.bundling import BundleEngine
from mint.browser.bundle.engine_script import engine_script
from mint.browser.bundle.web_runtime import WebRuntime
from mint.cache_folder import cache_folder
from mint.errors import BundleError
from mint.token.folder import TokenFolder
from viewer.regular_file import read_regular_file

if TYPE_CHECKING:  # a bundle of cached graphs loads no torch
    from mint.recipes.recipe import Canvas
    from mint.recipes.vaegan.config import VaeGanConfig

# The only recipe that is translated.
_RECIPE: Final = "vaegan"
_MINT: Final = Path(__file__).parents[2]
_MAX_CACHED_BYTES: Final = 1 << 29
_SOURCES: Final = ("browser/training", "export", "recipes/building_blocks", "recipes/vaegan")

OnProgress = Callable[[str], None]


def _silent(text: str) -> None:
    pass


def token_engine(token: TokenFolder, runtime: WebRuntime, *, with_model: bool, on_progress: OnProgress = _silent) -> BundleEngine:
    """Return what trains a token, with the recipe and the settings of its training where it has one.

    ``with_model`` adds the state of that training. Raises BundleError where its recipe cannot be translated or the token has
    labels, and TrainingError where there is no training to add.
    """
    from mint.recipes.recipe import Canvas

    if token.labels:
        raise BundleError(f"{token.path} has labels, and a browser trains without; import the art without its labels to bundle it")
    config = _config(token)
    count, height, width = token.pixels.shape
    canvas = Canvas(height=height, width=width, num_colors=len(token.rgba))
    model = {}
    if with_model:
        from mint.browser.bundle.trained_state import trained_state

        on_progress("reading the training")
        model = {"model": Part.of(trained_state(token, config, canvas))}
    graphs = _cached_graphs([canvas], config, count, on_progress)
    return _engine(runtime, graphs, config, model)


def any_token_engine(runtime: WebRuntime, on_progress: OnProgress = _silent) -> BundleEngine:
    """Return what trains any token that is drawn from a hash."""
    from mint.recipes.recipe import Canvas
    from mint.recipes.vaegan.config import VaeGanConfig
    from mint.token.raster import SIZE
    from mint.token.token import NUM_SPRITES

    canvases = [Canvas(height=SIZE, width=SIZE, num_colors=number) for number in palette_sizes()]
    return _engine(runtime, _cached_graphs(canvases, VaeGanConfig(), NUM_SPRITES, on_progress), VaeGanConfig(), {})


def palette_sizes() -> list[int]:
    """Return how many colours the palettes of tokens can have."""
    from mint.token.palettes import HANDMADE
    from mint.token.palettes.harmony import HARMONIES, draw_harmony
    from mint.token.random import Stream

    return sorted({len(palette) for palette in HANDMADE} | {len(draw_harmony(name, Stream("", "palette"))) for name in HARMONIES})


def _engine(runtime: WebRuntime, graphs: bytes, config: "VaeGanConfig", model: dict[str, Part]) -> BundleEngine:
    from mint.recipes.vaegan import VaeGan

    wasm = Part(runtime.compressed_wasm, hashlib.sha256(runtime.wasm.read_bytes()).hexdigest())
    parts = {"code": Part.of(engine_script(runtime.loader).encode()), "wasm": wasm, "graphs": Part.of(graphs), **model}
    return BundleEngine(parts=parts, recipe=f"{VaeGan.name} {VaeGan(config).version}", has_model=bool(model))


def _config(token: TokenFolder) -> "VaeGanConfig":
    from mint.recipes import registry
    from mint.recipes.building_blocks.configuration import earlier_values
    from mint.recipes.vaegan.config import VaeGanConfig
    from mint.training.saving.checkpoint import recorded_recipe

    known = recorded_recipe(token.training)
    if known is not None and known[0] != _RECIPE:
        raise BundleError(
            f"{token.path} is trained with the recipe {known[0]}, and a browser trains {_RECIPE} alone; bundle a token that is "
            "trained with it, or not trained yet"
        )
    recorded = {**earlier_values(VaeGanConfig), **registry.choose_recipe(known, _RECIPE, {}).config()}
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in recorded.items()}
    return VaeGanConfig(**values)


def _cached_graphs(canvases: "Sequence[Canvas]", config: "VaeGanConfig", num_sprites: int, on_progress: OnProgress) -> bytes:
    path = cache_folder("browser-training") / f"{_key(canvases, config, num_sprites)}.bin"
    try:
        return read_regular_file(path, _MAX_CACHED_BYTES)
    except OSError:
        pass
    from mint.browser.training.graphs import TrainingGraphFamily, archive_of

    on_progress("translating the training")
    family = TrainingGraphFamily((canvases[0].height, canvases[0].width), config, num_sprites)
    variants = []
    for number, canvas in enumerate(canvases, start=1):
        of_all = f" ({number} of {len(canvases)})" if len(canvases) > 1 else ""
        on_progress(f"translating the training for {canvas.num_colors} colours{of_all}")
        variants.append(family.at(canvas.num_colors))
    data = archive_of(variants)
    try:
        atomic_write.make_folder(path.parent)
        atomic_write.write_bytes(path, data)
    except OSError:
        pass  # a cache that cannot be written costs time only
    return data


def _key(canvases: "Sequence[Canvas]", config: "VaeGanConfig", num_sprites: int) -> str:
    """Return a name of what decides the graphs: the sources that translate, the libraries, and what they are made for."""
    from importlib.metadata import version

    digest = hashlib.sha256(repr((list(canvases), asdict(config), num_sprites)).encode())
    digest.update(repr([version(library) for library in ("torch", "onnx", "onnxscript")]).encode())
    for source in _SOURCES:
        for path in sorted((_MINT / source).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]
