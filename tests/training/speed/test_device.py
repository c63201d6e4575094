"""The device: a GPU is used where it computes; elsewhere the CPU is, and a sentence says why."""

from collections.abc import Callable

import pytest
import torch

from mint.errors import TrainingError
from mint.training.speed.device import choose_device

NO_KERNEL = "CUDA error: no kernel image is available for execution on the device\nCompile with TORCH_USE_CUDA_DSA"


class Gpus:
    """A machine with some GPUs, as torch reports them, and how each computation on them ends."""

    def __init__(self, patch: pytest.MonkeyPatch, count: int, failure: str = "") -> None:
        self.computed_on: list[int] = []
        self.current: list[int] = []
        self.failure = failure
        patch.setattr(torch.version, "cuda", "13.0")
        patch.setattr(torch.cuda, "is_available", lambda: count > 0)
        patch.setattr(torch.cuda, "device_count", lambda: count)
        patch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_75", "sm_90"])
        patch.setattr(torch.cuda, "set_device", self.current.append)
        patch.setattr("mint.training.speed.device._compute_on", self._compute_on)

    def _compute_on(self, index: int) -> None:
        self.computed_on.append(index)
        if self.failure:
            raise RuntimeError(self.failure)


WithGpus = Callable[..., Gpus]


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> WithGpus:
    return lambda count, failure="": Gpus(monkeypatch, count, failure)


@pytest.mark.parametrize(("name", "index"), [("auto", 0), ("cuda", 0), ("cuda:0", 0), ("cuda:1", 1)])
def test_a_gpu_that_computes_is_used(gpus: WithGpus, name: str, index: int) -> None:
    found = gpus(2)
    assert choose_device(name, pytest.fail) == torch.device("cuda", index)
    assert (found.computed_on, found.current) == ([index], [index])


def test_the_cpu_does_not_ask_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("is_available", "device_count", "set_device"):
        monkeypatch.setattr(torch.cuda, name, lambda *_: pytest.fail("CUDA is asked"))
    assert choose_device("cpu", pytest.fail) == torch.device("cpu")


@pytest.mark.parametrize("failure", [NO_KERNEL, "CUDA error: out of memory", "CUDA-capable device(s) is/are busy or unavailable"])
def test_a_gpu_that_fails_is_told_and_left(gpus: WithGpus, failure: str) -> None:
    found, told = gpus(1, failure), list[str]()
    reason = f"the GPU cuda:0 fails: {failure.splitlines()[0]}"
    repair = "free its memory, or install a torch with kernels for it (this one has sm_75, sm_90)"
    assert choose_device("auto", told.append) == torch.device("cpu")
    assert told == [f"the CPU is used, because {reason}; to use the GPU, {repair}"]
    with pytest.raises(TrainingError) as caught:
        choose_device("cuda", pytest.fail)
    assert str(caught.value) == f"--device cuda cannot be used: {reason}; {repair}, or use --device cpu"
    assert found.current == []


def test_without_a_gpu_the_cpu_is_used_without_a_word(gpus: WithGpus) -> None:
    gpus(0)
    assert choose_device("auto", pytest.fail) == torch.device("cpu")
    with pytest.raises(TrainingError, match="--device cuda cannot be used: torch finds no CUDA device; install a driver"):
        choose_device("cuda")


def test_a_driver_that_is_too_old_is_told(gpus: WithGpus, monkeypatch: pytest.MonkeyPatch) -> None:
    gpus(0)

    def warn() -> bool:
        import warnings

        warnings.warn("CUDA initialization: The NVIDIA driver on your system is too old (found version 11040).", stacklevel=2)
        return False

    monkeypatch.setattr(torch.cuda, "is_available", warn)
    told: list[str] = []
    assert choose_device("auto", told.append) == torch.device("cpu")
    assert "torch finds no CUDA device (CUDA initialization: The NVIDIA driver on your system is too old" in told[0]


@pytest.mark.parametrize(("count", "names"), [(1, "cuda:0"), (4, "cuda:0 to cuda:3")])
def test_a_gpu_that_is_not_there_is_refused(gpus: WithGpus, count: int, names: str) -> None:
    gpus(count)
    with pytest.raises(TrainingError, match=f"--device cuda:7 cannot be used: torch finds {names} only; give one of these"):
        choose_device("cuda:7")


@pytest.mark.parametrize("name", ["tpu", "cuda:", "cuda:x", "", "cuda:-1"])
def test_an_unknown_device_is_refused(name: str) -> None:
    with pytest.raises(TrainingError, match="is not known; use auto, cpu, cuda, or cuda:1"):
        choose_device(name)


def test_a_torch_without_cuda_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    assert choose_device("auto", pytest.fail) == torch.device("cpu")
    with pytest.raises(
        TrainingError, match=r"this torch was built without CUDA; install a CUDA build of torch, or use --device cpu"
    ):
        choose_device("cuda")
