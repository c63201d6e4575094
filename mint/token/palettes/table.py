"""Palettes written as a table: two lines each, one with weight and name, one with a colour for each role.

A colour in several columns is one colour of the palette with all those roles, so palettes of two and of sixteen colours are
written alike. The palette's colours are in the order in which they first appear.
"""

from mint.token.palette import Palette, Roles

WeightedPalette = tuple[Palette, int]


def read_palettes(table: str) -> tuple[WeightedPalette, ...]:
    """Return the palettes of a table with their weights, in table order."""
    lines = [line.strip() for line in table.splitlines() if line.strip()]
    return tuple(_weighted_palette(head, row) for head, row in zip(lines[0::2], lines[1::2], strict=True))


def palette_from_row(name: str, row: tuple[str, ...]) -> Palette:
    """Return the palette whose sixteen roles have the colours (``#rrggbb``) of the row, in the order of ``Roles``."""
    assert len(row) == len(Roles._fields), f"{name}: one colour for each role"
    colors = tuple(dict.fromkeys(row))
    return Palette(name, colors, Roles(*(colors.index(color) for color in row)))


def _weighted_palette(head: str, row: str) -> WeightedPalette:
    weight, name = head.split(" ", 1)
    return palette_from_row(name, tuple(f"#{color}" for color in row.split())), int(weight)
