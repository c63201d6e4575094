"""Sheets: the sprites on a picture, found by its ground, by cells, or as an atlas file says."""
