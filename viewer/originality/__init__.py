"""Originality: comparison with the originals, alignment, and a verdict on each picture: copy, collage or new."""
