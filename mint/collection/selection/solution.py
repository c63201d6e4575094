"""A solution at hand: rows that complete a choice, and how it changes without solving anew."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mint.collection.selection.solver import csr_array, maximum_flow
from mint.collection.selection.token_classes import Ids


def pick_rows(counts: Ids, rows: Ids, class_of_row: Ids, key: Ids, forced: int | None = None) -> list[int] | None:
    """Pick so many rows of each class, no two with one key, the forced one among them; None where that is impossible.

    First come classes with the fewest rows to spare. Where that does not find enough, a maximum flow from classes to keys does.
    """
    left = counts.copy()
    picked: list[int] = []
    if forced is not None:
        left[class_of_row[np.searchsorted(rows, forced)]] -= 1
        picked.append(forced)
    return _pick_first(left, rows, class_of_row, key, picked) or _pick_by_flow(left, rows, class_of_row, key, picked)


def _pick_first(counts: Ids, rows: Ids, class_of_row: Ids, key: Ids, picked: list[int]) -> list[int] | None:
    left = counts.tolist()
    found = picked.copy()
    used = {int(key[row]) for row in picked}
    members = np.split(np.argsort(class_of_row, kind="stable"), np.cumsum(np.bincount(class_of_row, minlength=len(left)))[:-1])
    for own in sorted(range(len(left)), key=lambda each: len(members[each]) - left[each]):
        for row in rows[members[own]].tolist() if left[own] else ():
            row_key = int(key[row])
            if row_key not in used:
                left[own] -= 1
                used.add(row_key)
                found.append(row)
                if not left[own]:
                    break
    return None if any(left) else found


def _pick_by_flow(counts: Ids, rows: Ids, class_of_row: Ids, key: Ids, picked: list[int]) -> list[int] | None:
    """Let a flow of 1 through each row lead from its class, which has as much as is wanted of it, to its key, which takes 1."""
    free = ~np.isin(key[rows], key[picked])
    kept, classes = rows[free], class_of_row[free]
    keys = np.unique(key[kept], return_inverse=True)[1]
    num_classes, num_keys = len(counts), int(keys.max(initial=-1)) + 1
    source, sink = num_classes + num_keys, num_classes + num_keys + 1
    starts = np.concatenate([np.full(num_classes, source), classes, num_classes + np.arange(num_keys)])
    ends = np.concatenate([np.arange(num_classes), num_classes + keys, np.full(num_keys, sink)])
    capacities = np.concatenate([counts, np.ones(len(kept), np.int64), np.ones(num_keys, np.int64)]).astype(np.int32)
    result = maximum_flow(csr_array((capacities, (starts, ends)), shape=(sink + 1, sink + 1)), source, sink)
    if result.flow_value < counts.sum():
        return None
    flow = result.flow.tocoo()
    used = {(start, end) for start, end in zip(*(axis[flow.data > 0].tolist() for axis in flow.coords), strict=True)}
    pairs = zip(classes.tolist(), (num_classes + keys).tolist(), kept.tolist(), strict=True)
    return picked + [row for start, end, row in pairs if (start, end) in used]


class Solution:
    """Rows that together complete a choice.

    ``kind`` tells which rows the rules do not tell apart, ``has`` which facts each kind has, and ``key`` which rows exclude each
    other. ``spare`` are the rows from which this was picked.
    """

    def __init__(self, rows: list[int], spare: Ids, kind: Ids, key: Ids, has: NDArray[np.bool_]) -> None:
        self._kind, self._key, self._has = kind.tolist(), key.tolist(), has
        self._rows = set(rows)
        self._row_of_key = {self._key[row]: row for row in rows}
        self._rows_of_kind: dict[int, list[int]] = defaultdict(list)
        for row in sorted(rows):
            self._rows_of_kind[self._kind[row]].append(row)
        self._spare_of_kind: dict[int, list[int]] = defaultdict(list)
        for row in spare.tolist():
            self._spare_of_kind[self._kind[row]].append(row)
        # Kinds are compared by sums of their facts; equal sums of random words are checked.
        words = np.random.default_rng(1).integers(1 << 40, size=has.shape[1], dtype=np.int64)
        self._sums = has @ words

    def include(self, row: int, is_open: NDArray[np.bool_]) -> bool:
        """Make a row part of the solution by exchanging others; return False where no simple exchange does it."""
        if row in self._rows:
            return True
        kind = self._kind[row]
        owner = self._row_of_key.get(self._key[row])
        if owner is not None and self._kind[owner] == kind:
            self._exchange(owner, row)
            return True
        if owner is not None:
            spare = next(self._spare(self._kind[owner], row, is_open), None)
            if spare is None:
                return self._exchange_two(row, is_open, owner)
            self._exchange(owner, spare)
        if alike := self._last(kind):
            self._exchange(alike[0], row)
            return True
        return self._exchange_two(row, is_open)

    def take(self, row: int) -> None:
        """Leave a row out, because it has been taken."""
        self._rows.remove(row)
        del self._row_of_key[self._key[row]]

    def _exchange(self, old: int, new: int) -> None:
        self.take(old)
        self._rows.add(new)
        self._row_of_key[self._key[new]] = new
        # Not the last of its kind, because it is taken at once or comes from the end.
        self._rows_of_kind[self._kind[new]].insert(0, new)

    def _exchange_two(self, row: int, is_open: NDArray[np.bool_], owner: int | None = None) -> bool:
        """Exchange two rows, one of them the owner of the row's key, for this one and a spare one with the same facts together."""
        inside = [kind for kind in self._rows_of_kind if self._last(kind)]
        outside = list(self._spare_of_kind)
        if owner is None:
            first, second = np.triu_indices(len(inside))
        else:
            first, second = np.full(len(inside), inside.index(self._kind[owner])), np.arange(len(inside))
        sums = self._sums[inside]
        wanted = self._sums[outside] + self._sums[self._kind[row]]
        pairs = np.flatnonzero(np.isin(sums[first] + sums[second], wanted))
        for pair in pairs.tolist():
            one, other = inside[first[pair]], inside[second[pair]]
            if owner is not None:
                removed = [owner, *(each for each in self._last(other, 2) if each != owner)][:2]
            else:
                removed = self._last(one, 2) if one == other else self._last(one) + self._last(other)
            for place in np.flatnonzero(wanted == self._sums[one] + self._sums[other]).tolist():
                added = outside[place]
                same = np.array_equal(
                    self._has[one].astype(int) + self._has[other], self._has[added].astype(int) + self._has[self._kind[row]]
                )
                spare = next(self._spare(added, row, is_open), None) if same and len(removed) == 2 else None
                if spare is not None:
                    self._exchange(removed[0], row)
                    self._exchange(removed[1], spare)
                    return True
        return False

    def _last(self, kind: int, number: int = 1) -> list[int]:
        """Return the last rows of a kind in the solution, as many as there are."""
        rows = self._rows_of_kind[kind]
        while rows and rows[-1] not in self._rows:
            rows.pop()
        return [row for row in rows[-number:] if row in self._rows]

    def _spare(self, kind: int, after: int, is_open: NDArray[np.bool_]) -> Iterator[int]:
        """Yield rows of a kind, the last first, that could be added: open, later than a row, and with keys that are free."""
        for row in reversed(self._spare_of_kind[kind]):
            if row <= after:
                return
            if (
                row not in self._rows
                and is_open[row]
                and self._key[row] not in self._row_of_key
                and self._key[row] != self._key[after]
            ):
                yield row
