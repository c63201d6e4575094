"""Files that name sizes: counts and totals are compared with a limit before anything is computed or allocated."""

import json
import struct
import threading
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.art.labels.label_file import MAX_ROWS, read_rows
from mint.checksummed_json import dump_checksummed
from mint.errors import ArtError, CheckpointError, PictureFileError, TokenError, UnreadablePictureError
from mint.picture_files.reader import MAX_FRAMES, declared_pixels, read_frames
from mint.picture_files.source_files import find_source_files
from mint.picture_files.zip_archive import MAX_DIRECTORY_BYTES
from mint.pixelate.memory_budget import MemoryBudget
from mint.pixelate.palette import find_palette
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.saving import checkpoint

# Python's own objects and NumPy's arrays, beside what the files themselves hold.
MAX_MIB = 64


@contextmanager
def limited_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MAX_MIB << 20


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    """A token of imported art with one sheet of 1024 x 1024 pixels."""
    image = Image.fromarray(np.zeros((1024, 1024), np.uint8))
    image.putpalette([0, 0, 0, 255, 255, 255])
    (tmp_path / "sprites").mkdir()
    image.save(tmp_path / "sprites" / "0.png")
    return tmp_path


def write_token_json(folder: Path, **changes: object) -> None:
    record = {
        "format": 1,
        "hash": f"import:{'0' * 64}",
        "name": "art",
        "generator": 1,
        "palette": ["#000000ff", "#ffffffff"],
        "features": {},
        "size": [256, 256],
        "labels": [],
        "sprites": [{"file": "sprites/0.png", "at": [0, 0], "name": "a", "labels": []}],
    }
    (folder / "token.json").write_text(json.dumps(record | changes))


def sprites(files: list[str], **more: object) -> list[dict[str, object]]:
    return [{"file": file, "name": "a", "labels": [], **more} for file in files]


TOKENS: dict[str, tuple[dict[str, object], str]] = {
    "a sheet named 100,000 times": (
        {"sprites": sprites(["sprites/0.png"] * 100_000, at=[0, 0])},
        "more than 256 million pixels together",
    ),
    "20,000 names of a sheet": (
        {"size": [1, 1], "sprites": sprites([f"sprites/{'./' * (n % 200)}x{n}.png" for n in range(20_000)], at=[0, 0])},
        "its sprites are in more than 1024 files",
    ),
    "2,000 sprites": ({"sprites": sprites(["sprites/0.png"] * 2000)}, "more than 1024 sprites with files of their own"),
    "no size": ({"size": []}, "cannot be read"),
    "lists for numbers": ({"size": [[], []]}, "is not a whole number"),
    "a list for a palette": ({"palette": [[], []]}, "cannot be read"),
    "a palette of two million colours": ({"palette": ["#000000ff"] * 1_000_000}, "is not 2 to 256 colours"),
    "a huge number": ({"generator": 10**4000}, "is not a whole number"),
    "a huge place": ({"sprites": sprites(["sprites/0.png"], at=[10**30, 0])}, "is not a whole number"),
    "a negative place": ({"sprites": sprites(["sprites/0.png"], at=[-1, 0])}, "is not a whole number"),
}


@pytest.mark.parametrize("case", TOKENS)
def test_a_token_names_sizes(case: str, imported: Path) -> None:
    changes, sentence = TOKENS[case]
    write_token_json(imported)
    assert parse_hash(f"import:{'0' * 64}").scheme == "import"
    assert read_token(imported).pixels.shape == (1, 256, 256)
    write_token_json(imported, **changes)
    with pytest.raises(TokenError, match=sentence) as caught:
        read_token(imported)
    assert len(str(caught.value)) < 600


def test_numbers_of_5000_digits_are_refused(imported: Path) -> None:
    write_token_json(imported)
    path = imported / "token.json"
    path.write_text(path.read_text().replace('"generator": 1', f'"generator": {"9" * 5000}'))
    with pytest.raises(TokenError, match="cannot be read"):
        read_token(imported)


@pytest.mark.parametrize("palette", [["#000000ff"] * 2_000_000, [[], []], {"a": 1}, None, 7, [None, None]], ids=type)
def test_a_tokens_palette_names_sizes(palette: object, tmp_path: Path) -> None:
    (tmp_path / "token.json").write_text(json.dumps({"palette": palette}))
    with pytest.raises(ArtError, match=r"cannot be read|has 0 visible colours"):
        find_palette(str(tmp_path))


def gif_of(num_frames: int) -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * num_frames + b";"


def test_frames_are_not_counted_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif_of(300_000))
    with limited_memory(), pytest.raises(UnreadablePictureError, match=f"has more than {MAX_FRAMES} frames"):
        list(read_frames(tmp_path / "a.gif"))
    (tmp_path / "a.gif").write_bytes(gif_of(3))
    assert len(list(read_frames(tmp_path / "a.gif"))) == 3


