"""The operators that graphs may use are those that our exports use, and no others.

``tests/golden/operators.json`` holds what the exports of every recipe and variant use. A slow test compares it with the graphs
themselves, and with --update-golden stores it anew.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import onnx
import pytest
import torch

from mint.export.frozen_copy import frozen_copy
from mint.export.pixel_exporter import SIZE
from mint.export.tracing import TraceRequest, trace
from mint.pixelate.manifest import pixelate_tensors
from mint.recipes import registry
from mint.recipes.recipe import Canvas, Recipe
from tests.export.used_operators import Use, used_operators
from tests.recipes.tiny_recipes import CANVASES, RECIPES, with_pictures
from tests.viewer.exported.test_shape_inference import EXPORTS
from viewer.exported.manifest import GRAPHS, tensors
from viewer.exported.operators import OPERATORS

RECORD = Path(__file__).parents[1] / "golden" / "operators.json"


def recorded() -> dict[str, Use]:
    return {
        name: Use(**{part: set(values) for part, values in use.items()}) for name, use in json.loads(RECORD.read_text()).items()
    }


def fits(listed: str, used: str) -> bool:
    """Whether a listed signature allows one that is used, in which tensors of the file have capitals."""
    wanted, _, results = listed.partition(">")
    given, _, outputs = used.partition(">")
    if wanted == "+":
        return {*given.lower()} == {outputs} == {results}
    allowed = zip(wanted, given, strict=False)
    return results == outputs and len(wanted) == len(given) and all(letter in (want, want.upper()) for want, letter in allowed)


def test_the_list_holds_what_exports_use_and_nothing_more() -> None:
    uses = recorded()
    # Those of version 0.1.0 are read, too.
    earlier = used_operators(map(onnx.load_model_from_string, EXPORTS.values()))
    assert uses.keys() == OPERATORS.keys() >= earlier.keys()
    for name, operator in OPERATORS.items():
        use = uses[name]
        signatures = use.signatures | earlier[name].signatures if name in earlier else use.signatures
        assert [listed for listed in operator.signatures if not any(fits(listed, used) for used in signatures)] == [], name
        assert {used for used in signatures if not any(fits(listed, used) for listed in operator.signatures)} == set(), name
        assert use.attributes == operator.attributes.keys(), name
        assert operator.constants.keys() <= use.constants, name


def variants() -> Iterator[tuple[Recipe, Canvas]]:
    """Yield every variant of every recipe, small, on canvases of all kinds, and every recipe as it is by default."""
    for name, recipe in RECIPES.items():
        for canvas in CANVASES:
            # Labels are left out where that is possible: they change the same few nodes on each canvas.
            yield recipe, canvas if canvas is CANVASES[0] or name.startswith("cvae") else replace(canvas, num_labels=0)
    for name in registry.NAMES:
        yield with_pictures(registry.recipe_from_text(name, {})), replace(CANVASES[0], height=32, width=32)


def requests_of(recipe: Recipe, canvas: Canvas) -> Iterator[TraceRequest]:
    learner = recipe.learner(canvas, 5, torch.device("cpu"), torch.Generator().manual_seed(1))
    networks = learner.snapshot()
    if networks.pixelator is not None:
        yield TraceRequest("generator", frozen_copy("generator", networks.pixelator), *pixelate_tensors(SIZE))
        return
    for name in GRAPHS:
        specs = tensors(name, (canvas.height, canvas.width), learner.latent_dim, learner.num_labels)
        yield TraceRequest(name, frozen_copy(name, getattr(networks, name)), *specs)


def traced(request: TraceRequest) -> bytes:
    return bytes(trace(request).SerializeToString())


@pytest.mark.slow
def test_every_recipe_uses_what_is_recorded(update_golden: bool) -> None:
    requests = [request for recipe, canvas in variants() for request in requests_of(recipe, canvas)]
    # Tracing changes torch's global state, so another process does it; one for all, which loads torch once.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        uses = used_operators(map(onnx.load_model_from_string, pool.map(traced, requests)))
    found = {name: use.as_json() for name, use in uses.items()}
    if update_golden:
        RECORD.write_text(json.dumps(found, indent=1) + "\n")
    assert json.loads(RECORD.read_text()) == found
