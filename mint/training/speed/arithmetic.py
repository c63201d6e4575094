"""The arithmetic of a training: float32, or bfloat16 on a CPU and TF32 on a GPU, chosen by measuring steps.

bfloat16 has the range of float32 and 8 bits of precision. That is good enough for the factors of the networks' convolutions
(weights, sums, losses and averages stay float32), and twice as fast where the processor multiplies bfloat16 in hardware.
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from mint.recipes.recipe import Arithmetic, Learner
from mint.training.speed.threads import one_thread
from viewer.regular_file import read_regular_file

# Another arithmetic is chosen only where it is this many times as fast as float32.
MIN_SPEEDUP = 1.1
# The choices are measured in turn, so that whatever else the machine does affects all of them.
NUM_ROUNDS = 3
NUM_STEPS = 2
# By now every schedule of a recipe has begun.
_IMAGES_SEEN = 100_000


def candidates(device: torch.device) -> Sequence[Arithmetic]:
    """Return the choices worth measuring on a device; a type that it emulates is always slower."""
    if device.type == "cuda":
        has_tf32 = torch.cuda.get_device_capability(device) >= (8, 0)
        return (Arithmetic.CONVOLUTION, Arithmetic.TF32) if has_tf32 else (Arithmetic.CONVOLUTION,)
    capabilities = torch.cpu.get_capabilities()
    hardware = any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
    return (Arithmetic.CONVOLUTION, Arithmetic.BFLOAT16) if hardware else (Arithmetic.CONVOLUTION,)


def fastest(seconds: Mapping[Arithmetic, float]) -> Arithmetic:
    """Return the fastest choice, given seconds a step; float32 where another one gains little."""
    best = min(seconds, key=lambda arithmetic: seconds[arithmetic])
    return best if seconds[best] * MIN_SPEEDUP < seconds[Arithmetic.CONVOLUTION] else Arithmetic.CONVOLUTION


def measure(
    learner: Learner, sprites: Tensor, choices: Sequence[Arithmetic], labels: Tensor | None = None
) -> dict[Arithmetic, float]:
    """Return seconds a step for each choice, on one thread of a CPU; it trains the learner, which is of no use afterwards."""
    random = torch.Generator(sprites.device).manual_seed(0)
    seconds = dict.fromkeys(choices, float("inf"))
    # A GPU belongs to this training, and each change of the choice captures a graph.
    rounds = [choice for choice in choices for _ in range(NUM_ROUNDS)] if sprites.is_cuda else [*choices] * NUM_ROUNDS
    # Threads that wait for each other beside other processes would hide the difference.
    with one_thread():
        for index, choice in enumerate(rounds):
            if not index or choice is not rounds[index - 1]:
                learner.set_arithmetic(choice)
            for step in range(1 + NUM_STEPS):  # the first warms up
                started = time.perf_counter()
                learner.step(sprites, _IMAGES_SEEN, random, labels)
                if sprites.is_cuda:
                    torch.cuda.synchronize()
                if step:
                    seconds[choice] = min(seconds[choice], time.perf_counter() - started)
    return seconds


def recorded(config: Path, processor: str) -> Arithmetic | None:
    """Return what an earlier run on this processor chose and wrote into a training's ``config.json``, None without one."""
    try:
        record = json.loads(read_regular_file(config, 1 << 20, within=config.parent))
        return Arithmetic(record["arithmetic"]) if record["processor"] == processor else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def processor_name(device: torch.device) -> str:
    """Return the name of the processor or GPU, followed by its candidates."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    else:
        name = str(torch.cpu.get_capabilities().get("cpu_name", "unknown"))
    return " ".join([name, *(choice.value for choice in candidates(device))])
