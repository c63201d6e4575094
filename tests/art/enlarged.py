"""Enlarged art with a known true size: sprites of drawn tokens, enlarged in the ways that art on the web has been."""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.rgba import Rgba
from mint.token.hash import parse_hash
from mint.token.token import draw_token

SIDES = (32, 24, 16)
JPEG_SCALES = (6, 8, 10, 12)

Enlargement = Callable[[Rgba, np.random.Generator], Rgba]


def native_sprites(num_sprites: int) -> list[Rgba]:
    """Return sprites (H, W, 4) of 32, 24 and 16 pixels a side in turn, every fourth with its background cleared.

    Sprites that themselves look enlarged along an axis are left out: their true size is ambiguous.
    """
    random = np.random.default_rng(5)
    out: list[Rgba] = []
    number = 0
    while len(out) < num_sprites:
        token = draw_token(parse_hash(f"enlarged {number}"))
        number += 1
        for index in random.permutation(9)[:4]:
            side = SIDES[len(out) % 3]
            y, x = random.integers(0, 33 - side, 2)
            pixels = token.pixels[index][y : y + side, x : x + side]
            if not is_unambiguous(pixels):
                continue
            rgba = token.palette.rgba[pixels]
            if len(out) % 4 == 0:
                rgba[pixels == np.bincount(pixels.ravel()).argmax()] = 0
            out.append(rgba)
    return out[:num_sprites]


def is_unambiguous(pixels: NDArray[np.uint8]) -> bool:
    """Tell whether indices (H, W) do not look like an enlargement of fewer pixels along either axis."""
    for lines in (pixels, pixels.T):
        edges = np.flatnonzero((lines[1:] != lines[:-1]).any(1)) + 1
        if len(edges) < 4 or np.gcd.reduce(np.append(edges, len(lines))) > 1:
            return False
    return True


def on_white(rgba: Rgba) -> Rgba:
    """Return a picture on white, for formats without alpha."""
    background = Image.new("RGBA", rgba.shape[1::-1], "white")
    background.alpha_composite(Image.fromarray(rgba))
    return np.asarray(background)


def _resize(rgba: Rgba, scale: float, resampling: Image.Resampling) -> Rgba:
    return np.array(Image.fromarray(rgba).resize((round(rgba.shape[1] * scale), round(rgba.shape[0] * scale)), resampling))


def by_nearest(scale: float) -> Enlargement:
    """Return an enlargement that copies pixels."""
    return lambda rgba, _: _resize(rgba, scale, Image.Resampling.NEAREST)


def by_bilinear(rgba: Rgba, _: np.random.Generator) -> Rgba:
    """Enlarge 8.33 times, bilinear."""
    return _resize(rgba, 8.33, Image.Resampling.BILINEAR)


def by_noisy_bicubic(rgba: Rgba, random: np.random.Generator) -> Rgba:
    """Enlarge to 511 pixels, bicubic, with noise of 6 levels."""
    large = np.array(Image.fromarray(rgba).resize((511, 511), Image.Resampling.BICUBIC))
    noisy = np.clip(large + random.normal(0, 6, large.shape), 0, 255).round().astype(np.uint8)
    noisy[..., 3] = large[..., 3]
    return noisy


def by_jpeg(rgba: Rgba, random: np.random.Generator) -> Rgba:
    """Enlarge 6, 8, 10 or 12 times on white, and save as a JPEG of quality 75."""
    return _through_jpeg(_resize(on_white(rgba), int(random.choice(JPEG_SCALES)), Image.Resampling.NEAREST))


ENLARGEMENTS: dict[str, Enlargement] = {
    **{f"x{scale} nearest": by_nearest(scale) for scale in range(2, 21)},
    "x7.5 nearest": by_nearest(7.5),
    "x8.33 bilinear": by_bilinear,
    "511 px bicubic and noise": by_noisy_bicubic,
    "JPEG quality 75": by_jpeg,
}


def _copied(rgba: Rgba, heights: NDArray[np.int_], widths: NDArray[np.int_]) -> Rgba:
    """Return a picture whose rows and columns are repeated as often as given."""
    return np.ascontiguousarray(rgba.repeat(heights, 0).repeat(widths, 1))


