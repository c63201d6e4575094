"""Hostile graphs: changes of a small generator, and the sentences that refuse them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

Change = Callable[[ModelProto], object]


def tensor(model: ModelProto, name: str) -> TensorProto:
    found: TensorProto = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    return found


def node(model: ModelProto, operator: str) -> NodeProto:
    found: NodeProto = next(node for node in model.graph.node if node.op_type == operator)
    return found


def put_before_argmax(model: ModelProto, operator: str, inputs: tuple[str, ...] = (), **attributes: Any) -> None:
    """Insert a node after the logits."""
    added = helper.make_node(operator, ["logits", *inputs], ["more"], **attributes)
    argmax = node(model, "ArgMax")
    argmax.input[0] = "more"
    model.graph.node.insert(4, added)


def set_constant(model: ModelProto, name: str, values: list[float], dtype: type) -> None:
    tensor(model, name).CopyFrom(numpy_helper.from_array(np.array(values, dtype), name))


def external_weight(model: ModelProto) -> None:
    weight = tensor(model, "weight")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="/etc/passwd")


def external_entry_alone(model: ModelProto) -> None:
    tensor(model, "weight").external_data.add(key="location", value="weights.bin")


def external_in_attribute(model: ModelProto) -> None:
    constant = helper.make_node("Constant", [], ["more"], value=TensorProto(name="v", data_type=1, dims=[4]))
    constant.attribute[0].t.data_location = TensorProto.EXTERNAL
    constant.attribute[0].t.external_data.add(key="location", value="../weights.bin")
    model.graph.node.insert(0, constant)


def subgraph(model: ModelProto) -> None:
    branch = helper.make_graph([], "branch", [], [])
    node(model, "Conv").attribute.append(AttributeProto(name="body", type=AttributeProto.GRAPH, g=branch))


def sparse_weight(model: ModelProto) -> None:
    model.graph.sparse_initializer.add()


def sparse_constant(model: ModelProto) -> None:
    node(model, "Conv").attribute.add(name="sparse_value", type=AttributeProto.SPARSE_TENSOR).sparse_tensor.SetInParent()


def function(model: ModelProto) -> None:
    model.functions.add(name="Conv", domain="foreign")


def foreign_domain(model: ModelProto) -> None:
    node(model, "Conv").domain = "com.microsoft"


def foreign_operators(model: ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def set_opset(version: int) -> Change:
    return lambda model: setattr(model.opset_import[0], "version", version)


def set_bytes(name: str, data: bytes) -> Change:
    return lambda model: setattr(tensor(model, name), "raw_data", data)


def set_dims(name: str, dims: list[int]) -> Change:
    def change(model: ModelProto) -> None:
        tensor(model, name).dims[:] = dims

    return change


def set_input_dim(axis: int, value: int) -> Change:
    return lambda model: setattr(model.graph.input[0].type.tensor_type.shape.dim[axis], "dim_value", value)


def set_output_type(model: ModelProto) -> None:
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    node(model, "Cast").attribute[0].i = TensorProto.INT64


def rename_output(model: ModelProto) -> None:
    model.graph.output[0].name = node(model, "Cast").output[0] = "tiles"


def second_input(model: ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, ["n", 5]))


def duplicate_name(model: ModelProto) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 1, 1024, 1024], np.float32), "scales"))


def computed_size(model: ModelProto) -> None:
    node(model, "Resize").input[2] = "computed"
    model.graph.node.insert(0, helper.make_node("Identity", ["scales"], ["computed"]))


def wide_values(model: ModelProto) -> None:
    """Resize twice, each time within the bounds, to 4096 x 4096 times as many pixels."""
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 1, 64, 64], np.float32), "by 64"))
    model.graph.node.append(helper.make_node("Resize", ["logits", "", "by 64"], ["wide"], mode="nearest"))
    model.graph.node.append(helper.make_node("Resize", ["wide", "", "by 64"], ["wider"], mode="nearest"))


def wrong_num_outputs(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Split", ["logits"], ["one", "two"], axis=1, num_outputs=1))


def many_nodes(model: ModelProto) -> None:
    model.graph.node.extend([helper.make_node("Identity", ["z"], [f"z{index}"]) for index in range(5000)])


REFUSED: dict[str, tuple[Change, str]] = {
    "external weight": (external_weight, "it uses (external_data|data_location), which is not allowed"),
    "external entry without the flag": (external_entry_alone, "it uses external_data, which is not allowed"),
    "external tensor in an attribute": (external_in_attribute, "it uses (external_data|data_location), which is not allowed"),
    "subgraph": (subgraph, "it uses g, which is not allowed"),
    "sparse weight": (sparse_weight, "it uses sparse_initializer, which is not allowed"),
    "sparse constant": (sparse_constant, "it uses sparse_tensor, which is not allowed"),
    "function": (function, "it uses functions, which is not allowed"),
    "domain": (foreign_domain, "it uses the operator com.microsoft.Conv, which is not on the list"),
    "operator set of a domain": (foreign_operators, "only ai.onnx 13 to 23 may be used"),
    "old operators": (set_opset(7), "its operator sets are ai.onnx 7; only ai.onnx 13 to 23 may be used"),
    "future operators": (set_opset(99), "its operator sets are ai.onnx 99; only"),
    "operator off the list": (
        lambda model: put_before_argmax(model, "Loop"),
        "it uses the operator Loop, which is not on the list",
    ),
    "blocksize 2**32": (
        lambda model: put_before_argmax(model, "DepthToSpace", blocksize=2**32),
        "its DepthToSpace.blocksize holds 4294967296; 1 to 16 are allowed",
    ),
    "blocksize 0": (lambda model: put_before_argmax(model, "SpaceToDepth", blocksize=0), "its SpaceToDepth.blocksize holds 0"),
    "stride 0": (
        lambda model: node(model, "Conv").attribute.append(helper.make_attribute("strides", [0, 0])),
        "Conv.strides holds 0",
    ),
    "group 0": (lambda model: node(model, "Conv").attribute.append(helper.make_attribute("group", 0)), "its Conv.group holds 0"),
    "wrong number of outputs": (wrong_num_outputs, "its Split says 1 outputs and has 2"),
    "normalisation without a name for its bias": (
        lambda model: put_before_argmax(model, "LayerNormalization", ("kernel", "")),
        "its LayerNormalization has an input or output without a name",
    ),
    "huge integer": (lambda model: put_before_argmax(model, "Flatten", axis=2**62), "its Flatten.axis holds 4611686018427387904"),
    "infinite number": (
        lambda model: put_before_argmax(model, "LeakyRelu", alpha=float("inf")),
        "its LeakyRelu.alpha is not finite",
    ),
    "cast to a text": (lambda model: setattr(node(model, "Cast").attribute[0], "i", TensorProto.STRING), "its Cast.to is 8"),
    "huge resize": (
        lambda model: set_constant(model, "scales", [1, 1, 1e9, 1e9], np.float32),
        "its Resize holds 1000000000.0; 0.015625 to 64 are allowed",
    ),
    "resize by nan": (lambda model: set_constant(model, "scales", [1, 1, float("nan"), 2], np.float32), "its Resize holds nan"),
    "computed size": (computed_size, "the size given to its Resize is not a constant"),
    "two names": (duplicate_name, "two of its initializers have the same name"),
    "wide values": (wide_values, "it computes .* numbers for one tile; at most 8388608 are allowed"),
    "many nodes": (many_nodes, "it has 5006 nodes; 1 to 4096 are allowed"),
    "short weight": (set_bytes("weight", b"\0" * 7), "its tensor weight does not hold the 320 values of its shape"),
    "huge shape": (set_dims("weight", [2**62, 2**62]), "its tensor weight does not hold the"),
    "negative shape": (set_dims("weight", [-64, -5]), "its tensor weight has an impossible shape"),
    "another latent": (set_input_dim(1, 6), r"its inputs are z float32 \(n,6\) where the manifest says z float32 \(n,5\)"),
    "a fixed batch": (set_input_dim(0, 3), r"its inputs are z float32 \(3,5\) where"),
    "another type": (set_output_type, r"its outputs are pixels int64 \(n,8,8\) where"),
    "another name": (rename_output, r"its outputs are tiles uint8 \(n,8,8\) where"),
    "a second input": (second_input, r"its inputs are z float32 \(n,5\), more float32 \(n,5\) where"),
    "a value from nowhere": (lambda model: node(model, "ArgMax").input.__setitem__(0, "nothing"), "it is not a valid ONNX graph"),
    "shapes that do not fit": (lambda model: set_constant(model, "shape", [-1, 4, 5, 5], np.int64), "it is not a valid ONNX graph"),
}
