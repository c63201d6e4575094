"""A graph for any number of pictures, from two graphs of the same function for two numbers of them."""

from typing import Final

import numpy as np
from onnx import ModelProto, numpy_helper

BATCH_AXIS: Final = "n"


def with_free_batch(one: ModelProto, other: ModelProto) -> ModelProto:
    """Return a graph for any number of pictures, where two graphs differ only in it.

    Where both reshape to different shapes, the size that differs becomes -1, which ONNX computes from the others. Inputs and
    outputs whose first axes differ get the axis ``n``. Raises ValueError where that is not enough.
    """
    if list(one.graph.node) != list(other.graph.node):
        raise ValueError("the graphs have different nodes")
    merged = ModelProto()
    merged.CopyFrom(one)
    shapes = {node.input[1] for node in merged.graph.node if node.op_type == "Reshape"}
    for constant, of_other in zip(merged.graph.initializer, other.graph.initializer, strict=True):
        ours, theirs = numpy_helper.to_array(constant), numpy_helper.to_array(of_other)
        if np.array_equal(ours, theirs):
            continue
        differs = ours != theirs
        if constant.name not in shapes or differs.sum() != 1:
            raise ValueError(f"the constant {constant.name} depends on the number of pictures")
        constant.CopyFrom(numpy_helper.from_array(np.where(differs, -1, ours), constant.name))
    ends = zip((*merged.graph.input, *merged.graph.output), (*other.graph.input, *other.graph.output), strict=True)
    for ours, theirs in ends:
        for axis, of_other in zip(ours.type.tensor_type.shape.dim, theirs.type.tensor_type.shape.dim, strict=True):
            if axis.dim_value != of_other.dim_value:
                axis.dim_param = BATCH_AXIS
    return merged
