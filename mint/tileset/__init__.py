"""Tilesets for games: pictures in a console's colours are cut into tiles, and the best of these make a level."""
