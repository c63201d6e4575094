"""A benchmark worker: a process that trains on command and measures itself.

``python -m mint.bench.benchmark_worker KIND TOKEN_FOLDER DEVICE`` takes commands as mint.bench.worker_process describes. KIND is
``engine`` (as ``mint train`` trains), ``eager`` (the same without CUDA graphs), ``plain`` (see mint.bench.plain_loop) or
``compiled`` (the plain loop with its losses compiled by torch). Each runs in its own process, because thread counts,
how idle threads wait, and the C library's memory settings belong to a process.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from mint.bench.gpu_memory import process_memory_mb
from mint.bench.worker_process import Result, serve
from mint.training.speed.memory import keep_freed_memory
from mint.training.speed.threads import let_idle_threads_sleep

if TYPE_CHECKING:
    import torch

# Images after which every schedule has begun.
IMAGES_SEEN = 9 * 600


class BenchmarkWorker:
    """A learner; each public method is a command."""

    def __init__(self, kind: str, folder: Path, device: str) -> None:
        import torch

        from mint.bench.plain_loop import PlainVaeGan
        from mint.recipes.building_blocks.step_graphs import StepGraphs
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
        build: Any = VaeGanLearner if kind in ("engine", "eager") else PlainVaeGan
        self._learner: Any = build(canvas, len(self._sprites), VaeGanConfig(), self._device, random)
        self._random = torch.Generator(self._device)
        self._num_steps = 0
        self._arithmetic = Arithmetic.CONVOLUTION
        self._thread_tuner: ThreadTuner | None = None
        # Torch would round factors of convolutions to 10 bits on a GPU; the plain loop computes in float32.
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
        if kind == "compiled":
            self._learner._losses = torch.compile(self._learner._losses)
        if kind == "eager":
            self._learner.step_graphs = StepGraphs(captures_on=lambda _: False)
        if kind in ("engine", "eager"):
            trial = VaeGanLearner(canvas, len(self._sprites), VaeGanConfig(), self._device, random)
            self._arithmetic = arithmetic.fastest(arithmetic.measure(trial, self._sprites, arithmetic.candidates(self._device)))
            self._learner.set_arithmetic(self._arithmetic)
            if self._device.type == "cpu":
                self._thread_tuner = ThreadTuner(ThreadSearch(thread_choices(torch.get_num_threads())))
        self._step(3)

    def run(self, seconds: float) -> Result:
        """Train for a number of seconds and measure the rate."""
        steps = 0
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            self._step(1)
            steps += 1
        self._wait()
        return {"steps_per_second": steps / (time.perf_counter() - started)}

    def fix_threads(self, threads: int) -> Result:
        """Compute with a fixed number of threads from now on."""
        import torch

        self._thread_tuner = None
        torch.set_num_threads(threads)
        return {}

    def count(self) -> Result:
        """Count the floating-point operations of a step."""
        from torch.utils.flop_counter import FlopCounterMode

        counter = FlopCounterMode(display=False)
        with counter:
            self._step(1)
        return {"gflop": counter.get_total_flops() / 1e9}

    def peak(self) -> Result:
        """Measure how fast torch multiplies square matrices of the type that the engine uses."""
        import torch

        from mint.recipes.recipe import Arithmetic

        dtype = torch.bfloat16 if self._arithmetic is Arithmetic.BFLOAT16 else torch.float32
        side = 1024 if self._device.type == "cpu" else 4096
        a = torch.ones((side, side), dtype=dtype, device=self._device)
        seconds = min(_durations(lambda: a @ a, 12, self._device))
        return {"gflops": 2 * side**3 / seconds / 1e9, "type": str(dtype).removeprefix("torch.")}

    def exports(self, num_exports: int) -> Result:
        """Publish during the training, and measure how long an export takes and how much training time it costs."""
        from mint.export.publisher import Publisher
        from mint.recipes.vaegan import VaeGan
        from mint.training.progress import TrainingProgress

        def exit_with(message: str) -> None:
            raise SystemExit(message)

        publisher = Publisher(self._token, VaeGan(), self._learner.latent_dim, 1, self._token.models)
        publisher.publish(self._learner.snapshot(), TrainingProgress())
        ready, lost = [], []
        for _ in range(num_exports):
            quiet = list(_durations(lambda: self._step(1), 40, self._device))
            started = time.perf_counter()
            publisher.publish_in_background(self._learner.snapshot(), TrainingProgress(step=1, images=9), exit_with)
            steps = 0
            while publisher.is_busy:
                self._step(1)
                self._wait()
                steps += 1
                elapsed = time.perf_counter() - started
            # The last step ends shortly after the export.
            ready.append(elapsed)
            lost.append(elapsed - steps * median(quiet))
        return {"ready_ms": 1e3 * median(ready), "lost_ms": 1e3 * median(lost)}

    def tiles(self, batch_size: int) -> Result:
        """Draw tiles with torch and, from the exported generator, with onnxruntime, with as many threads.

        On a GPU the generator is loaded as the viewer loads it, so ``provider`` tells what really drew.
        """
        import onnxruntime
        import torch

        from viewer.exported.model import load_model
        from viewer.latents.seeds import latents

        threads = torch.get_num_threads()
        z = latents(7, batch_size, self._learner.latent_dim)
        on_device = torch.from_numpy(z).to(self._device)
        generator = self._learner.snapshot().generator
        provider = "CPUExecutionProvider"
        if self._device.type == "cpu":
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            session = onnxruntime.InferenceSession(self._token.models / "generator.onnx", options, providers=[provider])

            def draw_exported() -> None:
                session.run(None, {"z": z})
        else:
            model = load_model(self._token.models)
            provider = model.provider

            def draw_exported() -> None:
                model.generate(z, batch=batch_size)

            draw_exported()  # allocates memory

        def draw() -> None:
            with torch.inference_mode():
                generator(on_device).cpu()

        rates: dict[str, list[float]] = {"torch": [], "onnxruntime": []}
        for _ in range(5):
            rates["torch"] += [batch_size / seconds for seconds in _durations(draw, 5, self._device)]
            rates["onnxruntime"] += [batch_size / seconds for seconds in _durations(draw_exported, 5, self._device)]
        used = {"threads": threads, "batch": batch_size, "provider": provider}
        return {name: median(values) for name, values in rates.items()} | used

    def memory(self) -> Result:
        """Return the peak memory, and the number of threads and the arithmetic that are used."""
        import torch

        result: Result = {"memory_mb": peak_memory_mb(), "threads": torch.get_num_threads(), "arithmetic": self._arithmetic.value}
        if self._device.type == "cuda":
            result["gpu_memory_mb"] = process_memory_mb(str(torch.cuda.get_device_properties(self._device).uuid))
            result["gpu_pools_mb"] = torch.cuda.max_memory_reserved() / 2**20
            result["tf32"] = torch.backends.cudnn.allow_tf32
        return result

    def _wait(self) -> None:
        import torch

        if self._device.type == "cuda":
            torch.cuda.synchronize()

    def _step(self, num_steps: int) -> None:
        for _ in range(num_steps):
            self._random.manual_seed(self._num_steps)
            if self._thread_tuner is None:
                self._learner.step(self._sprites, IMAGES_SEEN, self._random)
            else:
                with self._thread_tuner:
                    self._learner.step(self._sprites, IMAGES_SEEN, self._random)
            self._num_steps += 1


def _durations(task: Callable[[], object], num_times: int, device: "torch.device") -> Iterator[float]:
    import torch

    for _ in range(num_times):
        started = time.perf_counter()
        task()
        if device.type == "cuda":
            torch.cuda.synchronize()
        yield time.perf_counter() - started


def peak_memory_mb() -> float:
    """Return the peak memory of this process in MiB."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def main() -> None:
    """Run the worker that the command line names."""
    kind, folder, device = sys.argv[1:]
    if kind == "engine":
        let_idle_threads_sleep()
        keep_freed_memory()
    serve(lambda: BenchmarkWorker(kind, Path(folder), device))


if __name__ == "__main__":
    main()
