"""The zip of a snapshot file: stored members in one exact layout.

Every byte that is not content follows from the names, the lengths and the CRC-32s: no compression, no extra field, no comment, no
data descriptor, 1980-01-01, mode 0644, nothing before, between or behind. So a file is read with ``struct``, and each header is
compared with the one that would be written. ``zipfile`` is made to open what many programs have written: it looks for the end
anywhere in the last 64 KiB, takes bytes before the first member and between members, prefers the central directory where a local
header differs, and makes an object of each of a million entries before it can be asked for their number. To check all of that from
outside would be longer than this, and two readings of the same bytes would remain.

Source: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (end).
"""

import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from viewer.errors import SnapshotError
from viewer.printable import printable
from viewer.regular_file import open_regular_file
from viewer.snapshot_file.members import (
    MAX_MEMBERS,
    MAX_NAME_BYTES,
    MAX_SNAPSHOT_BYTES,
    REQUIRED,
    is_member,
    max_bytes,
    place,
)

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LOCAL_MAGIC, _CENTRAL_MAGIC, _END_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_MAX_COMMENT: Final = 0xFFFF

_VERSION: Final = 20  # 2.0, of files in folders
_MADE_BY: Final = 3 << 8 | _VERSION  # Unix, whose modes the attributes hold
_TIME, _DATE = 0, 1 << 5 | 1  # 1980-01-01 00:00
_MODE: Final = 0o100644
_KINDS: Final = {0o120000: "a symbolic link", 0o040000: "a folder", 0o010000: "a pipe", 0o060000: "a device", 0o020000: "a device"}
_METHODS: Final = {8: "deflate", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ"}


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A member as the central directory lists it."""

    name: str
    crc: int
    num_bytes: int
    offset: int

    @property
    def local_header(self) -> bytes:
        name = self.name.encode()
        sizes = (self.crc, self.num_bytes, self.num_bytes)
        return _LOCAL.pack(_LOCAL_MAGIC, _VERSION, 0, 0, _TIME, _DATE, *sizes, len(name), 0) + name

    @property
    def central_header(self) -> bytes:
        name = self.name.encode()
        sizes = (self.crc, self.num_bytes, self.num_bytes)
        attributes = (len(name), 0, 0, 0, 0, _MODE << 16, self.offset)
        return _CENTRAL.pack(_CENTRAL_MAGIC, _MADE_BY, _VERSION, 0, 0, _TIME, _DATE, *sizes, *attributes) + name

    @property
    def end(self) -> int:
        return self.offset + len(self.local_header) + self.num_bytes


def archive_parts(members: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the bytes of a snapshot file in parts; the order of the members is that of the format.

    Raises SnapshotError where a name is none of a member, one is missing, or a member or all of them are too long.
    """
    entries: list[_Entry] = []
    offset = 0
    for name in members:
        if not is_member(name):
            raise SnapshotError(f"a snapshot holds no {name}; leave it out")
    for name in sorted(members, key=place):
        data = members[name]
        entries.append(_Entry(name=name, crc=zlib.crc32(data), num_bytes=len(data), offset=offset))
        offset = entries[-1].end
    directory = b"".join(entry.central_header for entry in entries)
    _check_members(entries)
    _check_size(offset + len(directory) + _END.size)
    for entry in entries:
        yield entry.local_header
        yield members[entry.name]
    yield directory
    yield _END.pack(_END_MAGIC, 0, 0, len(entries), len(entries), len(directory), offset, 0)


def read_archive(path: Path) -> dict[str, bytes]:
    """Return the members of a snapshot file by name, in order; the contents are checked against their CRC-32 alone.

    At most MAX_SNAPSHOT_BYTES are read, and no member before all headers of the central directory have been checked. Raises
    SnapshotError, one sentence without the path, where the layout is another, and OSError where the file cannot be read.
    """
    with open_regular_file(path) as file:
        num_bytes = os.fstat(file.fileno()).st_size
        _check_size(num_bytes)
        entries = _directory(file, num_bytes)
        file.seek(0)
        return {entry.name: _content(file, entry) for entry in entries}


def _directory(file: BinaryIO, num_bytes: int) -> list[_Entry]:
    """Return the entries of the central directory, checked."""
    start, count = _find_directory(file, num_bytes)
    file.seek(start)
    directory = file.read(num_bytes - _END.size - start)
    entries: list[_Entry] = []
    position = 0
    for _ in range(count):
        entry, length = _entry(directory[position:])
        if any(entry.name == other.name for other in entries):
            raise SnapshotError(f"it names the member {printable(entry.name)} twice")
        expected = entries[-1].end if entries else 0
        if entry.offset != expected:
            where = f"between {entries[-1].name} and {entry.name}" if entries else f"before {entry.name}"
            overlap = entry.offset < expected
            raise SnapshotError(
                f"{entry.name} begins inside of {entries[-1].name}"
                if overlap
                else f"it has {entry.offset - expected} bytes {where}"
            )
        if entries and place(entry.name) < place(entries[-1].name):
            raise SnapshotError(f"its members are in another order: {entry.name} follows {entries[-1].name}")
        entries.append(entry)
        position += length
    if position != len(directory):
        raise SnapshotError(f"it has {len(directory) - position} bytes between its directory and its end")
    _check_members(entries)
    if entries[-1].end != start:
        raise SnapshotError(f"it has {start - entries[-1].end} bytes between {entries[-1].name} and its directory")
    return entries


def _find_directory(file: BinaryIO, num_bytes: int) -> tuple[int, int]:
    """Return where the central directory begins, and how many entries it has."""
    file.seek(max(0, num_bytes - _END.size - _MAX_COMMENT))
    tail = file.read()
    at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) - at < _END.size:
        file.seek(0)
        is_cut = file.read(4) == _LOCAL_MAGIC
        raise SnapshotError(
            "it was cut off: a zip ends with its directory" if is_cut else "it is no snapshot file: it is not a zip"
        )
    _, disk, first_disk, here, count, length, start, comment = _END.unpack_from(tail, at)
    behind = len(tail) - at - _END.size
    if behind:
        is_comment = comment == behind
        raise SnapshotError(f"it has a comment of {behind} bytes" if is_comment else f"it has {behind} bytes behind its end")
    if count > MAX_MEMBERS or here > MAX_MEMBERS:
        more = " or more" if 0xFFFF in (count, here) else ""
        raise SnapshotError(f"it lists {max(count, here):,}{more} members; at most {MAX_MEMBERS} are read")
    if disk or first_disk or here != count or comment:
        raise SnapshotError("it is a part of an archive in several files")
    if not count:
        raise SnapshotError("it is a zip without members")
    if length > count * (_CENTRAL.size + MAX_NAME_BYTES):
        raise SnapshotError(f"its directory has {length} bytes, too many for {count} members")
    expected = num_bytes - _END.size - length
    if start != expected:
        raise SnapshotError(
            f"it has {expected - start} bytes before its first member"
            if 0 <= start < expected
            else "its directory is not where its end says"
        )
    return start, count


