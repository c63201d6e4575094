"""Traced graphs that are kept: taken by the next exporter, and left where they do not fit or are damaged."""

import copy
from pathlib import Path

import onnx
import pytest
import torch
from onnx import ModelProto

import mint.export.exporter
from mint.errors import ExportError
from mint.export.exporter import Exporter
from mint.export.graph_cache import GraphCache, cache_folder
from mint.export.tracing import Job
from mint.recipes.recipe import Networks
from tests.export.tiny_vaegan import CANVAS, LATENT_DIM, Traced
from viewer.exported.manifest import GRAPHS, GraphName, tensors


class Tracing:
    """Stands where graphs are traced: it hands out those of the fixture, and counts."""

    def __init__(self, graphs: dict[GraphName, bytes]) -> None:
        self._graphs = graphs
        self.traced: list[GraphName] = []

    def __call__(self, jobs: list[Job]) -> dict[GraphName, ModelProto]:
        self.traced += [job.name for job in jobs]
        return {job.name: onnx.load_model_from_string(self._graphs[job.name]) for job in jobs}


@pytest.fixture
def tracing(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> Tracing:
    tracing = Tracing(traced.graphs)
    monkeypatch.setattr(mint.export.exporter, "trace_apart", tracing)
    return tracing


def exporter(folder: Path) -> Exporter:
    return Exporter(CANVAS, LATENT_DIM, cache=GraphCache(folder))


def test_what_one_exporter_traced_the_next_one_takes(tmp_path: Path, traced: Traced, others: Networks, tracing: Tracing) -> None:
    wanted = traced.exporter.export(others)  # which may have to trace anew what another test has put in the place of a network
    tracing.traced.clear()
    assert exporter(tmp_path).export(traced.networks) == traced.graphs
    assert tracing.traced == list(GRAPHS)
    assert exporter(tmp_path).export(others) == wanted
    assert tracing.traced == list(GRAPHS)
    # No weights are kept.
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < sum(map(len, traced.graphs.values())) / 2


@pytest.mark.parametrize("damage", [b"", b"\x08", b"not a graph"])
def test_a_damaged_graph_is_traced_anew(tmp_path: Path, traced: Traced, tracing: Tracing, damage: bytes) -> None:
    exporter(tmp_path).export(traced.networks)
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    assert exporter(tmp_path).export(traced.networks) == traced.graphs
    assert tracing.traced == [*GRAPHS, *GRAPHS]


def test_a_graph_that_answers_otherwise_is_traced_anew(tmp_path: Path, traced: Traced, tracing: Tracing) -> None:
    exporter(tmp_path).export(traced.networks)
    (path,) = tmp_path.glob("discriminator-*")
    model = onnx.load_model(path)
    slope = next(attribute for node in model.graph.node for attribute in node.attribute if attribute.name == "alpha")
    slope.f += 0.5
    onnx.save_model(model, path)
    assert exporter(tmp_path).export(traced.networks) == traced.graphs
    assert tracing.traced == [*GRAPHS, "discriminator"]


def test_another_architecture_has_another_name(tmp_path: Path, traced: Traced) -> None:
    cache = GraphCache(tmp_path)
    network = copy.deepcopy(traced.networks.encoder).eval()
    job = Job("encoder", network, *tensors("encoder", (CANVAS.height, CANVAS.width), LATENT_DIM))
    cache.store(job, onnx.load_model_from_string(traced.graphs["encoder"]))
    assert cache.load(job) is not None
    network.insight = 0.5
    assert cache.load(job) is None


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, traced: Traced, tracing: Tracing) -> None:
    (tmp_path / "file").write_text("")
    assert exporter(tmp_path / "file" / "below").export(traced.networks) == traced.graphs


def test_what_is_not_finite_is_refused_also_with_a_kept_graph(tmp_path: Path, others: Networks, tracing: Tracing) -> None:
    exporter(tmp_path).export(others)
    with torch.no_grad():
        next(others.encoder.parameters()).fill_(float("nan"))
    with pytest.raises(ExportError, match="is not finite"):
        exporter(tmp_path).export(others)


def test_graphs_are_kept_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "pixelmint" / "graphs"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder().parts[-2:] == ("pixelmint", "graphs")
