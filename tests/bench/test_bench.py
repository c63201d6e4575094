"""The benchmark: its figures are plausible, and the keys of its report are stable."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from rich.console import Console
from rich.table import Table

from mint.bench.gpu_memory import process_memory_mb
from mint.bench.measurement import QUICK, _rate_of, limit
from mint.bench.table import report_table, scaling_table
from mint.bench.time_to_learn import ink
from mint.bench.worker_process import worker_process
from mint.cli import main
from mint.errors import TrainingError

MOONRISE = Path(__file__).parents[2] / "tokens" / "moonrise-533a084b8750"  # with its models
KEYS = {
    "device",
    "steps_per_second.quiet.engine",
    "steps_per_second.quiet.plain",
    "steps_per_second.busy.engine",
    "steps_per_second.busy.plain",
    "steps_per_second.engine_one_thread",
    "speedup.quiet",
    "speedup.busy",
    "busy_share_of_one_thread",
    "arithmetic.used",
    "arithmetic.threads",
    "gflop_per_step",
    "gflop_per_second",
    "matmul_peak.gflop_per_second",
    "matmul_peak.type",
    "matmul_peak.share",
    "seconds_to.pixels_99",
    "seconds_to.ink_97",
    "seconds_to.tokens",
    "export.ready_ms",
    "export.lost_ms",
    "tiles_per_second.torch",
    "tiles_per_second.onnxruntime",
    "tiles_per_second.ratio",
    "tiles_per_second.threads",
    "tiles_per_second.batch",
    "tiles_per_second.provider",
    "memory_mb.engine",
    "memory_mb.plain",
    "gpu_memory_mb",
    "gpu",
    "limit",
}


def keys(report: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in report.items():
        if isinstance(value, dict):
            yield from keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


@pytest.mark.slow
def test_the_whole_benchmark_has_stable_keys_and_a_table() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "mint", "bench", "--quick", "--json", "--device", "cpu"], capture_output=True, text=True, check=True
    )
    report = json.loads(result.stdout)
    assert set(keys(report)) == KEYS
    assert report["gflop_per_step"] == pytest.approx(2.3, abs=0.3)
    assert 0 < report["matmul_peak"]["share"] < 1.5
    assert report["memory_mb"]["engine"] > 100
    assert f"{report['steps_per_second']['quiet']['engine']:.1f}" in text_of(report_table(report))


def text_of(table: Table) -> str:
    text = io.StringIO()
    Console(file=text, width=120).print(table)
    return text.getvalue()


def test_a_worker_trains_draws_and_counts_operations() -> None:
    commands = [["run", {"seconds": 0.3}], ["count", {}], ["tiles", {"batch_size": 2}], ["memory", {}]]
    result = subprocess.run(
        [sys.executable, "-m", "mint.bench.benchmark_worker", "plain", str(MOONRISE), "cpu"],
        input="".join(json.dumps(command) + "\n" for command in commands),
        capture_output=True,
        text=True,
        check=True,
    )
    ready, run, count, tiles, memory = map(json.loads, result.stdout.splitlines())
    assert ready == {}
    assert run["steps_per_second"] > 0
    # Encoder 5.9 million multiplications a picture, generator 8.5, discriminator 3.8, twice more for the gradients.
    assert count["gflop"] == pytest.approx(2.3, abs=0.3)
    assert tiles["torch"] > 0 < tiles["onnxruntime"]
    assert memory["arithmetic"] == "convolution"


def test_a_worker_that_ends_is_an_error() -> None:
    message = r"the benchmark's process table ended with exit code 0; see its messages above"
    with pytest.raises(TrainingError, match=message), worker_process("table"):
        pass


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="it looks for processes in /proc")
@pytest.mark.parametrize("running", ["mint.bench.benchmark_worker engine", pytest.param("-c", marks=pytest.mark.slow)])
def test_ctrl_c_prints_one_word_and_ends_all_processes(tmp_path: Path, running: str) -> None:
    command = [sys.executable, "-m", "mint", "bench", "--quick", "--device", "cpu"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    # A shell that starts these tests in the background lets them ignore SIGINT, which a process inherits.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        bench = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        while bench.poll() is None and not any(running in line for line in processes_of_group(bench.pid)):
            time.sleep(0.02)
        os.killpg(bench.pid, signal.SIGINT)  # as a terminal does
        _, errors = bench.communicate()
        assert errors.split("\n")[-3:] == ["", "Aborted!", ""]
        assert "Traceback" not in errors
        assert processes_of_group(bench.pid) == []
        assert list(tmp_path.glob("pixelmint-*")) == []
    finally:
        for process in [bench.pid] if processes_of_group(bench.pid) else []:
            os.killpg(process, signal.SIGKILL)
        bench.wait()


def processes_of_group(leader: int) -> list[str]:
    """Return the command lines of the living processes of a group."""
    lines = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            _, _, fields = (place / "stat").read_text().rpartition(") ")
            state, _, number = fields.split()[:3]
            if int(number) == leader and state != "Z":
                lines.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return lines


def test_ink_is_what_differs_from_the_background_and_its_neighbours() -> None:
    sprite = np.zeros((5, 5), np.uint8)
    sprite[0, 0] = sprite[3, 3] = 2
    expected = ["xx...", "x....", "...x.", "..xxx", "...x."]
    assert ["".join(".x"[pixel] for pixel in row) for row in ink(sprite).astype(int)] == expected


class Nvml:
    """NVIDIA's management library: processes and their memory on the one GPU."""

    class NVMLError(Exception):
        """A failure of the library."""

    def __init__(self, processes: Mapping[int, int | None], fails: bool = False) -> None:
        self._processes = processes
        self._fails = fails

    def nvmlInit(self) -> None:  # noqa: N802
        if self._fails:
            raise self.NVMLError

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:  # noqa: N802
        assert uuid == "GPU-1234"
        return uuid

    def nvmlDeviceGetComputeRunningProcesses(self, handle: str) -> list[SimpleNamespace]:  # noqa: N802
        return [SimpleNamespace(pid=pid, usedGpuMemory=used) for pid, used in self._processes.items()]


