"""Picture files are read as Chromium shows them: stills through an image, animations frame by frame through its decoder."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from mint.picture_files.frame import Rgba
from mint.picture_files.reader import decode_frames
from tests.picture_files.writers import (
    GREY,
    GREY_ALPHA,
    INDEXED,
    NUM_CHANNELS,
    RGB,
    RGBA,
    ApngFrame,
    Chunk,
    GifPart,
    apng,
    exif,
    gif,
    png,
    saved,
)

SHOWN = """
    async ([encoded, type, animated]) => {
        const data = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
        const pixels = (source, width, height) => {
            const canvas = new OffscreenCanvas(width, height).getContext("2d");
            canvas.drawImage(source, 0, 0);
            return [width, height, Array.from(canvas.getImageData(0, 0, width, height).data)];
        };
        if (!animated) {
            const bitmap = await createImageBitmap(new Blob([data], {type}));
            return [pixels(bitmap, bitmap.width, bitmap.height)];
        }
        const decoder = new ImageDecoder({data, type});
        await decoder.tracks.ready;
        await decoder.completed;
        const frames = [];
        for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex += 1) {
            const {image} = await decoder.decode({frameIndex});
            frames.push(pixels(image, image.displayWidth, image.displayHeight));
        }
        return frames;
    }
