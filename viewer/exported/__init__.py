"""Exported models: the folder, its manifest, the checks before onnxruntime sees a graph, and the running model."""
