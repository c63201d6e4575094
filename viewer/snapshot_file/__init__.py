"""Snapshot files: a token, its four files, 64 dreams and the past of a training in one zip, described, hashed and signed.

Loads neither NumPy nor Pillow nor onnxruntime: everything about a file of a stranger that can be told without them is told before.
"""
