"""Mix: two sprites of different families in one picture, joined, seamed, turned and tinted.

A mix has features of its own only; what its two inner sprites show is drawn from the stream, and told by ``inner_values``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mint.token.families.family import Family, InnerValues
from mint.token.families.noise.ink import INKS
from mint.token.families.noise.levels import TOP, Field
from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import BAYER4, SIZE, Mask, Pixels, blank, dilated, frame, grids, polygon

# How well two families go together, in thousandths; the first named is in front when nothing is swapped.
PAIR_WEIGHTS = {
    "text + town": 340,
    "town + noise": 190,
    "town + geometry": 160,
    "text + noise": 130,
    "text + geometry": 100,
    "geometry + noise": 80,
}
OTHER_PAIR_WEIGHT = 100

# Each balance: its weight, and the share of the picture that belongs to the first sprite, in thirty-seconds.
BALANCES = {"half": (400, 16), "third": (250, 11), "quarter": (170, 8), "two thirds": (150, 21), "sliver": (30, 4)}

NUM_ATTEMPTS = 8


@dataclass(frozen=True)
class Joint:
    """Where the first sprite is seen, and the region whose rim is the seam.

    ``centred`` joints move each sprite's middle to the middle of its part.
    """

    first: Mask
    region: Mask
    centred: bool = True


Join = Callable[[Stream, int, Pixels], Joint]


def _nearest(key: Field, share: int, *, centred: bool = True) -> Joint:
    """Give the first sprite the pixels with the smallest keys."""
    key = np.broadcast_to(key, (SIZE, SIZE))
    mask = np.asarray(key <= np.sort(key, axis=None)[share * SIZE - 1])
    return Joint(mask, mask, centred)


def _side_by_side(random: Stream, share: int, first: Pixels) -> Joint:
    _, xs = grids()
    return _nearest(random.choice((xs, -xs)).astype(np.int64), share)


def _stacked(random: Stream, share: int, first: Pixels) -> Joint:
    ys, _ = grids()
    return _nearest(random.choice((ys, -ys)).astype(np.int64), share)


def _diagonal(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    across, down = random.choice(((1, 1), (1, -1), (-1, 1), (-1, -1), (2, 1), (-2, 1), (2, -1), (-2, -1)))
    return _nearest((xs * across + ys * down).astype(np.int64), share, centred=False)


def _window(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    y, x = _middle(random, share)
    wide, high = random.choice(((1, 1), (2, 3), (2, 3), (3, 2)))
    return _nearest(np.maximum(abs(2 * xs - x) * wide, abs(2 * ys - y) * high).astype(np.int64), share)


def _porthole(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    y, x = _middle(random, share)
    return _nearest(((2 * xs - x) ** 2 + (2 * ys - y) ** 2).astype(np.int64), share)


def _middle(random: Stream, share: int) -> tuple[int, int]:
    """Return twice the coordinates of a middle around which an opening of this share has room."""
    room = max(10 - share // 2, 1)
    return 31 + 2 * random.between(-room, room), 31 + 2 * random.between(-room, room)


def _torn(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    steps = np.cumsum(random.grid_below(5, 1, SIZE // 2).astype(np.int64) - 2)
    edge = np.repeat(np.clip(steps - steps[SIZE // 4], -4, 4), 2)
    key = random.choice((xs * 1 + edge[:, None], ys + edge[None, :], -xs + edge[:, None], -ys + edge[None, :]))
    return _nearest(key, share)


def _stripes(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    place = random.choice((xs, ys, xs + ys, xs - ys)) + random.below(16)
    return _nearest((place % 16).astype(np.int64), share, centred=False)


def _checker(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    order = np.roll(BAYER4, (random.below(4), random.below(4)), (0, 1)).astype(np.int64)
    return _nearest(order[ys // 8, xs // 8], share, centred=False)


def _stencil(random: Stream, share: int, first: Pixels) -> Joint:
    half = _STENCIL_HALVES[share]
    outline = random.choice(_STENCILS)
    y, x = random.between(half - 1, 31 - half) if half < 16 else 16, random.between(half - 1, 31 - half) if half < 16 else 16
    inside = blank(0)
    polygon(inside, [(x + px * half // 8, y + py * half // 8) for px, py in outline], 1)
    return Joint(inside == 1, inside == 1)


_STENCIL_HALVES = {4: 6, 8: 9, 11: 11, 16: 13, 21: 16}

# Outlines around (0, 0), from -8 to 8.
_STENCILS = (
    ((0, 8), (-8, 0), (-8, -4), (-6, -7), (-3, -7), (0, -4), (3, -7), (6, -7), (8, -4), (8, 0)),  # heart
    ((0, -8), (2, -3), (8, -3), (3, 1), (5, 8), (0, 4), (-5, 8), (-3, 1), (-8, -3), (-2, -3)),  # star
    ((3, -8), (-3, -7), (-7, -2), (-7, 3), (-3, 7), (3, 8), (7, 5), (2, 4), (-1, 0), (1, -5)),  # crescent
    ((-8, 0), (0, -8), (8, 0), (6, 0), (6, 8), (-6, 8), (-6, 0)),  # house
    ((2, -8), (-6, 2), (-1, 2), (-3, 8), (6, -2), (1, -2), (5, -8)),  # lightning
    ((-7, -8), (-3, -4), (3, -4), (7, -8), (8, 2), (4, 7), (-4, 7), (-8, 2)),  # cat
    ((-8, -6), (-4, -1), (0, -8), (4, -1), (8, -6), (7, 7), (-7, 7)),  # crown
    ((0, -8), (5, -2), (3, -2), (7, 4), (2, 4), (2, 8), (-2, 8), (-2, 4), (-7, 4), (-3, -2), (-5, -2)),  # fir
    ((0, -8), (5, -1), (6, 4), (3, 8), (-3, 8), (-6, 4), (-5, -1)),  # drop
    ((-8, -5), (-4, -1), (0, -5), (5, -4), (8, 0), (5, 4), (0, 5), (-4, 1), (-8, 5)),  # fish
)


def _cut_out(random: Stream, share: int, first: Pixels) -> Joint:
    """Show what stands out from the first sprite's commonest colours, with a margin that grows with the share."""
    counts = np.bincount(first.ravel())
    ground = np.zeros(len(counts), bool)
    # As many colours are ground as leave the figure at most three fifths of the picture.
    for index in np.argsort(-counts, kind="stable"):
        ground[index] = True
        if counts[~ground].sum() * 5 <= first.size * 3:
            break
    mask = np.asarray(~ground[first])
    for _ in range(_MARGINS[share]):
        wider = dilated(mask)
        if np.count_nonzero(wider) * 8 > first.size * 7:
            # No room for a margin all around: it grows in the upper part only.
            mask[:share] = wider[:share]
            break
        mask = wider
    return Joint(mask, mask, centred=False)


