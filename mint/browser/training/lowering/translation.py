"""The translation of a function of torch tensors to ONNX."""

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from onnx import ModelProto
from torch import Tensor
from torch.fx import GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx

from mint.browser.training.lowering import elementwise, normalization, products, reductions, shapes
from mint.browser.training.lowering.context import TRANSLATIONS, Context
from mint.browser.training.lowering.values import Value
from mint.browser.training.onnx_builder import OnnxBuilder

# Importing them registers their translations.
assert all((elementwise, normalization, products, reductions, shapes))

_IGNORED = ("dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking")


def onnx_model(
    name: str,
    function: Callable[..., tuple[Tensor, ...]],
    inputs: Sequence[tuple[str, Tensor]],
    outputs: Sequence[str],
) -> ModelProto:
    """Return a function of tensors as an ONNX model for tensors of the shapes and types of the given ones.

    Equal functions and shapes give equal bytes. Raises NotImplementedError for an operation that has no translation.
    """
    assert len({id(tensor) for _, tensor in inputs}) == len(inputs), "a tensor that is given twice would be one input"
    graph = _traced(function, [tensor for _, tensor in inputs])
    builder = OnnxBuilder()
    context = Context(builder)
    values: dict[Node, Any] = {}
    placeholders = iter(inputs)
    results: Sequence[Value] = ()
    for node in graph.graph.nodes:
        match node.op:
            case "placeholder":
                key, tensor = next(placeholders)
                values[node] = Value(tuple(tensor.shape), tensor.dtype, key)
            case "get_attr":
                constant = getattr(graph, node.target).detach().numpy()
                values[node] = Value(
                    constant.shape, getattr(graph, node.target).dtype, builder.constant(constant, constant.dtype.type)
                )
            case "call_function":
                values[node] = _translated(context, node, values)
            case "output":
                results = [values[result] for result in node.args[0]]
    names = {output: context.layout.first(value) for output, value in zip(outputs, results, strict=True)}
    return builder.model(name, [(key, tensor.dtype, tuple(tensor.shape)) for key, tensor in inputs], names)


def _translated(context: Context, node: Node, values: dict[Node, Any]) -> Any:
    arguments: Any = torch.fx.node.map_arg(node.args, lambda argument: values[argument])
    if node.target is operator.getitem:
        return arguments[0][arguments[1]]
    operation = node.target
    assert isinstance(operation, torch._ops.OpOverload)
    name = operation._schema.name.removeprefix("aten::").removesuffix("_copy")
    translation = TRANSLATIONS.get(name)
    if translation is None:
        raise NotImplementedError(f"{operation} of {arguments} has no translation to ONNX")
    context.output = node.meta["val"]
    context.evaluate = lambda: operation(*node.args, **node.kwargs)
    named = {key: values.get(value, value) if isinstance(value, Node) else value for key, value in node.kwargs.items()}
    return translation(context, *arguments, **{key: value for key, value in named.items() if key not in _IGNORED})


def _traced(function: Callable[..., tuple[Tensor, ...]], inputs: list[Tensor]) -> GraphModule:
    """Return the function's operations, without autograd and without changes in place."""
    with _exporting():
        with_mutations = make_fx(function, tracing_mode="fake")(*inputs)
        with_mutations.graph.eliminate_dead_code()
        functional = torch.func.functionalize(with_mutations, remove="mutations_and_views")
        empty = {torch.ops.aten.empty_permuted.default: lambda size, order, **how: torch.zeros(size)}
        graph = make_fx(functional, tracing_mode="fake", decomposition_table=empty)(*inputs)
    graph.graph.eliminate_dead_code()
    return graph


@contextmanager
def _exporting() -> Iterator[None]:
    """Let networks take the operations that they take when they are exported: without reading numbers from tensors."""
    before = torch.compiler._is_exporting_flag
    torch.compiler._is_exporting_flag = True
    try:
        yield
    finally:
        torch.compiler._is_exporting_flag = before
