"""CAR files are read without Node.js, and every kind of damage is found."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from mint.collection.ipfs.car_reader import read_car
from mint.errors import PublicationError
from tests.collection.ipfs.unixfs_tree import Tree, UnixFsTree, Written, car_bytes, cid_of, varint

TREE: Tree = {
    "metadata": {"1": b"one", "2": b"two"},
    "film.mp4": hashlib.shake_256(b"film").digest(2_200_000),
    "many": {f"{number:0200}": bytes([number % 251]) for number in range(1300)},
}


def packed(tree: Tree | bytes) -> tuple[Written, dict[bytes, bytes]]:
    written = UnixFsTree()
    return written.write(tree), written.blocks


def hashes(tree: Tree, path: str = "") -> dict[str, str]:
    found = {}
    for name, node in tree.items():
        if isinstance(node, bytes):
            found[path + name] = hashlib.sha256(node).hexdigest()
        else:
            found |= hashes(node, f"{path}{name}/")
    return found


def test_a_car_tells_its_cid_and_the_hash_of_every_file(tmp_path: Path) -> None:
    root, blocks = packed(TREE)
    (tmp_path / "packed.car").write_bytes(car_bytes(root.cid, blocks))
    contents = read_car(tmp_path / "packed.car")
    assert contents.cid == cid_of(TREE)
    assert contents.files == hashes(TREE)
    assert any(block.endswith(b"\x28\x22\x30\x80\x02") for block in blocks.values())  # the directory of 1,300 is sharded


def changed_byte(data: bytes) -> bytes:
    return data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte changed": (changed_byte, "holds something else than its CID says"),
    "cut off": (lambda data: data[:-7], "is cut off"),
    "empty": (lambda data: b"", "a number is cut off"),
    "something else": (lambda data: b"\x89PNG\r\n\x1a\n" + data, "does not begin as a CAR file with one root"),
    "bytes added": (lambda data: data + b"\x05abcde", "is cut off"),
    "endless number": (lambda data: b"\xff" * 20, "a number is cut off"),
    "another kind of CID": (
        lambda data: data + varint(36 + 1) + b"\x01\x71\x12\x20" + hashlib.sha256(b"x").digest() + b"x",
        "is no CIDv1 with SHA-256",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_one_sentence(name: str, tmp_path: Path) -> None:
    damage, message = DAMAGES[name]
    root, blocks = packed({"metadata": {"1": b"one"}})
    path = tmp_path / "packed.car"
    path.write_bytes(damage(car_bytes(root.cid, blocks)))
    with pytest.raises(PublicationError, match=rf"packed\.car cannot be read: .*{message}.*; publish the collection again"):
        read_car(path)


def test_every_missing_block_is_found(tmp_path: Path) -> None:
    root, blocks = packed({"metadata": {"1": b"one"}, "film.mp4": hashlib.shake_256(b"film").digest(1_100_000)})
    for cid in blocks:
        path = tmp_path / "packed.car"
        path.write_bytes(car_bytes(root.cid, {other: block for other, block in blocks.items() if other != cid}))
        with pytest.raises(PublicationError, match="is missing"):
            read_car(path)


def test_a_file_is_no_root(tmp_path: Path) -> None:
    root, blocks = packed(hashlib.shake_256(b"film").digest(1_100_000))
    (tmp_path / "packed.car").write_bytes(car_bytes(root.cid, blocks))
    with pytest.raises(PublicationError, match="its root is a file"):
        read_car(tmp_path / "packed.car")


def test_malformed_nodes_are_one_sentence(tmp_path: Path) -> None:
    for block in (b"", b"\x0a\x02\x08\x07", b"\x12\x02\x08\x01", b"\x12\xff", b"\x0d1234", b"\x12\x02\x12\x00\x0a\x02\x08\x01"):
        cid = b"\x01\x70\x12\x20" + hashlib.sha256(block).digest()
        (tmp_path / "packed.car").write_bytes(car_bytes(cid, {cid: block}))
        with pytest.raises(PublicationError, match=r"packed\.car cannot be read"):
            read_car(tmp_path / "packed.car")


def test_a_tree_that_doubles_forty_times_is_refused(tmp_path: Path) -> None:
    tree = UnixFsTree()
    written = tree.write({"a": b"x"})
    for _ in range(40):
        written = tree.write_directory({"left": written, "right": written})
    (tmp_path / "packed.car").write_bytes(car_bytes(written.cid, tree.blocks))
    with pytest.raises(PublicationError, match=r"packed\.car cannot be read: it refers to its blocks again and again"):
        read_car(tmp_path / "packed.car")


def test_equal_files_share_their_blocks(tmp_path: Path) -> None:
    tree: Tree = {f"{number}": b"the same" * 1000 for number in range(1000)}
    root, blocks = packed(tree)
    (tmp_path / "packed.car").write_bytes(car_bytes(root.cid, blocks))
    assert len(blocks) < 10
    assert read_car(tmp_path / "packed.car").files == hashes(tree)
