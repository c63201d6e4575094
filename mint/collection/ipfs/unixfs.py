"""The blocks of UnixFS, decoded: what a directory, a shard of one, or a file consists of.

Sources: https://specs.ipfs.tech/unixfs/ and https://ipld.io/specs/codecs/dag-pb/spec/. Only what the profile unixfs-v1-2025
writes is read: CIDv1 with SHA-256.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

RAW: Final = 0x55
DAG_PB: Final = 0x70
# Version 1, a codec, and the multihash: SHA-256 with 32 bytes.
CID_BYTES: Final = 36
_SHA256: Final = b"\x12\x20"
_DIRECTORY, _FILE, _HAMT_SHARD = 1, 2, 5
_SHARD_PREFIX: Final = 2  # characters of a name in a shard: two hexadecimal digits, as the fan-out is 256


@dataclass(frozen=True)
class Link:
    """A link of a node: its name, which is "" for a part of a file or of a directory, and the CID of the block."""

    name: str
    cid: bytes


@dataclass(frozen=True)
class Node:
    """A node: a directory, or a file whose parts the links are."""

    is_directory: bool
    links: tuple[Link, ...]


def cid_text(cid: bytes) -> str:
    """Return a CID in base32, as addresses have it."""
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")


def codec_and_digest(cid: bytes) -> tuple[int, bytes]:
    """Return the codec of a CID and its SHA-256. Raises ValueError for any other kind of CID."""
    if len(cid) != CID_BYTES or cid[0] != 1 or cid[1] not in {RAW, DAG_PB} or cid[2:4] != _SHA256:
        raise ValueError(f"{cid_text(cid)} is no CIDv1 with SHA-256")
    return cid[1], cid[4:]


def decode_node(block: bytes) -> Node:
    """Decode a block of the codec dag-pb. Raises ValueError where it is malformed, or neither a directory nor a file."""
    links, data = [], b""
    for field, value in _fields(block):
        if field == 2 and isinstance(value, bytes):
            links.append(_decode_link(value))
        elif field == 1 and isinstance(value, bytes):
            data = value
    kind = dict(_fields(data)).get(1)
    if kind not in {_DIRECTORY, _FILE, _HAMT_SHARD}:
        raise ValueError(f"a block has the UnixFS type {kind!r}")
    if kind == _HAMT_SHARD:
        links = [Link(link.name[_SHARD_PREFIX:], link.cid) for link in links]
    return Node(is_directory=kind != _FILE, links=tuple(links))


def _decode_link(data: bytes) -> Link:
    fields = dict(_fields(data))
    cid, name = fields.get(1), fields.get(2, b"")
    if not isinstance(cid, bytes) or not isinstance(name, bytes):
        raise ValueError("a link has no CID")
    return Link(name.decode(), cid)


def read_varint(data: bytes, start: int) -> tuple[int, int]:
    """Return the unsigned varint (multiformats, at most 9 bytes) at ``start``, and where it ends. Raises ValueError."""
    value = 0
    for place in range(9):
        if start + place >= len(data):
            break
        byte = data[start + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, start + place + 1
    raise ValueError("a number is cut off")


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a Protocol Buffers message that are numbers or bytes. Raises ValueError where it is malformed."""
    place = 0
    while place < len(message):
        key, place = read_varint(message, place)
        number, place = read_varint(message, place)
        if key & 7 == 0:
            yield key >> 3, number
        elif key & 7 == 2:
            if place + number > len(message):
                raise ValueError("a field is cut off")
            yield key >> 3, message[place : place + number]
            place += number
        else:
            raise ValueError("a field has another wire type")
