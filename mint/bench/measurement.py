"""The measurement: the engine and a plain loop in turn, on a quiet machine and beside a busy process, and what limits them."""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from mint.bench.worker_process import WorkerProcess, busy_core, python_process, worker_process
from mint.errors import TrainingError

TOKENS = ("open sesame", "moonrise", "lighthouse", "rain", "seven", "harbour", "violet", "echo")
BATCH = 64
Report = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class BenchmarkDurations:
    """How much is measured: rounds in which the workers take turns, seconds of each turn, exports, and tokens to learn."""

    rounds: int = 4
    turn_s: float = 4.0
    num_exports: int = 9
    num_tokens: int = len(TOKENS)


QUICK = BenchmarkDurations(rounds=1, turn_s=1.0, num_exports=2, num_tokens=1)


@dataclass(frozen=True, kw_only=True)
class _WorkerMeasurements:
    """What the engine and the plain loop were measured to do.

    ``quiet`` and ``busy`` are the steps a second of each; ``peak``, ``export``, ``tiles`` and the values of ``memory``, which has
    both, are reports of ``benchmark_worker``.
    """

    quiet: Mapping[str, float]
    busy: Mapping[str, float]
    one_thread: float  # steps a second of the engine with a single thread
    gflop: float  # of a step
    peak: Report
    export: Report
    tiles: Report
    memory: Mapping[str, Report]


def measure(device: str, durations: BenchmarkDurations, on_phase: Callable[[str], None]) -> Report:
    """Measure a training on a device (``cpu``, ``cuda`` or ``cuda:1``), and call ``on_phase`` with a text as each phase begins.

    Raises TrainingError where a worker fails.
    """
    from mint.token.folder import mint_token
    from mint.token.hash import parse_hash

    with tempfile.TemporaryDirectory(prefix="pixelmint-bench-") as name:
        folder = mint_token(parse_hash(TOKENS[0]), Path(name))
        measured = _measure_workers(folder, device, durations, on_phase)
        others: dict[str, float | None] = {}
        for kind in () if device == "cpu" else ("eager", "compiled"):
            on_phase(f"steps, {kind}")
            others[kind] = _rate_of(kind, folder, device, durations)
        seconds_to: dict[str, list[float]] = {"pixels": [], "ink": []}
        for index, token in enumerate(TOKENS[: durations.num_tokens]):
            on_phase(f"learning token {index + 1} of {durations.num_tokens}")
            for reached, seconds in _time_to_learn(token, Path(name) / "learned", device):
                seconds_to[reached].append(seconds)
    return _report(device, measured, others, seconds_to)


def _measure_workers(
    folder: Path, device: str, durations: BenchmarkDurations, on_phase: Callable[[str], None]
) -> _WorkerMeasurements:
    with (
        worker_process("benchmark_worker", "engine", folder, device) as engine,
        worker_process("benchmark_worker", "plain", folder, device) as plain,
    ):
        both = {"engine": engine, "plain": plain}
        on_phase("steps, quiet")
        quiet = _take_turns(both, durations)
        on_phase("steps beside a busy process")
        with busy_core():
            busy = _take_turns(both, durations)
        on_phase("operations of a step and the machine's peak")
        gflop = plain.call("count")["gflop"]
        peak = engine.call("peak")
        on_phase("exports")
        export = engine.call("exports", num_exports=durations.num_exports)
        # By the plain worker, which runs torch without the engine's memory settings.
        tiles = plain.call("tiles", batch_size=BATCH)
        memory = {name: worker.call("memory") for name, worker in both.items()}
        on_phase("one thread")
        engine.call("fix_threads", threads=1)
        one_thread = median(engine.call("run", seconds=durations.turn_s)["steps_per_second"] for _ in range(durations.rounds))
    return _WorkerMeasurements(
        quiet=quiet, busy=busy, one_thread=one_thread, gflop=gflop, peak=peak, export=export, tiles=tiles, memory=memory
    )


