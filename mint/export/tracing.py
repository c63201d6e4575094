"""Tracing: from a torch module to an ONNX graph whose every weight can be replaced.

The graph is simplified while its weights are inputs, whose values no rule can fold into a constant; afterwards they become
initializers under the names they have in the module. What torch notes beside a graph (stack traces with local paths, module
hierarchies) is left out.

While it traces, torch changes itself for the whole process; a training step in another thread then fails (seen: ``KeyError:
'custom'`` in Adam's step). So tracing is done in a process of its own, which costs two seconds more and disturbs nobody.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx
import torch
from onnx import ModelProto
from torch import nn

from mint.errors import ExportError
from viewer.exported.manifest import GraphName, TensorSpec

# The oldest that holds all a network here needs: what is old runs on more machines, and onnxruntime's CUDA kernels lag behind.
OPSET: Final = 18

_NUMPY_TYPES = {"uint8": np.uint8, "float32": np.float32}


@dataclass(frozen=True)
class Job:
    """A network to trace, on the CPU and in evaluation mode, and the tensors it takes and gives."""

    name: GraphName
    network: nn.Module
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


def weights_of(network: nn.Module) -> dict[str, torch.Tensor]:
    """Return the parameters and buffers of a network by name."""
    return {**dict(network.named_parameters()), **dict(network.named_buffers())}


def without_weights(model: ModelProto, names: Container[str]) -> ModelProto:
    """Return a copy of a graph whose weights of these names are empty."""
    weightless = ModelProto()
    weightless.CopyFrom(model)
    for tensor in weightless.graph.initializer:
        if tensor.name in names:
            tensor.ClearField("raw_data")
    return weightless


def trace_apart(jobs: list[Job]) -> dict[GraphName, ModelProto]:
    """Trace networks in a process of their own. Raises ExportError as ``trace`` does."""
    # One thread and no GPU: the processor and the GPU belong to the training that goes on beside.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-m", "mint.export.tracing"]
    try:
        question = pickle.dumps(jobs)
    except (pickle.PicklingError, AttributeError, TypeError, RuntimeError) as error:
        raise ExportError(f"the networks cannot be handed to the process that traces them: {error}") from error
    # A session of its own: Ctrl-C is for the training, which may need the graphs to end well.
    done = subprocess.run(command, input=question, capture_output=True, env=environment, start_new_session=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise ExportError(f"the process that traces the networks failed: {reason[-1]}")
    answer: Mapping[GraphName, bytes] | str = pickle.loads(done.stdout)
    if isinstance(answer, str):
        raise ExportError(answer)
    return {name: ModelProto.FromString(data) for name, data in answer.items()}


def trace(job: Job) -> ModelProto:
    """Return the simplified graph of a network, with all its weights as initializers of their own names.

    Raises ExportError where torch cannot trace the network, or a parameter has no part in its answer.
    """
    from onnxscript import optimizer  # takes a second, and is not needed where graphs are known

    # Two tiles stand for n: torch would take a batch of one for a fixed size.
    examples = tuple(
        torch.from_numpy(np.zeros([2 if dim == "n" else dim for dim in tensor.shape], _NUMPY_TYPES[tensor.type]))
        for tensor in job.inputs
    )
    try:
        program = torch.onnx.export(
            job.network,
            examples,
            dynamo=True,
            input_names=[tensor.name for tensor in job.inputs],
            output_names=[tensor.name for tensor in job.outputs],
            dynamic_shapes=tuple({0: torch.export.Dim("n")} for _ in job.inputs),
            opset_version=OPSET,
            optimize=False,
            verbose=False,
        )
    except Exception as error:  # torch raises a great many unrelated classes
        raise ExportError(f"torch cannot trace the {job.name}: {str(error).strip().splitlines()[0]}") from error
    assert program is not None
    weights = weights_of(job.network)
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
    unused = [key for key, _ in job.network.named_parameters() if key not in graph.initializers]
    if unused:
        raise ExportError(f"the {job.name}'s weight {unused[0]} has no part in its graph; leave it out of the network")
    model = program.model_proto
    _strip(model, job.name)
    _check(model, job.name)
    return model


def _strip(model: ModelProto, name: GraphName) -> None:
    """Leave out what is not needed to run a graph; torch's notes hold the paths of local source files."""
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


def _serve() -> None:
    """Trace the jobs on standard input; answer on standard output with the graphs by name, or with a sentence."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # torch may print
    if hasattr(os, "nice"):
        os.nice(10)  # the training beside goes first
    jobs: list[Job] = pickle.load(sys.stdin.buffer)
    answer: dict[GraphName, bytes] | str
    try:
        answer = {job.name: trace(job).SerializeToString() for job in jobs}
    except ExportError as error:
        answer = str(error)
    answers.write(pickle.dumps(answer))


if __name__ == "__main__":
    _serve()
