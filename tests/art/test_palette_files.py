"""Palette files: each format as its program writes it, under any suffix; what is none is refused with its line or size."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.art.colors.palette_file import read_palette
from mint.errors import ArtError

RED, BLUE, SHADE, CLEAR = (255, 0, 0, 255), (0, 16, 255, 255), (20, 20, 20, 128), (0, 0, 0, 0)
OPAQUE = [RED, BLUE, (32, 200, 80, 255), (250, 240, 10, 255), (9, 9, 9, 255)]


def _png(colors: Sequence[tuple[int, ...]], scale: int, columns: int, mode: str) -> bytes:
    """Return a picture of colours, one after the other; what is left of the last row is clear."""
    pixels = np.zeros((-(-len(colors) // columns) * columns, 4), np.uint8)
    pixels[: len(colors)] = colors
    picture = Image.fromarray(pixels.reshape(-1, columns, 4).repeat(scale, 0).repeat(scale, 1))
    buffer = io.BytesIO()
    (picture.convert(mode) if mode != "RGBA" else picture).save(buffer, "PNG")
    return buffer.getvalue()


def _act(colors: Sequence[tuple[int, ...]], count: int | None, transparent: int = 0xFFFF) -> bytes:
    table = b"".join(bytes(color[:3]) for color in colors).ljust(768, b"\0")
    return table if count is None else table + struct.pack(">HH", count, transparent)


def _riff(colors: Sequence[tuple[int, ...]], *, extra: bool = False) -> bytes:
    """Return a RIFF palette, its flags all set, since they are no alpha; extra puts another chunk before the colours."""
    entries = b"".join(bytes(color[:3]) + b"\4" for color in colors)
    chunks = (b"note" + struct.pack("<I", 6) + b"flower" if extra else b"") + b"data"
    chunks += struct.pack("<IHH", 4 + len(entries), 0x300, len(colors)) + entries
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"PAL " + chunks


def _aco(rows: Sequence[tuple[int, ...]], *, version: int = 1) -> bytes:
    """Return Photoshop's swatches from rows of a colour space and four numbers; version 2 alone, or 1 followed by 2."""
    named = "rot".encode("utf-16-be") + b"\0\0"
    second = struct.pack(">HH", 2, len(rows))
    second += b"".join(struct.pack(">5HI", *row, 4) + named for row in rows)
    first = struct.pack(">HH", 1, len(rows)) + b"".join(struct.pack(">5H", *row) for row in rows)
    return second if version == 2 else first + second