def _entry(directory: bytes) -> tuple[_Entry, int]:
    """Return the first entry of the rest of a central directory, and its length."""
    if len(directory) < _CENTRAL.size or not directory.startswith(_CENTRAL_MAGIC):
        raise SnapshotError("its directory is damaged")
    fields = _CENTRAL.unpack_from(directory)
    _, _, _, flags, method, _, _, crc, packed, num_bytes, name_bytes, extra, comment, _, _, attributes, offset = fields
    raw = directory[_CENTRAL.size : _CENTRAL.size + name_bytes]
    name = raw.decode("ascii", "backslashreplace")
    shown = printable(name)
    _check_name(name)
    if flags & 1:
        raise SnapshotError(f"{shown} is encrypted")
    if method or packed != num_bytes:
        raise SnapshotError(f"{shown} is compressed ({_METHODS.get(method, f'method {method}')})")
    kind = attributes >> 16 & 0o170000
    if kind in _KINDS:
        raise SnapshotError(f"{shown} is {_KINDS[kind]}")
    if extra or comment:
        raise SnapshotError(f"{shown} has {'an extra field' if extra else 'a comment'}")
    if num_bytes > max_bytes(name):
        raise SnapshotError(f"{shown} has {num_bytes:,} bytes; at most {max_bytes(name):,} are read")
    entry = _Entry(name=name, crc=crc, num_bytes=num_bytes, offset=offset)
    header = entry.central_header
    if directory[: len(header)] != header:
        raise SnapshotError(f"the entry of {shown} in its directory is not as the format has it")
    return entry, len(header)


def _check_name(name: str) -> None:
    if is_member(name):
        return
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise SnapshotError(f"its member {printable(name)} would lie outside")
    raise SnapshotError(f"it has a member that does not belong to a snapshot: {printable(name)}")


def _check_members(entries: list[_Entry]) -> None:
    names = {entry.name for entry in entries}
    for name in REQUIRED:
        if name not in names:
            raise SnapshotError(f"it lacks {name}")
    for entry in entries:
        if entry.num_bytes > max_bytes(entry.name):
            raise SnapshotError(f"{entry.name} has {entry.num_bytes:,} bytes; a snapshot holds at most {max_bytes(entry.name):,}")


def _check_size(num_bytes: int) -> None:
    if num_bytes > MAX_SNAPSHOT_BYTES:
        raise SnapshotError(f"it has {num_bytes:,} bytes; a snapshot has at most {MAX_SNAPSHOT_BYTES:,}")


def _content(file: BinaryIO, entry: _Entry) -> bytes:
    """Return the content of the next member of a file."""
    header = file.read(len(entry.local_header))
    if header != entry.local_header:
        raise SnapshotError(f"the header before {entry.name} differs from its entry in the directory")
    data = file.read(entry.num_bytes)
    if zlib.crc32(data) != entry.crc:
        raise SnapshotError(f"it is damaged: {entry.name} has another CRC-32")
    return data
