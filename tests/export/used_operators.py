"""What graphs consist of: their operators, with the types of their values, their attributes and their constants."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import onnx
from onnx import ModelProto, NodeProto, TensorProto

from viewer.exported.operators import LETTERS


@dataclass
class Use:
    """How an operator is used: signatures in letters, a capital for a tensor in the file; attributes; inputs that are integers."""

    signatures: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    constants: set[int] = field(default_factory=set)

    def add(self, node: NodeProto, letters: dict[str, str], integers: set[str]) -> None:
        inputs, outputs = ("".join(letters[name] for name in names) for names in (node.input, node.output))
        self.signatures.add(f"{inputs}>{outputs}")
        self.attributes |= {attribute.name for attribute in node.attribute}
        self.constants |= {index for index, name in enumerate(node.input) if name in integers}

    def as_json(self) -> dict[str, list[str] | list[int]]:
        return {
            "signatures": sorted(self.signatures),
            "attributes": sorted(self.attributes),
            "constants": sorted(self.constants),
        }


def used_operators(models: Iterable[ModelProto]) -> dict[str, Use]:
    """Return how each operator is used, by its name. Types are those that onnx infers."""
    uses: dict[str, Use] = defaultdict(Use)
    for model in models:
        graph = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
        values = (*graph.input, *graph.output, *graph.value_info)
        letters = {value.name: LETTERS[value.type.tensor_type.elem_type] for value in values}
        letters |= {tensor.name: LETTERS[tensor.data_type].upper() for tensor in graph.initializer}
        integers = {tensor.name for tensor in graph.initializer if tensor.data_type != TensorProto.FLOAT}
        for node in graph.node:
            uses[node.op_type].add(node, letters, integers)
    return dict(sorted(uses.items()))
