"""What a token hash means: its palette, its nine sprites, their features and metadata.

All drawing is integer arithmetic on NumPy arrays, so a hash gives the same pixels on every platform.
"""
