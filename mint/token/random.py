"""Named streams of 32-bit integers: the only source of randomness in a token.

A stream is sfc32 (Chris Doty-Humphrey, PractRand 0.94: three words and a counter), seeded with the first 96 bits of a SHA-256 over
the format version, the hash and the stream's name. Random pictures come from a counter hash (``lowbias32``, Chris Wellons,
"Prospecting for Hash Functions", 2018), keyed by the stream. No floating point is used.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
_MASK = 0xFFFFFFFF
_WARM_UP = 15

T = TypeVar("T")


class Stream:
    """A deterministic stream of uniform 32-bit integers, with methods to make choices from it."""

    __slots__ = ("_a", "_b", "_c", "_counter", "_name")

    def __init__(self, hash_text: str, name: str) -> None:
        self._name = (hash_text, name)
        digest = hashlib.sha256(f"pixelmint/{FORMAT}\0{hash_text}\0{name}".encode()).digest()
        self._a = int.from_bytes(digest[0:4], "little")
        self._b = int.from_bytes(digest[4:8], "little")
        self._c = int.from_bytes(digest[8:12], "little")
        self._counter = 1
        for _ in range(_WARM_UP):
            self.u32()

    def fork(self, name: str) -> "Stream":
        """Return the independent stream ``<this name>/<name>`` without advancing this one."""
        hash_text, own = self._name
        return Stream(hash_text, f"{own}/{name}")

    def u32(self) -> int:
        """Return the next integer in [0, 2**32)."""
        a, b, c = self._a, self._b, self._c
        out = (a + b + self._counter) & _MASK
        self._counter = (self._counter + 1) & _MASK
        self._a = b ^ (b >> 9)
        self._b = (c + (c << 3)) & _MASK
        # Masked before the sum, which so stays below 2**53: a browser's integers are exact up to there.
        self._c = ((((c << 21) & _MASK) | (c >> 11)) + out) & _MASK
        return out

    def below(self, n: int) -> int:
        """Return an integer in [0, n), exactly uniform by rejection; n is 1 to 2**32."""
        limit = 0x100000000 - 0x100000000 % n
        while True:
            word = self.u32()
            if word < limit:
                return word % n

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high], both bounds included."""
        return low + self.below(high - low + 1)

    def chance(self, numerator: int, denominator: int) -> bool:
        """Return True with probability numerator / denominator."""
        return self.below(denominator) < numerator

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options, all equally likely."""
        return options[self.below(len(options))]

    def weighted(self, weights: Sequence[int]) -> int:
        """Return an index into weights, with probability weight / sum of weights."""
        remaining = self.below(sum(weights))
        for index, weight in enumerate(weights):
            remaining -= weight
            if remaining < 0:
                return index
        raise AssertionError("the weights are positive")

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Return the options in random order (Fisher-Yates)."""
        out = list(options)
        for last in range(len(out) - 1, 0, -1):
            other = self.below(last + 1)
            out[last], out[other] = out[other], out[last]
        return out

    def grid(self, height: int, width: int) -> NDArray[np.uint32]:
        """Return a picture of independent uniform words, (height, width) uint32; advances the stream by two words."""
        key, tweak = self.u32(), self.u32()
        words = np.arange(height * width, dtype=np.uint32) + np.uint32(key)
        return _lowbias32(_lowbias32(words) ^ np.uint32(tweak)).reshape(height, width)

    def grid_below(self, n: int, height: int, width: int) -> NDArray[np.uint8]:
        """Return a picture of integers in [0, n), (height, width) uint8; n is 1 to 256, uniform to within n / 2**32."""
        return ((self.grid(height, width).astype(np.uint64) * np.uint64(n)) >> np.uint64(32)).astype(np.uint8)


def _lowbias32(words: NDArray[np.uint32]) -> NDArray[np.uint32]:
    words = words ^ (words >> np.uint32(16))
    words = words * np.uint32(0x21F0AAAD)
    words = words ^ (words >> np.uint32(15))
    words = words * np.uint32(0xD35A2D97)
    return words ^ (words >> np.uint32(15))
