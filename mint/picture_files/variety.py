"""Which variety of its format a picture file is, for the sentence that says that it cannot be read."""

import struct
from io import BytesIO
from typing import Final

from PIL import TiffImagePlugin

from mint.picture_files.formats import BMP, JPEG, TIFF, PictureFormat

_TIFF_TAGS: Final = {
    258: "BitsPerSample",
    259: "Compression",
    262: "PhotometricInterpretation",
    277: "SamplesPerPixel",
    339: "SampleFormat",
}
_LOSSLESS_FRAMES: Final = (0xC3, 0xC7, 0xCB, 0xCF)
_NOT_FRAMES: Final = (0xC4, 0xC8, 0xCC)
_USUAL_BMP_BITS: Final = (1, 4, 8, 16, 24, 32)


class UnknownVarietyError(Exception):
    """Report a variety of a format that is not read; its text says which."""


def unusual_variety(data: bytes, picture_format: PictureFormat) -> str | None:
    """Return what is unusual about a file of a format, with the values that say so, or None if nothing is known to be."""
    try:
        if picture_format is JPEG:
            return _jpeg_variety(data)
        if picture_format is BMP:
            bits = int.from_bytes(data[28:30] if data[14] != 12 else data[24:26], "little")
            return None if bits in _USUAL_BMP_BITS else f"{bits} bits a pixel"
        if picture_format is TIFF:
            return _tiff_variety(data)
    except Exception:  # the file is damaged, so that it says nothing about its variety
        return None
    return None


def _jpeg_variety(data: bytes) -> str | None:
    position = 2
    while position + 9 < len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], struct.unpack_from(">H", data, position + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            bits = data[position + 4]
            if marker in _LOSSLESS_FRAMES:
                return f"lossless, SOF{marker - 0xC0}"
            if marker > 0xC2:
                return f"SOF{marker - 0xC0}"
            return None if bits == 8 else f"{bits} bits a sample"
        position += 2 + length
    return None


def _tiff_variety(data: bytes) -> str | None:
    directory = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
    file = BytesIO(data)
    file.seek(directory.next)
    directory.load(file)
    bits, sample_format = directory.get(258, (1,)), directory.get(339, (1,))
    is_usual = set(bits) <= {1, 2, 4, 8, 16} and len(set(bits)) == 1 and set(sample_format) <= {1}
    if is_usual and directory.get(262, 1) in (0, 1, 2, 3, 5, 6):
        return None
    return ", ".join(f"{name} {directory[tag]}" for tag, name in _TIFF_TAGS.items() if tag in directory)
