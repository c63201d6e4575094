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
    model.graph.node.insert(list(model.graph.node).index(argmax), added)


def add_nine(model: ModelProto) -> None:
    """Add nine to each pixel, which is beyond the palette."""
    model.graph.node[-1].output[0] = "index as bytes"
    model.graph.initializer.append(numpy_helper.from_array(np.array(9, np.float32), "nine"))
    model.graph.node.append(helper.make_node("Cast", ["index as bytes"], ["number"], to=TensorProto.FLOAT))
    model.graph.node.append(helper.make_node("Add", ["number", "nine"], ["sum"]))
    model.graph.node.append(helper.make_node("Cast", ["sum"], ["pixels"], to=TensorProto.UINT8))


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
    value = TensorProto(name="v", data_type=1, dims=[4], data_location=TensorProto.EXTERNAL)
    value.external_data.add(key="location", value="../weights.bin")
    node(model, "Conv").attribute.append(AttributeProto(name="group", type=AttributeProto.TENSOR, t=value))


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
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(4, np.float32), "offsets"))


def computed_axes(model: ModelProto) -> None:
    """Reduce along axes that the model computes."""
    model.graph.node.insert(0, helper.make_node("Shape", ["z"], ["axes"], start=0))
    put_before_argmax(model, "ReduceSum", ("axes",), keepdims=1)


def by_constant(operator: str, values: list[int], **attributes: Any) -> Change:
    """Give an operator integers that the file holds."""

    def change(model: ModelProto) -> None:
        model.graph.initializer.append(numpy_helper.from_array(np.array(values, np.int64), "integers"))
        put_before_argmax(model, operator, ("integers",), **attributes)

    return change


def integer_division(model: ModelProto) -> None:
    """Divide the smallest int64 by -1, on which processors stop a program."""
    for name, value in (("smallest", -(2**63)), ("minus one", -1)):
        model.graph.initializer.append(numpy_helper.from_array(np.array([value], np.int64), name))
    model.graph.node.insert(0, helper.make_node("Div", ["smallest", "minus one"], ["quotient"]))


def doubled(times: int) -> Change:
    """Double a value by adding it to itself at its end."""

    def change(model: ModelProto) -> None:
        for index in range(times):
            name = "logits" if index == 0 else f"double {index}"
            model.graph.node.append(helper.make_node("Concat", [name, name], [f"double {index + 1}"], axis=1))

    return change


def doubled_integers(model: ModelProto) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 2], np.int64), "integers"))
    for index in range(26):
        name = "integers" if index == 0 else f"double {index}"
        model.graph.node.append(helper.make_node("Concat", [name, name], [f"double {index + 1}"], axis=0))


def huge_reshape(model: ModelProto) -> None:
    set_constant(model, "shape", [1, 1, 2**24, 2**24], np.int64)


def text_constant(model: ModelProto) -> None:
    model.graph.initializer.append(
        TensorProto(name="text", data_type=TensorProto.STRING, dims=[2], string_data=[b"a" * 1000, b"b"])
    )


def many_gathers(model: ModelProto) -> None:
    """Repeat a value by an index that is repeated itself."""
    model.graph.initializer.append(numpy_helper.from_array(np.zeros((16, 16), np.int64), "zeros"))
    for index in range(4):
        name = "logits" if index == 0 else f"more {index}"
        model.graph.node.append(helper.make_node("Gather", [name, "zeros"], [f"more {index + 1}"], axis=1))


def long_integers(model: ModelProto) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(10**5, np.int64), "zeros"))


def multiplications(model: ModelProto) -> None:
    """Multiply matrices whose values are few and whose products are many."""
    side = 2048
    model.graph.initializer.append(numpy_helper.from_array(np.zeros((side, side), np.float32), "square"))
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, side], np.int64), "row"))
    for index in range(80):
        inputs = ["square", "square"] if index == 0 else [f"product {index}", "square"]
        model.graph.node.append(helper.make_node("MatMul", inputs, [f"product {index + 1}"]))


