"""A graph for any number of colours, from graphs of the same function for two numbers of them.

The number of colours decides shapes and nothing else, so every integer in the graph is a linear function of it, and two graphs
determine all. The two numbers are primes that no other size of a network is likely to equal: equal constants are stored once, so an
accidental equality would give the two graphs different nodes.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper

_SAMPLES: Final = ((127, 131), (149, 151), (191, 193))


class ColorFamily:
    """The graphs of one function for all numbers of colours."""

    def __init__(self, graph_for: Callable[[int], ModelProto]) -> None:
        """Trace the function by ``graph_for``, which takes the number of colours.

        Raises ValueError where graphs differ in anything but integers that are linear in it.
        """
        for samples in _SAMPLES:
            self._samples = samples
            self._graphs = [graph_for(num_colors) for num_colors in samples]
            one, other = (graph.graph for graph in self._graphs)
            if list(one.node) == list(other.node) and len(one.initializer) == len(other.initializer):
                break
        else:
            raise ValueError("the nodes of the graph depend on the number of colours")
        self.at(2)

    def at(self, num_colors: int) -> ModelProto:
        """Return the graph for a number of colours."""
        one, other = self._graphs
        graph = ModelProto()
        graph.CopyFrom(one)
        for constant, of_other in zip(graph.graph.initializer, other.graph.initializer, strict=True):
            constant.CopyFrom(self._constant(constant, of_other, num_colors))
        ends = zip((*graph.graph.input, *graph.graph.output), (*other.graph.input, *other.graph.output), strict=True)
        for ours, theirs in ends:
            for axis, of_other in zip(ours.type.tensor_type.shape.dim, theirs.type.tensor_type.shape.dim, strict=True):
                if axis.dim_value != of_other.dim_value:
                    axis.dim_value = int(self._linear(np.int64(axis.dim_value), np.int64(of_other.dim_value), num_colors))
        return graph

    def _constant(self, one: TensorProto, other: TensorProto, num_colors: int) -> TensorProto:
        ours, theirs = numpy_helper.to_array(one), numpy_helper.to_array(other)
        if ours.shape == theirs.shape and np.array_equal(ours, theirs):
            return one
        if ours.shape == (self._samples[0],) and np.array_equal(ours, np.arange(len(ours))):
            return numpy_helper.from_array(np.arange(num_colors, dtype=ours.dtype), one.name)
        if ours.shape != theirs.shape or ours.dtype != np.int64:
            raise ValueError(f"the constant {one.name} depends on the number of colours")
        return numpy_helper.from_array(self._linear(ours, theirs, num_colors), one.name)

    def _linear(
        self, ours: NDArray[np.int64] | np.int64, theirs: NDArray[np.int64] | np.int64, num_colors: int
    ) -> NDArray[np.int64]:
        """Return the linear functions of the number of colours that have these values at the two samples."""
        first, second = self._samples
        slope, rest = np.divmod(theirs - ours, second - first)
        if np.any(rest):
            raise ValueError("a size is not a linear function of the number of colours")
        return np.asarray(ours + slope * (num_colors - first), np.int64)
