"""Pictures into pixel art: one pixel size, palette colours alone, alpha kept; by rule or by what a training has learnt.

Needs NumPy, Pillow and, for what is learnt, onnxruntime; never torch.
"""
