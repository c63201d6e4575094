"""The neighbours of a cell in a level's grid."""

from typing import NamedTuple


class Neighbour(NamedTuple):
    """A neighbouring cell (row, column)."""

    cell: tuple[int, int]
    vertical: int  # 1 if it is above or below, 0 if it is beside
    forward: bool  # whether it is to the right or below


def neighbours(cell: tuple[int, int], shape: tuple[int, ...]) -> list[Neighbour]:
    """Return the up to four neighbours of a cell in a grid of a shape (rows, columns, ...)."""
    y, x = cell
    candidates = [
        Neighbour((y, x - 1), 0, False),
        Neighbour((y, x + 1), 0, True),
        Neighbour((y - 1, x), 1, False),
        Neighbour((y + 1, x), 1, True),
    ]
    return [each for each in candidates if 0 <= each.cell[0] < shape[0] and 0 <= each.cell[1] < shape[1]]


def in_same_block(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Return 1 if two cells are in the same block of two by two cells, else 0."""
    return int(a[0] // 2 == b[0] // 2 and a[1] // 2 == b[1] // 2)
