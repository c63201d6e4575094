"""A traced graph: the ONNX graph of one architecture, into which each export puts new weights."""

from collections.abc import Mapping

import torch
from onnx import ModelProto

from mint.export.tracing import without_weights
from mint.network_weights import signature


class TracedGraph:
    """The graph of one architecture, without weights."""

    def __init__(self, model: ModelProto, weights: Mapping[str, torch.Tensor]) -> None:
        self.model = without_weights(model, weights)
        self.is_verified = False  # accepted by the viewer's rules, and equal to its network
        self._signature = signature(weights)

    def fits(self, weights: Mapping[str, torch.Tensor]) -> bool:
        """Return whether weights have the names, shapes and types of those that were traced."""
        return signature(weights) == self._signature

    def with_weights(self, weights: Mapping[str, torch.Tensor]) -> bytes:
        """Return the ONNX file with these weights."""
        # A new message each time: a message does not free the memory of fields that are overwritten.
        model = ModelProto()
        model.CopyFrom(self.model)
        for tensor in model.graph.initializer:
            if tensor.name in weights:
                values = weights[tensor.name].numpy()
                tensor.raw_data = values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
        return bytes(model.SerializeToString(deterministic=True))
