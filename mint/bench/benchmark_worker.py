"""A benchmark worker: a process that trains on command and measures itself.

``python -m mint.bench.benchmark_worker KIND TOKEN_FOLDER DEVICE`` reads one JSON command a line from standard input and answers
each with one JSON line. KIND is ``engine`` (as ``mint train`` trains) or ``plain`` (see mint.bench.plain_loop). Each has a process of
its own, because thread counts, how idle threads wait, and the C library's memory settings belong to a process.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from mint.training.speed.memory import keep_freed_memory
from mint.training.speed.threads import let_idle_threads_sleep

if TYPE_CHECKING:
    import torch

# Where every schedule has begun.
IMAGES_SEEN = 9 * 600
Answer = dict[str, Any]


class BenchmarkWorker:
    """A learner and what can be asked of it."""

    def __init__(self, kind: str, folder: Path, device: str) -> None:
        import torch

        from mint.bench.plain_loop import PlainVaeGan
        from mint.recipes.recipe import Arithmetic, Canvas
        from mint.recipes.vaegan import VaeGanConfig
        from mint.recipes.vaegan.learner import VaeGanLearner
        from mint.token.folder import read_token
        from mint.training.speed import arithmetic
        from mint.training.speed.device import choose_device
        from mint.training.speed.thread_tuner import ThreadSearch, ThreadTuner, thread_choices

        self._token = read_token(folder)
        self._device = choose_device(device)
        self._sprites = torch.from_numpy(self._token.pixels.copy()).to(self._device)
        _, height, width = self._token.pixels.shape
        canvas, random = Canvas(height, width, len(self._token.rgba)), torch.Generator().manual_seed(1)
        build: Any = PlainVaeGan if kind == "plain" else VaeGanLearner
        self._learner: Any = build(canvas, len(self._sprites), VaeGanConfig(), self._device, random)
        self._random = torch.Generator(self._device)
        self._num_steps = 0
        self._arithmetic = Arithmetic.CONVOLUTION
        self._metronome: ThreadTuner | None = None
        if kind == "engine":
            spent = VaeGanLearner(canvas, len(self._sprites), VaeGanConfig(), self._device, random)
            self._arithmetic = arithmetic.fastest(arithmetic.measure(spent, self._sprites, arithmetic.candidates(self._device)))
            self._learner.set_arithmetic(self._arithmetic)
            if self._device.type == "cpu":
                self._metronome = ThreadTuner(ThreadSearch(thread_choices(torch.get_num_threads())))
        self._step(3)

    def run(self, seconds: float) -> Answer:
        """Train for so long."""
        steps = 0
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            self._step(1)
            steps += 1
        self._wait()
        return {"steps_per_second": steps / (time.perf_counter() - started)}

    def fix_threads(self, threads: int) -> Answer:
        """Compute with so many threads from now on."""
        import torch

        self._metronome = None
        torch.set_num_threads(threads)
        return {}

    def count(self) -> Answer:
        """Count the operations of a step."""
        from torch.utils.flop_counter import FlopCounterMode

        counter = FlopCounterMode(display=False)
        with counter:
            self._step(1)
        return {"gflop": counter.get_total_flops() / 1e9}

    def peak(self) -> Answer:
        """Multiply square matrices, as fast as torch can here, in the type that the engine multiplies in."""
        import torch

        from mint.recipes.recipe import Arithmetic

        dtype = torch.bfloat16 if self._arithmetic is Arithmetic.BFLOAT16 else torch.float32
        side = 1024 if self._device.type == "cpu" else 4096
        a = torch.ones((side, side), dtype=dtype, device=self._device)
        seconds = min(_durations(lambda: a @ a, 12, self._device))
        return {"gflops": 2 * side**3 / seconds / 1e9, "type": str(dtype).removeprefix("torch.")}

    def exports(self, num_exports: int) -> Answer:
        """Publish beside the training: how long it takes, and how much training it costs."""
        from mint.export.publisher import Publisher
        from mint.recipes.vaegan import VaeGan
        from mint.training.progress import Progress

        def fail(sentence: str) -> None:
            raise SystemExit(sentence)

        publisher = Publisher(self._token, VaeGan(), self._learner.latent_dim, 1, self._token.models)
        publisher.publish(self._learner.snapshot(), Progress())
        ready, lost = [], []
        for _ in range(num_exports):
            quiet = list(_durations(lambda: self._step(1), 40, self._device))
            started = time.perf_counter()
            publisher.publish_beside(self._learner.snapshot(), Progress(step=1, images=9), fail)
            steps = 0
            while publisher.is_busy:
                self._step(1)
                self._wait()
                steps += 1
                spent = time.perf_counter() - started
            # The last step is over a little after the export.
            ready.append(spent)
            lost.append(spent - steps * median(quiet))
        return {"ready_ms": 1e3 * median(ready), "lost_ms": 1e3 * median(lost)}

    def tiles(self, batch_size: int) -> Answer:
        """Draw tiles with torch and, from what was published, with onnxruntime, with as many threads."""
        import onnxruntime
        import torch

        from viewer.latents.seeds import latents

        threads = torch.get_num_threads()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        providers = ["CPUExecutionProvider"] if self._device.type == "cpu" else ["CUDAExecutionProvider"]
        session = onnxruntime.InferenceSession(self._token.models / "generator.onnx", options, providers=providers)
        z = latents(7, batch_size, self._learner.latent_dim)
        on_device = torch.from_numpy(z).to(self._device)
        generator = self._learner.snapshot().generator

        def draw() -> None:
            with torch.inference_mode():
                generator(on_device).cpu()

        rates: dict[str, list[float]] = {"torch": [], "onnxruntime": []}
        for _ in range(5):
            rates["torch"] += [batch_size / seconds for seconds in _durations(draw, 5, self._device)]
            rates["onnxruntime"] += [
                batch_size / seconds for seconds in _durations(lambda: session.run(None, {"z": z}), 5, self._device)
            ]
        return {name: median(each) for name, each in rates.items()} | {"threads": threads, "batch": batch_size}

    def memory(self) -> Answer:
        """Tell the most memory that was used at once, and how the engine has set itself."""
        import torch

        answer: Answer = {"memory_mb": peak_memory_mb(), "threads": torch.get_num_threads(), "arithmetic": self._arithmetic.value}
        if self._device.type == "cuda":
            answer["gpu_memory_mb"] = torch.cuda.max_memory_allocated() / 2**20
        return answer

    def _wait(self) -> None:
        import torch

        if self._device.type == "cuda":
            torch.cuda.synchronize()

    def _step(self, num_steps: int) -> None:
        for _ in range(num_steps):
            self._random.manual_seed(self._num_steps)
            if self._metronome is None:
                self._learner.step(self._sprites, IMAGES_SEEN, self._random)
            else:
                with self._metronome:
                    self._learner.step(self._sprites, IMAGES_SEEN, self._random)
            self._num_steps += 1


def _durations(work: Callable[[], object], num_times: int, device: "torch.device") -> Iterator[float]:
    import torch

    for _ in range(num_times):
        started = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        yield time.perf_counter() - started


def peak_memory_mb() -> float:
    """Return the most memory that this process has had, in MiB."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def main() -> None:
    """Serve the orders on standard input."""
    kind, folder, device = sys.argv[1:]
    answers = sys.stdout
    sys.stdout = sys.stderr
    if kind == "engine":
        let_idle_threads_sleep()
        keep_freed_memory()
    contestant = BenchmarkWorker(kind, Path(folder), device)
    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        order, arguments = json.loads(line)
        print(json.dumps(getattr(contestant, order)(**arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main()
