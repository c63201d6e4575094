"""Colours: ICC profiles, gamma and primaries become sRGB; CMYK, 16-bit, integer and floating-point samples become 8-bit levels."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from mint.errors import UnreadablePictureError
from mint.picture_files.frame import Rgba
from mint.picture_files.reader import decode_frames
from tests.picture_files.writers import GREY, RGB, Chunk, png, saved

# Chromaticities (x, y) of white, red, green and blue: Display P3's, and sRGB's.
P3 = np.array([[0.3127, 0.3290], [0.680, 0.320], [0.265, 0.690], [0.150, 0.060]])
SRGB = np.array([[0.3127, 0.3290], [0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])
COLORS = np.random.default_rng(4).integers(0, 256, (8, 8, 3)).astype(np.uint8)
RAMP = np.arange(256).reshape(16, 16, 1)
# From D65 to D50, the white of profiles: Bradford's matrix.
_D50 = np.array([[1.0479, 0.0229, -0.0502], [0.0296, 0.9904, -0.0171], [-0.0092, 0.0151, 0.7519]])


def _decode(data: bytes) -> Rgba:
    (frame,) = decode_frames(data, "a.png")
    return frame.rgba


def _xyz(primaries: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = primaries.T
    xyz = np.stack([x / y, np.ones(4), (1 - x - y) / y])
    return xyz[:, 1:] * np.linalg.solve(xyz[:, 1:], xyz[:, 0])


def _profile(gamma: float, primaries: NDArray[np.float64] | None) -> bytes:
    """Return an ICC profile, version 2, of RGB with primaries, or of grey, and a gamma."""
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"
    tags = [(b"wtpt", _xyz_tag(np.array([0.9642, 1, 0.8249])))]
    if primaries is None:
        tags.append((b"kTRC", curve))
    else:
        matrix = _D50 @ _xyz(primaries)
        tags += [(name, _xyz_tag(column)) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True)]
        tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    start = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags:
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    space = b"GRAY" if primaries is None else b"RGB "
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"test", 0x02100000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 63190, 65536, 54061) + bytes(48)
    return header + table + body


def _xyz_tag(xyz: NDArray[np.float64]) -> bytes:
    return struct.pack(">4sIiii", b"XYZ ", 0, *(round(float(value) * 65536) for value in xyz))


def _converted(colors: NDArray[np.integer], gamma: float | None, primaries: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Convert colours to sRGB with formulas; a gamma of None is sRGB's curve."""
    encoded = colors / 255
    curve = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    linear = curve if gamma is None else encoded**gamma
    light = np.clip(linear @ (np.linalg.inv(_xyz(SRGB)) @ _xyz(primaries)).T, 0, 1)
    return np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)).astype(np.uint8)


def _distance(shown: Rgba, expected: NDArray[np.integer]) -> int:
    return int(np.abs(shown[..., :3].astype(int) - expected).max())


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_an_icc_profile_is_applied(picture_format: str) -> None:
    enlarged = COLORS.repeat(16, 0).repeat(16, 1)
    options: dict[str, dict[str, Any]] = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}
    data = saved(Image.fromarray(enlarged), picture_format, icc_profile=_profile(2.2, P3), **options.get(picture_format, {}))
    expected = _converted(COLORS, 2.2, P3)
    assert _distance(_decode(data)[8::16, 8::16], expected) <= (6 if picture_format == "JPEG" else 2)
    assert np.abs(expected.astype(int) - COLORS).max() > 30


def test_a_grey_profile_is_applied_to_grey() -> None:
    data = saved(Image.fromarray(RAMP[..., 0].astype(np.uint8)), "PNG", icc_profile=_profile(1.0, None))
    assert _distance(_decode(data), _converted(RAMP.repeat(3, 2), 1.0, SRGB)) <= 2


def test_colours_of_an_srgb_profile_stay_exact() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    colors = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    assert _distance(_decode(saved(Image.fromarray(colors), "PNG", icc_profile=profile)), colors) == 0


@pytest.mark.parametrize("profile", [b"nothing", _profile(2.2, None), _profile(2.2, P3)[:200]])
def test_a_profile_for_other_colours_or_a_damaged_one_changes_nothing(profile: bytes) -> None:
    assert _distance(_decode(saved(Image.fromarray(COLORS), "PNG", icc_profile=profile)), COLORS) == 0


def _chrm(primaries: NDArray[np.float64]) -> Chunk:
    return b"cHRM", struct.pack(">8I", *np.round(primaries.ravel() * 100_000).astype(int))


def _gama(value: int) -> Chunk:
    return b"gAMA", struct.pack(">I", value)


