"""Tiles from pictures: extracted, classified, scored, and the best selected."""
