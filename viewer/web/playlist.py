"""The order in which models are shown: in rounds, each model once a round."""

from random import Random


class Playlist:
    """An endless sequence of the indices 0 to count - 1 in rounds, which can be traversed in both directions.

    With ``shuffle`` each round has its own order, and no round begins with the last index of the one before.
    """

    def __init__(self, count: int, *, shuffle: bool, random: Random) -> None:
        self._count = count
        self._shuffle = shuffle
        self._random = random
        self._order = self._round()
        self._at = 0

    @property
    def current(self) -> int:
        """The current index."""
        return self._order[self._at]

    @property
    def position(self) -> int:
        """The number of indices before it in its round."""
        return self._at % self._count

    def move(self, steps: int) -> int:
        """Move forwards, or backwards where negative, and return the new current index."""
        self._at += steps
        while self._at >= len(self._order):
            self._order += self._round(after=self._order[-1])
        while self._at < 0:
            self._order = self._round(before=self._order[0]) + self._order
            self._at += self._count
        # Only three rounds are remembered: going further back gives a new order.
        forgotten = max(0, self._at // self._count - 1) * self._count
        self._order = self._order[forgotten : forgotten + 3 * self._count]
        self._at -= forgotten
        return self.current

    def _round(self, *, after: int | None = None, before: int | None = None) -> list[int]:
        order = list(range(self._count))
        if self._shuffle:
            self._random.shuffle(order)
            if self._count > 1 and (order[0] == after or order[-1] == before):
                order.reverse()
        return order
