"""The measurement: two contestants in turn, quiet and beside a busy process, and what else a training gets out of this machine."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from mint.errors import TrainingError

TOKENS = ("open sesame", "moonrise", "lighthouse", "rain", "seven", "harbour", "violet", "echo")
BATCH = 64
Report = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class BenchmarkDurations:
    """How much is measured: rounds in which contestants take turns, seconds of each turn, exports, and tokens that are learnt."""

    rounds: int = 4
    turn_s: float = 4.0
    num_exports: int = 9
    num_tokens: int = len(TOKENS)


QUICK = BenchmarkDurations(rounds=1, turn_s=1.0, num_exports=2, num_tokens=1)


def measure(device: str, extent: BenchmarkDurations, say: Callable[[str], None]) -> Report:
    """Measure a training on a device (``cpu`` or ``cuda``); ``say`` hears what is being done. Raises TrainingError."""
    from mint.token.folder import mint_token
    from mint.token.hash import parse_hash

    with tempfile.TemporaryDirectory(prefix="pixelmint-bench-") as name:
        folder = mint_token(parse_hash(TOKENS[0]), Path(name))
        with (
            _process("benchmark_worker", "engine", folder, device) as engine,
            _process("benchmark_worker", "plain", folder, device) as plain,
        ):
            contestants = {"engine": engine, "plain": plain}
            say("steps, quiet")
            quiet = _take_turns(contestants, extent)
            say("steps beside a busy process")
            with _busy_core():
                busy = _take_turns(contestants, extent)
            say("operations of a step and the machine's peak")
            gflop = plain.ask("count")["gflop"]
            peak = engine.ask("peak")
            say("exports")
            export = engine.ask("exports", num_exports=extent.num_exports)
            # Without what the engine does for its memory: as torch is where nobody did anything for speed.
            tiles = plain.ask("tiles", batch_size=BATCH)
            memory = {name: contestant.ask("memory") for name, contestant in contestants.items()}
            say("one thread")
            engine.ask("fix_threads", threads=1)
            one_thread = median(engine.ask("run", seconds=extent.turn_s)["steps_per_second"] for _ in range(extent.rounds))
        learnt: dict[str, list[float]] = {"pixels": [], "ink": []}
        for index, token in enumerate(TOKENS[: extent.num_tokens]):
            say(f"learning token {index + 1} of {extent.num_tokens}")
            for reached, seconds in _learn(token, Path(name) / "learnt", device):
                learnt[reached].append(seconds)
    share = gflop * quiet["engine"] / peak["gflops"]
    return {
        "device": device,
        "steps_per_second": {"quiet": quiet, "busy": busy, "engine_one_thread": one_thread},
        "speedup": {"quiet": quiet["engine"] / quiet["plain"], "busy": busy["engine"] / busy["plain"]},
        "busy_share_of_one_thread": busy["engine"] / one_thread,
        "arithmetic": {"used": memory["engine"]["arithmetic"], "threads": memory["engine"]["threads"]},
        "gflop_per_step": gflop,
        "gflop_per_second": gflop * quiet["engine"],
        "matmul_peak": {"gflop_per_second": peak["gflops"], "type": peak["type"], "share": share},
        "seconds_to": {
            "pixels_99": median(learnt["pixels"]) if learnt["pixels"] else None,
            "ink_97": median(learnt["ink"]) if learnt["ink"] else None,
            "tokens": len(learnt["pixels"]),
        },
        "export": {"ready_ms": export["ready_ms"], "lost_ms": export["lost_ms"]},
        "tiles_per_second": tiles | {"ratio": tiles["onnxruntime"] / tiles["torch"]},
        "memory_mb": {name: answer["memory_mb"] for name, answer in memory.items()},
        "gpu_memory_mb": {name: answer["gpu_memory_mb"] for name, answer in memory.items()} if device == "cuda" else None,
        "limit": limit(share, peak["type"], quiet["engine"] / one_thread, memory["engine"]["threads"], device),
    }


def limit(share: float, dtype: str, gain: float, threads: int, device: str) -> str:
    """Say in one sentence what limits the machine now, given the share of the peak that is reached and what threads gain."""
    reached = f"{100 * share:.0f} %"
    if share >= 0.5:
        return f"Multiplication limits: the step reaches {reached} of what this machine multiplies in {dtype}."
    if device == "cuda":
        return f"Starting kernels and memory limit: the step reaches {reached} of what this GPU multiplies in {dtype}."
    if threads > 1:
        return (
            f"Memory and small operations limit: the step reaches {reached} of what one or all threads multiply in {dtype}, "
            f"and {threads} threads are {gain:.1f} times as fast as one."
        )
    return f"The single thread limits: it reaches {reached} of the machine's peak in {dtype}, and further threads do not help."


def scaling(device: str, say: Callable[[str], None]) -> list[Report]:
    """Measure steps a second and memory over numbers and sizes of sprites, each in a process of its own. Raises TrainingError."""
    reports = []
    for side in (16, 32, 64, 96):
        for count in (9, 36, 144, 1000):
            say(f"{count} sprites of {side} x {side}")
            with _process("scaling", str(count), str(side), device) as growth:
                reports.append({"sprites": count, "side": side} | growth.ask("run", seconds=3.0))
    return reports


def _take_turns(contestants: "dict[str, _Process]", extent: BenchmarkDurations) -> dict[str, float]:
    """Let the contestants train in turn, and return the median steps a second of each."""
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(extent.rounds):
        for name, contestant in contestants.items():
            rates[name].append(contestant.ask("run", seconds=extent.turn_s)["steps_per_second"])
    return {name: median(each) for name, each in rates.items()}


def _learn(token: str, tokens_dir: Path, device: str) -> Iterator[tuple[str, float]]:
    """Train a token from nothing; yield what it has learnt, and the seconds since its process was started."""
    started = time.perf_counter()
    with _started("-m", "mint.bench.time_to_learn", token, tokens_dir, device, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)["reached"], time.perf_counter() - started


# It counts and does nothing else, but for a look now and then whether anybody is left to measure.
_COUNT = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(10**7):
        pass
"""


