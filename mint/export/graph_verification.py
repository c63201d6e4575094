"""The verification of an exported graph: by the rules for graphs of strangers, and by comparing its outputs with torch's."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from mint.errors import ExportError
from mint.export.tracing import TraceRequest
from mint.training.speed.threads import one_thread
from viewer.errors import GraphError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GraphFile, GraphName

FLOAT_TOLERANCE: Final = 1e-3


def require_accepted(request: TraceRequest, graph: bytes) -> None:
    """Raise ExportError where the graph would be refused when it is loaded."""
    try:
        checked_graph(graph, GraphFile(bytes=len(graph), sha256="", inputs=request.inputs, outputs=request.outputs))
    except GraphError as error:
        raise ExportError(f"the {request.name}'s graph would be refused when it is loaded: {error}") from error


def require_equal(
    request: TraceRequest,
    graph: bytes,
    examples: Sequence[NDArray[np.generic]],
    *,
    max_differing_pixels: float,
    optimize: bool = True,
) -> None:
    """Compare a graph with its network on examples, one array for each input.

    Without ``optimize`` onnxruntime runs the graph as it is, which is faster for few examples. Raises ExportError where shapes or
    types differ, a float differs by more than ``FLOAT_TOLERANCE``, or more than a share of the pixels (uint8) differs.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # leaves the other threads to the training
    if not optimize:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    with torch.inference_mode(), one_thread():
        expected = request.network(*map(torch.from_numpy, examples))
    expected = expected if isinstance(expected, tuple) else (expected,)
    inputs = {tensor.name: array for tensor, array in zip(session.get_inputs(), examples, strict=True)}
    for of_network, of_graph in zip(expected, session.run(None, inputs), strict=True):
        _require_equal_output(request.name, of_network.numpy(), of_graph, max_differing_pixels)


def _require_equal_output(
    name: GraphName, of_network: NDArray[np.generic], of_graph: NDArray[np.generic], max_differing_pixels: float
) -> None:
    if of_network.shape != of_graph.shape or of_network.dtype != of_graph.dtype:
        raise ExportError(
            f"the {name} returns {of_network.dtype} {of_network.shape}, but its graph returns {of_graph.dtype} {of_graph.shape}"
        )
    if of_network.dtype == np.uint8:
        share = float((of_network != of_graph).mean())
        if share > max_differing_pixels:
            raise ExportError(
                f"the {name}'s graph differs from its network in {100 * share:.1f} % of the pixels; "
                f"at most {100 * max_differing_pixels:g} % is allowed"
            )
    elif not np.allclose(of_network, of_graph, rtol=FLOAT_TOLERANCE, atol=FLOAT_TOLERANCE):
        worst = np.abs(of_network.astype(np.float64) - of_graph.astype(np.float64)).max()
        raise ExportError(f"the {name}'s graph differs from its network by {worst:.2g}; at most {FLOAT_TOLERANCE:g} is allowed")
