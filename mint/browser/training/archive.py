"""The archive of all graphs, in one file that JavaScript reads.

Four bytes, little-endian, are the length of a JSON text that follows; after it come the bytes of the graphs. The JSON describes
each file as a list of pieces: ``[start, end]`` are bytes of the archive's last part, and ``[side, start, count]`` are float32
numbers of the averaged weights of a side. Equal pieces are there once.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from mint.browser.training.export_templates import Template

FORMAT: Final = 1


class ArchiveWriter:
    """Collects the pieces of files."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._places: dict[bytes, tuple[int, int]] = {}

    def add(self, template: Template) -> list[Sequence[int]]:
        """Add a file and return its pieces."""
        return [self._place(piece) if isinstance(piece, bytes) else piece for piece in template if piece]

    def _place(self, piece: bytes) -> tuple[int, int]:
        if piece not in self._places:
            start = len(self._bytes)
            self._bytes += piece
            self._places[piece] = (start, len(self._bytes))
        return self._places[piece]

    def archive(self, description: Mapping[str, object]) -> bytes:
        """Return the archive with a description as JSON."""
        text = json.dumps({"format": FORMAT, **description}, separators=(",", ":")).encode()
        return len(text).to_bytes(4, "little") + text + bytes(self._bytes)
