"""The arithmetic of a training: float32, or bfloat16 on a CPU and TF32 on a GPU, decided by measuring steps.

bfloat16 has the range of float32 and 8 bits of precision. It is good enough for the factors of the networks' convolutions (weights,
sums, losses and averages stay float32), and the products are twice as fast where the processor multiplies it in hardware.
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from mint.recipes.recipe import Arithmetic, Learner
from mint.training.speed.threads import one_thread

# The other has to be so much faster than float32.
GAIN = 1.1
# In turn, so that what else the machine does meets all of them.
NUM_ROUNDS = 3
NUM_STEPS = 2
# Where every schedule has begun.
_IMAGES_SEEN = 100_000


def candidates(device: torch.device) -> Sequence[Arithmetic]:
    """Return what is worth measuring on a device; one that emulates a type is always slower with it."""
    if device.type == "cuda":
        has_tf32 = torch.cuda.get_device_capability(device) >= (8, 0)
        return (Arithmetic.CONVOLUTION, Arithmetic.TF32) if has_tf32 else (Arithmetic.CONVOLUTION,)
    capabilities = torch.cpu.get_capabilities()
    hardware = any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
    return (Arithmetic.CONVOLUTION, Arithmetic.BFLOAT16) if hardware else (Arithmetic.CONVOLUTION,)


def fastest(seconds: Mapping[Arithmetic, float]) -> Arithmetic:
    """Return the fastest, given seconds a step; where the other gains little, float32."""
    best = min(seconds, key=lambda arithmetic: seconds[arithmetic])
    return best if seconds[best] * GAIN < seconds[Arithmetic.CONVOLUTION] else Arithmetic.CONVOLUTION


def measure(
    learner: Learner, sprites: Tensor, choices: Sequence[Arithmetic], labels: Tensor | None = None
) -> dict[Arithmetic, float]:
    """Return seconds a step for each choice, on one thread of a CPU; the learner's weights are spent by it."""
    random = torch.Generator(sprites.device).manual_seed(0)
    seconds = dict.fromkeys(choices, float("inf"))
    # Threads that wait for each other beside other work would hide what is faster.
    with one_thread():
        for choice in [*choices] * NUM_ROUNDS:
            learner.set_arithmetic(choice)
            for index in range(1 + NUM_STEPS):  # the first warms up
                started = time.perf_counter()
                learner.step(sprites, _IMAGES_SEEN, random, labels)
                if sprites.is_cuda:
                    torch.cuda.synchronize()
                if index:
                    seconds[choice] = min(seconds[choice], time.perf_counter() - started)
    return seconds


def settled(config: Path, processor: str) -> Arithmetic | None:
    """Return what an earlier run on this processor decided and left in a training's ``config.json``, if anything."""
    try:
        earlier = json.loads(config.read_bytes())
        return Arithmetic(earlier["arithmetic"]) if earlier["processor"] == processor else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def processor_of(device: torch.device) -> str:
    """Return the name of the processor or GPU, and what it can compute with."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    else:
        name = str(torch.cpu.get_capabilities().get("cpu_name", "unknown"))
    return " ".join([name, *(choice.value for choice in candidates(device))])
