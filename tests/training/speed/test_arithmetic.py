"""The arithmetic of a training: chosen by measuring, once for a training and a processor."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.recipes.recipe import Arithmetic
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.session import Session
from mint.training.speed.arithmetic import NUM_ROUNDS, NUM_STEPS, candidates, fastest, measure, processor_name, recorded
from mint.training.sprites import TrainingSprites
from tests.fake_device import FakeDevice

CPU = torch.device("cpu")
CONFIG = VaeGanConfig(latent_dim=4, encoder_widths=(8, 8, 8), generator_widths=(8, 8, 8), discriminator_width=8)
SPRITES = TrainingSprites(pixels=np.kron(np.arange(36).reshape(9, 2, 2) % 3, np.ones((8, 8))).astype(np.uint8), num_colors=3)


@pytest.mark.parametrize(
    ("convolution", "bfloat16", "wanted"),
    [
        (0.040, 0.020, Arithmetic.BFLOAT16),
        (0.040, 0.036, Arithmetic.BFLOAT16),
        (0.040, 0.037, Arithmetic.CONVOLUTION),  # gains too little
        (0.040, 0.400, Arithmetic.CONVOLUTION),
    ],
)
def test_the_faster_one_is_chosen_if_it_gains_enough(convolution: float, bfloat16: float, wanted: Arithmetic) -> None:
    assert fastest({Arithmetic.CONVOLUTION: convolution, Arithmetic.BFLOAT16: bfloat16}) is wanted
    assert fastest({Arithmetic.CONVOLUTION: convolution}) is Arithmetic.CONVOLUTION


def test_only_types_of_the_processor_are_candidates() -> None:
    capabilities = torch.cpu.get_capabilities()
    hardware = capabilities.get("avx512_bf16", False) or capabilities.get("amx_bf16", False)
    assert (Arithmetic.BFLOAT16 in candidates(CPU)) == bool(hardware)
    assert candidates(CPU)[0] is Arithmetic.CONVOLUTION


def test_each_candidate_is_measured_by_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    class CountingLearner:
        """A learner that counts its steps."""

        def __init__(self) -> None:
            self.steps: dict[Arithmetic, int] = {}
            self.num_changes = 0

        def set_arithmetic(self, arithmetic: Arithmetic) -> None:
            self.arithmetic = arithmetic
            self.num_changes += 1

        def step(self, *_: object) -> None:
            self.steps[self.arithmetic] = self.steps.get(self.arithmetic, 0) + 1

    learner, choices = CountingLearner(), (Arithmetic.CONVOLUTION, Arithmetic.BFLOAT16)
    seconds = measure(learner, torch.zeros(1), choices)  # type: ignore[arg-type]
    assert learner.steps == dict.fromkeys(choices, NUM_ROUNDS * (1 + NUM_STEPS))
    assert learner.num_changes == len(choices) * NUM_ROUNDS
    assert all(0 <= seconds[choice] < 60 for choice in choices)
    # On a GPU each change captures a graph.
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    random = torch.Generator()
    monkeypatch.setattr(torch, "Generator", lambda _: random)
    on_gpu = CountingLearner()
    measure(on_gpu, FakeDevice().tensor(torch.zeros(1)), choices)  # type: ignore[arg-type]
    assert (on_gpu.steps, on_gpu.num_changes) == (learner.steps, len(choices))


def test_a_training_keeps_its_arithmetic_on_the_same_processor(tmp_path: Path) -> None:
    callbacks = TrainingCallbacks(on_warning=pytest.fail)
    threads = torch.get_num_threads()

    def run(steps: int) -> dict[str, object]:
        session = Session(tmp_path, SPRITES, VaeGan(CONFIG), CPU, 5)
        session.tune(threads)
        session.run(Limits(steps=steps), Control(), callbacks)
        config: dict[str, object] = json.loads((tmp_path / "config.json").read_text())
        return config

    config = run(2)
    assert Arithmetic(config["arithmetic"]) in candidates(CPU)
    assert config["threads"] == threads
    # The first choice is kept, also where measuring again would give another one.
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config | {"arithmetic": "tf32"}))
    assert run(2)["arithmetic"] == "tf32"
    assert recorded(path, processor_name(CPU)) is Arithmetic.TF32
    assert recorded(path, "another processor") is None
    path.write_text("{")
    assert recorded(path, processor_name(CPU)) is None


def test_two_tuned_runs_with_fixed_threads_are_one_long_run(tmp_path: Path) -> None:
    callbacks = TrainingCallbacks(on_warning=pytest.fail)
    for folder, runs in (("long", [9]), ("short", [4, 5])):
        for steps in runs:
            session = Session(tmp_path / folder, SPRITES, VaeGan(CONFIG), CPU, 5)
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / "config.json").write_text(json.dumps({"arithmetic": "bfloat16", "processor": processor_name(CPU)}))
            session.tune(torch.get_num_threads())
            session.run(Limits(steps=steps), Control(), callbacks)
    checkpoints = [tmp_path / folder / "checkpoints" / "step-000000009" / "state.safetensors" for folder in ("long", "short")]
    assert checkpoints[0].read_bytes() == checkpoints[1].read_bytes()
