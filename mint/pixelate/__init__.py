"""Turn pictures into pixel art on one pixel grid, in the colours of one palette, by rules or with a trained model. Alpha is kept.

Needs NumPy, Pillow and, for a trained model, onnxruntime; never torch.
"""
