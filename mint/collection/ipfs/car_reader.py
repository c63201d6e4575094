"""Read a CAR file and tell what the tree under its root holds, without Node.js.

Every block is hashed, so what is told is what the root's CID stands for. Source: https://ipld.io/specs/transport/car/carv1/.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from mint.collection.ipfs.unixfs import CID_BYTES, RAW, cid_text, codec_and_digest, decode_node, read_varint
from mint.errors import PublicationError
from viewer.regular_file import open_regular_file

MAX_BLOCK_BYTES: Final = 1 << 21
# Equal files share their blocks, so that a tree may be larger than its file. A link has 40 bytes or more, which allow for a visit.
_MOST_REPEATED: Final = 64
_FREE_BYTES: Final = 1 << 26
_BYTES_OF_A_VISIT: Final = 1000
# The header in CBOR, {"roots": [CID], "version": 1}, before and after the 36 bytes of the CID.
_HEADER: Final = b"\xa2eroots\x81\xd8*X%\0", b"gversion\x01"


@dataclass(frozen=True)
class CarContents:
    """The CID of the root, and the SHA-256 of each file under it, by its path with "/"."""

    cid: str
    files: dict[str, str]


def read_car(path: Path) -> CarContents:
    """Read a CAR file with one root, a directory. Raises PublicationError where it is damaged, and OSError."""
    try:
        with open_regular_file(path, within=path.parent) as file:
            root, places = _read_blocks(file)
            return CarContents(cid_text(root), dict(_files(_Blocks(file, places), root, "")))
    except (ValueError, RecursionError) as error:
        raise PublicationError(f"{path} cannot be read: {error}; publish the collection again") from error


def _read_blocks(file: BinaryIO) -> tuple[bytes, dict[bytes, tuple[int, int]]]:
    """Check all blocks, and return the root and where each block lies: its place in the file and its length."""
    size = os.fstat(file.fileno()).st_size
    length, start = _read_length(file, 0)
    header = file.read(min(length, 1 << 16))
    if len(header) != CID_BYTES + sum(map(len, _HEADER)) or not header.startswith(_HEADER[0]) or not header.endswith(_HEADER[1]):
        raise ValueError("it does not begin as a CAR file with one root")
    root = header[len(_HEADER[0]) :][:CID_BYTES]
    blocks: dict[bytes, tuple[int, int]] = {}
    place = start + length
    while place < size:
        length, place = _read_length(file, place)
        if not CID_BYTES <= length <= MAX_BLOCK_BYTES or place + length > size:
            raise ValueError(f"the block at byte {place} is cut off")
        section = file.read(length)
        cid, block = section[:CID_BYTES], section[CID_BYTES:]
        if hashlib.sha256(block).digest() != codec_and_digest(cid)[1]:
            raise ValueError(f"the block {cid_text(cid)} holds something else than its CID says")
        blocks[cid] = place + CID_BYTES, length - CID_BYTES
        place += length
    return root, blocks


def _read_length(file: BinaryIO, place: int) -> tuple[int, int]:
    file.seek(place)
    value, used = read_varint(file.read(9), 0)
    file.seek(place + used)
    return value, place + used


class _Blocks:
    """The checked blocks of a file, read by their CIDs; few of them can stand for a tree that never ends."""

    def __init__(self, file: BinaryIO, places: dict[bytes, tuple[int, int]]) -> None:
        self._file, self._places = file, places
        self._left = _MOST_REPEATED * os.fstat(file.fileno()).st_size + _FREE_BYTES

    def read(self, cid: bytes) -> bytes:
        if cid not in self._places:
            raise ValueError(f"the block {cid_text(cid)} is missing")
        place, length = self._places[cid]
        self._left -= length + _BYTES_OF_A_VISIT
        if self._left < 0:
            raise ValueError("it refers to its blocks again and again")
        self._file.seek(place)
        return self._file.read(length)


def _files(blocks: _Blocks, cid: bytes, path: str) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 of the files under a directory. A block cannot hold itself, as its CID is its hash."""
    node = decode_node(blocks.read(cid))
    if not node.is_directory:
        raise ValueError("its root is a file")
    for link in node.links:
        name = f"{path}/{link.name}" if path and link.name else path or link.name
        codec, digest = codec_and_digest(link.cid)
        if codec == RAW:
            blocks.read(link.cid)
            yield name, digest.hex()
        elif decode_node(blocks.read(link.cid)).is_directory:
            yield from _files(blocks, link.cid, name)
        else:
            digester = hashlib.sha256()
            for leaf in _leaves(blocks, link.cid):
                digester.update(leaf)
            yield name, digester.hexdigest()


def _leaves(blocks: _Blocks, cid: bytes) -> Iterator[bytes]:
    block = blocks.read(cid)
    if codec_and_digest(cid)[0] == RAW:
        yield block
        return
    node = decode_node(block)
    if node.is_directory:
        raise ValueError("a file holds a directory")
    for link in node.links:
        yield from _leaves(blocks, link.cid)
