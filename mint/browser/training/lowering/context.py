"""What the translation of a single operation gets and uses."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from mint.browser.training.lowering.values import Layout, Shape, Value
from mint.browser.training.onnx_builder import Attribute, OnnxBuilder

Operand = Value | int | float
# What an operation returns: one value, or several of which some may be missing.
Result = Value | Sequence[Value | None]


class Context:
    """Builds the nodes of one operation.

    ``output`` is torch's example of its result, with the shape and type, and ``evaluate`` computes the result of an operation that
    depends on no tensor.
    """

    def __init__(self, builder: OnnxBuilder) -> None:
        self.builder = builder
        self.layout = Layout(builder)
        self.output: Any = None
        self.evaluate: Callable[[], Tensor] = torch.Tensor

    @property
    def shape(self) -> Shape:
        """The shape of the result."""
        return tuple(self.output.shape)

    @property
    def dtype(self) -> torch.dtype:
        """The type of the result's numbers."""
        dtype: torch.dtype = self.output.dtype
        return dtype

    def plain(self, name: str) -> Value:
        """Return the result, which lies under a name in torch's order of axes."""
        return Value(self.shape, self.dtype, name)

    def scalar(self, value: float, shape: Shape = (), dtype: torch.dtype = torch.float32) -> Value:
        """Return a tensor all of whose numbers are equal."""
        return Value(shape, dtype, self.builder.number(value, dtype), stored=())

    def map(self, kind: str, *operands: Operand, dtype: torch.dtype | None = None, **attributes: Attribute) -> Value:
        """Apply an ONNX operator to each element, in whatever order the elements lie; operands are broadcast."""
        values = [operand for operand in operands if isinstance(operand, Value)]
        shape = np.broadcast_shapes(*(value.shape for value in values))
        is_last = len(shape) == 4 and _prefers_last(values)
        of_numbers = values[-1].dtype
        names, stored = [], []
        for operand in operands:
            if isinstance(operand, Value):
                name, of_operand = self._operand(operand, is_last)
                names.append(name)
                stored.append(of_operand)
            else:
                names.append(self.builder.number(operand, of_numbers))
        broadcast = np.broadcast_shapes(*stored)
        name = self.builder.node(kind, *names, **attributes)
        return Value(shape, dtype or of_numbers, name, stored=None if broadcast == shape else broadcast, is_last=is_last)

    def _operand(self, value: Value, is_last: bool) -> tuple[str, Shape]:
        """Return the name of an operand, which may have to be broadcast, and the shape that is stored, in torch's order."""
        if not value.parts and value.stored == ():
            return self.layout.compact(value), ()
        if not is_last:
            if value.is_last or value.parts or value.stored is None:
                return self.layout.first(value), value.shape
            return self.layout.compact(value), value.stored
        if len(value.shape) < 4:
            value = Value((*(4 - len(value.shape)) * (1,), *value.shape), value.dtype, self._with_four_axes(value))
        return self.layout.last(value), value.shape

    def _with_four_axes(self, value: Value) -> str:
        return self.builder.reshape(self.layout.first(value), *(4 - len(value.shape)) * (1,), *value.shape)


def _prefers_last(values: Sequence[Value]) -> bool:
    pictures = [value for value in values if len(value.shape) == 4]
    # A single channel lies the same in both orders.
    return any(value.is_last for value in pictures) or all(value.shape[1] == 1 for value in pictures)


def from_last(name: str, shape: Shape) -> Value:
    """Return the value of float32 pictures that lie under a name with their channels last; ``shape`` is torch's, (n, C, H, W)."""
    return Value(shape, torch.float32, name, is_last=True)


Translation = Callable[..., Result]
TRANSLATIONS: Final[dict[str, Translation]] = {}


def translates(*names: str) -> Callable[[Translation], Translation]:
    """Register the translation of torch operations, by their names without ``aten::`` and ``_copy``."""

    def register(translation: Translation) -> Translation:
        for name in names:
            assert name not in TRANSLATIONS
            TRANSLATIONS[name] = translation
        return translation

    return register


def simple(operations: Mapping[str, str], dtype: torch.dtype | None = None) -> None:
    """Register torch operations that an ONNX operator does element by element."""
    for name, kind in operations.items():

        def translation(context: Context, *operands: Operand, kind: str = kind) -> Value:
            return context.map(kind, *operands, dtype=dtype)

        translates(name)(translation)
