"""Mix sprites: two sprites of different families joined in one picture.

The features of a mix do not include those of its two inner sprites, which are drawn from the stream and returned by
``inner_values``.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from mint.token.families.family import Family, InnerValues
from mint.token.families.mix.joins import BALANCES, JOINS
from mint.token.families.mix.seams import SEAMS
from mint.token.families.mix.second_sprite import TINTS, TURNS, turned_sprite
from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import SIZE, Mask, Pixels, frame

# The weights of pairs of families, among 1000; the first is in front unless the turn is "swapped".
PAIR_WEIGHTS = {
    "text + town": 340,
    "town + noise": 190,
    "town + geometry": 160,
    "text + noise": 130,
    "text + geometry": 100,
    "geometry + noise": 80,
}
OTHER_PAIR_WEIGHT = 100

NUM_ATTEMPTS = 8


def make_mix(families: tuple[Family, ...]) -> Family:
    """Return the family that combines any two of the given families."""
    by_name = {family.name: family for family in families}
    pairs = [_pair_name(one, other) for one, other in combinations(by_name, 2)]

    def inner_values(values: Mapping[str, str], random: Stream) -> InnerValues:
        return {name: _draw_inner_values(by_name[name], random) for name in values["pair"].split(" + ")}

    def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
        inner = inner_values(values, random)
        for attempt in range(NUM_ATTEMPTS):
            stream = random.fork(f"attempt/{attempt}")
            first, second = (by_name[name].draw(own, stream.fork(name), palette) for name, own in inner.items())
            pixels = _join_sprites(values, first, second, stream, palette)
            if np.count_nonzero(np.bincount(pixels.ravel())) >= min(3, len(palette)):
                return pixels
        return _with_border(pixels, palette)

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


def _with_border(pixels: Pixels, palette: Palette) -> Pixels:
    """Add a border in a third colour to a picture of two colours."""
    missing = next(index for index in palette.vivid if index not in pixels)
    frame(pixels, 0, 0, SIZE, SIZE, missing)
    return pixels


def _pair_name(one: str, other: str) -> str:
    """Return the name of a pair in the order of PAIR_WEIGHTS, or else as given."""
    return f"{other} + {one}" if f"{other} + {one}" in PAIR_WEIGHTS else f"{one} + {other}"


def _draw_inner_values(family: Family, random: Stream) -> dict[str, str]:
    """Draw the values of a family, again if they allow a sprite of two colours: a mix needs more."""
    for attempt in range(NUM_ATTEMPTS):
        values = family.draw_values(random.fork(f"{family.name}/{attempt}"))
        if family.min_colors(values) > 2:
            break
    return values


def _join_sprites(values: Mapping[str, str], first: Pixels, second: Pixels, random: Stream, palette: Palette) -> Pixels:
    """Join two sprites by the values of a mix."""
    if values["turn"] == "swapped":
        first, second = second, first
    join_mask = JOINS[values["join"]][1](random.fork("join"), BALANCES[values["balance"]][1], first)
    if join_mask.recentre:
        first, second = _recentred(first, join_mask.first_mask), _recentred(second, ~join_mask.first_mask)
    second = turned_sprite(second, values["turn"], ~join_mask.first_mask)
    second = TINTS[values["tint"]][1](second, random.fork("tint"), palette)
    pixels = np.where(join_mask.first_mask, first, second)
    SEAMS[values["seam"]][1](pixels, join_mask.seam_region, palette)
    return pixels


def _recentred(pixels: Pixels, part: Mask) -> Pixels:
    """Shift a sprite so that its middle is in the middle of the part where it is visible."""
    ys, xs = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return np.roll(pixels, (int(ys[0] + ys[-1] - 31) // 2, int(xs[0] + xs[-1] - 31) // 2), (0, 1))
