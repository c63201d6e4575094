"""The networks as ONNX graphs: traced once, then given new weights at every export.

Tracing takes seconds (see mint.export.tracing), giving new weights milliseconds. Each export is checked before anybody gets it: by
onnx, by the rules under which the viewer runs strangers' graphs, and by comparing its answers with torch's.
"""

import copy
from collections.abc import Mapping
from typing import Final

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper
from torch import nn
from torch.nn.utils import parametrize

from mint.errors import ExportError
from mint.export.graph_cache import GraphCache
from mint.export.tracing import Job, trace_apart, weights_of, without_weights
from mint.recipes.recipe import Canvas, Networks
from mint.training.speed.threads import one_thread
from viewer.errors import GraphError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GRAPHS, GraphFile, GraphName, TensorSpec, tensors
from viewer.latents.seeds import latents

NUM_TILES: Final = 64
NUM_TILES_AGAIN: Final = 1  # of a graph that was compared before, with other weights
FLOAT_TOLERANCE: Final = 1e-3
# Where two colours are nearly tied, rounding may decide otherwise, and a generator that looks at its own dream carries that pixel
# to others. Fresh weights tie most often. A graph at fault draws most pixels otherwise.
MAX_OTHER: Final = 0.05


class Exporter:
    """Turns networks into ONNX files; the first export of an architecture traces it, in a process of its own.

    May run beside a training in another thread, but not in two threads at once.
    """

    def __init__(self, canvas: Canvas, latent_dim: int, num_labels: int = 0, cache: GraphCache | None = None) -> None:
        self._canvas = canvas
        self._latent_dim = latent_dim
        self._num_labels = num_labels
        self._cache = cache
        self._traced: dict[GraphName, TracedGraph] = {}
        self._copies: dict[GraphName, nn.Module] = {}

    def export(self, networks: Networks) -> dict[GraphName, bytes]:
        """Return the bytes of the three .onnx files.

        The networks are copied first, from whatever device, and stay as they are. Raises ExportError where a weight is not finite,
        where a network has no graph that the viewer would run, or where graph and network disagree on the tiles that are compared
        (64 for a new graph, one for new weights in one that is known): in a number by more than ``FLOAT_TOLERANCE``, or in more
        than the share ``MAX_OTHER`` of the pixels.
        """
        copies = {name: self._frozen(name, getattr(networks, name)) for name in GRAPHS}
        jobs = [Job(name, network, *self._tensors(name)) for name, network in copies.items()]
        self._take_from_cache(jobs)
        new = [job for job in jobs if not self._knows(job)]
        if new:
            for name, model in trace_apart(new).items():
                self._traced[name] = TracedGraph(model, weights_of(copies[name]))
        files = {job.name: self._export(job) for job in jobs}
        for job in new:
            if self._cache is not None:
                self._cache.store(job, self._traced[job.name].model)
        return files

    def _frozen(self, name: GraphName, network: nn.Module) -> nn.Module:
        """Return a frozen copy of a network; of one that is built like the last, the weights alone are copied again."""
        copied = self._copies.get(name)
        if copied is None or _build(copied) != _build(network):
            copied = self._copies[name] = frozen_copy(name, network)
        else:
            weights = [weight.detach() for weight in weights_of(network).values()]
            torch._foreach_copy_(list(weights_of(copied).values()), weights)
            _require_finite(name, copied)
        return copied

    def _knows(self, job: Job) -> bool:
        return job.name in self._traced and self._traced[job.name].fits(weights_of(job.network))

    def _take_from_cache(self, jobs: list[Job]) -> None:
        """Take the graphs over that were kept and answer as their networks."""
        for job in jobs:
            if self._cache is None or self._knows(job):
                continue
            model = self._cache.load(job)
            if model is None:
                continue
            self._traced[job.name] = TracedGraph(model, weights_of(job.network))
            try:
                self._export(job)
            except ExportError:
                del self._traced[job.name]

    def _export(self, job: Job) -> bytes:
        graph = self._traced[job.name]
        data = graph.with_weights(weights_of(job.network))
        if not graph.proven:
            try:
                checked_graph(data, GraphFile(bytes=len(data), sha256="", inputs=job.inputs, outputs=job.outputs))
            except GraphError as error:
                raise ExportError(f"the {job.name}'s graph would be refused by the viewer: {error}") from error
        self._compare(job.name, job.network, data, NUM_TILES_AGAIN if graph.proven else NUM_TILES)
        graph.proven = True
        return data

    def _tensors(self, name: GraphName) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
        return tensors(name, (self._canvas.height, self._canvas.width), self._latent_dim, self._num_labels)

    def _compare(self, name: GraphName, network: nn.Module, data: bytes, num_tiles: int) -> None:
        """Raise ExportError where the graph answers otherwise than the network."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # training goes on beside
        if num_tiles == NUM_TILES_AGAIN:  # optimising the graph would take longer than running it
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        given = self._examples(name, num_tiles)
        with torch.inference_mode(), one_thread():
            wanted = network(*map(torch.from_numpy, given))
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        found = session.run(None, {tensor.name: array for tensor, array in zip(session.get_inputs(), given, strict=True)})
        for a, b in zip(wanted, found, strict=True):
            other = _share_of_other_pixels(name, a.numpy(), b)
            if other > MAX_OTHER:
                raise ExportError(f"the {name}'s graph draws {100 * other:.1f} % of the pixels otherwise than its network")

    def _examples(self, name: GraphName, num_tiles: int) -> list[NDArray[np.generic]]:
        random = np.random.default_rng(0)
        shape = (num_tiles, self._canvas.height, self._canvas.width)
        given: list[NDArray[np.generic]] = [
            latents(0, num_tiles, self._latent_dim)
            if name == "generator"
            else random.integers(0, self._canvas.num_colors, shape, np.uint8)
        ]
        if self._num_labels:
            given.append(random.integers(0, 3, (num_tiles, self._num_labels)).astype(np.float32) / 2)  # without, open, with
        return given


class TracedGraph:
    """The graph of one architecture, whose weights are yet to be put in."""

    def __init__(self, model: ModelProto, weights: Mapping[str, torch.Tensor]) -> None:
        self.model = without_weights(model, weights)
        self.proven = False  # whether it was checked and answered as its network
        self._signature = _signature(weights)

    def fits(self, weights: Mapping[str, torch.Tensor]) -> bool:
        """Tell whether weights have the names, shapes and types of those that were traced."""
        return _signature(weights) == self._signature

    def with_weights(self, weights: Mapping[str, torch.Tensor]) -> bytes:
        """Return the ONNX file with these weights."""
        # A new message each time: one gives back nothing of what is overwritten in it.
        model = ModelProto()
        model.CopyFrom(self.model)
        for slot in model.graph.initializer:
            if slot.name in weights:
                slot.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(weights[slot.name].numpy()), slot.name))
        return bytes(model.SerializeToString(deterministic=True))


def _build(network: nn.Module) -> tuple[object, ...]:
    """Return what two networks have in common that differ in the numbers of their weights alone."""
    return _signature(weights_of(network)), [(key, type(module)) for key, module in network.named_modules()]


def _signature(weights: Mapping[str, torch.Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {key: (weight.shape, weight.dtype) for key, weight in weights.items()}


def frozen_copy(name: GraphName, network: nn.Module) -> nn.Module:
    """Return a network on the CPU that nothing trains, its weights plain. Raises ExportError where a weight is not finite."""
    # What is compared with the graph later has to be what went into it, also while training goes on.
    network = copy.deepcopy(network).to(device="cpu", dtype=torch.float32).eval().requires_grad_(False)
    for module in list(network.modules()):
        _make_plain(module)
    _require_finite(name, network)
    return network


def _require_finite(name: GraphName, network: nn.Module) -> None:
    for key, weight in weights_of(network).items():
        if weight.is_floating_point() and not weight.isfinite().all():
            raise ExportError(f"the {name}'s weight {key} is not finite; go back to an earlier checkpoint")


def _make_plain(module: nn.Module) -> None:
    """Put the weight that a parametrization (spectral norm) has made in place of what makes it.

    Who runs a graph needs no more, and torch cannot send the rest to another process. Its own ``remove_parametrizations`` takes the
    property off a class that this copy shares with the network in training.
    """
    if not parametrize.is_parametrized(module):
        return
    assert isinstance(module.parametrizations, nn.ModuleDict)
    made = {key: getattr(module, key).detach() for key in module.parametrizations}
    del module.parametrizations
    module.__class__ = type(module).__bases__[0]
    for key, weight in made.items():
        module.register_parameter(key, nn.Parameter(weight, requires_grad=False))


def _share_of_other_pixels(name: GraphName, wanted: NDArray[np.generic], found: NDArray[np.generic]) -> float:
    """Return the share of pixels that are drawn otherwise. Raises ExportError where shapes, types or numbers differ."""
    if wanted.shape != found.shape or wanted.dtype != found.dtype:
        raise ExportError(f"the {name} answers {wanted.dtype} {wanted.shape} where its graph answers {found.dtype} {found.shape}")
    if wanted.dtype == np.uint8:
        return float((wanted != found).mean())
    if not np.allclose(wanted, found, rtol=FLOAT_TOLERANCE, atol=FLOAT_TOLERANCE):
        worst = np.abs(wanted.astype(np.float64) - found.astype(np.float64)).max()
        raise ExportError(f"the {name}'s graph differs from its network by {worst:.2g}; at most {FLOAT_TOLERANCE:g} is allowed")
    return 0.0
