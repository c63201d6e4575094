"""Films: decoded frames equal the written ones at their times, and a failure leaves no partial file."""

import errno
import io
import itertools
import json
import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import av
import numpy as np
import pytest
from PIL import Image

from viewer.errors import PictureError
from viewer.pictures.film import FORMATS, Film, write_film

RGBA = ("#1a1c2cff", "#ff77a8ff", "#29adffff", "#fff1e8ff", "#00e436ff", "#ff000080")
RGB = [(26, 28, 44), (255, 119, 168), (41, 173, 255), (255, 241, 232), (0, 228, 54), (128, 0, 0)]
NOTES = {"token": 'a "hash" & <more> für ♥', "step": 12, "seed": 2**63}


def moving_frames(count: int, size: tuple[int, int] = (13, 17)) -> list[np.ndarray]:
    """Return frames in which patches of colour move; every fifth equals the one before."""
    height, width = size
    random = np.random.default_rng(count)
    frame = random.integers(0, len(RGBA), size, np.uint8)
    frames = []
    for number in range(count):
        if number % 5:
            top, left = random.integers(0, height - 2), random.integers(0, width - 3)
            frame = frame.copy()
            frame[top : top + 3, left : left + 4] = random.integers(0, len(RGBA))
        frames.append(frame)
    return frames


def film(count: int, fps: int = 12, scale: int = 4, palette: tuple[str, ...] = RGBA) -> Film:
    return Film(palette=palette, count=count, fps=fps, scale=scale, notes=NOTES)


def decode(path: Path) -> Iterator[tuple[np.ndarray, Fraction]]:
    """Yield the frames of a film, (H, W, 3) uint8, and the duration of each, in seconds."""
    if path.suffix == ".mp4":
        with av.open(path) as container:
            frames = [*container.decode(video=0)]
            stream = container.streams.video[0]
            assert stream.duration is not None
            assert stream.time_base is not None
            starts = [frame.pts for frame in frames if frame.pts is not None]
            for frame, start, end in zip(frames, starts, [*starts[1:], stream.duration], strict=True):
                yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), (end - start) * stream.time_base
        return
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            yield np.asarray(image.convert("RGB")), Fraction(int(image.info["duration"]), 1000)


def frames_at(path: Path, times: list[Fraction]) -> list[np.ndarray]:
    """Return the frames that are displayed at these times."""
    frames = list(decode(path))
    ends = list(itertools.accumulate(length for _, length in frames))
    return [frames[next(number for number, end in enumerate(ends) if time < end)][0] for time in times]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(("scale", "fps"), [(4, 12), (1, 30), (3, 50)])
def test_decoded_frames_equal_the_written_ones(suffix: str, scale: int, fps: int, tmp_path: Path) -> None:
    frames, path = moving_frames(14), tmp_path / f"film{suffix}"
    write_film(path, frames, film(14, fps, scale), lambda number: None)
    middles = [Fraction(2 * number + 1, 2 * fps) for number in range(14)]
    for frame, picture in zip(frames, frames_at(path, middles), strict=True):
        height, width = (side * scale for side in frame.shape)
        expected = np.array(RGB, np.uint8)[frame].repeat(scale, 0).repeat(scale, 1)
        if suffix != ".mp4":
            np.testing.assert_array_equal(picture, expected)
            continue
        assert picture.shape == (height + height % 2, width + width % 2, 3)
        error = np.abs(picture[:height, :width].astype(int) - expected)
        # Where a pixel is smaller than a block of colour, or lies across two, colours of its neighbours mix in.
        assert error.mean() < (3 if scale == 4 else 60)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_film_lasts_as_long_as_its_frames_and_repeats(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"film{suffix}"
    write_film(path, moving_frames(50), film(50, fps=30, scale=2))
    unit = Fraction(1, 100 if suffix == ".gif" else 1000)
    assert abs(sum(length for _, length in decode(path)) - Fraction(50, 30)) <= unit
    if suffix != ".mp4":
        with Image.open(path) as image:
            assert image.info["loop"] == 0


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_film_holds_its_notes(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"film{suffix}"
    write_film(path, moving_frames(3), film(3))
    if suffix == ".mp4":
        with av.open(path) as container:
            comment = container.metadata["comment"]
    else:
        with Image.open(path) as image:
            if suffix == ".gif":
                comment = image.info["comment"].decode()
            else:
                comment = "".join(ElementTree.fromstring(image.info["xmp"]).itertext())
    assert json.loads(comment) == {"software": "Pixelmint", **NOTES}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("count", [1, 4])
def test_a_film_may_be_still(suffix: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / f"film{suffix}"
    write_film(path, count * moving_frames(1), film(count))
    assert all(np.array_equal(frame, next(decode(path))[0]) for frame, _ in decode(path))


@pytest.mark.parametrize("colors", [2, 3, 4, 255, 256])
def test_a_gif_keeps_a_palette_of_any_size(colors: int, tmp_path: Path) -> None:
    palette = tuple(f"#{number:02x}{255 - number:02x}40ff" for number in range(colors))
    frames = [np.arange(512, dtype=np.uint16).reshape(16, 32) // turn % colors for turn in (1, 2, 4)]
    path = tmp_path / "film.gif"
    write_film(path, [frame.astype(np.uint8) for frame in frames], film(3, palette=palette, scale=1))
    for frame, (picture, _) in zip(frames, decode(path), strict=True):
        np.testing.assert_array_equal(picture, np.stack([frame, 255 - frame, np.full_like(frame, 64)], -1))


def test_an_mp4_states_its_colour_space_and_can_be_streamed(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, moving_frames(5), film(5))
    with av.open(path) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt, context.colorspace, context.color_range) == ("h264", "yuv420p", 1, 1)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_failure_leaves_the_old_film(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"film{suffix}"
    path.write_bytes(b"old")

    def failing_frames() -> Iterator[np.ndarray]:
        yield from moving_frames(3)
        raise PictureError("no more")

    huge = itertools.repeat(np.zeros((2000, 3), np.uint8), 4)
    foreign = [*moving_frames(3), moving_frames(4)[3] + 9]
    for frames, reason in [(failing_frames(), "no more"), (huge, "would be 12x8000, at most 4096"), (foreign, "of a palette of 6")]:
        with pytest.raises(PictureError, match=reason):
            write_film(path, frames, film(4))
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_missing_folder_is_one_sentence(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"film\.\w+ cannot be written: No such file or directory"):
        write_film(tmp_path / "missing" / f"film{suffix}", moving_frames(2), film(2))


class FullDisk(io.FileIO):
    """A file on a disk with little space."""

    space = 700

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.space:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_full_disk_is_one_sentence_and_leaves_no_file(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Path, "open", lambda path, mode: FullDisk(path, mode.replace("b", "")))
    random = np.random.default_rng(1)
    frames = (random.integers(0, len(RGBA), (64, 64), np.uint8) for _ in range(40))
    path = tmp_path / f"film{suffix}"
    with pytest.raises(PictureError, match=r"cannot be written: No space left on device; give another place with -o"):
        write_film(path, frames, film(40))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_a_missing_library_is_reported_with_its_repair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(PictureError, match=r"MP4 needs PyAV, which is not installed: pip install av, or name a \.gif or \.webp"):
        write_film(tmp_path / "film.mp4", moving_frames(2), film(2))
    write_film(tmp_path / "film.gif", moving_frames(2), film(2))
