"""Animated WebP, lossless (RFC 9649), with a comment in XMP."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from viewer.pictures.mosaic import Pixels, enlarged


def write_webp(
    file: BinaryIO, frames: Iterator[Pixels], rgb: NDArray[np.uint8], *, scale: int, times_ms: Sequence[int], comment: str
) -> None:
    """Write frames, each (H, W) uint8 indices into ``rgb`` (K, 3) uint8, as a WebP that repeats for ever.

    A pixel is drawn scale x scale large. ``times_ms`` says when each frame begins and the last one ends, in milliseconds.
    """
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{escape(comment)}</rdf:li>'
        "</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    durations_ms = [end - begin for begin, end in pairwise(times_ms)]
    count = len(durations_ms)
    sequence = _FrameSequence((Image.fromarray(rgb[enlarged(frame, scale)]) for frame in frames), count)
    options = {"lossless": True, "quality": 50, "method": 3, "minimize_size": False}
    sequence.save(file, "WEBP", save_all=count > 1, duration=durations_ms, loop=0, xmp=xmp.encode(), **options)


class _FrameSequence(Image.Image):
    """An image whose frames are computed on demand, once and in order; Pillow itself takes only a list of all frames."""

    def __init__(self, frames: Iterator[Image.Image], count: int) -> None:
        super().__init__()
        self._frames = frames
        self.n_frames = count
        first = next(frames)
        self.im = first.im
        self._mode, self._size = first.mode, first.size

    def seek(self, frame: int) -> None:
        """Load the next frame."""
        if frame:
            self.im = next(self._frames).im
