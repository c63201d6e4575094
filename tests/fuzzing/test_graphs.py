"""Graphs that nobody wrote by hand: each is refused with a sentence, or loads and runs within its limits, in the model's process.

``pytest -s -m slow tests/fuzzing/test_graphs.py`` takes 100,000 of each kind, and prints what became of them.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import onnx
import pytest
from onnx import ModelProto

from tests.fuzzing.graph_mutants import mutant, random_graph
from tests.small_model import LATENT_DIM, small_generator, small_origin
from viewer.errors import GraphError, ModelError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GraphFile, tensors
from viewer.exported.model_process import ModelProcess
from viewer.latents.seeds import latents

# Of memory that the model's process may hold, and seconds until a graph is refused or has run.
MAX_MIB = 1024
MAX_S = 5
MOONRISE = next((Path(__file__).parents[2] / "tokens").glob("moonrise-*")) / "models" / "generator.onnx"

Make = Callable[[Random], tuple[ModelProto, int, int]]


def small_mutant(random: Random) -> tuple[ModelProto, int, int]:
    return mutant(small_generator(small_origin()), random), LATENT_DIM, 8


def large_mutant(random: Random) -> tuple[ModelProto, int, int]:
    model = onnx.load_model_from_string(MOONRISE.read_bytes())
    return mutant(model, random), model.graph.input[0].type.tensor_type.shape.dim[1].dim_value, 32


def small_random(random: Random) -> tuple[ModelProto, int, int]:
    return random_graph(random), LATENT_DIM, 8


def peak_mib(process: ModelProcess) -> float:
    try:
        text = Path(f"/proc/{process._process.pid}/status").read_text()
    except OSError:
        return 0
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.fixture
def process() -> Iterator[list[ModelProcess]]:
    """The process that runs the graphs, replaced where one ends it."""
    processes = [ModelProcess("cpu")]
    yield processes
    for each in processes:
        each.close()


def attack(make: Make, count: int, processes: list[ModelProcess]) -> Counter[str]:
    """Check many graphs in this process, which may never fail, and load and run the accepted ones in the other."""
    found: Counter[str] = Counter()
    slowest = peak = 0.0
    for seed in range(count):
        model, width, side = make(Random(seed))
        inputs, outputs = tensors("generator", (side, side), width)
        data = model.SerializeToString()
        file = GraphFile(bytes=len(data), sha256="0" * 64, inputs=inputs, outputs=outputs)
        since = time.monotonic()
        refusal = refusal_of(data, file)
        assert refusal.isascii(), seed
        assert refusal.isprintable(), seed
        assert len(refusal) < 400, seed
        found["refused" if refusal else run(data, file, processes)] += 1
        slowest = max(slowest, time.monotonic() - since)
        peak = max(peak, peak_mib(processes[-1])) if found.total() % 50 == 0 else peak
    print(f"{make.__name__}: {dict(found)}, the slowest {slowest:.2f} s, at most {max(peak, peak_mib(processes[-1])):.0f} MiB")
    # How long one takes depends on the machine; that none hangs is what the process sees to.
    assert peak < MAX_MIB
    return found


def refusal_of(data: bytes, file: GraphFile) -> str:
    try:
        checked_graph(data, file)
    except GraphError as error:
        return str(error)
    return ""


def run(data: bytes, file: GraphFile, processes: list[ModelProcess]) -> str:
    side, width = file.outputs[0].shape[1], file.inputs[0].shape[1]
    assert isinstance(side, int)
    assert isinstance(width, int)
    try:
        processes[-1].load(data, file)
        processes[-1].run({"z": latents(1, 4, width)}, (4, side, side))
    except ModelError as error:
        if processes[-1].is_idle:
            return "failed"
        print(error)
        processes.append(ModelProcess("cpu"))
        return "ended its process"
    return "ran"


@pytest.mark.parametrize("make", [small_mutant, small_random], ids=lambda make: make.__name__)
def test_graphs_by_chance_harm_nothing(make: Make, process: list[ModelProcess]) -> None:
    found = attack(make, 1000, process)
    # Were all refused, nothing would be known about those that run.
    assert found["refused"] > 100
    assert found["ran"] > (20 if make is small_mutant else 0)
    assert found["ended its process"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("make", [small_mutant, small_random, large_mutant], ids=lambda make: make.__name__)
def test_a_hundred_thousand_graphs_by_chance_harm_nothing(make: Make, process: list[ModelProcess]) -> None:
    attack(make, 1000 if make is large_mutant else 100_000, process)
