"""Is a picture a copy, a collage or new? Comparison with the originals, alignment, and the verdict."""