@pytest.mark.parametrize(
    ("nvml", "expected"),
    [
        (Nvml({1: 2**30, os.getpid(): 300 * 2**20}), 300),
        (Nvml({7: 200 * 2**20}), 200),  # in a container
        (Nvml({7: 2**20, 8: 2**20}), None),
        (Nvml({}), None),
        (Nvml({os.getpid(): None}), None),
        (Nvml({}, fails=True), None),
    ],
)
def test_the_memory_on_a_gpu_is_that_of_this_process(nvml: Nvml, expected: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    assert process_memory_mb("1234") == process_memory_mb("GPU-1234") == expected


def test_the_table_of_a_gpu_shows_what_is_measured_there_alone() -> None:
    both = {"engine": 60.0, "plain": 20.0}
    report = {
        "device": "cuda",
        "steps_per_second": {"quiet": both, "busy": both, "engine_one_thread": 50.0},
        "speedup": {"quiet": 3.0, "busy": 3.0},
        "busy_share_of_one_thread": 1.0,
        "arithmetic": {"used": "tf32", "threads": 1},
        "gflop_per_step": 2.6,
        "gflop_per_second": 156.0,
        "matmul_peak": {"gflop_per_second": 50000.0, "type": "float32", "share": 0.01},
        "seconds_to": {"pixels_99": 1.5, "ink_97": None, "tokens": 1},
        "export": {"ready_ms": 90.0, "lost_ms": 5.0},
        "tiles_per_second": {
            "torch": 9.0,
            "onnxruntime": 8.0,
            "ratio": 0.9,
            "threads": 1,
            "batch": 64,
            "provider": "CUDAExecutionProvider",
        },
        "memory_mb": both,
        "gpu_memory_mb": {"engine": 700.0, "plain": None},
        "gpu": {
            "steps_per_second": {"eager": 15.0, "compiled": None},
            "pools_mb": both,
            "tf32": {"engine": True, "plain": False},
        },
    }
    text = text_of(report_table(report))
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    assert ["steps/s, the engine without a graph", "15.0", "", "4.0"] in rows
    assert ["steps/s, the plain loop compiled", "-", "", ""] in rows
    assert ["TF32", "on", "off", ""] in rows
    assert ["GPU memory by NVML, MiB", "700", "-", ""] in rows
    assert ["of it torch's pools, MiB", "60", "20", ""] in rows
    assert "CUDAExecutionProvider, 64 a batch" in text


def test_a_worker_that_fails_has_no_rate(tmp_path: Path) -> None:
    assert _rate_of("eager", tmp_path, "cpu", QUICK) is None


@pytest.mark.parametrize(
    ("share", "gain", "threads", "device", "start"),
    [
        (0.6, 1.9, 2, "cpu", "Multiplication is the limit: a step reaches 60 %"),
        (0.3, 1.1, 2, "cpu", "Memory and small operations are the limit"),
        (0.3, 1.0, 1, "cpu", "The single thread is the limit"),
        (0.02, 1.0, 1, "cuda", "Kernel launches and memory are the limit"),
    ],
)
def test_the_last_line_names_the_limit(share: float, gain: float, threads: int, device: str, start: str) -> None:
    assert limit(share, "float32", gain, threads, device).startswith(start)


def test_scaling_is_shown_by_size_and_number() -> None:
    reports = [
        {"sprites": sprites, "side": side, "steps_per_second": sprites / side, "memory_mb": 300.0}
        for side in (16, 32)
        for sprites in (9, 36)
    ]
    text = text_of(scaling_table(reports))
    assert "36 sprites" in text
    assert "0.3, 300" in text  # 9 sprites of 32 x 32


def test_a_missing_device_is_one_message() -> None:
    if torch.cuda.is_available():
        pytest.skip("torch finds a CUDA device")
    result = CliRunner().invoke(main, ["bench", "--device", "cuda"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: --device cuda cannot be used")
    assert result.output.count("\n") == 1