@pytest.mark.parametrize(
    ("chunks", "gamma", "primaries"),
    [
        ([_gama(45455)], None, SRGB),
        ([_gama(100_000)], 1.0, SRGB),
        ([_gama(55556)], 1.8, SRGB),
        ([_gama(45455), _chrm(SRGB)], None, SRGB),
        ([_gama(45455), _chrm(P3)], 2.2, P3),
        ([_chrm(P3)], None, SRGB),
        ([_gama(100_000), (b"sRGB", b"\0")], None, SRGB),
        ([(b"cICP", bytes([12, 13, 0, 1]))], None, P3),
        ([(b"cICP", bytes([1, 13, 0, 1])), _gama(100_000)], None, SRGB),
        ([_gama(0)], None, SRGB),
    ],
)
def test_colour_chunks_of_png_count_in_their_order(
    chunks: list[Chunk], gamma: float | None, primaries: NDArray[np.float64]
) -> None:
    assert _distance(_decode(png(COLORS, 8, RGB, chunks)), _converted(COLORS, gamma, primaries)) <= 1


def test_cmyk_of_jpeg_is_inverted_as_adobe_writes_it() -> None:
    """Of no ink, full ink and half of each, in blocks that JPEG keeps."""
    inks = np.array([[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 0, 0], [0, 0, 255, 0], [0, 0, 0, 255], [0, 128, 0, 128]], np.uint8)
    image = Image.frombytes("CMYK", (16 * len(inks), 16), inks[None].repeat(16, 0).repeat(16, 1).tobytes())
    shown = _decode(saved(image, "JPEG", quality=100))[8, 8::16]
    expected = [[255, 255, 255], [0, 255, 255], [255, 0, 255], [255, 255, 0], [0, 0, 0], [127, 63, 127]]
    assert np.abs(shown[:, :3].astype(int) - expected).max() <= 3


def _tiff16() -> bytes:
    return saved(Image.fromarray((RAMP[..., 0] * 257).astype(np.uint16)), "TIFF")


def _tiff_float(maximum: float) -> bytes:
    return saved(Image.fromarray((RAMP[..., 0] * (maximum / 255)).astype(np.float32)), "TIFF")


def _tiff_int(factor: int) -> bytes:
    return saved(Image.fromarray((RAMP[..., 0] * factor).astype(np.int32)), "TIFF")


@pytest.mark.parametrize(
    "data",
    [
        png(RAMP, 8, GREY),
        png(RAMP * 257, 16, GREY),
        _tiff16(),
        _tiff_float(1),
        _tiff_float(255),
        _tiff_int(1),
        _tiff_int(257),
        saved(Image.fromarray(RAMP[..., 0].astype(np.uint8)).convert("LA"), "TIFF"),
    ],
    ids=["png8", "png16", "tiff16", "float to 1", "float to 255", "int8", "int16", "grey and alpha"],
)
def test_a_grey_ramp_is_the_same_in_every_type_of_sample(data: bytes) -> None:
    shown = _decode(data)
    assert np.array_equal(shown[..., :3], RAMP.repeat(3, 2))
    assert (shown[..., 3] == 255).all()


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (lambda: _tiff_float(1000), "floating-point values from 0 to 1000, not from 0 to 1 or to 255"),
        (lambda: _tiff_float(-1), "floating-point values from -1 to -0, not from 0 to 1 or to 255"),
        (lambda: _tiff_int(-3), "integers from -765 to 0, of which the negative ones are no colours"),
        (lambda: png(COLORS, 8, RGB, [(b"cICP", bytes([9, 16, 0, 1]))]), "the colours cICP 9/16, not sRGB or Display P3"),
    ],
)
def test_samples_of_an_unknown_range_are_named_with_their_values(make: Callable[[], bytes], values: str) -> None:
    with pytest.raises(UnreadablePictureError) as caught:
        _decode(make())
    assert f"of a variety that is not read ({values}); save it as a PNG of 8 bits a sample" in str(caught.value)


MODES = {
    "BMP": ("1", "L", "P", "RGB", "RGBA"),
    "TIFF": ("1", "L", "P", "RGB", "RGBA", "LA"),
    "TGA": ("L", "P", "RGB", "RGBA"),
    "PCX": ("1", "L", "P", "RGB"),
    "QOI": ("RGB", "RGBA"),
    "PPM": ("1", "L", "RGB"),
}


@pytest.mark.parametrize(("picture_format", "mode"), [(name, mode) for name, modes in MODES.items() for mode in modes])
def test_modes_of_other_formats(picture_format: str, mode: str) -> None:
    image = Image.fromarray(COLORS).convert(mode)
    (frame,) = decode_frames(saved(image, picture_format), f"a.{picture_format.lower()}")
    assert np.array_equal(frame.rgba, np.asarray(image.convert("RGBA")))
