"""Structural mutants of real graphs, and random graphs over the listed operators. The same seed gives the same graphs."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import numpy as np
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from tests.small_model import generator_of
from viewer.exported.operators import LETTERS, OPERATORS, WIDTHS, Float, Int, Ints, Word

EXTREMES = (-(2**63), -(2**31), -2, -1, 0, 1, 2, 3, 5, 16, 61, 255, 65536, 2**24, 2**31, 2**62, 2**63 - 1)
_TYPES = (TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL)


def mutant(model: ModelProto, random: Random) -> ModelProto:
    """Return a copy of a model with one to four changes of its structure."""
    changed = ModelProto()
    changed.CopyFrom(model)
    for _ in range(random.randint(1, 4)):
        random.choice(_CHANGES)(changed, random)
    return changed


def random_graph(random: Random) -> ModelProto:
    """Return a graph of 1 to 12 nodes with the input z (n, 5) and the output pixels (n, 8, 8); few of them are valid."""
    constants = [random_tensor(random, f"c{index}") for index in range(random.randint(4, 9))]
    types = {"z": "f", **{constant.name: LETTERS[constant.data_type].upper() for constant in constants}}
    nodes: list[NodeProto] = [helper.make_node("Gemm", ["z", "weight"], ["v"], transB=1)]
    types["v"] = "f"
    for index in range(random.randint(1, 6)):
        nodes.append(random_node(random, types, f"v{index}"))
        results = random.choice(OPERATORS[nodes[-1].op_type].signatures).partition(">")[2]
        types.update(zip(nodes[-1].output, results, strict=False))
    last = next(node.output[0] for node in reversed(nodes) if types[node.output[0]] == "f")
    nodes.append(helper.make_node("Reshape", [last, "shape"], ["tile"]))
    constants.append(numpy_helper.from_array(np.ones((64, 5), np.float32), "weight"))
    nodes.append(helper.make_node("Cast", ["tile"], ["pixels"], to=TensorProto.UINT8))
    constants.append(numpy_helper.from_array(np.array([-1, 8, 8], np.int64), "shape"))
    return generator_of(nodes, constants)


def random_node(random: Random, types: Mapping[str, str], output: str) -> NodeProto:
    """Return a node of a listed operator on values of these types by name, with some of its attributes, within their bounds."""
    operator = random.choice(tuple(OPERATORS))
    signature = random.choice(OPERATORS[operator].signatures)
    wanted, _, results = signature.partition(">")
    wanted = "f" * random.randint(1, 4) if wanted == "+" else wanted
    fitting = [[name for name, letter in types.items() if letter in (want, want.upper())] or ["z"] for want in wanted]
    # The newest values more often than others.
    inputs = [random.choice(names[-3:] if random.random() < 0.7 else names) for names in fitting]
    node = helper.make_node(operator, inputs, [f"{output}{'x' * index}" for index in range(len(results))])
    for name, allowed in OPERATORS[operator].attributes.items():
        if random.random() < 0.7:
            node.attribute.append(helper.make_attribute(name, _within(allowed, random)))
    return node


def random_tensor(random: Random, name: str) -> TensorProto:
    kind = random.choice((np.float32, np.float32, np.int64, np.int64, np.uint8, np.int32))
    shape = [random.choice((1, 1, 2, 4, 5, 8)) for _ in range(random.randint(0, 4 if kind is np.float32 else 1))]
    if kind is np.float32:
        values = np.array([random.choice((0, 1, -1, 0.5, 1e30, float("inf"), float("nan"))) for _ in range(int(np.prod(shape)))])
    else:
        values = np.array([random.choice((-1, 0, 1, 2, 3, 4, 8, 64)) % 256 for _ in range(int(np.prod(shape)))])
        if kind is np.int64 and random.random() < 0.5:
            values[values == 255] = -1
    return numpy_helper.from_array(values.astype(kind).reshape(shape), name)


def _within(allowed: Int | Ints | Float | Word, random: Random) -> Any:
    match allowed:
        case Int():
            return random.randint(allowed.low, allowed.high)
        case Ints():
            return [random.randint(allowed.low, allowed.high) for _ in range(random.choice((2, 2, 2, 4, 4, 1, 3)))]
        case Float():
            return float(random.choice((allowed.low, allowed.high)))
        case Word():
            return allowed.text


def _nodes(change: Callable[[ModelProto, NodeProto, Random], object]) -> Callable[[ModelProto, Random], None]:
    def change_node(model: ModelProto, random: Random) -> None:
        if model.graph.node:
            change(model, random.choice(model.graph.node), random)

    return change_node


def _tensors(change: Callable[[TensorProto, Random], object]) -> Callable[[ModelProto, Random], None]:
    def change_tensor(model: ModelProto, random: Random) -> None:
        if model.graph.initializer:
            change(random.choice(model.graph.initializer), random)

    return change_tensor


def _all_names(model: ModelProto) -> list[str]:
    return [
        *(tensor.name for tensor in model.graph.initializer),
        *(value.name for value in model.graph.input),
        *(name for node in model.graph.node for name in node.output),
        "",
    ]


def _rewire(model: ModelProto, node: NodeProto, random: Random) -> None:
    if node.input:
        node.input[random.randrange(len(node.input))] = random.choice(_all_names(model))


def _more_or_less_inputs(model: ModelProto, node: NodeProto, random: Random) -> None:
    if random.random() < 0.5 and node.input:
        node.input.pop(random.randrange(len(node.input)))
    else:
        node.input.append(random.choice(_all_names(model)))


def _more_or_less_outputs(_: ModelProto, node: NodeProto, random: Random) -> None:
    if random.random() < 0.5 and node.output:
        node.output.pop()
    else:
        node.output.append(f"more {random.random()}")


def _attribute(_: ModelProto, node: NodeProto, random: Random) -> None:
    if not node.attribute:
        return
    attribute: AttributeProto = random.choice(node.attribute)
    attribute.i = random.choice(EXTREMES)
    if attribute.ints:
        attribute.ints[random.randrange(len(attribute.ints))] = random.choice(EXTREMES)
    attribute.type = random.choice((attribute.type, attribute.type, AttributeProto.INT, AttributeProto.INTS, AttributeProto.FLOAT))


def _no_attribute(_: ModelProto, node: NodeProto, random: Random) -> None:
    if node.attribute:
        node.attribute.pop(random.randrange(len(node.attribute)))


def _other_attributes(_: ModelProto, node: NodeProto, random: Random) -> None:
    for name, allowed in OPERATORS[node.op_type].attributes.items() if node.op_type in OPERATORS else ():
        if random.random() < 0.5:
            node.attribute.append(helper.make_attribute(name, _within(allowed, random)))


def _operator(_: ModelProto, node: NodeProto, random: Random) -> None:
    node.op_type = random.choice((*OPERATORS, "Mod", "Expand", "Resize", "Loop", "Constant"))


def _remove(model: ModelProto, node: NodeProto, _: Random) -> None:
    model.graph.node.remove(node)


def _repeat(model: ModelProto, node: NodeProto, random: Random) -> None:
    copy = NodeProto()
    copy.CopyFrom(node)
    for index, name in enumerate(copy.output):
        copy.output[index] = name if random.random() < 0.2 else f"{name} again"
    model.graph.node.insert(random.randrange(len(model.graph.node) + 1), copy)


def _insert(model: ModelProto, node: NodeProto, random: Random) -> None:
    place = list(model.graph.node).index(node)
    types = {tensor.name: LETTERS.get(tensor.data_type, "f").upper() for tensor in model.graph.initializer} | {"z": "f"}
    types |= {name: "f" for each in list(model.graph.node)[:place] for name in each.output}
    added = random_node(random, types, f"new {random.random()}")
    if node.input and added.output:
        node.input[random.randrange(len(node.input))] = added.output[0]
    model.graph.node.insert(place, added)


def _dims(tensor: TensorProto, random: Random) -> None:
    if tensor.dims and random.random() < 0.5:
        tensor.dims[random.randrange(len(tensor.dims))] = random.choice(EXTREMES)
    elif random.random() < 0.5:
        tensor.dims.reverse()
    else:
        tensor.dims.insert(0, 1)


def _type(tensor: TensorProto, random: Random) -> None:
    tensor.data_type = random.choice((*_TYPES, TensorProto.STRING, TensorProto.DOUBLE, 0))


def _values(tensor: TensorProto, random: Random) -> None:
    """Give a tensor values that fit its shape, and are extreme."""
    width = WIDTHS.get(LETTERS.get(tensor.data_type, ""))
    if width and len(tensor.raw_data) >= width:
        data = bytearray(tensor.raw_data)
        place = random.randrange(len(data) // width) * width
        value = random.choice(EXTREMES) & (2 ** (8 * width) - 1)
        data[place : place + width] = value.to_bytes(width, "little")
        tensor.raw_data = bytes(data)


def _new_tensor(tensor: TensorProto, random: Random) -> None:
    tensor.CopyFrom(random_tensor(random, tensor.name))


_CHANGES: tuple[Callable[[ModelProto, Random], None], ...] = (
    _nodes(_rewire),
    _nodes(_more_or_less_inputs),
    _nodes(_more_or_less_outputs),
    _nodes(_attribute),
    _nodes(_no_attribute),
    _nodes(_other_attributes),
    _nodes(_operator),
    _nodes(_remove),
    _nodes(_repeat),
    _nodes(_insert),
    _nodes(_insert),
    _nodes(_insert),
    _tensors(_dims),
    _tensors(_type),
    _tensors(_values),
    _tensors(_new_tensor),
)
