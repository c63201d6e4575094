"""The networks as ONNX graphs, traced once; every export puts new weights into them.

Tracing takes seconds (see mint.export.tracing), replacing weights takes milliseconds. Each export is verified before it is
returned: by onnx, by the rules under which the viewer runs graphs of strangers, and by comparing its outputs with torch's.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from mint.errors import ExportError
from mint.export.frozen_copy import frozen_copy
from mint.export.graph_cache import GraphCache
from mint.export.graph_verification import require_accepted, require_equal
from mint.export.traced_graph import TracedGraph
from mint.export.tracing import TraceRequest, trace_in_subprocess
from mint.recipes.recipe import Canvas, Networks
from viewer.exported.manifest import GRAPHS, GraphName, TensorSpec, tensors
from viewer.latents.seeds import latents

# Tiles on which a new graph is compared with its network, and a graph that was compared before with other weights.
NUM_TILES: Final = 64
NUM_TILES_AGAIN: Final = 1
# Where two colours are nearly tied, rounding decides, and a generator that reads its own output carries the difference to other
# pixels. Fresh weights tie most often. In a faulty graph most pixels differ.
MAX_DIFFERING_PIXELS: Final = 0.05


class Exporter:
    """Turns networks into ONNX files; the first export of an architecture traces it, in a subprocess.

    An exporter may run beside a training in another thread, but not in two threads at once.
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

        The networks are copied from their device and stay as they are. Raises ExportError where a weight is not finite, where the
        viewer would refuse a graph, or where graph and network differ on the compared tiles (64 for a new graph, one for new
        weights in a known graph): in a number by more than ``FLOAT_TOLERANCE``, or in more than the share ``MAX_DIFFERING_PIXELS``
        of the pixels.
        """
        for name in GRAPHS:
            self._copies[name] = frozen_copy(name, getattr(networks, name), self._copies.get(name))
        requests = [TraceRequest(name, network, *self._tensors(name)) for name, network in self._copies.items()]
        self._load_cached(requests)
        new = [request for request in requests if not self._has_graph(request)]
        if new:
            traced = trace_in_subprocess(new)
            for request in new:
                self._traced[request.name] = TracedGraph(traced[request.name], request.weights)
        files = {request.name: self._export(request) for request in requests}
        if self._cache is not None:
            for request in new:
                self._cache.store(request, self._traced[request.name].model)
        return files

    def _has_graph(self, request: TraceRequest) -> bool:
        return request.name in self._traced and self._traced[request.name].fits(request.weights)

    def _load_cached(self, requests: list[TraceRequest]) -> None:
        """Load the cached graphs that give the outputs of their networks."""
        for request in requests:
            if self._cache is None or self._has_graph(request):
                continue
            model = self._cache.load(request)
            if model is None:
                continue
            self._traced[request.name] = TracedGraph(model, request.weights)
            try:
                self._export(request)
            except ExportError:
                del self._traced[request.name]

    def _export(self, request: TraceRequest) -> bytes:
        graph = self._traced[request.name]
        data = graph.with_weights(request.weights)
        is_new = not graph.is_verified
        if is_new:
            require_accepted(request, data)
        examples = self._examples(request.name, NUM_TILES if is_new else NUM_TILES_AGAIN)
        require_equal(request, data, examples, max_differing_pixels=MAX_DIFFERING_PIXELS, optimize=is_new)
        graph.is_verified = True
        return data

    def _tensors(self, name: GraphName) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
        return tensors(name, (self._canvas.height, self._canvas.width), self._latent_dim, self._num_labels)

    def _examples(self, name: GraphName, num_tiles: int) -> list[NDArray[np.generic]]:
        random = np.random.default_rng(0)
        shape = (num_tiles, self._canvas.height, self._canvas.width)
        examples: list[NDArray[np.generic]] = [
            latents(0, num_tiles, self._latent_dim)
            if name == "generator"
            else random.integers(0, self._canvas.num_colors, shape, np.uint8)
        ]
        if self._num_labels:
            # Each label is absent (0), left open (0.5) or present (1).
            examples.append(random.integers(0, 3, (num_tiles, self._num_labels)).astype(np.float32) / 2)
        return examples