def test_short_blocks_and_chunks_are_not_read_to_the_end(tmp_path: Path) -> None:
    start = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02"
    (tmp_path / "a.gif").write_bytes(start + b"\x01\x44" * (2 << 20))
    with pytest.raises(UnreadablePictureError, match="very many short blocks"):
        list(read_frames(tmp_path / "a.gif"))
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 1, 1, 8, 0, 0, 0, 0, 0)
    (tmp_path / "a.png").write_bytes(header + struct.pack(">I4sI", 0, b"tEXt", 0) * 400_000)
    with pytest.raises(UnreadablePictureError, match="very many short chunks"):
        list(read_frames(tmp_path / "a.png"))


def directory(path: Path, num_bytes: int, *, zip64: bool) -> None:
    """Write an archive that says that its directory has so many bytes."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *(0,) * 6, *(0,) * 3, 0, 0, 0, 0, 0, 0, 0)
    data = entry * (num_bytes // len(entry) + 1)
    if zip64:
        place = len(data)
        data += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(data), 0)
        data += struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
        data += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    else:
        data += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(data), 0, 0)
    path.write_bytes(data)


@pytest.mark.parametrize("zip64", [False, True])
def test_an_archive_of_a_million_entries_is_refused_first(zip64: bool, tmp_path: Path) -> None:
    directory(tmp_path / "a.zip", MAX_DIRECTORY_BYTES, zip64=zip64)
    with limited_memory(), pytest.raises(PictureFileError, match=r"holds far too many files .* give smaller archives"):
        find_source_files([tmp_path / "a.zip"])


def test_other_archives_are_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.png", b"x" * 1000)
        file.comment = b"PK" * 20_000
    assert [each.read() for each in find_source_files([tmp_path / "a.zip"])] == [b"x" * 1000]
    for damaged in (b"", b"PK", b"PK\x05\x06", b"PK\x05\x06" + bytes(18), b"PK\x06\x07" + bytes(16) + b"PK\x05\x06" + bytes(18)):
        (tmp_path / "b.zip").write_bytes(damaged)
        with pytest.raises(PictureFileError):
            find_source_files([tmp_path / "b.zip"])


@pytest.mark.parametrize("content", ["a,b\n" * (3 * MAX_ROWS), json.dumps({str(n): "b" for n in range(MAX_ROWS + 1)})], ids=len)
def test_a_million_rows_of_labels_are_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / ("labels.json" if content.startswith("{") else "labels.csv")
    path.write_text(content)
    with pytest.raises(ArtError, match=f"more than {MAX_ROWS} (lines|rows)"):
        read_rows(path)


SEALED: dict[str, Callable[[dict[str, object]], object]] = {
    "a text as a seed": lambda record: record.update(seed="x"),
    "a huge seed": lambda record: record.update(seed=10**30),
    "a negative seed": lambda record: record.update(seed=-1),
    "a huge step": lambda record: record.update(position={"step": 10**30, "images": 1, "seconds": 1.0}),
    "a list as a recipe": lambda record: record.update(recipe=[]),
    "true as a number": lambda record: record.update(seed=True),
}


@pytest.mark.parametrize("case", SEALED)
def test_a_sealed_checkpoint_is_read_by_types(case: str, tmp_path: Path) -> None:
    record: dict[str, object] = {
        "format": checkpoint.FORMAT,
        "position": {"step": 1, "images": 9, "seconds": 1.0},
        "seed": 1,
        "recipe": {"name": "vae", "version": 1, "config": {}},
        "adjustment": {},
        "holdout": 0.0,
        "state_sha256": "0" * 64,
    }
    (tmp_path / "state.safetensors").write_bytes(b"")
    (tmp_path / "checkpoint.json").write_bytes(dump_checksummed(record))
    with pytest.raises(CheckpointError, match="is damaged"):
        checkpoint.load(tmp_path)
    SEALED[case](record)
    (tmp_path / "checkpoint.json").write_bytes(dump_checksummed(record))
    with pytest.raises(CheckpointError, match=r"cannot be read as a checkpoint: (seed|position|recipe)"):
        checkpoint.load(tmp_path)


def test_pictures_in_parallel_share_a_budget(tmp_path: Path) -> None:
    budget, inside, most = MemoryBudget(100), 0, 0
    lock = threading.Lock()

    def work(pixels: int) -> None:
        nonlocal inside, most
        with budget.reserved(pixels):
            with lock:
                inside += min(pixels, 100)
                most = max(most, inside)
            with lock:
                inside -= min(pixels, 100)

    threads = [threading.Thread(target=work, args=(pixels,)) for pixels in [40, 40, 40, 1000, 30, 100] * 20]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert 0 < most <= 100
    Image.new("L", (70, 50)).save(tmp_path / "a.png")
    assert declared_pixels((tmp_path / "a.png").read_bytes(), "a.png") == 3500
    assert declared_pixels(b"nothing", "a.png") == 0


def test_a_drawn_token_is_read_as_before(tmp_path: Path) -> None:
    assert read_token(mint_token(parse_hash("open sesame"), tmp_path)).pixels.shape[0] == 9
