"""Palettes written as a table: for each a line with its weight and name, and a line with one colour a role.

A colour that stands in several columns is one colour of the palette and plays all those roles, so a palette of two colours is
written as one of sixteen is. The palette holds its colours in the order in which they first stand.
"""

from mint.token.palette import Palette, Roles

Weighted = tuple[Palette, int]


def read_table(table: str) -> tuple[Weighted, ...]:
    """Return the palettes of a table, each with its weight, in the table's order."""
    lines = [line.strip() for line in table.splitlines() if line.strip()]
    return tuple(_weighted(head, row) for head, row in zip(lines[0::2], lines[1::2], strict=True))


def from_row(name: str, row: tuple[str, ...]) -> Palette:
    """Return the palette whose sixteen roles, in the order of ``Roles``, have the colours (``#rrggbb``) of the row."""
    assert len(row) == len(Roles._fields), f"{name}: one colour a role"
    colors = tuple(dict.fromkeys(row))
    return Palette(name, colors, Roles(*(colors.index(color) for color in row)))


def _weighted(head: str, row: str) -> Weighted:
    weight, name = head.split(" ", 1)
    return from_row(name, tuple(f"#{color}" for color in row.split())), int(weight)