_MARGINS = {4: 0, 8: 1, 11: 2, 16: 3, 21: 5}


def _dissolve(random: Stream, share: int, first: Pixels) -> Joint:
    ys, xs = grids()
    place = random.choice((xs, ys, 31 - xs, 31 - ys)) + np.zeros((SIZE, SIZE), np.int64)
    faded = place + BAYER4[ys % 4, xs % 4] - 8
    return Joint(np.asarray(faded < share), np.asarray(place < share), centred=False)


JOINS: dict[str, tuple[int, Join]] = {
    "cut out": (210, _cut_out),
    "stacked": (160, _stacked),
    "window": (140, _window),
    "porthole": (110, _porthole),
    "diagonal": (95, _diagonal),
    "torn": (85, _torn),
    "side by side": (80, _side_by_side),
    "stencil": (60, _stencil),
    "stripes": (25, _stripes),
    "checker": (20, _checker),
    "dissolve": (15, _dissolve),
}


def _rims(region: Mask) -> tuple[Mask, Mask]:
    """Return the pixels one and two steps outside a region."""
    once = dilated(region)
    return once & ~region, dilated(once) & ~once


def _no_seam(pixels: Pixels, region: Mask, palette: Palette) -> None:
    pass


def _line(pixels: Pixels, region: Mask, palette: Palette) -> None:
    rim, _ = _rims(region)
    pixels[rim] = _standing_out(pixels, rim, palette)


