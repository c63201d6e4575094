"""The export of a network that makes pixel art of pictures: one graph and a manifest of its own format."""

import hashlib
from typing import Final

import numpy as np
import onnxruntime
import torch
from torch import nn

from mint.errors import ExportError
from mint.export.exporter import TracedGraph, frozen_copy
from mint.export.graph_cache import GraphCache
from mint.export.tracing import Job, trace_apart, weights_of
from mint.pixelate.manifest import SCALE, PixelManifest, pixelate_tensors
from viewer.errors import GraphError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GraphFile, Origin

# What the paper calls a generator, from pictures to pixel art.
NAME: Final = "generator"
# What is drawn at a time, in pixels: most pictures in one go.
SIZE = (64, 64)
# Where two colours are nearly tied, rounding may decide otherwise.
MAX_OTHER_PIXELS = 0.01
_NUM_EXAMPLES = 2


class PixelExporter:
    """Turns networks of one architecture into ONNX files; the first export traces it, in a process of its own."""

    def __init__(self, cache: GraphCache | None = None) -> None:
        self._cache = cache
        self._traced: TracedGraph | None = None

    def export(self, pixelator: nn.Module) -> bytes:
        """Return the bytes of pixelate.onnx.

        Raises ExportError where a weight is not finite, the graph would be refused, or it answers otherwise than the network.
        """
        network = frozen_copy(NAME, pixelator)
        inputs, outputs = pixelate_tensors(SIZE)
        job = Job(NAME, network, inputs, outputs)
        if self._traced is None or not self._traced.fits(weights_of(network)):
            model = self._cache.load(job) if self._cache is not None else None
            if model is None:
                model = trace_apart([job])[NAME]
                if self._cache is not None:
                    self._cache.store(job, model)
            self._traced = TracedGraph(model, weights_of(network))
        data = self._traced.with_weights(weights_of(network))
        try:
            checked_graph(data, GraphFile(bytes=len(data), sha256="", inputs=inputs, outputs=outputs))
        except GraphError as error:
            raise ExportError(f"the graph that makes pixel art would be refused: {error}") from error
        _compare(network, data)
        return data


def describe(origin: Origin, graph: bytes) -> PixelManifest:
    """Return the manifest of a graph; of where it comes from, the size and the latents of sprites are left out."""
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


def _compare(network: nn.Module, data: bytes) -> None:
    """Raise ExportError where the graph answers otherwise than the network."""
    random = np.random.default_rng(0)
    height, width = (SCALE * side for side in SIZE)
    coarse = random.integers(0, 256, (_NUM_EXAMPLES, height // 8, width // 8, 4), np.uint8)
    images = coarse.repeat(8, 1).repeat(8, 2)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # training goes on beside
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    with torch.inference_mode():
        wanted = network(torch.from_numpy(images)).numpy()
    (found,) = session.run(["pixels"], {"image": images})
    if wanted.shape != found.shape or wanted.dtype != found.dtype:
        raise ExportError(f"the network draws {wanted.dtype} {wanted.shape} where its graph draws {found.dtype} {found.shape}")
    other = float((wanted != found).mean())
    if other > MAX_OTHER_PIXELS:
        raise ExportError(f"the graph that makes pixel art draws {100 * other:.1f} % of pixels otherwise than its network")
