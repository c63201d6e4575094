"""Zip archives, opened only where their directory is of a size that pays to read.

``zipfile`` makes an object of each entry before anything can be asked, a gigabyte of them where a file of 100 MB lists a million.
A file is opened once: what was checked is what is read, even if another file takes its name meanwhile.
"""

import os
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from viewer.regular_file import open_regular_file

MAX_DIRECTORY_BYTES: Final = 1 << 25  # about 300,000 entries

# "End of central directory record", its zip64 form and the locator of that (APPNOTE 4.3.14 to 4.3.16).
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_LOCATOR: Final = b"PK\x06\x07"
_END_BYTES: Final = 22
_LOCATOR_BYTES: Final = 20
_MAX_COMMENT: Final = 0xFFFF


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip archive. Raises BadZipFile, also where its directory is too long, ValueError, NotImplementedError and OSError."""
    return _Archive(path)


class _Archive(zipfile.ZipFile):
    """A zip archive that opens its file itself, and closes it."""

    _file: BinaryIO | None = None

    def __init__(self, path: Path) -> None:
        self._file = open_regular_file(path)
        try:
            if _directory_bytes(self._file) > MAX_DIRECTORY_BYTES:
                raise zipfile.BadZipFile(f"its directory is larger than {MAX_DIRECTORY_BYTES >> 20} MiB")
            super().__init__(self._file)
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        super().close()
        if self._file is not None:
            self._file.close()


def _directory_bytes(file: BinaryIO) -> int:
    """Return how long the directory of an archive says that it is, 0 where there is none."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _END_BYTES - _MAX_COMMENT - _LOCATOR_BYTES)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        return 0
    (length,) = struct.unpack_from("<L", tail, end + 12)
    locator = tail[max(0, end - _LOCATOR_BYTES) : end]
    if not locator.startswith(_LOCATOR) or len(locator) < _LOCATOR_BYTES:
        return int(length)
    (offset,) = struct.unpack_from("<Q", locator, 8)
    file.seek(min(offset, size))
    record = file.read(56)
    # ``zipfile`` also finds the record where it directly precedes its locator.
    nearby = tail[max(0, end - _LOCATOR_BYTES - 56) : end - _LOCATOR_BYTES]
    lengths = [struct.unpack_from("<Q", each, 40)[0] for each in (record, nearby) if each[:4] == _END_64 and len(each) == 56]
    return int(max([length if length != 0xFFFFFFFF else 0, *lengths]))