def _bold(pixels: Pixels, region: Mask, palette: Palette) -> None:
    rim, second_rim = _rims(region)
    pixels[rim] = palette.roles.void
    pixels[second_rim] = palette.roles.light


def _dotted(pixels: Pixels, region: Mask, palette: Palette) -> None:
    ys, xs = grids()
    rim, _ = _rims(region)
    pixels[rim & ((ys + xs) % 2 == 0)] = _standing_out(pixels, rim, palette)


def _stitched(pixels: Pixels, region: Mask, palette: Palette) -> None:
    ys, xs = grids()
    rim, _ = _rims(region)
    pixels[rim] = np.where((ys + xs) % 4 < 2, palette.roles.light, palette.roles.void).astype(np.uint8)[rim]


def _glow(pixels: Pixels, region: Mask, palette: Palette) -> None:
    ys, xs = grids()
    rim, second_rim = _rims(region)
    pixels[second_rim] = palette.roles.neon
    pixels[dilated(second_rim) & ~dilated(dilated(region)) & ((ys + xs) % 2 == 0)] = palette.roles.neon
    pixels[rim] = palette.roles.light


def _gilded(pixels: Pixels, region: Mask, palette: Palette) -> None:
    rim, second_rim = _rims(region)
    pixels[rim] = palette.roles.lamp
    pixels[second_rim] = palette.roles.brick


def _standing_out(pixels: Pixels, rim: Mask, palette: Palette) -> int:
    return palette.contrasting(int(np.bincount(pixels[rim], minlength=1).argmax()))[0]


SEAMS: dict[str, tuple[int, Callable[[Pixels, Mask, Palette], None]]] = {
    "none": (330, _no_seam),
    "line": (260, _line),
    "bold": (150, _bold),
    "dotted": (100, _dotted),
    "stitched": (80, _stitched),
    "glow": (60, _glow),
    "gilded": (20, _gilded),
}

# What each turn does to the second sprite; "swapped" lets the two change places instead.
TURNS: dict[str, tuple[int, Callable[[Pixels], Pixels]]] = {
    "upright": (460, lambda pixels: pixels),
    "swapped": (240, lambda pixels: pixels),
    "mirrored": (140, lambda pixels: pixels[:, ::-1]),
    "upside down": (100, lambda pixels: pixels[::-1]),
    "sideways": (45, np.rot90),
    "echoed": (15, lambda pixels: np.tile(pixels[::2, ::2], (2, 2))),
}


def _negative(pixels: Pixels, random: Stream, palette: Palette) -> Pixels:
    table = np.empty(len(palette), np.uint8)
    table[list(palette.ramp)] = palette.ramp[::-1]
    return np.asarray(table[pixels])


# The levels of few colours, dark to light: ones that every ink hatches, for pure tones would stay as they are.
_HATCHED_LEVELS = {2: [1, 4], 3: [1, 4, 6], 4: [1, 3, 5, 6]}


