"""From a graph of torch's operations to an ONNX graph that is fast on one thread of WebAssembly."""
