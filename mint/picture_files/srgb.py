"""Colours to sRGB: the modes that Pillow decodes to, ICC profiles, and the colour chunks of PNG."""

import struct
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from mint.picture_files.frame import Rgba, rgba_of
from mint.picture_files.variety import UnknownVarietyError

# A profile that moves no colour by more than this is sRGB, and the exact colours of pixel art are kept.
_SAME_LEVELS: Final = 2
_SRGB_GAMMA: Final = 45455  # 1 / 2.2 in a gAMA chunk, which means sRGB in practice
_SRGB_PRIMARIES: Final = np.array([[0.3127, 0.3290], [0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])  # white, red, green, blue
_DISPLAY_P3_PRIMARIES: Final = np.array([[0.3127, 0.3290], [0.680, 0.320], [0.265, 0.690], [0.150, 0.060]])
_TRANSFORMED_MODES: Final = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_PROBE_LEVELS: Final = np.array([0, 16, 64, 100, 128, 200, 255], np.uint8)


def to_srgb(image: Image.Image) -> Rgba:
    """Return a picture of any mode as RGBA (H, W, 4) uint8 in sRGB; its ICC profile is applied.

    Raises UnknownVarietyError for values whose range is not known.
    """
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;"):
        image = Image.fromarray(levels(np.asarray(image)))
    elif mode == "LAB":
        image = _lab_to_srgb(image)
    profile = image.info.get("icc_profile")
    if mode == "CMYK":
        return rgba_of(_transformed(image, profile, "CMYK") or image.convert("RGB"))
    return apply_icc_profile(rgba_of(image), profile)


def apply_icc_profile(rgba: Rgba, profile: bytes | None) -> Rgba:
    """Return pixels (H, W, 4) of an RGB or grey profile in sRGB; a profile of other colours, or a damaged one, changes nothing.

    The pixels may be changed in place.
    """
    if profile is None:
        return rgba
    converted = _transformed(Image.fromarray(rgba[..., :3]), profile, "RGB ")
    if converted is None and (rgba[..., 0] == rgba[..., 1]).all() and (rgba[..., 1] == rgba[..., 2]).all():
        converted = _transformed(Image.fromarray(rgba[..., 0]), profile, "GRAY")
    if converted is not None:
        rgba[..., :3] = np.asarray(converted)
    return rgba


def levels(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Return samples (H, W) of 16 or 32 bits or floats as 8-bit levels, by the range they use.

    Floats from 0 to 1 are fractions; else values up to 255 are levels, and integers above are of 16 or 32 bits, of which the
    upper 8 are kept. Raises UnknownVarietyError for values that are negative, not finite, or floats above 255.
    """
    if samples.dtype.kind == "f":
        low, high = float(np.min(samples)), float(np.max(samples))
        if not (low >= 0 and high <= 255):
            raise UnknownVarietyError(f"floating-point values from {low:g} to {high:g}, not from 0 to 1 or to 255")
        return np.round(samples * (255 if high <= 1 else 1)).astype(np.uint8)
    if samples.dtype.itemsize == 2:
        return (samples.astype(np.uint16) >> 8).astype(np.uint8)
    low, high = int(samples.min()), int(samples.max())
    if low < 0:
        raise UnknownVarietyError(f"integers from {low} to {high}, of which the negative ones are no colours")
    shift = 0 if high < 1 << 8 else 8 if high < 1 << 16 else 24
    return (samples >> shift).astype(np.uint8)


def apply_png_colors(rgba: Rgba, chunks: dict[bytes, bytes]) -> Rgba:
    """Return pixels (H, W, 4) of a PNG in sRGB, as its chunks cICP, iCCP, sRGB, gAMA and cHRM say, in this order.

    Source: PNG specification, third edition, 4.3. A gamma of 1/2.2 without other primaries counts as sRGB, and primaries without a
    gamma do not count, as in Chromium. Raises UnknownVarietyError for colours of cICP other than sRGB's and Display P3's.
    """
    primaries, gamma = _declared_colors(chunks)
    is_srgb_gamma = not gamma or abs(gamma / _SRGB_GAMMA - 1) < 0.05
    is_srgb_primaries = np.abs(primaries - _SRGB_PRIMARIES).max() < 0.005
    if is_srgb_gamma and is_srgb_primaries:
        return rgba
    steps = np.arange(256) / 255
    srgb_linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    linear = steps ** (100_000 / gamma) if gamma else srgb_linear
    matrix = np.eye(3) if is_srgb_primaries else np.linalg.inv(_to_xyz(_SRGB_PRIMARIES)) @ _to_xyz(primaries)
    colors, indices = np.unique(rgba.reshape(-1, 4), axis=0, return_inverse=True)
    light = np.clip(linear[colors[:, :3]] @ matrix.T, 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    colors[:, :3] = np.round(255 * encoded)
    return colors[indices.ravel()].reshape(rgba.shape)


def _declared_colors(chunks: dict[bytes, bytes]) -> tuple[NDArray[np.float64], int | None]:
    """Return the chromaticities (4, 2) of white, red, green and blue, and 100,000 times the gamma, None for the curve of sRGB."""
    if len(chunks.get(b"cICP", b"")) == 4:
        primaries, transfer = chunks[b"cICP"][:2]
        if transfer != 13 or primaries not in (1, 12):
            raise UnknownVarietyError(f"the colours cICP {primaries}/{transfer}, not sRGB or Display P3")
        return _SRGB_PRIMARIES if primaries == 1 else _DISPLAY_P3_PRIMARIES, None
    if b"iCCP" in chunks or b"sRGB" in chunks or len(chunks.get(b"gAMA", b"")) != 4:
        return _SRGB_PRIMARIES, None  # Pillow hands the profile on
    gamma = int(struct.unpack(">I", chunks[b"gAMA"])[0])
    if not gamma or len(chunks.get(b"cHRM", b"")) != 32:
        return _SRGB_PRIMARIES, gamma
    return np.array(struct.unpack(">8I", chunks[b"cHRM"])).reshape(4, 2) / 100_000, gamma


def _to_xyz(primaries: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix (3, 3) from linear RGB to XYZ, for the chromaticities (4, 2) of white, red, green and blue."""
    x, y = primaries.T
    xyz = np.stack([x / y, np.ones(4), (1 - x - y) / y])
    matrix: NDArray[np.float64] = xyz[:, 1:] * np.linalg.solve(xyz[:, 1:], xyz[:, 0])
    return matrix


def _lab_to_srgb(image: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None
    return converted


def _transformed(image: Image.Image, profile: bytes | None, colors: str) -> Image.Image | None:
    """Return a picture in sRGB, or None if the profile is for other colours, is damaged, or is sRGB itself."""
    transform = _transform(profile, colors) if profile else None
    return None if transform is None else ImageCms.applyTransform(image, transform)


@lru_cache(maxsize=16)
def _transform(profile: bytes, colors: str) -> ImageCms.ImageCmsTransform | None:
    try:
        source = ImageCms.getOpenProfile(BytesIO(profile))
        if source.profile.xcolor_space != colors:
            return None
        mode = _TRANSFORMED_MODES[colors]
        # Without precomputed tables, which are coarse in dark colours.
        flags = ImageCms.Flags.NOOPTIMIZE
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", flags=flags)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if mode == "CMYK":
        return transform
    # (7, 7, 7, 3) -> (343, 1, 3)
    probe = np.stack(np.meshgrid(*[_PROBE_LEVELS] * 3), -1).reshape(-1, 1, 3)
    moved = ImageCms.applyTransform(Image.fromarray(probe).convert(mode), transform)
    assert moved is not None
    before = np.asarray(Image.fromarray(probe).convert(mode).convert("RGB")).astype(np.int16)
    return None if np.abs(before - np.asarray(moved)).max() <= _SAME_LEVELS else transform
