"""A training in a browser: the recipe's own step as ONNX graphs, and the engine in JavaScript that runs them."""
