"""Snapshot files: what is written is read, equal content gives equal bytes, and a signature belongs to one content and one key."""

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import viewer.snapshot_file.signature
from tests.small_snapshot import HASH, manifest_of, members_of, sign, snapshot_parts, write_small_snapshot
from viewer.errors import PictureError, SnapshotError
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.members import MAX_SNAPSHOT_BYTES, place
from viewer.snapshot_file.signature import CONTEXT, Signature, fingerprint
from viewer.snapshot_file.snapshot import read_snapshot, write_snapshot


def test_what_is_written_is_read(tmp_path: Path) -> None:
    manifest, files = snapshot_parts()
    manifest = replace(manifest, title="Sésame 東京", author="Ada", licence="CC0-1.0")
    written = write_snapshot(tmp_path / "a.pixelmint", manifest, files, sign)
    read = read_snapshot(tmp_path / "a.pixelmint")
    assert read == written
    assert (read.manifest, read.files) == (manifest, files)
    assert read.signature == sign(read.manifest_bytes)
    assert read.is_signature_checked
    assert (manifest.hash, manifest.is_import) == (HASH, False)


def test_other_programs_open_it_and_find_a_token_folder(tmp_path: Path) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        archive.extractall(tmp_path / "token")
    assert names[:5] == ["manifest.json", "signature.json", "token.json", "metadata.json", "sprites/0.png"]
    assert names[-5:] == [
        "mosaic.png",
        "models/encoder.onnx",
        "models/generator.onnx",
        "models/discriminator.onnx",
        "models/manifest.json",
    ]
    assert sorted(path.name for path in (tmp_path / "token" / "sprites").iterdir()) == [f"{number}.png" for number in range(9)]


