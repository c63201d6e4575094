"""Exported graphs: they equal their networks, also with new weights, and are refused where they do not."""

import copy
import os
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from mint.errors import ExportError
from mint.export.traced_graph import TracedGraph
from mint.export.tracing import OPSET
from mint.recipes.recipe import Networks
from tests.export.tiny_vaegan import CANVAS, LATENT_DIM, Traced, train_discriminator
from viewer.exported.manifest import GRAPHS, GraphName
from viewer.latents.seeds import latents


def run(data: bytes, **inputs: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    outputs: list[np.ndarray] = session.run(None, inputs)
    return outputs


def pixels(count: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, CANVAS.num_colors, (count, CANVAS.height, CANVAS.width), np.uint8)


def assert_equal_to_torch(graphs: dict[GraphName, bytes], networks: Networks, count: int) -> None:
    encoder, generator, discriminator = (copy.deepcopy(network).eval() for network in networks[:3])
    images, z = pixels(count), latents(9, count, LATENT_DIM)
    with torch.inference_mode():
        mu, logvar = encoder(torch.from_numpy(images))
        tiles, score = generator(torch.from_numpy(z)), discriminator(torch.from_numpy(images))
    for expected, output in zip((mu, logvar), run(graphs["encoder"], pixels=images), strict=True):
        assert np.allclose(expected, output, atol=1e-5)
    assert np.array_equal(tiles, run(graphs["generator"], z=z)[0])
    assert np.allclose(score, run(graphs["discriminator"], pixels=images)[0], atol=1e-5)


@pytest.mark.parametrize("count", [1, 3, 100])
def test_graphs_equal_their_networks_for_any_batch(traced: Traced, count: int) -> None:
    assert_equal_to_torch(traced.graphs, traced.networks, count)


def test_new_weights_go_into_the_traced_graph(traced: Traced, other_networks: Networks) -> None:
    graphs = traced.exporter.export(other_networks)
    assert_equal_to_torch(graphs, other_networks, 20)
    for name in GRAPHS:
        assert graphs[name] != traced.graphs[name]
        assert nodes(graphs[name]) == nodes(traced.graphs[name])


def nodes(data: bytes) -> list[onnx.NodeProto]:
    return list(onnx.load_model_from_string(data).graph.node)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from Linux's /proc")
def test_new_weights_replace_the_old_in_memory() -> None:
    """A training exports for days, and a Protocol Buffers message never frees the weights that were overwritten in it."""
    weights = {"weight": torch.zeros(2**20)}  # 4 MiB
    graph = onnx.helper.make_graph([], "empty", [], [], [onnx.numpy_helper.from_array(weights["weight"].numpy(), "weight")])
    traced = TracedGraph(onnx.helper.make_model(graph), weights)
    sizes = []
    for _ in range(40):
        assert len(traced.with_weights(weights)) > 2**22
        sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    assert sizes[-1] - sizes[9] < 2**25


def test_equal_networks_give_equal_files(traced: Traced) -> None:
    assert traced.exporter.export(traced.networks) == traced.graphs


def test_every_weight_is_in_its_graph_under_its_own_name(traced: Traced) -> None:
    for name, network in zip(GRAPHS, traced.networks[:3], strict=True):
        graph = onnx.load_model_from_string(traced.graphs[name]).graph
        names = {tensor.name for tensor in graph.initializer}
        plain = {key.replace("parametrizations.weight.original", "weight") for key, _ in network.named_parameters()}
        assert plain <= names
    assert "offset" in names


def test_graphs_keep_the_contract_and_contain_nothing_of_this_machine(traced: Traced) -> None:
    for data in traced.graphs.values():
        model = onnx.load_model_from_string(data)
        assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", OPSET)]
        assert not any(tensor.external_data for tensor in model.graph.initializer)
        for text in (b".py", b"File ", b"site-packages", b"conftest", b"stack_trace", sys.prefix.encode()):
            assert text not in data


def test_an_export_does_not_change_the_networks(traced: Traced, other_networks: Networks) -> None:
    before = [copy.deepcopy(network.state_dict()) for network in other_networks[:3]]
    other_networks.discriminator.train()
    traced.exporter.export(other_networks)
    assert other_networks.discriminator.training
    assert all(parameter.requires_grad for parameter in other_networks.generator.parameters())
    for network, state in zip(other_networks[:3], before, strict=True):
        assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(traced: Traced, other_networks: Networks, value: float) -> None:
    with torch.no_grad():
        other_networks.generator.get_parameter("near.bias")[3] = value
    with pytest.raises(ExportError, match=r"the generator's weight near\.bias is not finite; go back to an earlier checkpoint"):
        traced.exporter.export(other_networks)


class ShiftedNetwork(nn.Module):
    """Has the weights of a network, and adds one to its output."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        for key, child in network.named_children():
            self.add_module(key, child)
        for key, buffer in network.named_buffers(recurse=False):
            self.register_buffer(key, buffer)
        self.shifted_forward = type(network).forward

    def forward(self, given: Tensor) -> Tensor:
        output: Tensor = self.shifted_forward(self, given)
        return output + 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("generator", "the generator's graph differs from its network in 100.0 % of the pixels; at most 5 % is allowed"),
        ("discriminator", "the discriminator's graph differs from its network by 1; at most 0.001 is allowed"),
    ],
)
def test_a_graph_that_differs_from_its_network_is_refused(
    traced: Traced, other_networks: Networks, name: str, sentence: str
) -> None:
    shifted = other_networks._replace(**{name: ShiftedNetwork(getattr(other_networks, name))})
    with pytest.raises(ExportError) as caught:
        traced.exporter.export(shifted)
    assert str(caught.value) == sentence


class UnusedWeight(nn.Module):
    """Has a weight that its output does not depend on."""

    def __init__(self) -> None:
        super().__init__()
        self.used, self.spare = nn.Linear(LATENT_DIM, 4), nn.Linear(3, 3)

    def forward(self, z: Tensor) -> Tensor:
        output: Tensor = self.used(z)
        return output


class FloatPixels(nn.Module):
    """Returns floats in place of pixels."""

    def forward(self, z: Tensor) -> Tensor:
        return z.sum(1)[:, None, None].expand(-1, CANVAS.height, CANVAS.width) * 1.0


@pytest.mark.integration
def test_networks_that_break_the_contract_are_refused(traced: Traced) -> None:
    """Only the generator is traced; the error of the process that traces it is raised here."""
    with pytest.raises(ExportError) as caught:
        traced.exporter.export(traced.networks._replace(generator=FloatPixels()))
    assert str(caught.value) == (
        "the generator's graph would be refused when it is loaded: its outputs are pixels float32 (n,16,16) "
        "where the manifest says pixels uint8 (n,16,16)"
    )
    with pytest.raises(
        ExportError, match=r"the generator's weight spare\.(weight|bias) is not used in its graph; remove it from the network"
    ):
        traced.exporter.export(traced.networks._replace(generator=UnusedWeight()))


def test_a_training_continues_during_a_first_export(traced: Traced) -> None:
    """In one process torch's tracing breaks the steps of another thread; here the losses are those of a training alone."""
    assert len(traced.losses_meanwhile) > 10
    assert train_discriminator(lambda step: step < len(traced.losses_meanwhile)) == traced.losses_meanwhile
