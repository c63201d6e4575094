"""Hostile graphs, crafted and by chance: each is refused with a sentence, or loads and runs within its limits, in its process.

``pytest -s -m slow tests/fuzzing/test_graphs.py`` takes all that are crafted, and as many of the others as PIXELMINT_FUZZING_GRAPHS
says, 100,000 of each kind unless told otherwise. It prints what became of them.
"""

import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

import onnx
import pytest
from onnx import ModelProto

from tests.fuzzing.crafted_graphs import crafted_graphs
from tests.fuzzing.graph_mutants import mutant, random_graph
from tests.small_model import LATENT_DIM, small_generator, small_origin
from viewer.errors import GraphError, ModelError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GraphFile, tensors
from viewer.exported.model_process import ModelProcess
from viewer.exported.operators import OPERATORS
from viewer.latents.seeds import latents

NUM_GRAPHS = int(os.environ.get("PIXELMINT_FUZZING_GRAPHS", "100000"))
# Of memory that the model's process may hold.
MAX_MIB = 1024
PRINT_EVERY = 10_000
MOONRISE = next((Path(__file__).parents[2] / "tokens").glob("moonrise-*")) / "models" / "generator.onnx"

# The kind of a graph, the graph, its number of latents, and the side of its tiles.
Attempt = tuple[str, ModelProto, int, int]


def small_mutants() -> Iterator[Attempt]:
    for seed in itertools.count():
        yield "small mutant", mutant(small_generator(small_origin()), Random(seed)), LATENT_DIM, 8


def large_mutants() -> Iterator[Attempt]:
    original = onnx.load_model_from_string(MOONRISE.read_bytes())
    width = original.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    for seed in itertools.count():
        yield "large mutant", mutant(original, Random(seed)), width, 32


def random_graphs() -> Iterator[Attempt]:
    for seed in itertools.count():
        yield "random graph", random_graph(Random(seed)), LATENT_DIM, 8


def crafted(every: int = 1) -> Iterator[Attempt]:
    for operator, model in crafted_graphs(every):
        yield operator, model, 5, 8


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


def attack(attempts: Iterable[Attempt], processes: list[ModelProcess]) -> Counter[tuple[str, str]]:
    """Check graphs in this process, which may never fail, and load and run the accepted ones in the other.

    Return how many of each kind came to which end.
    """
    found: Counter[tuple[str, str]] = Counter()
    slowest = peak = 0.0
    for number, (kind, model, width, side) in enumerate(attempts):
        inputs, outputs = tensors("generator", (side, side), width)
        data = model.SerializeToString()
        file = GraphFile(bytes=len(data), sha256="0" * 64, inputs=inputs, outputs=outputs)
        since = time.monotonic()
        refusal = refusal_of(data, file)
        assert refusal.isascii(), (kind, number)
        assert refusal.isprintable(), (kind, number)
        assert len(refusal) < 400, (kind, number)
        end = "refused" if refusal else run(data, file, processes)
        found[kind, end] += 1
        if end == "ended its process":
            print(f"{kind} {number} ended its process")
        slowest = max(slowest, time.monotonic() - since)
        if number % 50 == 0:
            peak = max(peak, peak_mib(processes[-1]))
        if number % PRINT_EVERY == PRINT_EVERY - 1:
            print(f"{number + 1} graphs: {dict(ends(found))}, the slowest {slowest:.2f} s, {peak:.0f} MiB", flush=True)
    peak = max(peak, peak_mib(processes[-1]))
    print(f"{found.total()} graphs: {dict(ends(found))}, the slowest {slowest:.2f} s, at most {peak:.0f} MiB")
    # How long one takes depends on the machine; that none hangs is what the process sees to.
    assert peak < MAX_MIB
    return found


def ends(found: Counter[tuple[str, str]]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for (_, end), count in found.items():
        totals[end] += count
    return totals


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
        failure = str(error)
    else:
        return "ran"
    # In these words the process tells of an error that nobody foresaw.
    assert not failure.startswith("it fails ("), failure
    if processes[-1].is_idle:
        return "failed"
    print(failure)
    processes.append(ModelProcess("cpu"))
    return "ended its process"


@pytest.mark.parametrize("attempts", [small_mutants, random_graphs], ids=lambda attempts: attempts.__name__)
def test_graphs_by_chance_harm_nothing(attempts: Callable[[], Iterator[Attempt]], process: list[ModelProcess]) -> None:
    found = ends(attack(itertools.islice(attempts(), 1000), process))
    # Were all refused, nothing would be known about those that run.
    assert found["refused"] > 100
    assert found["ran"] > (20 if attempts is small_mutants else 0)
    assert found["ended its process"] == 0


def test_crafted_graphs_of_each_operator_run_or_are_refused(process: list[ModelProcess]) -> None:
    found = attack(crafted(every=60), process)
    assert {operator for operator in OPERATORS if not found[operator, "ran"]} == set()
    assert ends(found)["ended its process"] == 0


@pytest.mark.slow
def test_all_crafted_graphs_harm_nothing(process: list[ModelProcess]) -> None:
    found = attack(crafted(), process)
    assert found.total() >= 500
    assert ends(found)["ended its process"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("attempts", [small_mutants, random_graphs, large_mutants], ids=lambda attempts: attempts.__name__)
def test_very_many_graphs_by_chance_harm_nothing(attempts: Callable[[], Iterator[Attempt]], process: list[ModelProcess]) -> None:
    # A large one takes a hundred times as long.
    count = NUM_GRAPHS // 100 if attempts is large_mutants else NUM_GRAPHS
    found = attack(itertools.islice(attempts(), count), process)
    assert ends(found)["ended its process"] == 0
