"""Animations show the frames that browsers show: places, blending, disposals and durations of GIF, APNG and WebP."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mint.picture_files.frame import Frame, Rgba, blend_over
from mint.picture_files.reader import decode_frames
from tests.picture_files.writers import GREY, INDEXED, RGB, RGBA, ApngFrame, GifPart, apng, gif, png, saved

TABLE = np.array([[10, 20, 30], [250, 0, 0], [0, 250, 0], [0, 0, 250]], np.uint8)
CLEAR, RED, GREEN, BLUE = (0, 0, 0, 0), (250, 0, 0, 255), (0, 250, 0, 255), (0, 0, 250, 255)
BACKGROUND = (10, 20, 30, 255)


def _frames(data: bytes) -> list[Frame]:
    return list(decode_frames(data, "a.gif"))


def _row(frame: Frame) -> list[tuple[int, ...]]:
    """Return the colours of the first row."""
    return [tuple(color) for color in frame.rgba[0].tolist()]


def _indices(*rows: list[int]) -> NDArray[np.uint8]:
    return np.array(rows, np.uint8)


@pytest.mark.parametrize(
    ("disposal", "expected"),
    [
        (0, [RED, GREEN, BLUE, RED]),
        (1, [RED, GREEN, BLUE, RED]),
        (2, [RED, CLEAR, BLUE, RED]),
        (3, [RED, RED, BLUE, RED]),
        (4, [RED, RED, BLUE, RED]),
        (7, [RED, GREEN, BLUE, RED]),
    ],
)
def test_gif_disposals_are_those_of_browsers(disposal: int, expected: list[tuple[int, ...]]) -> None:
    """The second frame covers a pixel; the third shows what became of it."""
    parts = [
        GifPart(indices=_indices([1, 1, 1, 1])),
        GifPart(indices=_indices([2, 2]), left=1, disposal=disposal),
        GifPart(indices=_indices([3]), left=2),
    ]
    shown = _frames(gif(parts, TABLE, (1, 4)))
    assert _row(shown[1]) == [RED, GREEN, GREEN, RED]
    assert _row(shown[2]) == expected


def test_a_gif_begins_clear_and_ignores_its_background_colour() -> None:
    parts = [GifPart(indices=_indices([1]), left=1, disposal=2), GifPart(indices=_indices([0, 2]), transparent=0)]
    shown = _frames(gif(parts, TABLE, (1, 3), background=3))
    assert [_row(frame) for frame in shown] == [[CLEAR, RED, CLEAR], [CLEAR, GREEN, CLEAR]]


def test_a_transparent_index_shows_what_lies_below() -> None:
    parts = [GifPart(indices=_indices([1, 2])), GifPart(indices=_indices([3, 0]), transparent=3, table=TABLE[::-1].copy())]
    shown = _frames(gif(parts, TABLE, (1, 2)))
    assert _row(shown[1]) == [RED, BLUE]


def test_interlaced_gif_frames_are_put_in_order() -> None:
    indices = (np.arange(13)[:, None] % 4).repeat(3, 1).astype(np.uint8)
    (shown,) = _frames(gif([GifPart(indices=indices, interlaced=True)], TABLE, (13, 3)))
    assert np.array_equal(shown.rgba[..., :3], TABLE[indices])
    assert shown.duration_ms is None


def test_a_first_frame_larger_than_the_screen_enlarges_it_and_later_ones_are_cut_off() -> None:
    parts = [GifPart(indices=_indices([1, 2, 3])), GifPart(indices=_indices([3, 3, 3, 3]), left=2)]
    shown = _frames(gif(parts, TABLE, (1, 1)))
    assert [_row(frame) for frame in shown] == [[RED, GREEN, BLUE], [RED, GREEN, BLUE]]
    assert shown[0].rgba.shape == (1, 3, 4)


def test_durations_are_those_that_browsers_keep() -> None:
    parts = [GifPart(indices=_indices([1]), hundredths=hundredths) for hundredths in (0, 1, 2, 50)]
    assert [frame.duration_ms for frame in _frames(gif(parts, TABLE, (1, 1)))] == [100, 100, 20, 500]
    samples = np.zeros((1, 1, 4), np.uint8)
    delays = [(0, 10), (1, 0), (3, 4), (1, 100)]
    frames = [ApngFrame(samples=samples, delay=delay) for delay in delays]
    assert [frame.duration_ms for frame in _frames(apng(frames, 8, RGBA))] == [100, 100, 750, 100]


def _random_apng(seed: int, depth: int, color_type: int) -> tuple[list[ApngFrame], list[Rgba]]:
    """Return frames, and each frame's pixels as a still PNG shows them."""
    random = np.random.default_rng(seed)
    channels = 4 if color_type == RGBA else 3 if color_type == RGB else 1
    frames, pixels = [], []
    for number in range(6):
        height, width = (9, 7) if number == 0 else random.integers(1, (9, 7))
        top, left = (0, 0) if number == 0 else (random.integers(0, 10 - height), random.integers(0, 8 - width))
        samples = random.integers(0, 4 if color_type == INDEXED else 1 << depth, (height, width, channels))
        if color_type == RGBA:
            samples[..., 3] = random.choice([0, (1 << depth) // 3, (1 << depth) - 1], (height, width))
        frame = ApngFrame(
            samples=samples, top=int(top), left=int(left), disposal=int(random.integers(3)), blend=int(random.integers(2))
        )
        frames.append(frame)
        pixels.append(next(decode_frames(png(samples, depth, color_type, CHUNKS[color_type]), "still")).rgba)
    return frames, pixels


CHUNKS: dict[int, list[tuple[bytes, bytes]]] = {
    INDEXED: [(b"PLTE", TABLE.tobytes()), (b"tRNS", bytes([255, 0, 100]))],
    GREY: [(b"tRNS", b"\0\3")],
    RGB: [],
    RGBA: [],
}


def _composed(frames: list[ApngFrame], pixels: list[Rgba]) -> list[Rgba]:
    """Compose frames pixel by pixel with exact fractions, as the specification says (third edition, 11.3.3.2)."""
    canvas = np.zeros((9, 7, 4))
    shown = []
    for number, (frame, part) in enumerate(zip(frames, pixels, strict=True)):
        before = canvas.copy()
        for y, x in np.ndindex(part.shape[:2]):
            color, alpha = part[y, x, :3] / 255, part[y, x, 3] / 255
            place = y + frame.top, x + frame.left
            below, below_alpha = canvas[place][:3], canvas[place][3]
            total = alpha + below_alpha * (1 - alpha)
            mixed = (color * alpha + below * below_alpha * (1 - alpha)) / total if total else np.zeros(3)
            canvas[place] = [*mixed, total] if frame.blend else [*color, alpha]
        shown.append(np.where(canvas[..., 3:] == 0, 0, np.round(255 * canvas)).astype(np.uint8))
        region = np.s_[frame.top : frame.top + part.shape[0], frame.left : frame.left + part.shape[1]]
        if frame.disposal == 1 or (frame.disposal == 2 and number == 0):
            canvas[region] = 0
        elif frame.disposal == 2:
            canvas = before
    return shown


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("depth", "color_type"), [(8, RGBA), (16, RGBA), (8, RGB), (8, INDEXED), (4, GREY)])
def test_apng_frames_are_composed_as_the_specification_says(depth: int, color_type: int, seed: int) -> None:
    frames, pixels = _random_apng(seed, depth, color_type)
    shown = list(decode_frames(apng(frames, depth, color_type, CHUNKS[color_type]), "a.apng"))
    expected = _composed(frames, pixels)
    assert len(shown) == len(expected)
    for frame, other in zip(shown, expected, strict=True):
        # Half-transparent pixels over others are rounded once a frame.
        tolerance = 2 if color_type in (RGBA, INDEXED) else 0
        assert np.abs(frame.rgba.astype(int) - other).max() <= tolerance


def test_a_default_image_that_is_no_frame_is_left_out() -> None:
    samples = [np.full((3, 3, 3), 60 * number, np.uint8) for number in range(4)]
    frames = [ApngFrame(samples=each) for each in samples[1:]]
    with_fallback = list(decode_frames(apng(frames, 8, RGB, default_image=samples[0]), "a"))
    without = list(decode_frames(apng(frames, 8, RGB), "a"))
    assert [frame.rgba[0, 0, 0] for frame in with_fallback] == [60, 120, 180]
    assert [frame.rgba.tolist() for frame in with_fallback] == [frame.rgba.tolist() for frame in without]
    (alone,) = decode_frames(apng(frames[:1], 8, RGB, default_image=samples[0]), "a")
    assert (alone.rgba[0, 0, 0], alone.duration_ms) == (60, None)


def test_blending_is_exact_where_nothing_is_half_transparent() -> None:
    random = np.random.default_rng(3)
    pixels, below = random.integers(0, 256, (2, 5, 5, 4)).astype(np.uint8)
    pixels[..., 3] = random.choice([0, 255], (5, 5))
    assert np.array_equal(blend_over(pixels, below), np.where(pixels[..., 3:] == 255, pixels, below))


def test_webp_frames_and_durations() -> None:
    frames = [Image.new("RGBA", (4, 3), color) for color in (RED, CLEAR, (0, 0, 250, 128))]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=[70, 5, 300], lossless=True, exact=True)
    shown = list(decode_frames(data, "a.webp"))
    assert [_row(frame)[0] for frame in shown] == [RED, CLEAR, (0, 0, 250, 128)]
    assert [frame.duration_ms for frame in shown] == [70, 100, 300]


def test_pages_of_a_tiff_are_frames_but_smaller_copies_are_not() -> None:
    pages = [Image.new("RGB", (6, 4), color) for color in ("red", "lime", "blue")]
    pages[1].encoderinfo = {"tiffinfo": {254: 1}}  # a reduced copy of another page
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [_row(frame)[0] for frame in decode_frames(data, "a.tif")] == [(255, 0, 0, 255), (0, 0, 255, 255)]
