"""The archive of all graphs, in one file that JavaScript reads.

Four bytes, little-endian, are the length of a JSON text that follows; after it come the bytes of the graphs. The JSON describes
each file as a list of pieces: ``[start, end]`` are bytes of the archive's last part, and ``[side, start, length]`` are float32
numbers of the averaged weights of a side. Equal pieces are there once.
"""

import json
from collections.abc import Mapping
from typing import Final

from mint.browser.training.graph_pieces import Pieces, WeightSlice

FORMAT: Final = 1


class ArchiveWriter:
    """Collects the pieces of files."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._places: dict[bytes, tuple[int, int]] = {}

    def add(self, pieces: Pieces) -> list[tuple[int, ...]]:
        """Add a file and return its pieces; those that lie one after another in the archive are one."""
        places: list[tuple[int, ...]] = []
        for piece in pieces:
            if isinstance(piece, WeightSlice):
                places.append(tuple(piece))
                continue
            start, end = self._place(piece)
            if places and len(places[-1]) == 2 and places[-1][1] == start:
                places[-1] = (places[-1][0], end)
            else:
                places.append((start, end))
        return places

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
