"""Show what exported models dream: check them, run them, hang the tiles on a wall.

Imports neither mint nor torch: whoever has the four files needs nothing else.
"""
