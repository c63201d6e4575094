"""A builder of ONNX graphs: equal nodes and equal constants exist once, and names depend only on what was built before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import ArrayLike, NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET: Final = 20
_IR_VERSION: Final = 9

TYPES: Final[Mapping[torch.dtype, int]] = {
    torch.float32: TensorProto.FLOAT,
    torch.int64: TensorProto.INT64,
    torch.int32: TensorProto.INT32,
    torch.uint8: TensorProto.UINT8,
    torch.bool: TensorProto.BOOL,
}
NUMPY_TYPES: Final[Mapping[torch.dtype, type[np.generic]]] = {
    torch.float32: np.float32,
    torch.int64: np.int64,
    torch.int32: np.int32,
    torch.uint8: np.uint8,
    torch.bool: np.bool_,
}

Attribute = int | float | str | Sequence[int]


class OnnxBuilder:
    """Collects the nodes and constants of one graph."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: dict[tuple[bytes, str, tuple[int, ...]], TensorProto] = {}
        self._known: dict[object, list[str]] = {}

    def node(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """Add a node and return the name of its output."""
        (name,) = self.nodes(kind, *inputs, outputs=1, **attributes)
        return name

    def nodes(self, kind: str, *inputs: str, outputs: int, **attributes: Attribute) -> list[str]:
        """Add a node and return the names of its outputs."""
        key = (kind, inputs, outputs, tuple(sorted((name, _hashable(value)) for name, value in attributes.items())))
        if key not in self._known:
            name = f"{kind}{len(self._nodes)}"
            names = [name] if outputs == 1 else [f"{name}_{index}" for index in range(outputs)]
            named: Mapping[str, Any] = attributes
            self._nodes.append(helper.make_node(kind, list(inputs), names, **named))
            self._known[key] = names
        return self._known[key]

    def constant(self, values: ArrayLike, dtype: type[np.generic]) -> str:
        """Add a constant and return its name."""
        array: NDArray[np.generic] = np.array(values, dtype, order="C")
        key = (array.tobytes(), array.dtype.str, array.shape)
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, f"c{len(self._constants)}")
        return str(self._constants[key].name)

    def integers(self, *values: int) -> str:
        """Add a vector of int64 and return its name."""
        return self.constant(values, np.int64)

    def number(self, value: float, dtype: torch.dtype = torch.float32) -> str:
        """Add a scalar and return its name."""
        return self.constant(value, NUMPY_TYPES[dtype])

    def reshape(self, name: str, *shape: int) -> str:
        """Add a Reshape."""
        return self.node("Reshape", name, self.integers(*shape))

    def transpose(self, name: str, *axes: int) -> str:
        """Add a Transpose."""
        return self.node("Transpose", name, perm=axes)

    def slice(self, name: str, axis: int, start: int, end: int) -> str:
        """Add a Slice of one axis."""
        return self.node("Slice", name, self.integers(start), self.integers(end), self.integers(axis))

    def model(self, name: str, inputs: Iterable[tuple[str, torch.dtype, Sequence[int]]], outputs: Mapping[str, str]) -> ModelProto:
        """Return the model with the nodes that its outputs need; ``outputs`` names the value of each output.

        Inputs are named with their types and shapes; those that no node needs are left out.
        """
        nodes = [*self._nodes, *(helper.make_node("Identity", [value], [output]) for output, value in outputs.items())]
        nodes = _needed(nodes, set(outputs))
        used = {value for node in nodes for value in node.input}
        graph = helper.make_graph(
            nodes,
            name,
            [helper.make_tensor_value_info(key, TYPES[dtype], shape) for key, dtype, shape in inputs if key in used],
            [onnx.ValueInfoProto(name=output) for output in outputs],
            [constant for constant in self._constants.values() if constant.name in used],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION)
        model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
        del model.graph.value_info[:]
        onnx.checker.check_model(model)
        return model


def _hashable(value: Attribute) -> object:
    return value if isinstance(value, int | float | str) else tuple(value)


def _needed(nodes: Sequence[NodeProto], outputs: set[str]) -> list[NodeProto]:
    """Return the nodes on which outputs depend."""
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1]