def _ase(rows: Sequence[tuple[str, tuple[float, ...]]]) -> bytes:
    """Return an Adobe Swatch Exchange file with a group around its colours."""
    name = "Kröte".encode("utf-16-be") + b"\0\0"
    blocks = [struct.pack(">HI", 0xC001, 2 + len(name)) + struct.pack(">H", 6) + name]
    for model, values in rows:
        body = struct.pack(">H", 6) + name + model.encode() + struct.pack(f">{len(values)}fH", *values, 0)
        blocks.append(struct.pack(">HI", 1, len(body)) + body)
    blocks.append(struct.pack(">HI", 0xC002, 0))
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _lines(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def _hex(colors: Sequence[tuple[int, ...]], order: str) -> list[str]:
    return ["".join(f"{color['RGBA'.index(channel)]:02X}" for channel in order) for color in colors]


PAINT_NET = ("; paint.net Palette File", "; Lines that start with a semicolon are comments", ";Palette Name: x")
JASC = ("JASC-PAL", "0100")
FILES = {
    "gimp.gpl": (
        _lines("GIMP Palette", "Name: 2 colours", "Columns: 2", "# comment", "255 0 0\tred", "  0 16 255 blue 9"),
        [RED, BLUE],
    ),
    "gimp in.pal": (_lines("GIMP Palette", "Name: x", "", "255 0 0", "0 16 255"), [RED, BLUE]),
    "numbers as names.gpl": (_lines("GIMP Palette", "255 0 0 128", "0 16 255 0"), [RED, BLUE]),
    "aseprite.gpl": (
        _lines("GIMP Palette", "Channels: RGBA", "#", "0 0 0 0\tUntitled", "255 0 0 255\tUntitled", "20 20 20 128\tUntitled"),
        [CLEAR, RED, SHADE],
    ),
    "lospec.gpl": (
        _lines(
            "GIMP Palette",
            "#Palette Name: x",
            "#Description: one",
            "two, of night",
            "3 4 5 go",
            "#Colors: 2",
            "255\t0\t0\tf",
            "0\t16\t255\t0010ff",
        ),
        [RED, BLUE],
    ),
    "description last.gpl": (_lines("GIMP Palette", "#Description: one", "two", "255 0 0", "0 16 255"), [RED, BLUE]),
    "marked.gpl": ("\ufeffGIMP Palette\n255 0 0\n0 16 255\n".encode(), [RED, BLUE]),
    "lospec.txt": (_lines(";paint.net Palette File", ";Colors: 5", *_hex(OPAQUE, "ARGB")), OPAQUE),
    "paint net.txt": (_lines(*PAINT_NET, "80141414", "FFFF0000", ""), [SHADE, RED]),
    "paint net renamed.hex": (_lines(*PAINT_NET, "80141414", "FFFF0000"), [SHADE, RED]),
    "paint net without comments.hex": (_lines(*_hex(OPAQUE, "ARGB")), OPAQUE),
    "lospec.hex": (_lines(*_hex(OPAQUE, "RGB"), "").lower(), OPAQUE),
    "alpha last.hex": (_lines(*_hex([*OPAQUE, SHADE], "RGBA")), [*OPAQUE, SHADE]),
    "all red.hex": (
        _lines(*_hex([RED, (255, 1, 0, 255), (255, 2, 0, 255), (255, 3, 0, 255)], "RGBA")),
        [RED, (255, 1, 0, 255), (255, 2, 0, 255), (255, 3, 0, 255)],
    ),
    "css.hex": (_lines("#ff0000", "#14141480"), [RED, SHADE]),
    "two wide.txt": ("FFFF0000\nFF0010FF\n".encode("utf-16"), [RED, BLUE]),
    "jasc.PAL": (_lines(*JASC, "2", "255 0 0", "0 16 255"), [RED, BLUE]),
    "jasc with alpha.pal": (_lines(*JASC, "2", "255 0 0 255", "20 20 20 128"), [RED, SHADE]),
    "riff.pal": (_riff(OPAQUE), OPAQUE),
    "riff with a note.pal": (_riff(OPAQUE, extra=True), OPAQUE),
    "nes.pal": (bytes(range(192)), [(n, n + 1, n + 2, 255) for n in range(0, 192, 3)]),
    "nes with emphasis.pal": (bytes(range(192)) + bytes(1344), [(n, n + 1, n + 2, 255) for n in range(0, 192, 3)]),
    "photoshop.act": (_act(OPAQUE, 5), OPAQUE),
    "photoshop with a clear colour.act": (_act([(1, 2, 3, 0), *OPAQUE], 6, 0), [CLEAR, *OPAQUE]),
    "short.act": (_act(OPAQUE, None), OPAQUE),
    "full.act": (_act([(n, 0, n, 255) for n in range(256)], None), [(n, 0, n, 255) for n in range(256)]),
    "swatches.aco": (_aco([(0, 65535, 0, 0, 0), (0, 0, 16 * 257, 65535, 0)]), [RED, BLUE]),
    "new swatches.aco": (_aco([(0, 65535, 0, 0, 0), (8, 10000, 0, 0, 0)], version=2), [RED, (255, 255, 255, 255)]),
    "printed swatches.aco": (_aco([(2, 65535, 0, 0, 65535), (1, 43690, 65535, 65535, 0)]), [RED, (0, 0, 255, 255)]),
    "exchange.ase": (
        _ase([("RGB ", (1, 0, 0)), ("CMYK", (0, 0, 0, 1)), ("Gray", (0.2,))]),
        [
            RED,
            (0, 0, 0, 255),
            (51, 51, 51, 255),
        ],
    ),
    "lospec.png": (_png(OPAQUE, 1, 5, "RGB"), OPAQUE),
    "lospec-32x.png": (_png(OPAQUE, 32, 5, "RGB"), OPAQUE),
    "in rows.png": (_png([*OPAQUE, SHADE], 1, 4, "RGBA"), [*OPAQUE, SHADE]),
    "without a suffix": (_png(OPAQUE, 8, 5, "RGB"), OPAQUE),
}


@pytest.mark.parametrize("name", FILES)
def test_a_palette_is_read_as_its_program_writes_it(name: str, tmp_path: Path) -> None:
    data, colors = FILES[name]
    (tmp_path / name).write_bytes(data)
    assert [tuple(color) for color in read_palette(tmp_path / name).tolist()] == colors


# The suffix decides nothing that the content tells.
@pytest.mark.parametrize("name", [name for name in FILES if name not in {"alpha last.hex", "all red.hex", "two wide.txt"}])
def test_a_renamed_palette_is_read_alike(name: str, tmp_path: Path) -> None:
    data, colors = FILES[name]
    for suffix in ("gpl", "hex", "pal", "act", "png"):
        (tmp_path / f"renamed.{suffix}").write_bytes(data)
        assert [tuple(color) for color in read_palette(tmp_path / f"renamed.{suffix}").tolist()] == colors


FORMATS = "a .gpl, .hex, .pal, .txt, .act, .aco or .ase file, or a PNG of its colours"


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        ("a.hex", b"ff0000\nred\n", "line 2 of the palette a.hex is 'red', which is not a colour; correct the line"),
        ("a.gpl", b"GIMP Palette\n256 0 0\n", "line 2 of the palette a.gpl is '256 0 0', which is not a colour; correct the line"),
        ("a.gpl", b"GIMP Palette\n1 2 3\nred\n", "line 3 of the palette a.gpl is 'red', which is not a colour; correct the line"),
        ("a.pal", b"JASC-PAL\n0100\ntwo\n", "line 3 of the palette a.pal is 'two', which is not a colour; correct the line"),
        ("a.hex", b"ff0000\n", "the palette a.hex has 1 colours; give 2 to 256"),
        ("a.hex", b" " * (2 << 20), f"the palette a.hex cannot be read: it is larger than 1 MiB; give {FORMATS}"),
        ("a.pal", b"\1\2\3", f"the palette a.pal has 3 bytes that are no known palette; give {FORMATS}"),
        ("a.pal", _riff(OPAQUE)[:-3], "the palette a.pal is cut off or damaged; give a complete file"),
        ("a.ase", _ase([("RGB ", (1, 0, 0))] * 3)[:90], "the palette a.ase is cut off or damaged; give a complete file"),
        ("a.ase", _ase([("LAB ", (1, 0, 0))]), "the palette a.ase has colours in the colour model 'LAB'; save it in RGB"),
        ("a.aco", _aco([(7, 1, 0, 0, 0)]), "the palette a.aco has colours in the colour space 7 of Photoshop; save it in RGB"),
        (
            "a.aseprite",
            bytes(4) + b"\xe0\xa5" + bytes(122),
            "the palette a.aseprite is a picture of Aseprite; save its palette there as .gpl or .png, and give that file",
        ),
        (
            "notes.txt",
            b"colours of the sea\n",
            "the palette notes.txt is not a palette of GIMP, Aseprite, JASC or Paint.NET, nor one colour like ff8000 a line; "
            f"give {FORMATS}",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 12 else "",
)
def test_what_is_no_palette_is_refused(
    file: str, data: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(file).write_bytes(data)
    with pytest.raises(ArtError) as error:
        read_palette(Path(file))
    assert str(error.value) == message
