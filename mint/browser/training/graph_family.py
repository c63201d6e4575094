"""A graph for any number of colours and pictures, from two graphs of the same function for two numbers of each.

The number of colours decides shapes and nothing else: every integer in the graph is a linear function of it, and two graphs
determine all. The number of pictures, where it is left open, appears as a factor of one size in shapes that tensors are brought to;
ONNX computes that size from the others. The numbers are primes that no size of a network is likely to equal: equal constants are
stored once, so an accidental equality would give the two graphs different nodes.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper

# Not 127: with the opacity it makes 128 channels.
_COLORS: Final = ((149, 151), (197, 199), (229, 233))
_BATCHES: Final = (61, 67)
BATCH_AXIS: Final = "n"


class GraphFamily:
    """The graphs of one function for all numbers of colours, and for any number of pictures where that is left open."""

    def __init__(self, graph_for: Callable[[int, int], ModelProto]) -> None:
        """Trace the function by ``graph_for``, which takes numbers of colours and of pictures and may ignore the second.

        Raises ValueError where graphs differ in anything but what is described above.
        """
        for colors in _COLORS:
            self._colors = colors
            self._graphs = [graph_for(*numbers) for numbers in zip(colors, _BATCHES, strict=True)]
            one, other = (graph.graph for graph in self._graphs)
            if list(one.node) == list(other.node) and len(one.initializer) == len(other.initializer):
                break
        else:
            raise ValueError("the nodes of the graph depend on the number of colours or pictures")
        self._shapes = {node.input[1] for node in one.node if node.op_type == "Reshape"}
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
                sizes = np.array([axis.dim_value]), np.array([of_other.dim_value])
                if _counts_pictures(*sizes).all():
                    axis.dim_param = BATCH_AXIS
                else:
                    axis.dim_value = int(self._linear(*sizes, num_colors)[0])
        return graph

    def _constant(self, one: TensorProto, other: TensorProto, num_colors: int) -> TensorProto:
        ours, theirs = numpy_helper.to_array(one), numpy_helper.to_array(other)
        if np.array_equal(ours, theirs):
            return one
        if np.array_equal(ours, np.arange(self._colors[0])) and np.array_equal(theirs, np.arange(self._colors[1])):
            return numpy_helper.from_array(np.arange(num_colors, dtype=ours.dtype), one.name)
        if ours.shape != theirs.shape or ours.dtype != np.int64:
            raise ValueError(f"the constant {one.name} depends on the number of colours or pictures")
        counts = _counts_pictures(ours, theirs)
        if counts.any() and (counts.sum() > 1 or one.name not in self._shapes):
            raise ValueError(f"the constant {one.name} depends on the number of pictures")
        ours, theirs = (np.where(counts, -1, values) for values in (ours, theirs))
        return numpy_helper.from_array(self._linear(ours, theirs, num_colors), one.name)

    def _linear(self, ours: NDArray[np.int64], theirs: NDArray[np.int64], num_colors: int) -> NDArray[np.int64]:
        """Return the linear functions of the number of colours that have these values at the two samples."""
        first, second = self._colors
        slope, rest = np.divmod(theirs - ours, second - first)
        if np.any(rest):
            raise ValueError("a size is not a linear function of the number of colours")
        return np.asarray(ours + slope * (num_colors - first), np.int64)


def _counts_pictures(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which sizes are a multiple of the number of pictures in both graphs."""
    first, second = _BATCHES
    return np.asarray((ours != theirs) & (ours % first == 0) & (theirs % second == 0))
