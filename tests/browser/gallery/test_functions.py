"""What a gallery's pages compute, beside what Python computes: latents, walks, pictures, and the layout of a snapshot file."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.node_functions import Call, node_functions
from tests.small_snapshot import manifest_of, members_of, snapshot_parts
from viewer.latents.seeds import latent
from viewer.latents.walk import closed_walk_latents
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.snapshot import read_snapshot


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    with node_functions(Path(__file__).with_name("functions.mjs")) as call:
        yield call


def test_latents_of_any_seed_and_number_are_those_of_python(call: Call) -> None:
    dreams = [(seed, number) for seed in (0, 1, 99, 2**32 - 1, 2**53 - 1) for number in (*range(50), 1000, 123_456)]
    drawn = np.array(call("latents", dreams=dreams, latentDim=71), np.float64)
    expected = np.array([latent(seed, number, 71) for seed, number in dreams])
    assert drawn.size > 18_000
    assert np.array_equal(drawn.astype(np.float32), expected)


def test_walks_are_those_of_python(call: Call) -> None:
    stops = np.array([latent(3, number, 40) for number in range(6)] + [latent(3, 0, 40)] * 2)
    positions = np.linspace(0, len(stops), 65, endpoint=False)
    walked = np.array(call("walk", stops=stops.astype(float).tolist(), positions=positions.tolist()), np.float32)
    expected = closed_walk_latents(np.broadcast_to(stops, (len(positions), *stops.shape)), positions)
    assert np.abs(walked - expected).max() < 1e-6
    assert np.array_equal(walked[::8], expected[::8])  # at the stops


@pytest.mark.parametrize("colors", [2, 4, 16, 200])
@pytest.mark.parametrize("width", [1, 13, 64])
def test_pictures_are_read_as_pillow_reads_them(colors: int, width: int, call: Call, tmp_path: Path) -> None:
    random = np.random.default_rng(colors)
    pixels = random.integers(0, colors, (24, width)).astype(np.uint8)
    pixels[8:] = np.linspace(0, colors - 1, width).astype(np.uint8)  # rows for which filters pay
    image = Image.fromarray(pixels)
    image.putpalette(random.integers(0, 256, 3 * colors).astype(np.uint8).tobytes())
    buffer = BytesIO()
    image.save(buffer, "PNG", bits={2: 1, 4: 2, 16: 4}.get(colors, 8))
    (tmp_path / "a.png").write_bytes(buffer.getvalue())
    assert call("indices", file=tmp_path / "a.png", width=width, height=24) == pixels.ravel().tolist()


@pytest.mark.parametrize("filter_type", range(5))
def test_every_filter_is_undone(filter_type: int, call: Call, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (6, 9)).astype(np.uint8)
    (tmp_path / "a.png").write_bytes(filtered_png(pixels, filter_type))
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.array(image), pixels)
    assert call("indices", file=tmp_path / "a.png", width=9, height=6) == pixels.ravel().tolist()


def filtered_png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], filter_type: int) -> bytes:
    """Return an indexed PNG of 8 bits whose rows all have one filter."""
    import struct
    import zlib

    left = np.pad(pixels, ((0, 0), (1, 0)))[:, :-1].astype(int)
    above = np.pad(pixels, ((1, 0), (0, 0)))[:-1].astype(int)
    corner = np.pad(pixels, ((1, 0), (1, 0)))[:-1, :-1].astype(int)
    estimate = left + above - corner
    distances = [abs(estimate - each) for each in (left, above, corner)]
    paeth = np.where(
        (distances[0] <= distances[1]) & (distances[0] <= distances[2]), left, np.where(distances[1] <= distances[2], above, corner)
    )
    prediction = (0 * left, left, above, (left + above) // 2, paeth)[filter_type]
    rows = ((pixels - prediction) % 256).astype(np.uint8)
    data = b"".join(bytes([filter_type]) + row.tobytes() for row in rows)
    height, width = pixels.shape
    chunks = {
        b"IHDR": struct.pack(">II5B", width, height, 8, 3, 0, 0, 0),
        b"PLTE": bytes(range(256)) * 3,
        b"IDAT": zlib.compress(data),
        b"IEND": b"",
    }
    parts = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks.items()
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def small_file(tmp_path: Path) -> tuple[Path, bytes, str]:
    _, files = snapshot_parts()
    data = b"".join(archive_parts(members_of(dict(files), manifest_of(files))))
    path = tmp_path / "a.pixelmint"
    path.write_bytes(data)
    return path, data, read_snapshot(path).sha256


def test_a_page_reads_what_python_reads(call: Call, tmp_path: Path) -> None:
    path, _, digest = small_file(tmp_path)
    members = call("snapshot", file=path, manifestSha256=digest)["members"]
    assert set(members) == {"manifest.json", "signature.json", *read_snapshot(path).files}


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data[:-1], "it was cut off, or is not a zip"),
        (lambda data: data + b"x", "it was cut off, or is not a zip"),
        (lambda data: b"x" + data, "its directory is not where its end says"),
        (lambda data: b"", "it was cut off, or is not a zip"),
        (replaced(b"token.json{", b"tokem.json{"), "it has a member that does not belong to a snapshot"),
        (replaced(b"sprites/0.png\x89", b"../ites/0.png\x89"), "it has a member that does not belong to a snapshot"),
        (replaced(b"sprites/0.png\x89", b"sprites/1.png\x89"), "it has the member sprites/1.png twice"),
        (
            replaced(b"PK\x03\x04\x14\x00\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00\x00"),
            "manifest.json is compressed, encrypted or has",
        ),
        (
            replaced(b"PK\x03\x04\x14\x00\x00\x00\x00", b"PK\x03\x04\x14\x00\x00\x00\x08"),
            "manifest.json is compressed, encrypted or has",
        ),
        (replaced(b"IEND", b"IENd"), "sprites/0.png is damaged"),
    ],
)
def test_a_changed_file_is_refused(change: Callable[[bytes], bytes], reason: str, call: Call, tmp_path: Path) -> None:
    path, data, digest = small_file(tmp_path)
    changed = change(data)
    assert changed != data
    path.write_bytes(changed)
    assert reason in call("snapshot", file=path, manifestSha256=digest)["refused"]


def test_every_flipped_bit_of_the_headers_is_noticed(call: Call, tmp_path: Path) -> None:
    path, data, digest = small_file(tmp_path)
    random = np.random.default_rng(0)
    refused = 0
    for position in random.integers(0, len(data), 60).tolist():
        changed = bytearray(data)
        changed[position] ^= 1 << int(random.integers(8))
        path.write_bytes(changed)
        answer = call("snapshot", file=path, manifestSha256=digest)
        refused += "refused" in answer
    # What the central directory repeats is not read by a page.
    assert refused >= 58


def test_tiles_take_the_next_dreams_in_turn(call: Call) -> None:
    changes = call("dreaming", count=3, mode="refresh", times=[0, 1, 2, 3])
    tiles = [tile for (tile,) in changes]
    assert [tile["place"] for tile in tiles] == [0, 1, 2, 0]
    assert [tile["point"]["numbers"][1] for tile in tiles] == [3, 4, 5, 6]
    assert all(tile["point"]["t"] == 0 for tile in tiles)


def test_a_walk_begins_at_its_dream_and_never_jumps(call: Call) -> None:
    changes = call("dreaming", count=1, mode="walk", times=list(range(0, 20_000, 100)))
    points = [change[0]["point"] for change in changes]
    assert (points[0]["numbers"][1], points[0]["t"]) == (0, 0)
    places = []
    for point in points:
        assert 0 <= point["t"] < 1
        places.append(point["numbers"][1] + point["t"])
    steps = np.diff(places)
    assert steps.min() >= 0
    assert steps.max() < 0.03
    assert places[-1] > 4
