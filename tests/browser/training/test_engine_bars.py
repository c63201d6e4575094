"""The bars of the engine: each phase beside torch for three tokens, and the same bits in every browser. Run with -m slow -s."""

import hashlib
import json
import statistics
from pathlib import Path

import numpy as np
import pytest
import torch

import mint
from mint.browser.bundle.web_runtime import WebRuntime
from mint.browser.training.graphs import TrainingGraphs
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGanConfig
from tests.browser.http_site import answer_of
from tests.browser.training.conftest import RunEngine, traced_graphs
from tests.browser.training.engine_states import new_learner
from tests.browser.training.step_comparison import step_differences

pytestmark = pytest.mark.slow

STATIC = Path(mint.__file__).parent / "browser"
NUM_STEPS = 300
# Images seen in the three phases.
PHASES = (450, 1503, 4500)


def token_sprites(text: str) -> tuple[np.ndarray, int]:
    token = mint.draw(text)
    return token.pixels, len(token.palette)


def rectangles(height: int, width: int, num_colors: int) -> np.ndarray:
    """Return nine sprites of rectangles."""
    coarse = np.random.default_rng(4).integers(0, num_colors, (9, height // 4, width // 4), np.uint8)
    return coarse.repeat(4, 1).repeat(4, 2)


SPRITES = {
    "16 colours, 32x32": (*token_sprites("moonrise"),),
    "8 colours, 24x24": (rectangles(24, 24, 8), 8),
    "2 colours, 20x28": (rectangles(20, 28, 2), 2),
}


@pytest.mark.parametrize("name", SPRITES)
def test_a_step_of_each_phase_is_that_of_the_learner(name: str, run_engine: RunEngine, tmp_path: Path) -> None:
    sprites, num_colors = SPRITES[name]
    _, height, width = sprites.shape
    graphs = traced_graphs(Canvas(height, width, num_colors), VaeGanConfig(), 9)
    assert len(graphs.steps) == len(PHASES)
    learner = new_learner(graphs)
    for step in range(50):
        learner.step(torch.from_numpy(sprites), 9 * step, torch.Generator().manual_seed(step))
    for step, images_seen in enumerate(PHASES, start=50):
        differences, losses = step_differences(run_engine, graphs, learner, sprites, tmp_path, step=step, images_seen=images_seen)
        weights = max(value for key, value in differences.items() if not key.startswith(("mean", "square")))
        print(f"{name}, {images_seen} images seen: weights within {weights:.1e}; {losses}")
        assert weights <= 1e-5


# The page of a browser trains and sends a hash of the state's bits, and the time of a step.
PAGE = """<!doctype html><meta charset="utf-8"><title>bits</title><script type="module">
import * as ort from "./runtime/ort.wasm.bundle.min.mjs";
import { Training } from "./browser/training/static/training.js";
const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const send = (answer) => fetch("./answer", { method: "POST", body: JSON.stringify(answer) });
try {
  ort.env.wasm.wasmBinary = await bytes("./runtime/ort-wasm-simd-threaded.wasm");
  const { steps, numColors } = await (await fetch("./task.json")).json();
  const training = await Training.create(ort, await bytes("./graphs"), await bytes("./pixels"), { seed: 5, numColors });
  const times = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await training.makeStep();
    times.push(performance.now() - start);
  }
  const hash = await crypto.subtle.digest("SHA-256", training.state());
  const { accuracy } = await training.reconstruct();
  await send({ hash: Array.from(new Uint8Array(hash)), times, accuracy, agent: navigator.userAgent });
} catch (error) {
  await send({ error: String(error?.stack ?? error) });
}
</script>"""


@pytest.fixture(scope="module")
def graphs() -> TrainingGraphs:
    return traced_graphs(Canvas(32, 32, 16), VaeGanConfig(), 9)


@pytest.fixture(scope="module")
def page_folder(graphs: TrainingGraphs, web_runtime: WebRuntime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page that trains the first of the tokens."""
    folder = tmp_path_factory.mktemp("page")
    sprites, num_colors = SPRITES["16 colours, 32x32"]
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "graphs").write_bytes(graphs.archive())
    (folder / "pixels").write_bytes(sprites.tobytes())
    (folder / "task.json").write_text(json.dumps({"steps": NUM_STEPS, "numColors": num_colors}))
    (folder / "runtime").symlink_to(web_runtime.folder)
    (folder / "browser").symlink_to(STATIC)
    return folder


def test_bits_are_the_same_in_every_browser(
    page_folder: Path, run_engine: RunEngine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sprites, num_colors = SPRITES["16 colours, 32x32"]
    options = {"graphs": page_folder / "graphs", "pixels": sprites.flatten().tolist(), "numColors": num_colors, "seed": 5}
    hashes = {}
    for run in (1, 2):
        state = tmp_path_factory.mktemp("node") / "state"
        run_engine("train", **options, steps=NUM_STEPS, to=state)
        hashes[f"Node.js {run}"] = hashlib.sha256(state.read_bytes()).hexdigest()
    for browser in ("Chromium", "Firefox"):
        for run in (1, 2):
            answer = answer_of(browser, page_folder, tmp_path_factory.mktemp("profile"))
            hashes[f"{browser} {run}"] = bytes(answer["hash"]).hex()
            median = statistics.median(answer["times"])
            print(f"{browser}, run {run}: {median:.0f} ms a step (median), {answer['accuracy']:.4f} right, {answer['agent']}")
    print(hashes)
    assert len(set(hashes.values())) == 1
