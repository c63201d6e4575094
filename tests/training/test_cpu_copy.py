"""Only the training's own thread touches the device: what other threads get are copies on the CPU, made in few transfers."""

from pathlib import Path

import pytest
import torch

from mint.recipes.recipe import Networks
from mint.training.cpu_copy import networks_on_cpu, on_cpu, state_on_cpu
from mint.training.progress import TrainingProgress
from mint.training.saving.checkpoint import Checkpoint, load, save
from mint.training.saving.recovery import Recovery
from tests.fake_device import DeviceTensor, FakeDevice
from tests.recipes.tiny_recipes import CANVASES, RECIPES, labels_of
from tests.training.tiny import open_session

CPU = torch.device("cpu")


def test_tensors_of_a_type_are_transferred_together() -> None:
    device = FakeDevice()
    values = [torch.randn(3, 4), torch.arange(5), torch.tensor(2.5), torch.randn(2, 3).T, torch.empty(0), torch.ones(2, 2).bool()]
    copies = on_cpu([device.tensor(value) for value in values])
    assert device.num_transfers == 3
    assert all(type(copied) is torch.Tensor for copied in copies)
    assert all(torch.equal(copied, value) for copied, value in zip(copies, values, strict=True))
    assert all(copied.dtype is value.dtype for copied, value in zip(copies, values, strict=True))


def test_tensors_on_the_cpu_are_not_copied() -> None:
    values = {"a": torch.randn(3), "b": torch.arange(2)}
    assert all(copied.data_ptr() == values[name].data_ptr() for name, copied in state_on_cpu(values).items())


def each_output(networks: Networks, latent_dim: int, num_labels: int) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(3)
    pixels = torch.randint(4, (3, 16, 16), generator=random).to(torch.uint8)
    known = (labels_of(3).float(),) if num_labels else ()
    with torch.inference_mode():
        z = torch.randn(3, latent_dim, generator=random)
        return [*networks.encoder(pixels, *known), networks.generator(z, *known), networks.discriminator(pixels, *known)]


@pytest.mark.parametrize("name", RECIPES)
def test_copied_networks_compute_the_same_and_do_not_change(name: str) -> None:
    learner = RECIPES[name].learner(CANVASES[0], 5, CPU, torch.Generator().manual_seed(1))
    networks, device = learner.snapshot(), FakeDevice()
    expected = each_output(networks, learner.latent_dim, learner.num_labels)
    copies = networks_on_cpu(networks), networks_on_cpu(device.networks(networks))
    for network in networks:
        for parameter in network.parameters() if network else ():
            parameter.data.add_(1)
    for copied in copies:
        tensors = [tensor for network in copied if network for tensor in (*network.parameters(), *network.buffers())]
        assert not any(isinstance(tensor, DeviceTensor) or tensor.requires_grad for tensor in tensors)
        outputs = each_output(copied, learner.latent_dim, learner.num_labels)
        assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(outputs, expected, strict=True))
    assert device.num_transfers <= 2  # numbers, and pictures


@pytest.mark.parametrize("name", RECIPES)
def test_an_earlier_copy_takes_new_values_where_it_has_the_same_weights(name: str) -> None:
    def networks_of(seed: int, canvas: int = 0) -> Networks:
        return RECIPES[name].learner(CANVASES[canvas], 5, CPU, torch.Generator().manual_seed(seed)).snapshot()

    device, newer = FakeDevice(), networks_of(2)
    earlier = networks_on_cpu(networks_of(1))
    assert networks_on_cpu(device.networks(newer), earlier) is earlier
    assert device.num_transfers <= 2
    # What networks share is still shared: it is copied once and not overwritten by another's.
    for copied, original in zip(earlier, newer, strict=True):
        if copied is not None and original is not None:
            assert all(torch.equal(value, original.state_dict()[key]) for key, value in copied.state_dict().items())
    other = networks_on_cpu(networks_of(1, canvas=1), earlier)
    assert other is not earlier


def test_a_state_is_transferred_once_to_be_kept_and_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The fake device lacks the maximum; what it checks is read from the device as one number.
    monkeypatch.setattr("mint.training.saving.recovery.require_finite", lambda *_: None)
    session, device = open_session(tmp_path), FakeDevice()
    state = session.learner.state()
    on_device = {name: device.tensor(tensor) for name, tensor in state.items()}
    checkpoint = Checkpoint(
        progress=TrainingProgress(step=3), seed=1, recipe={"name": "vaegan", "version": 3, "config": {}}, state=dict(on_device)
    )
    saved = load(save(tmp_path / "checkpoints", checkpoint)).state
    assert device.num_transfers == 1
    assert all(torch.equal(saved[name], tensor) for name, tensor in state.items())
    vars(session.learner)["state"] = lambda: on_device
    recovery = Recovery()
    recovery.back_up(session.learner, TrainingProgress(step=3))
    assert device.num_transfers == 2
    session.learner.load_state({name: torch.zeros_like(tensor) for name, tensor in state.items()})
    recovery.restore(session.learner)
    del vars(session.learner)["state"]
    assert all(torch.equal(session.learner.state()[name], tensor) for name, tensor in state.items())
