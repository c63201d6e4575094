"""The reader: turned pictures stand upright, formats are told by content, and what cannot be read is named in one sentence."""

import io
import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mint.errors import UnreadablePictureError
from mint.picture_files.formats import SUFFIXES, identify
from mint.picture_files.reader import decode_frames, read_first_frame, read_frames
from tests.forbidden import forbid
from tests.picture_files.writers import GREY, RGB, RGBA, ApngFrame, GifPart, apng, exif, gif, png, saved

PIXELS = np.random.default_rng(2).integers(0, 256, (5, 7, 3)).astype(np.uint8)
# What has to be done to an upright picture so that each orientation stands for it.
_TURNED: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: np.rot90,
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("orientation", _TURNED)
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_stand_upright(picture_format: str, orientation: int) -> None:
    stored = Image.fromarray(np.ascontiguousarray(_TURNED[orientation](PIXELS.repeat(16, 0).repeat(16, 1))))
    options: dict[str, dict[str, Any]] = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}
    if picture_format == "PNG":
        data = png(np.asarray(stored), 8, RGB, [(b"eXIf", exif(orientation).removeprefix(b"Exif\0\0"))])
    else:
        data = saved(stored, picture_format, exif=exif(orientation), **options.get(picture_format, {}))
    (frame,) = decode_frames(data, "a")
    assert frame.rgba.shape == (80, 112, 4)
    tolerance = 6 if picture_format == "JPEG" else 0
    assert np.abs(frame.rgba[8::16, 8::16, :3].astype(int) - PIXELS).max() <= tolerance


@pytest.mark.parametrize("data", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"junk", exif(9), exif(0)])
def test_damaged_metadata_turns_nothing(data: bytes) -> None:
    (frame,) = decode_frames(saved(Image.fromarray(PIXELS), "WEBP", lossless=True, exif=data), "a")
    assert np.array_equal(frame.rgba[..., :3], PIXELS)


def _bmff(brand: bytes) -> bytes:
    return struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 0, brand) + bytes(100)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.png is empty; give a complete file"),
        (
            b"hello",
            "a.png is not a picture of a known format (it begins with 68 65 6c 6c 6f); give PNG, GIF, WebP, BMP, TIFF or JPEG",
        ),
        (_bmff(b"heic"), "a.png is a HEIC; save it as PNG, GIF, WebP, BMP, TIFF or JPEG"),
        (bytes(4) + b"\xe0\xa5" + bytes(122), "a.png is an Aseprite document; save it as PNG, GIF, WebP, BMP, TIFF or JPEG"),
        (b"gimp xcf v011", "a.png is a GIMP document; save it as PNG, GIF, WebP, BMP, TIFF or JPEG"),
        (b"\xff\x0a\0\0", "a.png is a JPEG XL; save it as PNG, GIF, WebP, BMP, TIFF or JPEG"),
        (b"<?xml version='1.0'?>\n<svg/>", "a.png is an SVG drawing; save it as PNG, GIF, WebP, BMP, TIFF or JPEG"),
        (b"\n <!DOCTYPE html><html>", "a.png is a web page; save it as PNG, GIF, WebP, BMP, TIFF or JPEG"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "a.png is a pointer to a file in Git LFS; fetch it with: git lfs pull",
        ),
        (b"BM" + struct.pack("<IIIIiiHH", 99, 0, 54, 40, 2, 2, 1, 3) + bytes(60), "a.png is a BMP of a variety that is not read"),
        (
            b"\xff\xd8\xff\xc3\0\x0b\x08\0\2\0\2\1\1\x11\0" + bytes(9),
            "a.png is a JPEG of a variety that is not read (lossless, SOF3)",
        ),
        (b"\xff\xd8\xff\xc1\0\x0b\x0c\0\2\0\2\1\1\x11\0" + bytes(9), "(12 bits a sample); save it as a PNG of 8 bits a sample"),
        (gif([GifPart(indices=np.zeros((1, 1), np.uint8))], None, (1, 1)), "is not read (without a colour table)"),
        (b"GIF89a" + bytes(7) + b";", "is not read (without a frame)"),
    ],
)
def test_what_is_not_read_is_named(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadablePictureError) as caught:
        list(decode_frames(data, "a.png"))
    assert sentence in str(caught.value)


def test_samples_that_no_pillow_reads_are_named_with_their_values() -> None:
    """A TIFF of three 32-bit samples."""
    tags = [(256, 4, 1), (257, 4, 1), (258, 3, 32), (259, 3, 1), (262, 3, 2), (273, 4, 200), (277, 3, 3), (278, 4, 1), (279, 4, 12)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in [*tags, (339, 3, 3)])
    data = (b"II*\0" + struct.pack("<IH", 8, len(tags) + 1) + entries + bytes(4)).ljust(212, b"\0")
    with pytest.raises(UnreadablePictureError) as caught:
        list(decode_frames(data, "a.tif"))
    assert "a.tif is a TIFF of a variety that is not read (BitsPerSample (32,), Compression 1" in str(caught.value)
    assert "SampleFormat (3,)); save it as a PNG of 8 bits a sample" in str(caught.value)


