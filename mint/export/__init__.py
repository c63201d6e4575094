"""What leaves a training run: three ONNX graphs and a manifest, checked and published together, and a film of its history."""
