"""The arithmetic of a training on the CPU: float32 or bfloat16, decided by measuring steps.

bfloat16 has the range of float32 and 8 bits of precision. It is good enough for the factors of the networks' matrix products
(weights, sums, losses and averages stay float32), and twice to four times as fast where the processor multiplies it in hardware.
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from mint.recipes.recipe import Arithmetic, Learner

# The other has to be so much faster than torch's own convolutions.
GAIN = 1.1
_NUM_STEPS = 3
# Where every schedule has begun.
_IMAGES_SEEN = 100_000


def candidates() -> Sequence[Arithmetic]:
    """Return what is worth measuring on this processor; one that emulates bfloat16 is always slower with it."""
    capabilities = torch.cpu.get_capabilities()
    hardware = any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
    return (Arithmetic.CONVOLUTION, Arithmetic.BFLOAT16) if hardware else (Arithmetic.CONVOLUTION,)


def fastest(seconds: Mapping[Arithmetic, float]) -> Arithmetic:
    """Return the fastest, given seconds a step; where others gain little, torch's own convolutions."""
    best = min(seconds, key=lambda arithmetic: seconds[arithmetic])
    return best if seconds[best] * GAIN < seconds[Arithmetic.CONVOLUTION] else Arithmetic.CONVOLUTION


def measure(
    learner: Learner, sprites: Tensor, choices: Sequence[Arithmetic], labels: Tensor | None = None
) -> dict[Arithmetic, float]:
    """Return seconds a step for each choice, in turn; the learner's weights are spent by it."""
    random = torch.Generator().manual_seed(0)
    seconds = dict.fromkeys(choices, float("inf"))
    for index in range(1 + _NUM_STEPS):  # the first warms up
        for choice in choices:
            learner.set_arithmetic(choice)
            started = time.perf_counter()
            learner.step(sprites, _IMAGES_SEEN, random, labels)
            if index:
                seconds[choice] = min(seconds[choice], time.perf_counter() - started)
    return seconds


def settled(config: Path) -> Arithmetic | None:
    """Return what an earlier run on this processor decided and left in a training's ``config.json``, if anything."""
    try:
        earlier = json.loads(config.read_bytes())
        return Arithmetic(earlier["arithmetic"]) if earlier["processor"] == processor() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def processor() -> str:
    """Return the processor's name and what counts of its abilities."""
    capabilities = torch.cpu.get_capabilities()
    return " ".join([str(capabilities.get("cpu_name", "unknown")), *(choice.value for choice in candidates())])
