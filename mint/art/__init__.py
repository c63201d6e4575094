"""People's own pixel art: read from files, cut, brought back to its true size, and made a token folder.

Needs NumPy and Pillow only.
"""
