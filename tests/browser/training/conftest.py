"""The engine in Node.js, on a small token."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mint.browser.bundle.web_runtime import WebRuntime
from mint.browser.training.graphs import TrainingGraphFamily, TrainingGraphs
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGanConfig
from tests.browser.bundle.conftest import web_runtime
from tests.browser.node_functions import Call, node_functions
from tests.recipes.tiny_recipes import TINY_VAEGAN

__all__ = ["web_runtime"]

PROGRAM = Path(__file__).with_name("engine_program.mjs")

RunEngine = Call


@pytest.fixture(scope="session")
def run_engine(web_runtime: WebRuntime) -> Iterator[RunEngine]:
    """Return a function that calls a function of ``engine_program.mjs`` and returns its answer; bytes are passed as files.

    One process answers all: it takes seconds to compile onnxruntime.
    """
    with node_functions(PROGRAM) as call:
        yield lambda function, **arguments: call(function, runtime=web_runtime.folder, **arguments)


# One phase, with everything in it, from the first step on: each phase takes seconds to trace.
# And several channels in each group that is normalised: else the gradient of a bias before it is 0 but for rounding, which Adam
# makes a whole step of.
ONE_PHASE = replace(TINY_VAEGAN, collage_start=0, adversary_start=-1, encoder_widths=(8, 16, 16), generator_widths=(16, 16, 16))


@pytest.fixture(scope="session")
def small_graphs() -> TrainingGraphs:
    """The graphs of small networks for three sprites, of whose sides one is odd and none a multiple of 8."""
    return traced_graphs(Canvas(12, 21, 5), ONE_PHASE, 3)


def traced_graphs(canvas: Canvas, config: VaeGanConfig, num_sprites: int) -> TrainingGraphs:
    with without_trace_log():
        return TrainingGraphFamily((canvas.height, canvas.width), config, num_sprites).at(canvas.num_colors)


@contextmanager
def without_trace_log() -> Iterator[None]:
    """Keep torch from describing every tensor to pytest's handler, which takes ten times as long as tracing."""
    logger = logging.getLogger("torch.__trace")
    handlers, logger.handlers = logger.handlers, []
    yield
    logger.handlers = handlers
