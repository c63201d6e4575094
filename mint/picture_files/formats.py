"""Formats of picture files, told apart by the first bytes; those that are not read are known by name, too.

Importing this module loads neither NumPy nor Pillow.
"""

from typing import Final, NamedTuple


class PictureFormat(NamedTuple):
    """A format: its name for people, Pillow's name for it, or None for a format that is not read, and how it can be made one."""

    name: str
    pillow_name: str | None = None
    repair: str = "save it as PNG, GIF, WebP, BMP, TIFF or JPEG"


# Suffixes by which pictures are found in folders and archives.
SUFFIXES: Final = (
    *(".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff"),
    *(".avif", ".pcx", ".tga", ".qoi", ".pbm", ".pgm", ".ppm", ".pnm"),
)
READ_FORMATS: Final = "PNG, GIF, WebP, BMP, TIFF or JPEG"

PNG: Final = PictureFormat("PNG", "PNG")
GIF: Final = PictureFormat("GIF", "GIF")
WEBP: Final = PictureFormat("WebP", "WEBP")
BMP: Final = PictureFormat("BMP", "BMP")
TIFF: Final = PictureFormat("TIFF", "TIFF")
JPEG: Final = PictureFormat("JPEG", "JPEG")
AVIF: Final = PictureFormat("AVIF", "AVIF")
_TGA: Final = PictureFormat("TGA", "TGA")

_BY_SIGNATURE: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),  # BigTIFF
    (b"MM\0+", TIFF),
    (b"BM", BMP),
    (b"(\0\0\0", PictureFormat("DIB", "DIB")),  # a BMP without the header of its file
    (b"qoif", PictureFormat("QOI", "QOI")),
    (b"8BPS", PictureFormat("Photoshop document", "PSD")),
    (b"\0\0\1\0", PictureFormat("icon", "ICO")),
    (b"DDS ", PictureFormat("DDS", "DDS")),
    (b"\x01\xda", PictureFormat("SGI", "SGI")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", PictureFormat("JPEG 2000", "JPEG2000")),
    (b"\xff\x4f\xff\x51", PictureFormat("JPEG 2000", "JPEG2000")),
    (b"\x8aMNG\r\n\x1a\n", PictureFormat("MNG animation")),
    (b"\0\0\0\x0cJXL \r\n\x87\n", PictureFormat("JPEG XL")),
    (b"\xff\x0a", PictureFormat("JPEG XL")),
    (b"gimp xcf", PictureFormat("GIMP document")),
    (b"v/1\x01", PictureFormat("OpenEXR")),
    (b"#?RADIANCE", PictureFormat("Radiance HDR")),
    (b"\xabKTX", PictureFormat("KTX texture")),
    (b"%PDF", PictureFormat("PDF")),
    (b"%!PS", PictureFormat("PostScript")),
    (b"PK\3\4", PictureFormat("zip archive", None, "give it a name that ends in .zip")),
    (b"\x1f\x8b", PictureFormat("gzip archive")),
    (b"7z\xbc\xaf\x27\x1c", PictureFormat("7z archive")),
    (b"Rar!", PictureFormat("RAR archive")),
    (b"\x1aE\xdf\xa3", PictureFormat("Matroska or WebM video")),
    (b"version https://git-lfs", PictureFormat("pointer to a file in Git LFS", None, "fetch it with: git lfs pull")),
)
_BY_BRAND: Final = (
    ((b"avif", b"avis"), AVIF),
    ((b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"), PictureFormat("HEIC")),
)
_BY_TEXT: Final = (
    (b"<svg", PictureFormat("SVG drawing")),
    (b"<!doctype html", PictureFormat("web page")),
    (b"<html", PictureFormat("web page")),
)
_PCX_VERSIONS: Final = (0, 2, 3, 4, 5)
_TGA_FOOTER: Final = b"TRUEVISION-XFILE.\0"
_TGA_TYPES: Final = (1, 2, 3, 9, 10, 11)


def identify(data: bytes, suffix: str = "") -> PictureFormat | None:
    """Return the format of a file by its content; ``suffix`` decides for TGA of version 1, which has no signature."""
    for signature, known in _BY_SIGNATURE:
        if data.startswith(signature):
            return known
    if data.endswith(_TGA_FOOTER) or (suffix.casefold() == ".tga" and _looks_like_tga(data)):
        return _TGA
    return _by_structure(data)


def _by_structure(data: bytes) -> PictureFormat | None:
    """Return the format of a file whose signature does not stand at its beginning, or has several forms."""
    known: PictureFormat | None = None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        known = WEBP
    elif data[4:8] == b"ftyp":
        brands = data[8:12] + data[16:64]
        known = next((known for names, known in _BY_BRAND if any(name in brands for name in names)), PictureFormat("video"))
    elif data[4:6] == b"\xe0\xa5":
        known = PictureFormat("Aseprite document")
    elif data[:4] == b"FORM" and data[8:12] in (b"ILBM", b"PBM ", b"ANIM"):
        known = PictureFormat("Amiga IFF picture")
    elif len(data) > 2 and data[0] == 10 and data[1] in _PCX_VERSIONS and data[2] == 1:
        known = PictureFormat("PCX", "PCX")
    elif len(data) > 2 and data[:1] == b"P" and data[1:2] in b"123456fF" and data[2:3].isspace():
        known = PictureFormat("PNM", "PPM")
    return known or _by_text(data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _by_text(text: bytes) -> PictureFormat | None:
    """Return the format of a text that is no picture, although people take it for one."""
    is_xml = text.startswith(b"<?xml")
    return next((known for tag, known in _BY_TEXT if text.startswith(tag) or (is_xml and tag in text)), None)


def _looks_like_tga(data: bytes) -> bool:
    return len(data) > 18 and data[1] in (0, 1) and data[2] in _TGA_TYPES and data[16] in (8, 15, 16, 24, 32)
