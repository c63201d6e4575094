"""Exported models: the folder, its manifest, the checks before onnxruntime loads a graph, and the loaded model."""