"""
Show = Callable[[bytes, str, bool], list[Rgba]]
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), INDEXED: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}


@pytest.fixture(scope="module")
def shown(browser: Browser) -> Iterator[Show]:
    """Return a function that returns the frames (H, W, 4) of a file as the browser shows them."""
    context = browser.new_context()
    # The decoder of frames exists on secure pages only.
    context.route("**/*", lambda route: route.fulfill(body="<title>Pictures</title>", content_type="text/html"))
    page = context.new_page()
    page.goto("https://pictures.example/")

    def show(data: bytes, mime_type: str, animated: bool = False) -> list[Rgba]:
        frames: list[Any] = page.evaluate(SHOWN, [base64.b64encode(data).decode(), mime_type, animated])
        return [np.array(pixels, np.uint8).reshape(height, width, 4) for width, height, pixels in frames]

    yield show
    context.close()


def _check(ours: list[Rgba], theirs: list[Rgba], tolerance: int) -> None:
    assert [frame.shape for frame in ours] == [frame.shape for frame in theirs]
    for frame, other in zip(ours, theirs, strict=True):
        visible = np.where(other[..., 3:] == 0, 0, other)
        assert np.abs(frame.astype(int) - visible).max() <= tolerance


def _samples(random: np.random.Generator, depth: int, color_type: int, height: int, width: int) -> Any:
    samples = random.integers(0, 1 << depth, (height, width, NUM_CHANNELS[color_type]))
    if color_type in (GREY_ALPHA, RGBA):
        samples[..., -1] = random.choice([0, (1 << depth) // 2, (1 << depth) - 1], (height, width))
    return samples


def _chunks(random: np.random.Generator, depth: int, color_type: int, *, transparent: bool) -> list[Chunk]:
    if color_type == INDEXED:
        palette = random.integers(0, 256, 3 << depth).astype(np.uint8).tobytes()
        return [(b"PLTE", palette), *([(b"tRNS", bytes([0, 128]))] if transparent else [])]
    return [(b"tRNS", b"\0\1" * NUM_CHANNELS[color_type])] if transparent else []


def _stills() -> dict[str, tuple[bytes, str, int]]:
    """Return files, their types and the largest difference: a canvas rounds what is half-transparent, JPEG decoders differ."""
    random = np.random.default_rng(8)
    files: dict[str, tuple[bytes, str, int]] = {}
    for color_type, depths in DEPTHS.items():
        for depth in depths:
            for transparent in (False, True) if color_type in (GREY, RGB, INDEXED) else (False,):
                samples = _samples(random, depth, color_type, 9, 11)
                samples[:2] = 1
                chunks = _chunks(random, depth, color_type, transparent=transparent)
                data = png(samples, depth, color_type, chunks, interlaced=bool(random.integers(2)))
                files[f"png {color_type} {depth} {transparent}"] = data, "image/png", 1
    picture = Image.fromarray(random.integers(0, 256, (6, 9, 3)).astype(np.uint8)).resize((72, 48), Image.Resampling.NEAREST)
    for orientation in range(1, 9):
        files[f"jpeg {orientation}"] = saved(picture, "JPEG", exif=exif(orientation), quality=90), "image/jpeg", 2
    files["png turned"] = png(np.asarray(picture), 8, RGB, [(b"eXIf", exif(6).removeprefix(b"Exif\0\0"))]), "image/png", 0
    files["jpeg cmyk"] = saved(picture.convert("CMYK"), "JPEG", quality=95), "image/jpeg", 3
    files["jpeg grey"] = saved(picture.convert("L"), "JPEG"), "image/jpeg", 2
    for gamma in (45455, 55556, 100_000):
        chunk = b"gAMA", gamma.to_bytes(4, "big")
        files[f"png gamma {gamma}"] = png(np.arange(256).reshape(16, 16, 1), 8, GREY, [chunk]), "image/png", 1
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        files[f"bmp {mode}"] = saved(picture.convert(mode), "BMP"), "image/bmp", 0
    files["webp"] = saved(picture, "WEBP", lossless=True), "image/webp", 0
    return files


def _random_gif(seed: int) -> bytes:
    random = np.random.default_rng(seed)
    height, width = (int(side) for side in random.integers(6, 16, 2))
    parts = []
    for number in range(int(random.integers(2, 7))):
        part_height, part_width = random.integers(1, (height + 1, width + 1))
        parts.append(
            GifPart(
                indices=random.integers(0, 8, (part_height, part_width)).astype(np.uint8),
                top=int(random.integers(0, height - part_height + 1)),
                left=int(random.integers(0, width - part_width + 1)),
                disposal=(number + seed) % 5,
                transparent=None if random.random() < 0.4 else int(random.integers(8)),
                table=random.integers(0, 256, (8, 3)).astype(np.uint8) if random.random() < 0.3 else None,
                interlaced=bool(random.integers(2)),
            )
        )
    return gif(parts, random.integers(0, 256, (8, 3)).astype(np.uint8), (height, width), int(random.integers(8)))


def _random_apng(seed: int) -> bytes:
    random = np.random.default_rng(seed)
    color_type, depth = [(RGBA, 8), (RGBA, 16), (INDEXED, 2), (RGB, 8), (GREY, 4), (GREY_ALPHA, 8)][seed % 6]
    frames = []
    for number in range(5):
        height, width = (12, 9) if number == 0 else random.integers(1, (13, 10))
        frames.append(
            ApngFrame(
                samples=_samples(random, depth, color_type, height, width),
                top=int(random.integers(0, 13 - height)),
                left=int(random.integers(0, 10 - width)),
                disposal=int(random.integers(3)),
                blend=int(random.integers(2)),
            )
        )
    default_image = _samples(random, depth, color_type, 12, 9) if seed % 2 else None
    chunks = _chunks(random, depth, color_type, transparent=color_type in (INDEXED, GREY))
    return apng(frames, depth, color_type, chunks, default_image=default_image)


def _animations() -> dict[str, tuple[bytes, str, int]]:
    files = {f"gif {seed}": (_random_gif(seed), "image/gif", 0) for seed in range(16)}
    files |= {f"apng {seed}": (_random_apng(seed), "image/apng", 1) for seed in range(12)}
    colors = [(255, 0, 0, 255), (0, 0, 0, 0), (0, 200, 0, 255)]
    frames = [Image.new("RGBA", (8, 6), color) for color in colors]
    webp = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return {**files, "webp": (webp, "image/webp", 0)}


@pytest.mark.parametrize(("make", "animated"), [(_stills, False), (_animations, True)], ids=["stills", "animations"])
def test_files_are_read_as_the_browser_shows_them(shown: Show, make: Callable[[], Any], animated: bool) -> None:
    for name, (data, mime_type, tolerance) in make().items():
        ours = [frame.rgba for frame in decode_frames(data, name)]
        try:
            _check(ours, shown(data, mime_type, animated), tolerance)
        except AssertionError as error:
            raise AssertionError(f"{name} differs from what the browser shows") from error