def huge_kernel(model: ModelProto) -> None:
    tensor(model, "kernel").CopyFrom(numpy_helper.from_array(np.zeros((4, 4, 255, 255), np.float32), "kernel"))
    convolution = node(model, "Conv")
    del convolution.attribute[:]
    convolution.attribute.append(helper.make_attribute("kernel_shape", [255, 255]))
    convolution.attribute.append(helper.make_attribute("pads", [127, 127, 127, 127]))


def wide_kernel(model: ModelProto) -> None:
    """A kernel that is wider than its attribute says."""
    tensor(model, "kernel").CopyFrom(numpy_helper.from_array(np.zeros((4, 4, 255, 255), np.float32), "kernel"))


def wrong_num_outputs(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Split", ["logits"], ["one", "two", "three"], axis=1, num_outputs=2))


def twice_computed(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Relu", ["logits"], ["small"]))


def shadowed_input(model: ModelProto) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.zeros((1, 5), np.float32), "z"))


def pass_backwards(model: ModelProto) -> None:
    """A node takes what a later node computes."""
    first = model.graph.node.pop(0)
    model.graph.node.append(first)


def many_nodes(model: ModelProto) -> None:
    model.graph.node.extend([helper.make_node("Relu", ["z"], [f"z{index}"]) for index in range(5000)])