def test_bytes_depend_on_the_content_alone(tmp_path: Path) -> None:
    """Another process with another order of the files, hash seed and umask writes the same."""
    path = write_small_snapshot(tmp_path / "a.pixelmint", title="a")
    code = (
        "from tests.small_snapshot import *; from dataclasses import replace; import random, sys;"
        "manifest, files = snapshot_parts(); items = list(files.items()); random.shuffle(items);"
        "members = list(members_of(dict(items), replace(manifest, title='a')).items()); random.shuffle(members);"
        "sys.stdout.buffer.write(b''.join(archive_parts(dict(members))))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert done.stdout == path.read_bytes()


def test_it_is_little_larger_than_its_parts(tmp_path: Path) -> None:
    _, files = snapshot_parts()
    size = write_small_snapshot(tmp_path / "a.pixelmint").stat().st_size
    assert size <= 1.2 * sum(map(len, files.values()))


def test_a_signature_is_of_one_manifest_and_one_key() -> None:
    signature = sign(b"{}")
    assert signature.verify(b"{}")
    assert not signature.verify(b"{} ")
    assert not replace(signature, public_key=sign(b"{}", 2).public_key).verify(b"{}")
    assert not replace(signature, public_key="0" * 63 + "2").verify(b"{}")  # no point of the curve
    assert CONTEXT == b"pixelmint snapshot 1\n"


@pytest.mark.parametrize("y", sorted(viewer.snapshot_file.signature.SMALL_ORDER))
def test_a_key_with_which_anyone_can_sign_is_nobodys(y: str) -> None:
    """R = the neutral element and S = 0 are a signature of about every eighth message, or of all."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def is_taken_by_openssl(key: str, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(forged), CONTEXT + message)
        except InvalidSignature:
            return False
        return True

    forged = "01" + "00" * 63
    for key in (y, y[:62] + f"{int(y[62:], 16) | 0x80:02x}"):
        taken = [message for message in (str(number).encode() for number in range(200)) if is_taken_by_openssl(key, message)]
        assert taken
        assert not any(Signature(public_key=key, signature=forged).verify(message) for message in taken)


def test_a_fingerprint_is_short_and_stays() -> None:
    assert fingerprint("00" * 32) == "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20"  # of the SHA-256 of 32 zero bytes
    assert sign(b"").fingerprint == fingerprint(sign(b"").public_key)


def test_without_the_library_a_signature_is_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_small_snapshot(tmp_path / "a.pixelmint")
    monkeypatch.setattr(viewer.snapshot_file.signature, "find_spec", lambda _: None)
    snapshot = read_snapshot(path)
    assert snapshot.signature is not None
    assert not snapshot.is_signature_checked
    with pytest.raises(SnapshotError, match=r"without the library cryptography: pip install 'pixelmint\[share\]'"):
        snapshot.signature.verify(snapshot.manifest_bytes)


def test_an_unsigned_snapshot_has_no_signature(tmp_path: Path) -> None:
    snapshot = read_snapshot(write_small_snapshot(tmp_path / "a.pixelmint", key=None))
    assert (snapshot.signature, snapshot.is_signature_checked) == (None, False)
    signed = read_snapshot(write_small_snapshot(tmp_path / "b.pixelmint"))
    assert signed.sha256 == snapshot.sha256


def test_what_would_be_refused_is_not_written(tmp_path: Path) -> None:
    manifest, files = snapshot_parts()
    path = tmp_path / "a.pixelmint"
    with pytest.raises(SnapshotError, match=r"sprites/0\.png has another SHA-256"):
        write_snapshot(path, manifest, {**files, "sprites/0.png": files["sprites/0.png"][:-1] + b"x"})
    with pytest.raises(SnapshotError, match=r"manifest\.json does not list history.webp"):
        write_snapshot(path, manifest, {**files, "history.webp": b""})
    with pytest.raises(SnapshotError, match="title is "):
        write_snapshot(path, replace(manifest, title="a\nb"), files)
    with pytest.raises(SnapshotError, match=r"files has the unknown key 'a\.txt'"):
        write_snapshot(path, manifest_of({**files, "a.txt": b""}), {**files, "a.txt": b""})
    with pytest.raises(SnapshotError, match="its signature does not fit"):
        write_snapshot(path, manifest, files, lambda _: sign(b""))
    with pytest.raises(PictureError, match=r"nowhere/a\.pixelmint cannot be written"):
        write_snapshot(tmp_path / "nowhere" / "a.pixelmint", manifest, files)
    assert list(tmp_path.iterdir()) == []


def test_parts_are_bounded() -> None:
    manifest, files = snapshot_parts()
    members = members_of(files, manifest)
    for name, size in {"metadata.json": 1 << 17, "models/encoder.onnx": MAX_SNAPSHOT_BYTES}.items():
        with pytest.raises(SnapshotError, match=r"has .* bytes; a snapshot"):
            list(archive_parts({**members, name: bytes(size)}))
    with pytest.raises(SnapshotError, match=r"a snapshot holds no a\.txt; leave it out"):
        list(archive_parts({**members, "a.txt": b""}))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "cannot be read: No such file or directory; give a snapshot file"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory; give a snapshot file"),
        (lambda path: path.symlink_to("/dev/zero"), "cannot be read: it is not a regular file; give a snapshot file"),
    ],
    ids=["nothing", "a folder", "a device"],
)
def test_what_is_no_file_is_told(make: object, sentence: str, tmp_path: Path) -> None:
    make(tmp_path / "a.pixelmint")  # type: ignore[operator]
    with pytest.raises(SnapshotError, match=sentence):
        read_snapshot(tmp_path / "a.pixelmint")


def test_a_long_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pixelmint"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SnapshotError, match=r"it has 1,099,511,627,776 bytes; a snapshot has at most 67,108,864"):
        read_snapshot(path)


def test_members_have_an_order() -> None:
    names = ["manifest.json", "token.json", "sprites/0.png", "sprites/9.png", "sprites/10.png", "sprites/sheet-0.png", "mosaic.png"]
    assert sorted(sorted(names), key=place) == names
