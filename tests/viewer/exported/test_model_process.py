"""The process that runs a model: its death, its hanging and its lies are told in a sentence, and nothing of it is left behind."""

import gc
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto

from tests.small_model import LATENT_DIM
from viewer.errors import GraphError, ModelError
from viewer.exported import model_process
from viewer.exported.manifest import GraphFile
from viewer.exported.model import load_model
from viewer.exported.model_process import ModelProcess, end_processes, give_back, prepare_process, take_process
from viewer.exported.process_frames import FrameError, read_frame, write_frame
from viewer.latents.seeds import latents

Z = latents(3, 4, LATENT_DIM)
SHAPE = (4, 8, 8)


@pytest.fixture
def process() -> Iterator[ModelProcess]:
    process = ModelProcess("cpu")
    yield process
    process.close()


@pytest.fixture
def loaded(process: ModelProcess, generator: ModelProto, expected: GraphFile) -> ModelProcess:
    process.load(generator.SerializeToString(), expected)
    return process


def test_a_graph_is_loaded_run_and_replaced(process: ModelProcess, generator: ModelProto, expected: GraphFile) -> None:
    data = generator.SerializeToString()
    loaded = process.load(data, expected)
    assert (loaded.provider, loaded.note) == ("CPUExecutionProvider", "")
    assert loaded.bytes > 0
    assert loaded.multiplications > 0
    first = process.run({"z": Z}, SHAPE)
    with pytest.raises(GraphError, match="it ends too early"):
        process.load(data[:-9], expected)
    process.load(data, expected)
    assert np.array_equal(process.run({"z": Z}, SHAPE), first)
    assert process.is_idle


def test_runs_side_by_side_get_their_own_pixels(loaded: ModelProcess) -> None:
    each = [latents(seed, 4, LATENT_DIM) for seed in range(8)]
    expected = [loaded.run({"z": z}, SHAPE) for z in each]
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda number=number: found.update({number: loaded.run({"z": each[number]}, SHAPE)}))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[number], expected[number]) for number in range(8))


@pytest.mark.parametrize("name", ["SIGFPE", "SIGSEGV", "SIGKILL"])
def test_the_end_of_a_process_is_told(loaded: ModelProcess, name: str) -> None:
    os.kill(loaded._process.pid, getattr(signal, name))
    with pytest.raises(ModelError, match=f"the model ended its process by {name}; export the model again, or leave it out"):
        loaded.run({"z": Z}, SHAPE)
    assert not loaded.is_idle


def test_a_model_that_computes_too_long_is_stopped(loaded: ModelProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_process, "RUN_LIMIT_S", 0.2)
    os.kill(loaded._process.pid, signal.SIGSTOP)
    with pytest.raises(ModelError, match=r"the model computed for more than 0\.2 s and was stopped; export"):
        loaded.run({"z": Z}, SHAPE)
    assert loaded._process.wait() == -signal.SIGKILL


def test_a_wrong_shape_is_refused(loaded: ModelProcess) -> None:
    with pytest.raises(ModelError, match=r"the model returned tiles of another shape than \(4, 9, 9\)"):
        loaded.run({"z": Z}, (4, 9, 9))


LIAR = """
import sys
from viewer.exported.process_frames import read_frame, write_frame
header, _ = read_frame(sys.stdin.buffer)
{lie}
sys.stdout.buffer.flush()
sys.stdin.buffer.read()
"""
LIES = {
    "no frame": "sys.stdout.buffer.write(bytes([255]) * 12)",
    "no JSON": "sys.stdout.buffer.write(bytes([2, 0, 0, 0]) + bytes(8) + b'][')",
    "no object": "sys.stdout.buffer.write(bytes([2, 0, 0, 0]) + bytes(8) + b'[]')",
    "another request's reply": "write_frame(sys.stdout.buffer, {'id': 77})",
    "a list for a number": "write_frame(sys.stdout.buffer, {'id': [0]})",
    "missing fields": "write_frame(sys.stdout.buffer, {'id': 0})",
    "another provider": "write_frame(sys.stdout.buffer, dict(id=0, provider='x', note='', bytes=1, multiplications=1))",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_process_that_lies_is_stopped(
    lie: str, generator: ModelProto, expected: GraphFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = subprocess.Popen

    def start_liar(command: list[str], **options: object) -> object:
        return start([sys.executable, "-c", LIAR.format(lie=LIES[lie])], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", start_liar)
    process = ModelProcess("cpu")
    with pytest.raises(ModelError, match=r"and was stopped; export the model again|ended its process by SIGKILL"):
        process.load(generator.SerializeToString(), expected)
    assert process._process.wait() == -signal.SIGKILL
    process.close()


def test_an_idle_process_is_used_again(write_export: Callable[[], Path]) -> None:
    end_processes()
    prepare_process("cpu")
    first = load_model(write_export(), "cpu")
    number = first._process._process.pid
    second = load_model(write_export(), "cpu")
    assert second._process._process.pid != number
    del first
    gc.collect()
    third = load_model(write_export(), "cpu")
    assert third._process._process.pid == number


def test_a_dead_process_is_not_used_again() -> None:
    end_processes()
    process = take_process("cpu")
    give_back(process)
    process._process.kill()
    process._process.wait()
    other = take_process("cpu")
    assert other is not process
    assert other.is_idle
    end_processes()
    with pytest.raises(ModelError, match="the model is not loaded any more"):
        other.run({"z": Z}, SHAPE)


WAITING = """
import os, signal, sys, threading, time
from pathlib import Path
from viewer.exported.model import load_model
from viewer.latents.seeds import latents
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
model = load_model(Path(sys.argv[1]), "cpu")
print(model._process._process.pid, flush=True)
os.kill(model._process._process.pid, signal.SIGSTOP)
print("waits", flush=True)
model.generate(latents(1, 4, 5))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_ctrl_c_ends_a_model_that_computes(write_export: Callable[[], Path], name: str) -> None:
    command = [sys.executable, "-c", WAITING, str(write_export())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        number = int(program.stdout.readline())
        assert program.stdout.readline() == "waits\n"
        time.sleep(0.2)
        program.send_signal(getattr(signal, name))
        program.wait(10)
        if name == "SIGKILL":  # nobody is left to end the process; its closed standard input does
            os.kill(number, signal.SIGCONT)
    deadline = time.monotonic() + 10
    while is_running(number):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(number: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


def test_frames_are_read_strictly() -> None:
    file = io.BytesIO()
    write_frame(file, {"id": 1}, b"abc", b"de")
    whole = file.getvalue()
    assert read_frame(io.BytesIO(whole)) == ({"id": 1}, b"abcde")
    for length in range(len(whole)):
        with pytest.raises(FrameError, match="the pipe is closed"):
            read_frame(io.BytesIO(whole[:length]))
    with pytest.raises(FrameError, match="too long"):
        read_frame(io.BytesIO(whole), 4)
    deep = b"[" * 100_000
    with pytest.raises(FrameError, match="not JSON"):
        read_frame(io.BytesIO(len(deep).to_bytes(4, "little") + bytes(8) + deep))


MEMORY = """
from viewer.exported.worker import limit_memory
limit_memory(50 * 2**20)
try:
    bytes(10**9)
except MemoryError:
    print("refused")
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is limited on Linux")
def test_memory_is_limited() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