REFUSED: dict[str, tuple[Change, str]] = {
    "external weight": (external_weight, "it uses (external_data|data_location), which is not allowed"),
    "external entry without the flag": (external_entry_alone, "it uses external_data, which is not allowed"),
    "external tensor in an attribute": (external_in_attribute, "it uses t, which is not allowed"),
    "subgraph": (subgraph, "it uses g, which is not allowed"),
    "sparse weight": (sparse_weight, "it uses sparse_initializer, which is not allowed"),
    "sparse constant": (sparse_constant, "it uses sparse_tensor, which is not allowed"),
    "function": (function, "it uses functions, which is not allowed"),
    "domain": (foreign_domain, "it uses domain, which is not allowed"),
    "operator set of a domain": (foreign_operators, "only ai.onnx 18 may be used"),
    "old operators": (set_opset(17), "its operator sets are ai.onnx 17; only ai.onnx 18 may be used"),
    "future operators": (set_opset(99), "its operator sets are ai.onnx 99; only"),
    "future format": (lambda model: setattr(model, "ir_version", 99), "it is written in version 99 of the format"),
    "operator off the list": (
        lambda model: put_before_argmax(model, "Loop"),
        "it uses the operator Loop, which is not on the list",
    ),
    "blocksize 2**32": (
        lambda model: put_before_argmax(model, "DepthToSpace", blocksize=2**32),
        "it uses the operator DepthToSpace, which is not on the list",
    ),
    "remainder": (lambda model: put_before_argmax(model, "Mod"), "it uses the operator Mod, which is not on the list"),
    "expansion": (lambda model: put_before_argmax(model, "Expand"), "it uses the operator Expand, which is not on the list"),
    "constant": (lambda model: put_before_argmax(model, "Constant"), "it uses the operator Constant, which is not on the list"),
    "division of integers": (integer_division, "its Div takes int64 constant, int64 constant, which is not on the list"),
    "stride 0": (
        lambda model: node(model, "Conv").attribute.append(helper.make_attribute("strides", [0, 0])),
        "Conv.strides is 0, 0, which is not on the list",
    ),
    "group 0": (
        lambda model: node(model, "Conv").attribute.append(helper.make_attribute("group", 0)),
        "its Conv.group is 0, which is not on the list",
    ),
    "an attribute twice": (
        lambda model: node(model, "Conv").attribute.append(helper.make_attribute("kernel_shape", [3, 3])),
        "its Conv has the attribute kernel_shape, which is not on the list",
    ),
    "an attribute of another type": (
        lambda model: node(model, "Conv").attribute.append(helper.make_attribute("group", 1.0)),
        "its Conv.group is 1.0, which is not on the list",
    ),
    "an attribute of another operator": (
        lambda model: put_before_argmax(model, "Relu", alpha=1.0),
        "its Relu has the attribute alpha, which is not on the list",
    ),
    "wrong number of outputs": (wrong_num_outputs, "its Split (takes|is not valid)"),
    "a node without the name of an input": (
        lambda model: put_before_argmax(model, "Clip", ("", "offsets")),
        "its Clip has an input or output without a name",
    ),
    "a node without inputs": (
        lambda model: model.graph.node.append(helper.make_node("Relu", [], ["nothing"])),
        "its Relu (takes|is not valid)",
    ),
    "huge integer": (
        by_constant("Unsqueeze", [2**62]),
        "its Unsqueeze is given 4611686018427387904; -6 to 5 are allowed",
    ),
    "huge index": (by_constant("Gather", [-(2**63)]), "its Gather is given -9223372036854775808; -65536 to 65535 are allowed"),
    "huge pads": (by_constant("Pad", [0, 0, 0, 0, 0, 0, 2**40, 0]), "its Pad is given 1099511627776; 0 to 256 are allowed"),
    "infinite number": (
        lambda model: put_before_argmax(model, "LeakyRelu", alpha=float("inf")),
        "its LeakyRelu.alpha is inf, which is not on the list",
    ),
    "cast to a text": (lambda model: setattr(node(model, "Cast").attribute[0], "i", TensorProto.STRING), "its Cast.to is 8"),
    "texts": (text_constant, "it uses string_data, which is not allowed"),
    "huge reshape": (huge_reshape, "(its Reshape is not valid|its values need more than 64 MiB)"),
    "reshape to 2**62": (
        lambda model: set_constant(model, "shape", [-1, 2**62, 1, 1], np.int64),
        "its Reshape is given 4611686018427387904",
    ),
    "computed axes": (computed_axes, "its ReduceSum (takes float32, int64, which is not on the list)"),
    "two names": (duplicate_name, "two of its tensors have the same name"),
    "a value computed twice": (twice_computed, "two of its values have the name small"),
    "a tensor in place of an input": (shadowed_input, "two of its values have the name z"),
    "nodes in another order": (pass_backwards, "its Reshape takes flat, which is not computed before"),
    "doubled 26 times": (doubled(26), "its values need more than 64 MiB for one tile"),
    "integers doubled 26 times": (doubled_integers, "its Concat takes int64 constant, int64 constant, which is not on the"),
    "gathers of gathers": (many_gathers, "its Gather computes an impossible shape"),
    "a long list of integers": (long_integers, "its tensor zeros holds 100000 values; 1 to 256 integers are allowed"),
    "multiplications": (multiplications, "it needs more than 1,000,000,000 multiplications for one tile|its values need more"),
    "huge kernel": (huge_kernel, "its Conv.kernel_shape is 255, 255, which is not on the list"),
    "a kernel wider than it says": (wide_kernel, "its Conv is not valid|its output pixels|it needs more"),
    "many nodes": (many_nodes, "it has 5006 nodes; 1 to 1024 are allowed"),
    "short weight": (set_bytes("weight", b"\0" * 7), "its tensor weight does not hold the 320 values of its shape"),
    "huge shape": (set_dims("weight", [2**62, 2**62]), "its tensor weight does not hold the"),
    "negative shape": (set_dims("weight", [-64, -5]), "its tensor weight has an impossible shape"),
    "another latent": (set_input_dim(1, 6), r"its inputs are z float32 \(n,6\) where the manifest says z float32 \(n,5\)"),
    "a fixed batch": (set_input_dim(0, 3), r"its inputs are z float32 \(3,5\) where"),
    "another type": (set_output_type, r"its outputs are pixels int64 \(n,8,8\) where"),
    "another name": (rename_output, r"its outputs are tiles uint8 \(n,8,8\) where"),
    "a second input": (second_input, r"its inputs are z float32 \(n,5\), more float32 \(n,5\) where"),
    "a value from nowhere": (
        lambda model: node(model, "ArgMax").input.__setitem__(0, "nothing"),
        "its ArgMax takes nothing, which is not computed before",
    ),
    "shapes that do not fit": (lambda model: set_constant(model, "shape", [-1, 4, 5, 5], np.int64), "its Reshape is not valid"),
}
