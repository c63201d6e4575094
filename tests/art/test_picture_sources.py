"""Sources of pictures: what is stored and what is decoded again, frames and names, archives, and files that cannot be read."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.art import pixel_storage
from mint.art.importer import ImportOptions, read_sheets
from mint.art.picture_sources import SourcePicture, read_pictures
from mint.art.pixel_storage import EncodedPixels, FrameDecoder, RepeatedPixels
from mint.art.rgba import Rgba
from mint.errors import ArtError
from mint.picture_files import source_files
from mint.picture_files.source_files import SourceFile
from tests.picture_files.writers import RGBA, ApngFrame, apng, saved

RANDOM = np.random.default_rng(6)


def _noise(height: int, width: int) -> Rgba:
    rgba = RANDOM.integers(0, 256, (height, width, 4)).astype(np.uint8)
    rgba[..., 3] |= 1
    return rgba


def _read(*paths: Path) -> list[SourcePicture]:
    return read_pictures(paths, lambda done, total: None)


@pytest.mark.parametrize("size", [(1, 1), (7, 1), (20, 30), (31, 17)])
def test_enlarged_pixels_come_back_from_their_storage(size: tuple[int, int]) -> None:
    native = _noise(5, 4)
    # Rows and columns of any width, as a fraction enlarges them.
    rows, columns = (np.sort(RANDOM.integers(0, side, length)) for side, length in zip((5, 4), size, strict=True))
    enlarged = native[rows][:, columns]
    storage = RepeatedPixels(enlarged)
    assert storage.size == size
    assert np.array_equal(storage.read(), enlarged)
    assert storage.num_bytes <= native.nbytes


def test_pictures_beyond_the_budget_stay_in_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [_noise(20, 20) for _ in range(6)]
    for number, rgba in enumerate(expected):
        Image.fromarray(rgba).save(tmp_path / f"{number}.png")
    Image.fromarray(expected[0]).resize((200, 200), Image.Resampling.NEAREST).save(tmp_path / "large.png")
    monkeypatch.setattr(pixel_storage, "MAX_BYTES", 3 * 1600)
    pictures = _read(tmp_path)
    kinds = [type(picture._pixels) for picture in pictures]
    assert kinds == [np.ndarray] * 3 + [EncodedPixels] * 4
    for picture, rgba in zip(pictures, expected, strict=False):
        assert (picture.size, picture.name) == ((20, 20), picture.file[0])
        assert np.array_equal(picture.rgba, rgba)
    assert pictures[-1].size == (200, 200)
    assert np.array_equal(pictures[-1].rgba[::10, ::10], expected[0])


def test_frames_that_are_decoded_again_are_decoded_in_one_go() -> None:
    frames = [_noise(4, 4) for _ in range(9)]
    data = apng([ApngFrame(samples=rgba) for rgba in frames], 8, RGBA)
    reads: list[str] = []

    def read() -> bytes:
        reads.append("a.png")
        return data

    file = SourceFile(name="a.png", display_name="a.png", read=read)
    decoder = FrameDecoder()
    for number, rgba in enumerate(frames):
        assert np.array_equal(decoder.decode(file, number), rgba)
        assert np.array_equal(decoder.decode(file, number), rgba)
    assert len(reads) == 1
    assert np.array_equal(decoder.decode(file, 2), frames[2])
    assert len(reads) == 2


def test_a_long_animation_is_one_picture_a_frame(tmp_path: Path) -> None:
    """80 frames of 680 x 680."""
    table = RANDOM.integers(0, 256, (4, 3)).astype(np.uint8)
    native = RANDOM.integers(0, 4, (80, 17, 17)).astype(np.uint8)
    frames = [Image.fromarray(indices.repeat(40, 0).repeat(40, 1)) for indices in native]
    for frame in frames:
        frame.putpalette(table.tobytes())
    frames[0].save(tmp_path / "walk.gif", save_all=True, append_images=frames[1:], duration=70)
    pictures = _read(tmp_path / "walk.gif")
    assert [picture.name for picture in pictures] == [f"walk#{number}" for number in range(80)]
    assert {picture.duration_ms for picture in pictures} == {70}
    sheets = read_sheets([tmp_path / "walk.gif"], ImportOptions(), lambda stage, done, total: None)
    for sheet, indices in zip(sheets, native, strict=True):
        assert sheet.source_size == (680, 680)
        assert np.array_equal(sheet.picture.rgba[..., :3], table[indices])


def test_folders_find_every_suffix_and_leave_others_alone(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    data = saved(Image.fromarray(_noise(2, 2)), "PNG")
    for name in ("1.apng", "2.PNG", "3.jfif", "b/4.tif", "b/5.webp", "6.txt", ".7.png", "b/8.aseprite"):
        (tmp_path / name).write_bytes(data)
    assert [picture.file for picture in _read(tmp_path)] == ["1.apng", "2.PNG", "3.jfif", "b/4.tif", "b/5.webp"]


def _archive(path: Path, names: list[str]) -> list[Rgba]:
    """Write a zip archive of pictures in the order of the names, as given, and return the pictures."""
    pictures = [_noise(2, 2) for _ in names]
    with zipfile.ZipFile(path, "w") as archive:
        for name, rgba in zip(names, pictures, strict=True):
            entry = zipfile.ZipInfo("x")
            entry.filename = name  # the constructor would change it
            archive.writestr(entry, saved(Image.fromarray(rgba), "PNG"))
    return pictures


def test_backslashes_separate_folders_and_colons_are_names(tmp_path: Path) -> None:
    names = ["cats\\1.png", "dogs\\big\\2.png", "frame 0:1.png", "a.b:c/3.png", "empty\\"]
    pictures = _archive(tmp_path / "a.zip", names)
    found = {picture.file: picture for picture in _read(tmp_path / "a.zip")}
    expected = ["cats/1.png", "dogs/big/2.png", "frame 0:1.png", "a.b:c/3.png"]
    assert set(found) == set(expected)
    assert found["dogs/big/2.png"].folders == ("dogs", "big")
    for name, rgba in zip(expected, pictures, strict=False):
        assert np.array_equal(found[name].rgba, rgba)


def _spoilt_folder(folder: Path, num_bad: int) -> None:
    for number in range(6):
        Image.fromarray(_noise(3, 3)).save(folder / f"good{number}.png")
    for number in range(num_bad):
        (folder / f"bad{number}.png").write_bytes(b"" if number else b"hello")


def test_all_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    _spoilt_folder(tmp_path, 5)
    with pytest.raises(ArtError) as caught:
        _read(tmp_path)
    names = [tmp_path / f"bad{number}.png" for number in range(3)]
    assert str(caught.value) == (
        f"5 of 11 pictures cannot be read ({names[0]} is not a picture of a known format (it begins with 68 65 6c 6c 6f), "
        f"{names[1]} is empty, {names[2]} is empty, and 2 more); repair them, or leave them out with --skip-unreadable"
    )


def test_files_that_cannot_be_read_are_left_out_on_request(tmp_path: Path) -> None:
    _spoilt_folder(tmp_path, 2)
    sentences: list[str] = []
    pictures = read_pictures([tmp_path], lambda done, total: None, sentences.append)
    assert [picture.name for picture in pictures] == [f"good{number}" for number in range(6)]
    assert sentences[1] == f"{tmp_path}/bad1.png is empty; give a complete file"
    assert len(sentences) == 2


def test_a_source_of_unreadable_files_alone_is_an_error_also_on_request(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"")
    with pytest.raises(ArtError, match=r"bad\.png is empty; give a complete file"):
        read_pictures([tmp_path], lambda done, total: None, lambda sentence: None)


def test_a_file_where_a_folder_is_expected_is_said_in_our_words(tmp_path: Path) -> None:
    Image.fromarray(_noise(3, 3)).save(tmp_path / "a.png")
    with pytest.raises(ArtError) as caught:
        _read(tmp_path / "a.png" / "sprites")
    path = tmp_path / "a.png"
    assert str(caught.value) == f"{path}/sprites does not exist, because {path} is a file and no folder; give {path} itself"


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _spoilt_folder(tmp_path, 0)
    monkeypatch.setattr(source_files, "MAX_FILES", 5)
    with pytest.raises(ArtError, match="holds more than 5 pictures; give fewer at a time"):
        _read(tmp_path)
