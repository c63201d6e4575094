"""Tracing: from a torch module to an ONNX graph whose every weight can be replaced.

The graph is simplified while its weights are inputs, whose values no rule can fold into a constant; afterwards they become
initializers under the names they have in the module. torch's annotations (stack traces with local paths, module hierarchies) are
removed.

While torch traces, it changes global state of the process; a training step in another thread then fails (seen: ``KeyError:
'custom'`` in Adam's step). So tracing runs in a subprocess, which takes two seconds longer.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import onnx
import torch
from onnx import ModelProto
from torch import nn

from mint.errors import ExportError
from mint.network_weights import weights_of
from viewer.exported.manifest import GraphName, TensorSpec

# The oldest with all operators that the networks need: it runs on more machines, and onnxruntime's CUDA kernels lag behind.
OPSET: Final = 18

_NUMPY_TYPES = {"uint8": np.uint8, "float32": np.float32}


@dataclass(frozen=True)
class TraceRequest:
    """A network to trace, on the CPU and in evaluation mode, and its inputs and outputs."""

    name: GraphName
    network: nn.Module
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    @cached_property
    def weights(self) -> dict[str, torch.Tensor]:
        """The parameters and buffers of the network by name, looked up once."""
        return weights_of(self.network)


def without_weights(model: ModelProto, names: Container[str]) -> ModelProto:
    """Return a copy of a graph in which the weights of these names are empty."""
    weightless = ModelProto()
    weightless.CopyFrom(model)
    for tensor in weightless.graph.initializer:
        if tensor.name in names:
            tensor.ClearField("raw_data")
    return weightless


def trace_in_subprocess(requests: list[TraceRequest]) -> dict[GraphName, ModelProto]:
    """Trace networks in a subprocess and return their graphs by name. Raises ExportError as ``trace`` does."""
    # One thread and no GPU: processor and GPU belong to the training that runs at the same time.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-m", "mint.export.tracing"]
    try:
        data = pickle.dumps(requests)
    except (pickle.PicklingError, AttributeError, TypeError, RuntimeError) as error:
        raise ExportError(f"the networks cannot be sent to the process that traces them: {error}") from error
    # A new session: Ctrl-C is meant for the training, which may need the graphs for its last export.
    done = subprocess.run(command, input=data, capture_output=True, env=environment, start_new_session=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise ExportError(f"the process that traces the networks failed: {reason[-1]}")
    response: Mapping[GraphName, bytes] | str = pickle.loads(done.stdout)
    if isinstance(response, str):
        raise ExportError(response)
    return {name: ModelProto.FromString(graph) for name, graph in response.items()}


def trace(request: TraceRequest) -> ModelProto:
    """Return the simplified graph of a network, with all its weights as initializers under their own names.

    Raises ExportError where torch cannot trace the network, or its output does not depend on a parameter.
    """
    from onnxscript import optimizer  # takes a second to load, and only tracing needs it

    # Two tiles stand for n: torch would treat a batch of one as a fixed size.
    examples = tuple(
        torch.from_numpy(np.zeros([2 if dim == "n" else dim for dim in tensor.shape], _NUMPY_TYPES[tensor.type]))
        for tensor in request.inputs
    )
    try:
        program = torch.onnx.export(
            request.network,
            examples,
            dynamo=True,
            input_names=[tensor.name for tensor in request.inputs],
            output_names=[tensor.name for tensor in request.outputs],
            dynamic_shapes=tuple({0: torch.export.Dim("n")} for _ in request.inputs),
            opset_version=OPSET,
            optimize=False,
            verbose=False,
        )
    except Exception as error:  # torch raises many unrelated classes
        raise ExportError(f"torch cannot trace the {request.name}: {str(error).strip().splitlines()[0]}") from error
    assert program is not None
    weights = request.weights
    graph = program.model.graph
    values = {key: graph.initializers.pop(key) for key in list(graph.initializers) if key in weights}
    constants = {key: value.const_value for key, value in values.items()}
    graph.inputs.extend(values.values())
    for value in values.values():
        value.const_value = None
    optimizer.optimize(program.model)
    for key, value in values.items():
        graph.inputs.remove(value)
        value.const_value = constants[key]
        if value.uses():
            graph.initializers[key] = value
    unused = [key for key, _ in request.network.named_parameters() if key not in graph.initializers]
    if unused:
        raise ExportError(f"the {request.name}'s weight {unused[0]} is not used in its graph; remove it from the network")
    model = program.model_proto
    _strip(model, request.name)
    _check(model, request.name)
    return model


def _strip(model: ModelProto, name: GraphName) -> None:
    """Remove what is not needed to run a graph; torch's annotations contain paths of local source files."""
    graph = model.graph
    graph.name = name
    del graph.value_info[:]
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output):
        part.doc_string = ""
        del part.metadata_props[:]


def _check(model: ModelProto, name: GraphName) -> None:
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(f"the {name}'s graph is not valid: {str(error).strip().splitlines()[0]}") from error


def _main() -> None:
    """Trace the requests on standard input; write the graphs by name, or an error message, to standard output."""
    output = sys.stdout.buffer
    sys.stdout = sys.stderr  # torch may print
    if hasattr(os, "nice"):
        os.nice(10)  # gives the training priority
    requests: list[TraceRequest] = pickle.load(sys.stdin.buffer)
    response: dict[GraphName, bytes] | str
    try:
        response = {request.name: trace(request).SerializeToString() for request in requests}
    except ExportError as error:
        response = str(error)
    output.write(pickle.dumps(response))


if __name__ == "__main__":
    _main()
