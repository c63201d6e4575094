"""The cache of traced graphs: the next exporter uses them, unless they do not fit or are damaged."""

import copy
from pathlib import Path

import onnx
import pytest
import torch
from onnx import ModelProto

import mint.export.exporter
from mint.cache_folder import cache_folder
from mint.errors import ExportError
from mint.export.exporter import Exporter
from mint.export.graph_cache import GraphCache
from mint.export.tracing import TraceRequest
from mint.recipes.recipe import Networks
from tests.export.tiny_vaegan import CANVAS, LATENT_DIM, Traced
from viewer.exported.manifest import GRAPHS, GraphName, tensors


class FakeTracer:
    """Replaces tracing: returns the graphs of the fixture, and records what was traced."""

    def __init__(self, graphs: dict[GraphName, bytes]) -> None:
        self._graphs = graphs
        self.traced: list[GraphName] = []

    def __call__(self, requests: list[TraceRequest]) -> dict[GraphName, ModelProto]:
        self.traced += [request.name for request in requests]
        return {request.name: onnx.load_model_from_string(self._graphs[request.name]) for request in requests}


@pytest.fixture
def tracer(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> FakeTracer:
    tracer = FakeTracer(traced.graphs)
    monkeypatch.setattr(mint.export.exporter, "trace_in_subprocess", tracer)
    return tracer


def exporter(folder: Path) -> Exporter:
    return Exporter(CANVAS, LATENT_DIM, cache=GraphCache(folder))


def test_the_next_exporter_uses_a_cached_graph(
    tmp_path: Path, traced: Traced, other_networks: Networks, tracer: FakeTracer
) -> None:
    expected = traced.exporter.export(other_networks)  # traces again if another test replaced a network
    tracer.traced.clear()
    assert exporter(tmp_path).export(traced.networks) == traced.graphs
    assert tracer.traced == list(GRAPHS)
    assert exporter(tmp_path).export(other_networks) == expected
    assert tracer.traced == list(GRAPHS)
    # The cache holds no weights.
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < sum(map(len, traced.graphs.values())) / 2


@pytest.mark.parametrize("damage", [b"", b"\x08", b"not a graph"])
def test_a_damaged_graph_is_traced_again(tmp_path: Path, traced: Traced, tracer: FakeTracer, damage: bytes) -> None:
    exporter(tmp_path).export(traced.networks)
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    assert exporter(tmp_path).export(traced.networks) == traced.graphs
    assert tracer.traced == [*GRAPHS, *GRAPHS]


def test_a_graph_that_differs_from_its_network_is_traced_again(tmp_path: Path, traced: Traced, tracer: FakeTracer) -> None:
    exporter(tmp_path).export(traced.networks)
    (path,) = tmp_path.glob("discriminator-*")
    model = onnx.load_model(path)
    slope = next(attribute for node in model.graph.node for attribute in node.attribute if attribute.name == "alpha")
    slope.f += 0.5
    onnx.save_model(model, path)
    assert exporter(tmp_path).export(traced.networks) == traced.graphs
    assert tracer.traced == [*GRAPHS, "discriminator"]


def test_another_architecture_is_not_found(tmp_path: Path, traced: Traced) -> None:
    cache = GraphCache(tmp_path)
    network = copy.deepcopy(traced.networks.encoder).eval()
    request = TraceRequest("encoder", network, *tensors("encoder", (CANVAS.height, CANVAS.width), LATENT_DIM))
    cache.store(request, onnx.load_model_from_string(traced.graphs["encoder"]))
    assert cache.load(request) is not None
    vars(network)["insight"] = 0.5
    assert cache.load(request) is None


def test_a_folder_that_cannot_be_written_is_an_empty_cache(tmp_path: Path, traced: Traced, tracer: FakeTracer) -> None:
    (tmp_path / "file").write_text("")
    assert exporter(tmp_path / "file" / "below").export(traced.networks) == traced.graphs


def test_weights_that_are_not_finite_are_refused_with_a_cached_graph(
    tmp_path: Path, other_networks: Networks, tracer: FakeTracer
) -> None:
    exporter(tmp_path).export(other_networks)
    with torch.no_grad():
        next(other_networks.encoder.parameters()).fill_(float("nan"))
    with pytest.raises(ExportError, match="is not finite"):
        exporter(tmp_path).export(other_networks)


def test_the_user_chooses_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder("graphs") == tmp_path / "pixelmint" / "graphs"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder("graphs").parts[-2:] == ("pixelmint", "graphs")