def _inked(ink: str) -> Callable[[Pixels, Stream, Palette], Pixels]:
    """Return a tint that repaints a sprite's brightnesses in one of the inks of noise."""

    def tint(pixels: Pixels, random: Stream, palette: Palette) -> Pixels:
        levels = np.empty(len(palette), np.uint8)
        last = len(palette) - 1
        levels[list(palette.ramp)] = _HATCHED_LEVELS.get(len(palette)) or [rank * TOP // last for rank in range(last + 1)]
        return INKS[ink](levels[pixels], random, palette)

    return tint


TINTS: dict[str, tuple[int, Callable[[Pixels, Stream, Palette], Pixels]]] = {
    "none": (560, lambda pixels, random, palette: pixels),
    "negative": (140, _negative),
    "monochrome": (120, _inked("moonlight")),
    "ember": (70, _inked("ember")),
    "ocean": (70, _inked("ocean")),
    "gold": (30, _inked("gold")),
    "engraving": (10, _inked("engraving")),
}


def make_mix(families: tuple[Family, ...]) -> Family:
    """Return the family that mixes any two of the given ones."""
    by_name = {family.name: family for family in families}
    pairs = [_pair_name(one, other) for one, other in combinations(by_name, 2)]

    def inner_values(values: Mapping[str, str], random: Stream) -> InnerValues:
        return {name: _colorful_values(by_name[name], random) for name in values["pair"].split(" + ")}

    def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
        inner = inner_values(values, random)
        for attempt in range(NUM_ATTEMPTS):
            stream = random.fork(f"attempt/{attempt}")
            first, second = (by_name[name].draw(own, stream.fork(name), palette) for name, own in inner.items())
            pixels = _joined(values, first, second, stream, palette)
            if np.count_nonzero(np.bincount(pixels.ravel())) >= min(3, len(palette)):
                return pixels
        return _bordered(pixels, palette)

    return Family(
        name="mix",
        features=(
            Feature("pair", {pair: PAIR_WEIGHTS.get(pair, OTHER_PAIR_WEIGHT) for pair in pairs}),
            Feature("join", {join: weight for join, (weight, _) in JOINS.items()}),
            Feature("balance", {balance: weight for balance, (weight, _) in BALANCES.items()}),
            Feature("seam", {seam: weight for seam, (weight, _) in SEAMS.items()}),
            Feature("turn", {turn: weight for turn, (weight, _) in TURNS.items()}),
            Feature("tint", {tint: weight for tint, (weight, _) in TINTS.items()}),
        ),
        draw=draw,
        inner_values=inner_values,
    )


def _bordered(pixels: Pixels, palette: Palette) -> Pixels:
    """Give a picture that stays in two colours a border in a third."""
    missing = next(index for index in palette.vivid if index not in pixels)
    frame(pixels, 0, 0, SIZE, SIZE, missing)
    return pixels


def _pair_name(one: str, other: str) -> str:
    """Return the pair's name in the order of the table, or as given."""
    return f"{other} + {one}" if f"{other} + {one}" in PAIR_WEIGHTS else f"{one} + {other}"


def _colorful_values(family: Family, random: Stream) -> dict[str, str]:
    """Draw a family's values; those that would leave a sprite with two colours are drawn again, a mix needs more."""
    for attempt in range(NUM_ATTEMPTS):
        values = family.draw_values(random.fork(f"{family.name}/{attempt}"))
        if family.min_colors(values) > 2:
            break
    return values


def _joined(values: Mapping[str, str], first: Pixels, second: Pixels, random: Stream, palette: Palette) -> Pixels:
    """Join two sprites as a mix's values say."""
    if values["turn"] == "swapped":
        first, second = second, first
    joint = JOINS[values["join"]][1](random.fork("join"), BALANCES[values["balance"]][1], first)
    if joint.centred:
        first, second = _centred(first, joint.first), _centred(second, ~joint.first)
    second = _turned(second, values["turn"], ~joint.first)
    second = TINTS[values["tint"]][1](second, random.fork("tint"), palette)
    pixels = np.where(joint.first, first, second)
    SEAMS[values["seam"]][1](pixels, joint.region, palette)
    return pixels


def _centred(pixels: Pixels, part: Mask) -> Pixels:
    """Move a sprite's middle to the middle of the part where it is seen."""
    ys, xs = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return np.roll(pixels, (int(ys[0] + ys[-1] - 31) // 2, int(xs[0] + xs[-1] - 31) // 2), (0, 1))


def _turned(pixels: Pixels, turn: str, part: Mask) -> Pixels:
    """Turn a sprite; one that looks the same turned, by its own symmetry, moves on, so that the turn is seen."""
    turned = TURNS[turn][1](pixels)
    if turn in ("upright", "swapped") or (turned != pixels)[part].any():
        return turned
    return np.roll(turned, _SHIFTS[turn], (0, 1))


_SHIFTS = {"mirrored": (0, 8), "upside down": (8, 0), "sideways": (8, 8), "echoed": (4, 4)}
