"""The one reader of picture files: every file that people bring becomes frames of 8-bit sRGB with alpha, or one sentence.

``reader`` is the door: ``decode_frames`` for bytes, ``read_frames`` and ``read_first_frame`` for files. What it promises:

- A frame is (H, W, 4) uint8, RGBA, not premultiplied, upright, in sRGB. Clear pixels are (0, 0, 0, 0): what nobody sees has no
  colour.
- An animation gives the frames that a browser shows, complete, with their durations. A PNG's default image that is no frame of its
  animation is left out (PNG specification, third edition, 11.3.3).
- Formats are told apart by content. A file that cannot be read is named with its variety in an UnreadablePictureError.
- Sizes are limited before pixels are decoded, and frames are decoded one at a time.

It needs NumPy and Pillow only. ``formats`` can be imported without loading them.
"""