@contextmanager
def _busy_core() -> Iterator[None]:
    """Keep one core busy by another process."""
    with _started("-c", _COUNT) as process:
        try:
            yield
        finally:
            process.kill()


@contextmanager
def _started(*arguments: object, stdin: int | None = None, stdout: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run Python in a process of its own, which is ended where this one fails or is interrupted.

    Ctrl-C reaches all processes of a terminal; this one is deaf to it, so that only who measures says that it was heard.
    """
    # What is blocked is inherited. A signal that comes meanwhile waits here, where one that is ignored would be lost.
    _block_interrupts(True)
    try:
        process = subprocess.Popen([sys.executable, *map(str, arguments)], stdin=stdin, stdout=stdout, text=True)
    except BaseException:
        _block_interrupts(False)
        raise
    with process:
        try:
            _block_interrupts(False)
            yield process
        except BaseException:
            process.kill()
            raise


def _block_interrupts(block: bool) -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK if block else signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def _process(module: str, *arguments: object) -> "Iterator[_Process]":
    """Run a module of this package as a process that answers orders."""
    pipe = subprocess.PIPE
    with _started("-m", f"mint.bench.{module}", *arguments, stdin=pipe, stdout=pipe) as process:
        yield _Process(module, process)


class _Process:
    """A process that answers orders, from when it is ready."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self._name = name
        self._process = process
        self._answer()

    def ask(self, order: str, **arguments: object) -> dict[str, Any]:
        """Give an order and wait for the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([order, arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise TrainingError(
                f"the {self._name} that is measured ended with exit code {self._process.wait()}; see its last words above"
            )
        answer: dict[str, Any] = json.loads(line)
        return answer