SAMPLE_FILES = {
    "png": png(PIXELS, 8, RGB),
    "apng": apng([ApngFrame(samples=PIXELS), ApngFrame(samples=PIXELS[:2])], 8, RGB),
    "gif": gif([GifPart(indices=PIXELS[..., 0] % 4), GifPart(indices=PIXELS[..., 1] % 4)], PIXELS[0, :4], (5, 7)),
    "jpeg": saved(Image.fromarray(PIXELS), "JPEG"),
    "webp": saved(Image.fromarray(PIXELS), "WEBP"),
    "bmp": saved(Image.fromarray(PIXELS), "BMP"),
    "tiff": saved(Image.fromarray(PIXELS), "TIFF"),
}


@pytest.mark.parametrize("kind", SAMPLE_FILES)
def test_formats_are_told_by_content_whatever_the_suffix(kind: str, tmp_path: Path) -> None:
    for suffix in (".png", ".jpg", ".txt", ""):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(SAMPLE_FILES[kind])
        assert read_first_frame(path).shape == (5, 7, 4)


@pytest.mark.parametrize("kind", SAMPLE_FILES)
def test_truncated_and_altered_files_are_read_or_named(kind: str) -> None:
    data = SAMPLE_FILES[kind]
    random = np.random.default_rng(1)
    altered = [data[:length] for length in range(0, len(data), 3)]
    for _ in range(150):
        copy = bytearray(data)
        for place in random.integers(0, len(data), 3):
            copy[place] = random.integers(256)
        altered.append(bytes(copy))
    num_named = 0
    for file in altered:
        try:
            assert all(frame.rgba.ndim == 3 for frame in decode_frames(file, "a"))
        except UnreadablePictureError:
            num_named += 1
    assert num_named > len(altered) / 4


def _claims(width: int, height: int) -> dict[str, bytes]:
    """Return files that claim a size and hold hardly any pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(10_000_000), 9)), (b"IEND", b"")]
    chunks = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in body
    )
    bomb_gif = bytearray(SAMPLE_FILES["gif"])
    bomb_gif[6:10] = struct.pack("<HH", width, height)
    bmp = bytearray(SAMPLE_FILES["bmp"])
    bmp[18:26] = struct.pack("<ii", width, height)
    return {"png": b"\x89PNG\r\n\x1a\n" + chunks, "gif": bytes(bomb_gif), "bmp": bytes(bmp)}


@pytest.mark.parametrize("kind", ["png", "gif", "bmp"])
@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (33_000, 5), (9000, 9000)])
def test_a_decompression_bomb_is_refused_from_its_header(kind: str, width: int, height: int) -> None:
    data = _claims(width, height)[kind]
    tracemalloc.start()
    try:
        with pytest.raises(UnreadablePictureError) as caught:
            list(decode_frames(data, "bomb"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Pillow itself refuses what is larger still.
    size = "far too many pixels" if kind == "bmp" and width * height > 1 << 28 else f"{width} x {height} pixels"
    assert str(caught.value).startswith(f"bomb has {size}; give pictures of at most 64 million pixels")
    assert peak < 1 << 20


def test_an_animation_of_too_many_frames_is_refused() -> None:
    parts = [GifPart(indices=np.zeros((1, 1), np.uint8))] * 10_001
    with pytest.raises(UnreadablePictureError, match="a has more than 10000 frames; give animations of at most 10000 frames"):
        list(decode_frames(gif(parts, PIXELS[0, :2], (1, 1)), "a"))


def test_a_large_photograph_is_decoded_small(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).resize((1600, 1200)).save(tmp_path / "a.jpg")
    assert next(decode_frames((tmp_path / "a.jpg").read_bytes(), "a.jpg", min_px=300)).rgba.shape == (300, 400, 4)
    assert read_first_frame(tmp_path / "a.jpg").shape == (1200, 1600, 4)


def test_files_that_cannot_be_opened_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked.png").write_bytes(SAMPLE_FILES["png"])
    forbid(monkeypatch, os, "open", "locked")
    for name, sentence in [
        ("none.png", "none.png does not exist; give a picture file"),
        (".", " is a folder; give a picture file"),
        ("locked.png", "locked.png cannot be opened (Permission denied); give a file that this user may read"),
    ]:
        with pytest.raises(UnreadablePictureError) as caught:
            list(read_frames(tmp_path / name))
        assert str(caught.value).endswith(sentence)


def test_every_suffix_belongs_to_a_format_that_is_read() -> None:
    known = {suffix: name for suffix, name in Image.registered_extensions().items() if suffix in SUFFIXES}
    assert set(known) == set(SUFFIXES)
    image = Image.fromarray(PIXELS)
    for suffix, name in known.items():
        buffer = io.BytesIO()
        image.save(buffer, name)
        found = identify(buffer.getvalue(), suffix)
        assert found is not None
        assert found.pillow_name == name


def test_alpha_of_one_is_seen_and_alpha_of_none_is_not() -> None:
    samples = np.full((1, 2, 4), 90)
    samples[0, :, 3] = 1, 0
    (frame,) = decode_frames(png(samples, 8, RGBA), "a")
    assert frame.rgba.tolist() == [[[90, 90, 90, 1], [0, 0, 0, 0]]]
    (grey,) = decode_frames(png(samples[..., :1], 8, GREY, [(b"tRNS", b"\0\x5a")]), "a")
    assert not grey.rgba.any()
