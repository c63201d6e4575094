"""Binary palettes: Adobe's .ase, .aco and .act, Microsoft's RIFF .pal, and the plain bytes of the NES's .pal.

Sources: Adobe Photoshop File Formats Specification (color table, color swatches), the Adobe Swatch Exchange format as described by
its users, LOGPALETTE in the Windows API, and the palette files of NES emulators (64 colours, or 512 with emphasis).
"""

import colorsys
import struct
from collections.abc import Iterator, Sequence
from typing import Final

from mint.errors import ArtError

Color = tuple[int, int, int, int]  # RGBA, 0 to 255

_ACT_SIZES: Final = (768, 772)
_NES_SIZES: Final = (192, 1536)  # the second repeats the 64 colours for each of eight kinds of colour emphasis
_RIFF_VERSION: Final = 0x300
_COLOR_BLOCK: Final = 1
_ACO_SPACES: Final = {0: "RGB", 1: "HSB", 2: "CMYK", 8: "Gray"}


def binary_colors(data: bytes, name: str) -> list[Color] | None:
    """Return the colours of a binary palette, or None if the data is none. Raises ArtError, which begins with ``name``."""
    try:
        if data[:4] == b"ASEF":
            return list(_swatch_exchange(data, name))
        if data[:4] == b"RIFF" and data[8:12] == b"PAL ":
            return _riff(data)
        if (aco := _swatches(data, name)) is not None:
            return aco
    except (struct.error, IndexError) as error:
        raise ArtError(f"{name} is cut off or damaged; give a complete file") from error
    if not _is_text(data):
        if len(data) in _ACT_SIZES:
            return _color_table(data)
        if len(data) in _NES_SIZES:
            return _triples(data[:192])
        raise ArtError(
            f"{name} has {len(data)} bytes that are no known palette; give a .gpl, .hex, .pal, .txt, .act, .aco or .ase file, "
            "or a PNG of its colours"
        )
    return None


def _is_text(data: bytes) -> bool:
    """Whether data could be text: no control characters but white space; UTF-16 begins with its mark."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or not any(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in data)


def _triples(data: bytes) -> list[Color]:
    return [(*data[at : at + 3], 255) for at in range(0, len(data) - 2, 3)]


def _color_table(data: bytes) -> list[Color]:
    """Return the colours of an .act file: 256, and in four more bytes the number used and the index of the transparent one."""
    colors = _triples(data[:768])
    if len(data) == 768:
        # Without a count, the rest is filled up with black. One black at the end is a colour.
        while len(colors) > 2 and colors[-1] == colors[-2] == (0, 0, 0, 255):
            colors.pop()
        is_padded = len(colors) < 256 and colors[-1] == (0, 0, 0, 255)
        return colors[:-1] if is_padded else colors
    count, transparent = struct.unpack(">HH", data[768:])
    if transparent < 256:
        colors[transparent] = (0, 0, 0, 0)
    return colors[:count] if 0 < count < 256 else colors


def _riff(data: bytes) -> list[Color]:
    """Return the colours of a RIFF palette: the chunk "data" holds a LOGPALETTE, four bytes a colour, the last of them flags."""
    at = 12
    while data[at : at + 4] != b"data":
        at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    version, count = struct.unpack_from("<HH", data, at + 8)
    if version != _RIFF_VERSION or at + 12 + 4 * count > len(data):
        raise IndexError
    return [(*data[place : place + 3], 255) for place in range(at + 12, at + 12 + 4 * count, 4)]


def _swatches(data: bytes, name: str) -> list[Color] | None:
    """Return the colours of an .aco file: version, count, then a colour space and four numbers for each; None if it is none."""
    if len(data) < 14 or data[:2] not in (b"\0\1", b"\0\2"):
        return None
    version, count = struct.unpack_from(">HH", data)
    if version == 2 and len(data) in (*_ACT_SIZES, *_NES_SIZES):
        return None
    if version == 1 and len(data) != 4 + 10 * count and data[4 + 10 * count : 8 + 10 * count] != struct.pack(">HH", 2, count):
        return None
    colors, at = [], 4
    for _ in range(count):
        space, *values = struct.unpack_from(">5H", data, at)
        at += 10
        if version == 2:
            at += 4 + 2 * struct.unpack_from(">I", data, at)[0]  # the name, in UTF-16
        if space not in _ACO_SPACES:
            raise ArtError(f"{name} has colours in the colour space {space} of Photoshop; save it in RGB")
        # CMYK counts backwards, grey to 10,000, the others to 65,535.
        scaled = (
            [1 - value / 65535 for value in values]
            if space == 2
            else [value / (10000 if space == 8 else 65535) for value in values]
        )
        colors.append(_rgb(_ACO_SPACES[space], scaled))
    return colors


def _swatch_exchange(data: bytes, name: str) -> Iterator[Color]:
    """Yield the colours of an Adobe Swatch Exchange file: blocks with a name in UTF-16, a colour model, and floats."""
    (num_blocks,) = struct.unpack_from(">I", data, 8)
    at = 12
    for _ in range(num_blocks):
        kind, size = struct.unpack_from(">HI", data, at)
        if at + 6 + size > len(data):
            raise IndexError
        if kind == _COLOR_BLOCK:
            place = at + 8 + 2 * struct.unpack_from(">H", data, at + 6)[0]
            model = data[place : place + 4].decode("latin-1").strip()
            num_values = {"RGB": 3, "CMYK": 4, "Gray": 1, "GRAY": 1}.get(model)
            if num_values is None:
                raise ArtError(f"{name} has colours in the colour model {model!a}; save it in RGB")
            yield _rgb(model, struct.unpack_from(f">{num_values}f", data, place + 4))
        at += 6 + size


def _rgb(model: str, values: Sequence[float]) -> Color:
    """Return a colour of a model, its values from 0 to 1, as RGBA; CMYK without a profile, as paint programs do."""
    if model == "CMYK":
        red, green, blue = ((1 - value) * (1 - values[3]) for value in values[:3])
    elif model == "HSB":
        red, green, blue = colorsys.hsv_to_rgb(*values[:3])
    else:
        red, green, blue = (values[0],) * 3 if model.upper() == "GRAY" else tuple(values[:3])
    if not all(-0.001 <= value <= 1.001 for value in (red, green, blue)):
        raise IndexError
    return round(255 * red), round(255 * green), round(255 * blue), 255