def by_nearest_and_cut(min_scale: int) -> Enlargement:
    """Return an enlargement, up to 12 times, with a part of the outermost pixels cut off on some sides, on one at least."""

    def enlarge(rgba: Rgba, random: np.random.Generator) -> Rgba:
        scale = int(random.integers(min_scale, 13))
        large = rgba.repeat(scale, 0).repeat(scale, 1)
        top, bottom, left, right = random.integers(1, scale, 4) * (random.permutation(4) < random.integers(1, 5))
        return np.ascontiguousarray(large[top : len(large) - bottom, left : large.shape[1] - right])

    return enlarge


def by_nearest_and_framed(rgba: Rgba, random: np.random.Generator) -> Rgba:
    """Enlarge 4 to 12 times, and put a clear, black or white frame around it that is thinner than a pixel."""
    scale = int(random.integers(4, 13))
    width = int(random.integers(1, scale))
    color = [(0, 0, 0, 0), (0, 0, 0, 255), (255, 255, 255, 255)][random.integers(3)]
    out = np.full((scale * rgba.shape[0] + 2 * width, scale * rgba.shape[1] + 2 * width, 4), color, np.uint8)
    out[width:-width, width:-width] = rgba.repeat(scale, 0).repeat(scale, 1)
    return out


def by_pixel_aspect(width: float, height: float) -> Enlargement:
    """Return an enlargement by copying into pixels that are not square, 1 to 4 times as large as given."""

    def enlarge(rgba: Rgba, random: np.random.Generator) -> Rgba:
        scale = int(random.integers(1, 5))
        size = round(scale * width * rgba.shape[1]), round(scale * height * rgba.shape[0])
        return np.array(Image.fromarray(rgba).resize(size, Image.Resampling.NEAREST))

    return enlarge


def by_drifting(rgba: Rgba, random: np.random.Generator) -> Rgba:
    """Enlarge 6 to 16 times with cells that are up to a tenth larger or smaller: at random, in waves, or more and more."""
    scale, kind = int(random.integers(6, 17)), int(random.integers(3))
    sizes = []
    for side in rgba.shape[:2]:
        waves = 0.1 * np.sin(np.arange(side) * 2 * np.pi / random.uniform(6, 20) + random.uniform(0, 6))
        drift = [random.uniform(-0.1, 0.1, side), waves, np.linspace(0, 0.1, side)][kind]
        sizes.append(np.diff(np.round(np.cumsum(np.append(0, scale * (1 + drift))))).astype(np.int_))
    return _copied(rgba, sizes[0], sizes[1])


def as_jpeg(enlargement: Enlargement) -> Enlargement:
    """Return an enlargement on white that is then saved as a JPEG of quality 75."""

    def enlarge(rgba: Rgba, random: np.random.Generator) -> Rgba:
        return _through_jpeg(on_white(enlargement(rgba, random)))

    return enlarge


def _through_jpeg(rgba: Rgba) -> Rgba:
    buffer = io.BytesIO()
    Image.fromarray(rgba).convert("RGB").save(buffer, "JPEG", quality=75)
    return np.array(Image.open(buffer).convert("RGBA"))


# Ways in which the grid is not the usual one; a refusal is right, too.
UNUSUAL_GRIDS: dict[str, Enlargement] = {
    "cut by part of a pixel": by_nearest_and_cut(4),
    "framed by part of a pixel": by_nearest_and_framed,
    "pixels of 5:6": by_pixel_aspect(2.5, 3),
    "pixels of 2:1": by_pixel_aspect(4, 2),
    "drifting by a tenth": by_drifting,
    "cut, JPEG quality 75": as_jpeg(by_nearest_and_cut(6)),
    "pixels of 5:6, JPEG quality 75": as_jpeg(by_pixel_aspect(5, 6)),
    "drifting, JPEG quality 75": as_jpeg(by_drifting),
}


def share_correct(native: Rgba, downscaled: Rgba, enlargement: str) -> float:
    """Return the share of downscaled pixels whose nearest colour among the native ones is the correct one."""
    expected = (on_white(native) if "JPEG" in enlargement else native).astype(int)
    expected[expected[..., 3] == 0] = 0
    colors, indices = np.unique(expected.reshape(-1, 4), axis=0, return_inverse=True)
    distances = np.square(downscaled.reshape(-1, 1, 4).astype(int) - colors).sum(2)
    return float(np.mean(distances.argmin(1) == indices.ravel()))
