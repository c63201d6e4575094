"""What a token hash means: its palette, its nine sprites, their features and metadata.

Everything here is integer arithmetic on NumPy arrays, so a hash gives the same pixels on every platform.
"""