def _report(
    device: str, measured: _WorkerMeasurements, others: Mapping[str, float | None], seconds_to: Mapping[str, Sequence[float]]
) -> Report:
    quiet, busy, memory, peak = measured.quiet, measured.busy, measured.memory, measured.peak
    share = measured.gflop * quiet["engine"] / peak["gflops"]
    is_gpu = device != "cpu"
    return {
        "device": device.partition(":")[0],
        "steps_per_second": {"quiet": quiet, "busy": busy, "engine_one_thread": measured.one_thread},
        "speedup": {"quiet": quiet["engine"] / quiet["plain"], "busy": busy["engine"] / busy["plain"]},
        "busy_share_of_one_thread": busy["engine"] / measured.one_thread,
        "arithmetic": {"used": memory["engine"]["arithmetic"], "threads": memory["engine"]["threads"]},
        "gflop_per_step": measured.gflop,
        "gflop_per_second": measured.gflop * quiet["engine"],
        "matmul_peak": {"gflop_per_second": peak["gflops"], "type": peak["type"], "share": share},
        "seconds_to": {
            "pixels_99": median(seconds_to["pixels"]) if seconds_to["pixels"] else None,
            "ink_97": median(seconds_to["ink"]) if seconds_to["ink"] else None,
            "tokens": len(seconds_to["pixels"]),
        },
        "export": {"ready_ms": measured.export["ready_ms"], "lost_ms": measured.export["lost_ms"]},
        "tiles_per_second": measured.tiles | {"ratio": measured.tiles["onnxruntime"] / measured.tiles["torch"]},
        "memory_mb": {name: result["memory_mb"] for name, result in memory.items()},
        "gpu_memory_mb": {name: result["gpu_memory_mb"] for name, result in memory.items()} if is_gpu else None,
        "gpu": {
            "steps_per_second": dict(others),
            "pools_mb": {name: result["gpu_pools_mb"] for name, result in memory.items()},
            "tf32": {name: result["tf32"] for name, result in memory.items()},
        }
        if is_gpu
        else None,
        "limit": limit(share, peak["type"], quiet["engine"] / measured.one_thread, memory["engine"]["threads"], device),
    }


def limit(share: float, dtype: str, gain: float, threads: int, device: str) -> str:
    """Return a sentence on what limits the training, given the share of the peak that it reaches and the gain from threads."""
    reached = f"{100 * share:.0f} %"
    if share >= 0.5:
        return f"Multiplication is the limit: a step reaches {reached} of the machine's peak in {dtype}."
    if device != "cpu":
        return f"Kernel launches and memory are the limit: a step reaches {reached} of the GPU's peak in {dtype}."
    if threads > 1:
        return (
            f"Memory and small operations are the limit: a step reaches {reached} of the machine's peak in {dtype}, "
            f"and {threads} threads are {gain:.1f} times as fast as one."
        )
    return f"The single thread is the limit: it reaches {reached} of the machine's peak in {dtype}, and more threads do not help."


def scaling(device: str, on_phase: Callable[[str], None]) -> list[Report]:
    """Measure steps a second and memory for several numbers and sizes of sprites, each in its own process.

    Raises TrainingError where a worker fails.
    """
    reports = []
    for side in (16, 32, 64, 96):
        for count in (9, 36, 144, 1000):
            on_phase(f"{count} sprites of {side} x {side}")
            with worker_process("scaling", count, side, device) as worker:
                reports.append({"sprites": count, "side": side} | worker.call("run", seconds=3.0))
    return reports


def _take_turns(workers: Mapping[str, WorkerProcess], durations: BenchmarkDurations) -> dict[str, float]:
    """Let the workers train in turn, and return the median steps a second of each."""
    rates: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(durations.rounds):
        for name, worker in workers.items():
            rates[name].append(worker.call("run", seconds=durations.turn_s)["steps_per_second"])
    return {name: median(values) for name, values in rates.items()}


def _rate_of(kind: str, folder: Path, device: str, durations: BenchmarkDurations) -> float | None:
    """Return the median steps a second of a worker, None where it fails, as torch's compiler does without a C compiler."""
    try:
        with worker_process("benchmark_worker", kind, folder, device) as worker:
            rates = (worker.call("run", seconds=durations.turn_s)["steps_per_second"] for _ in range(durations.rounds))
            return float(median(rates))
    except TrainingError:
        return None


def _time_to_learn(token: str, tokens_dir: Path, device: str) -> Iterator[tuple[str, float]]:
    """Train on a new token; yield each goal that is reached, and the seconds since the process was started."""
    started = time.perf_counter()
    with python_process("-m", "mint.bench.time_to_learn", token, tokens_dir, device, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)["reached"], time.perf_counter() - started
