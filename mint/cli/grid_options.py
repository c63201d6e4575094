"""The options of the pixel grid, ``--offset`` and ``--pixel-aspect``, and the lines that tell what was detected."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from mint.art.importer import SpriteSheet

_MAX_LINES: Final = 6
_MAX_ASPECT: Final = 8


class OffsetType(click.ParamType):  # type: ignore[type-arg]
    """X,Y in pixels of the picture, read as (x, y)."""

    name = "offset"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read X,Y as (x, y)."""
        match = re.fullmatch(r"(-?\d{1,4}),(-?\d{1,4})", str(value), re.ASCII)
        if match is None:
            self.fail(f"{value!r} is not an offset like 3,0, of whole pixels from the left and from the top.", param, ctx)
        return int(match[1]), int(match[2])


class PixelAspectType(click.ParamType):  # type: ignore[type-arg]
    """W:H, the width of a pixel by its height."""

    name = "aspect"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Read W:H as a fraction."""
        match = re.fullmatch(r"(\d{1,3}):(\d{1,3})", str(value), re.ASCII)
        sides = (int(match[1]), int(match[2])) if match else (0, 0)
        if min(sides) < 1 or max(sides) > _MAX_ASPECT * min(sides):
            self.fail(f"{value!r} is not a pixel aspect like 5:6 or 2:1, width by height, at most {_MAX_ASPECT}:1.", param, ctx)
        return Fraction(*sides)


def grid_lines(sheets: "list[SpriteSheet]") -> Iterator[str]:
    """Yield lines on how pictures were enlarged, the commonest way first: size, scale, evidence and the second guess."""
    from mint.art.true_size import GIVEN_SCALE

    groups: dict[object, list[SpriteSheet]] = {}
    for sheet in sheets:
        if sheet.grid.kernel is not None:
            groups.setdefault((sheet.source_size, sheet.grid.size, sheet.grid.kernel), []).append(sheet)
    counts = Counter({kind: len(alike) for kind, alike in groups.items()})
    for kind, count in counts.most_common(_MAX_LINES):
        least = min(groups[kind], key=lambda sheet: sheet.grid.confidence)
        grid, (height, width) = least.grid, least.source_size
        native_height, native_width = grid.size or least.source_size
        method = "nearest" if grid.kernel == "floor" else grid.kernel
        is_given = grid.evidence == GIVEN_SCALE
        certainty = "as given" if is_given else f"{method}, confidence {grid.confidence:.2f}"
        yield (
            f"{count} picture{'' if count == 1 else 's'} of {width} x {height}: {native_width} x {native_height} true pixels, "
            f"enlarged {grid.scale_text(least.source_size)} times ({certainty})"
        )
        if is_given:
            continue
        second = "no other grid fits"
        if grid.second is not None:
            second = (
                f"the second guess would be {grid.second.size[1]} x {grid.second.size[0]} (confidence {grid.second.confidence:.2f})"
            )
        if grid.evidence:
            yield f"  {grid.evidence}; {second}"
