"""Your own pixel art: read from files, cut, reduced to its true size, and written as a token folder.

Needs NumPy and Pillow only.
"""
