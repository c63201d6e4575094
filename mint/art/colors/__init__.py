"""Palettes: the files that programs write them in, and pictures reduced to them."""
