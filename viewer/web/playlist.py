"""The order in which models are shown: round after round, each of them once a round."""

from random import Random


class Playlist:
    """Places 0 to count - 1 in rounds without end, forwards and back.

    Shuffled, each round has another order, and none begins with what the one before ended with.
    """

    def __init__(self, count: int, *, shuffle: bool, random: Random) -> None:
        self._count = count
        self._shuffle = shuffle
        self._random = random
        self._order = self._round()
        self._at = 0

    @property
    def current(self) -> int:
        """The place whose turn it is."""
        return self._order[self._at]

    @property
    def position(self) -> int:
        """How many came before it in its round."""
        return self._at % self._count

    def move(self, places: int) -> int:
        """Go so many places on, or back where negative, and return the new current one."""
        self._at += places
        while self._at >= len(self._order):
            self._order += self._round(after=self._order[-1])
        while self._at < 0:
            self._order = self._round(before=self._order[0]) + self._order
            self._at += self._count
        # Who goes back further than the round before gets a new order.
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
