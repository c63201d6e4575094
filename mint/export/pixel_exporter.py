"""The export of a network that makes pixel art of pictures: one graph and a manifest of its own format."""

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto
from torch import nn

from mint.export.frozen_copy import frozen_copy
from mint.export.graph_cache import GraphCache
from mint.export.graph_verification import require_accepted, require_equal
from mint.export.traced_graph import TracedGraph
from mint.export.tracing import TraceRequest, trace_in_subprocess
from mint.pixelate.manifest import SCALE, PixelManifest, pixelate_tensors
from viewer.exported.manifest import Origin

# The paper calls the network from pictures to pixel art a generator.
NAME: Final = "generator"
# Pixels of one call, which is enough for most pictures.
SIZE = (64, 64)
# Where two colours are nearly tied, rounding decides.
MAX_DIFFERING_PIXELS = 0.01
_NUM_EXAMPLES = 2


class PixelExporter:
    """Turns networks of one architecture into ONNX files; the first export traces it, in a subprocess."""

    def __init__(self, cache: GraphCache | None = None) -> None:
        self._cache = cache
        self._traced: TracedGraph | None = None

    def export(self, pixelator: nn.Module) -> bytes:
        """Return the bytes of pixelate.onnx.

        Raises ExportError where a weight is not finite, where the graph would be refused, or where more than the share
        ``MAX_DIFFERING_PIXELS`` of its pixels differs from the network's.
        """
        network = frozen_copy(NAME, pixelator)
        request = TraceRequest(NAME, network, *pixelate_tensors(SIZE))
        if self._traced is None or not self._traced.fits(request.weights):
            self._traced = TracedGraph(self._load_or_trace(request), request.weights)
        graph = self._traced.with_weights(request.weights)
        require_accepted(request, graph)
        require_equal(request, graph, [_example_images()], max_differing_pixels=MAX_DIFFERING_PIXELS)
        return graph

    def _load_or_trace(self, request: TraceRequest) -> ModelProto:
        model = self._cache.load(request) if self._cache is not None else None
        if model is None:
            model = trace_in_subprocess([request])[NAME]
            if self._cache is not None:
                self._cache.store(request, model)
        return model


def describe_pixelator(origin: Origin, graph: bytes) -> PixelManifest:
    """Return the manifest of a graph; it leaves out the origin's size and latents, which are those of sprites."""
    return PixelManifest(
        token=origin.token.hash,
        recipe=origin.recipe.name,
        version=origin.recipe.version,
        step=origin.step,
        images_seen=origin.images_seen,
        seed=origin.seed,
        palette=origin.palette,
        size=SIZE,
        bytes=len(graph),
        sha256=hashlib.sha256(graph).hexdigest(),
    )


def _example_images() -> NDArray[np.uint8]:
    height, width = (SCALE * side for side in SIZE)
    coarse = np.random.default_rng(0).integers(0, 256, (_NUM_EXAMPLES, height // 8, width // 8, 4), np.uint8)
    return coarse.repeat(8, 1).repeat(8, 2)
