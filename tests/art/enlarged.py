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
    large = _resize(on_white(rgba), int(random.choice(JPEG_SCALES)), Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    Image.fromarray(large).convert("RGB").save(buffer, "JPEG", quality=75)
    return np.array(Image.open(buffer).convert("RGBA"))


ENLARGEMENTS: dict[str, Enlargement] = {
    **{f"x{scale} nearest": by_nearest(scale) for scale in range(2, 21)},
    "x7.5 nearest": by_nearest(7.5),
    "x8.33 bilinear": by_bilinear,
    "511 px bicubic and noise": by_noisy_bicubic,
    "JPEG quality 75": by_jpeg,
}


def share_correct(native: Rgba, downscaled: Rgba, enlargement: str) -> float:
    """Return the share of downscaled pixels whose nearest colour among the native ones is the correct one."""
    expected = (on_white(native) if enlargement.startswith("JPEG") else native).astype(int)
    expected[expected[..., 3] == 0] = 0
    colors, indices = np.unique(expected.reshape(-1, 4), axis=0, return_inverse=True)
    distances = np.square(downscaled.reshape(-1, 1, 4).astype(int) - colors).sum(2)
    return float(np.mean(distances.argmin(1) == indices.ravel()))
