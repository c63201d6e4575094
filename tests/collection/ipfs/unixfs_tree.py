"""A second implementation of UnixFS trees by the profile unixfs-v1-2025, from the specifications alone, to compare with.

https://specs.ipfs.tech/unixfs/, https://ipld.io/specs/codecs/dag-pb/spec/ and IPIP-499. It shares no code with the program.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import mmh3

CHUNK = 1 << 20
MAX_DIRECTORY = 1 << 18

Tree = Mapping[str, "bytes | Tree"]


@dataclass(frozen=True)
class Written:
    """A node that was written: its CID and the bytes of everything under it."""

    cid: bytes
    size: int


@dataclass
class UnixFsTree:
    """The blocks of a tree, by CID."""

    blocks: dict[bytes, bytes] = field(default_factory=dict)

    def write(self, node: "bytes | Tree") -> Written:
        """Write a file or a directory."""
        if isinstance(node, bytes):
            return self._file(node)
        return self.write_directory({name: self.write(child) for name, child in node.items()})

    def _file(self, data: bytes) -> Written:
        if len(data) <= CHUNK:
            return self._block(0x55, data, len(data))
        parts = [
            self._block(0x55, data[start : start + CHUNK], len(data[start : start + CHUNK])) for start in range(0, len(data), CHUNK)
        ]
        assert len(parts) <= 1024
        sizes = b"".join(b"\x20" + varint(part.size) for part in parts)
        return self._node([("", part) for part in parts], b"\x08\x02" + b"\x18" + varint(len(data)) + sizes)

    def write_directory(self, entries: Mapping[str, Written]) -> Written:
        """Write a directory of what is written already."""
        links = sorted(entries.items(), key=lambda entry: entry[0].encode())
        if len(node_bytes(links, b"\x08\x01")) <= MAX_DIRECTORY:
            return self._node(links, b"\x08\x01")
        hashed = [(mmh3.hash64(name.encode(), signed=False)[0].to_bytes(8, "big"), name, child) for name, child in links]
        return self._shard(hashed, 0)

    def _shard(self, entries: list[tuple[bytes, str, Written]], depth: int) -> Written:
        slots: dict[int, list[tuple[bytes, str, Written]]] = {}
        for entry in entries:
            slots.setdefault(entry[0][depth], []).append(entry)
        links = []
        for slot, inside in sorted(slots.items()):
            (_, name, child), *more = inside
            links.append((f"{slot:02X}", self._shard(inside, depth + 1)) if more else (f"{slot:02X}{name}", child))
        bits = sum(1 << slot for slot in slots)
        bitfield = bits.to_bytes((bits.bit_length() + 7) // 8, "big")
        return self._node(links, b"\x08\x05\x12" + varint(len(bitfield)) + bitfield + b"\x28\x22" + b"\x30" + varint(256))

    def _node(self, links: list[tuple[str, Written]], data: bytes) -> Written:
        block = node_bytes(links, data)
        return self._block(0x70, block, len(block) + sum(child.size for _, child in links))

    def _block(self, codec: int, block: bytes, size: int) -> Written:
        cid = bytes([1, codec, 0x12, 32]) + hashlib.sha256(block).digest()
        self.blocks[cid] = block
        return Written(cid, size)


def node_bytes(links: Iterable[tuple[str, Written]], data: bytes) -> bytes:
    """Return a dag-pb node: its links, each CID, name and size, then its data."""
    out = b""
    for name, child in links:
        link = b"\x0a" + varint(len(child.cid)) + child.cid + b"\x12" + varint(len(name.encode())) + name.encode()
        link += b"\x18" + varint(child.size)
        out += b"\x12" + varint(len(link)) + link
    return out + b"\x0a" + varint(len(data)) + data


def varint(number: int) -> bytes:
    """Return an unsigned LEB128 number."""
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def car_bytes(root: bytes, blocks: Mapping[bytes, bytes]) -> bytes:
    """Return a CAR file, version 1, with one root."""
    header = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00" + root + b"\x67version\x01"
    sections = (varint(len(cid) + len(block)) + cid + block for cid, block in blocks.items())
    return varint(len(header)) + header + b"".join(sections)


def cid_of(tree: Tree) -> str:
    """Return the CID of a tree in base32."""
    return "b" + base64.b32encode(UnixFsTree().write(tree).cid).decode().lower().rstrip("=")


def write_tree(tree: Tree, folder: Path) -> None:
    """Write a tree as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, node in tree.items():
        if isinstance(node, bytes):
            (folder / name).write_bytes(node)
        else:
            write_tree(node, folder / name)
