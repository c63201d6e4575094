"""Tests of geometry sprites: exact symmetries, visible features, enough colours."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest

from mint.token.families.geometry import GEOMETRY
from mint.token.families.geometry.arrangements import ARRANGEMENTS
from mint.token.families.geometry.coloring import COLORINGS
from mint.token.families.geometry.forms import FORMS, OUTSIDE
from mint.token.families.geometry.grounds import GROUNDS
from mint.token.families.geometry.shading import SHADINGS, depth
from mint.token.families.geometry.symmetry import SYMMETRIES
from mint.token.features import Feature
from mint.token.palette import Palette, Roles
from mint.token.random import Stream
from mint.token.raster import Pixels, dilated

ONE_BIT = Palette("one bit", ("#101010", "#f4f4f0"), Roles(0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1))
THREE = Palette("three", ("#1b1b3a", "#e4572e", "#f6f0dc"), Roles(0, 0, 0, 1, 2, 2, 1, 2, 0, 1, 0, 1, 1, 2, 2, 1))
FOUR = Palette("four", ("#0f380f", "#306230", "#8bac0f", "#e0f8cf"), Roles(0, 0, 1, 2, 2, 3, 2, 3, 0, 1, 0, 2, 1, 2, 3, 3))
FIVE = Palette(
    "five", ("#1a1423", "#3d315b", "#708b75", "#9ab87a", "#f8f991"), Roles(0, 1, 1, 2, 3, 4, 2, 3, 1, 2, 1, 2, 1, 3, 4, 4)
)
SIXTEEN = Palette(
    "sixteen",
    (
        *("#1a1c2c", "#333c57", "#566c86", "#94b0c2", "#c9d6de", "#f4f4f4", "#3b5dc9", "#41a6f6"),
        *("#257179", "#38b764", "#29366f", "#73eff7", "#b13e53", "#ef7d57", "#ffcd75", "#a7f070"),
    ),
    Roles(*range(16)),
)
PALETTES = (ONE_BIT, THREE, FOUR, FIVE, SIXTEEN)

TABLES: Mapping[str, Mapping[str, object]] = {
    "form": FORMS,
    "arrangement": ARRANGEMENTS,
    "symmetry": SYMMETRIES,
    "shading": SHADINGS,
    "ground": GROUNDS,
    "coloring": COLORINGS,
}


def sprites(num_sprites: int, **fixed: str) -> Iterator[tuple[dict[str, str], Stream, Palette]]:
    """Yield the arguments of draw: values (some of them fixed), a stream and a palette."""
    for number in range(num_sprites):
        random = Stream("geometry", str(number))
        yield {**GEOMETRY.draw_values(random.fork("features")), **fixed}, random.fork("pixels"), PALETTES[number % len(PALETTES)]


def test_every_value_has_a_drawing_function_and_weights_sum_to_1000() -> None:
    assert {feature.name: set(feature.values) for feature in GEOMETRY.features} == {k: set(v) for k, v in TABLES.items()}
    assert all(sum(feature.weights.values()) == 1000 for feature in GEOMETRY.features)


@pytest.mark.parametrize(("name", "value"), [(f.name, value) for f in GEOMETRY.features for value in f.values])
def test_every_value_is_drawn_in_every_palette_size(name: str, value: str) -> None:
    for values, random, palette in sprites(len(PALETTES), **{name: value}):
        pixels = GEOMETRY.draw(values, random.fork("pixels"), palette)
        assert pixels.shape == (32, 32)
        assert pixels.dtype == np.uint8
        assert pixels.max() < len(palette)
        assert np.array_equal(pixels, GEOMETRY.draw(values, random.fork("pixels"), palette))


def _is_tiled(pixels: Pixels) -> bool:
    return np.array_equal(pixels, np.roll(pixels, 16, 0)) and np.array_equal(pixels, np.roll(pixels, 16, 1))


def _has_glide_mirror(pixels: Pixels) -> bool:
    """Return whether the line x + y = 7 is a mirror axis: (x, y) maps to (7 - y, 7 - x), modulo the tile."""
    places = (7 - np.arange(32)) % 32
    return np.array_equal(pixels, pixels[np.ix_(places, places)].T)


def _is_counterchanged(pixels: Pixels) -> bool:
    """Return whether the right half is the mirrored left half with two colours swapped."""
    left, right = pixels[:, :16], pixels[:, :15:-1]
    pairs = {(int(a), int(b)) for a, b in zip(left.ravel(), right.ravel(), strict=True)}
    moved = {pair for pair in pairs if pair[0] != pair[1]}
    return len(moved) in (1, 2) and len({frozenset(pair) for pair in moved}) == 1 and len({a for a, _ in pairs}) == len(pairs)


CHECKS: Mapping[str, tuple[Callable[[Pixels], bool], ...]] = {
    "none": (),
    "mirror": (lambda p: np.array_equal(p, p[:, ::-1]),),
    "point": (lambda p: np.array_equal(p, p[::-1, ::-1]),),
    "diagonal": (lambda p: np.array_equal(p, p.T),),
    "double mirror": (lambda p: np.array_equal(p, p[:, ::-1]), lambda p: np.array_equal(p, p[::-1])),
    "pinwheel": (lambda p: np.array_equal(p, np.rot90(p)),),
    "kaleidoscope": (lambda p: np.array_equal(p, np.rot90(p)), lambda p: np.array_equal(p, p.T)),
    "p4m": (lambda p: np.array_equal(p, np.rot90(p)), lambda p: np.array_equal(p, p.T), _is_tiled),
    "p4g": (lambda p: np.array_equal(p, np.rot90(p)), _has_glide_mirror, _is_tiled),
    "counterchange": (_is_counterchanged,),
}


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_picture_has_its_symmetry(symmetry: str) -> None:
    for values, random, palette in sprites(30, symmetry=symmetry):
        pixels = GEOMETRY.draw(values, random, palette)
        assert all(check(pixels) for check in CHECKS[symmetry]), values


@pytest.mark.parametrize(
    ("symmetry", "richer"),
    [
        ("none", "mirror"),
        ("none", "point"),
        ("none", "diagonal"),
        ("mirror", "double mirror"),
        ("point", "double mirror"),
        ("point", "pinwheel"),
        ("double mirror", "kaleidoscope"),
        ("pinwheel", "kaleidoscope"),
        ("kaleidoscope", "p4m"),
    ],
)
def test_picture_rarely_has_a_higher_symmetry(symmetry: str, richer: str) -> None:
    pictures = [GEOMETRY.draw(*arguments) for arguments in sprites(40, symmetry=symmetry)]
    assert sum(all(check(pixels) for check in CHECKS[richer]) for pixels in pictures) <= 2


@pytest.mark.parametrize("feature", GEOMETRY.features, ids=lambda feature: feature.name)
def test_changing_one_value_changes_the_picture(feature: Feature) -> None:
    close = pairs = 0
    for values, random, palette in sprites(10):
        pictures = [GEOMETRY.draw({**values, feature.name: value}, random, palette) for value in feature.values]
        for number, picture in enumerate(pictures):
            pairs += number
            close += sum(int(np.count_nonzero(picture != other) < 12) for other in pictures[:number])
    assert close * 50 <= pairs


def test_another_stream_gives_another_picture() -> None:
    close = sum(
        np.count_nonzero(GEOMETRY.draw(values, random.fork("a"), palette) != GEOMETRY.draw(values, random.fork("b"), palette)) < 103
        for values, random, palette in sprites(150)
    )
    assert close <= 3


def test_sprites_have_the_minimum_number_of_colours() -> None:
    for values, random, palette in sprites(300):
        num_colors = len(np.unique(GEOMETRY.draw(values, random, palette)))
        assert num_colors >= min(GEOMETRY.min_colors(values), len(palette)), (values, palette.name)


def test_one_bit_coloring_has_two_colours() -> None:
    for values, random, _ in sprites(20, coloring="one bit"):
        assert len(np.unique(GEOMETRY.draw(values, random, SIXTEEN))) == 2


@pytest.mark.parametrize("form", ["circle", "square", "diamond", "ring", "cross", "star", "spark", "steps", "clover", "mandala"])
def test_round_forms_are_exactly_fourfold(form: str) -> None:
    for n in range(4, 41):
        facets = FORMS[form].draw(n)
        assert np.array_equal(facets, facets.T)
        assert np.array_equal(facets, facets[::-1])


# The impossible triangle does not reach its corners.
@pytest.mark.parametrize("form", [form for form in FORMS if form != "impossible triangle"])
def test_forms_fit_in_and_fill_their_square(form: str) -> None:
    for size in range(FORMS[form].min_size, 41):
        n = FORMS[form].fit(size)
        facets = FORMS[form].draw(n)
        assert n <= size
        assert facets.shape == (n, n)
        # A form touches at least two opposite sides of its square, which keeps the spacing even.
        inside = facets != OUTSIDE
        assert inside.any(0)[[0, -1]].all() or inside.any(1)[[0, -1]].all()


@pytest.mark.parametrize("form", FORMS)
def test_depth_counts_the_layers_of_a_form(form: str) -> None:
    facets = np.pad(FORMS[form].draw(FORMS[form].fit(24)), 2, constant_values=OUTSIDE)
    left, expected = facets != OUTSIDE, np.zeros(facets.shape, int)
    while left.any():
        expected += left
        left = ~dilated(~left)
    assert np.array_equal(depth(facets), expected)
