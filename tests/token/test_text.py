"""Tests of fonts and text sprites: glyphs and texts are complete, distinct and in contrast with the background."""

import numpy as np
import pytest

from mint.token.families.text import TEXT, text_of
from mint.token.families.text.features import FEATURES
from mint.token.families.text.frames import FRAMES
from mint.token.families.text.layouts import LAYOUTS
from mint.token.families.text.letter_layouts import GRID
from mint.token.families.text.text_colors import choose_dark_on_light, choose_either, choose_gold, choose_light_on_dark
from mint.token.families.text.text_selection import select_texts, without_shadow_margin
from mint.token.families.text.typesetting import TextBox
from mint.token.families.text.words import MOODS, texts, without_marks
from mint.token.features import Feature
from mint.token.font import NATIVE_SIZE, GlyphSize, render, to_glyphs
from mint.token.fonts import FONTS
from mint.token.palette import Palette, Roles
from mint.token.palettes import HANDMADE
from mint.token.random import Stream
from mint.token.raster import SIZE, blank, dilated, stamp

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'-:+&/\u2665"
ALL_TEXTS = [text for mood in MOODS for text in texts(mood)]
ONE_BIT = Palette("One Bit", ("#101010", "#f4f4f0"), Roles(0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1))
# A sprite of letters only.
BARE = {
    "mood": "sea",
    "font": "block",
    "layout": "grid",
    "frame": "none",
    "shadow": "none",
    "background": "plain",
    "tone": "normal",
    "mirror": "none",
}


@pytest.mark.parametrize("name", FONTS)
def test_glyphs_are_complete_and_distinct(name: str) -> None:
    glyphs = FONTS[name].glyphs
    assert set(CHARACTERS) <= set(glyphs)
    assert all(mask.shape[0] == FONTS[name].height for mask in glyphs.values())
    assert all(mask[:, 0].any() and mask[:, -1].any() for char, mask in glyphs.items() if char != " ")
    assert len({(mask.shape, mask.tobytes()) for mask in glyphs.values()}) == len(glyphs)


@pytest.mark.parametrize("name", FONTS)
def test_stretched_glyphs_stay_distinct(name: str) -> None:
    glyphs = [FONTS[name].glyph(char, GlyphSize(1, 1, 2, 6)) for char in CHARACTERS]
    assert len({(mask.shape, mask.tobytes()) for mask in glyphs}) == len(glyphs)


def test_line_has_its_measured_width() -> None:
    for font in FONTS.values():
        assert render(font, "i <3 u").shape == (font.height, font.width(to_glyphs("i <3 u")))
        assert render(font, "dream", GlyphSize(2, 3, 1, 4)).shape[0] == 3 * font.height + 4


def test_stretching_does_not_thicken_stems() -> None:
    for font in FONTS.values():
        stem = font.glyph("T", NATIVE_SIZE).all(axis=0).sum()
        assert font.glyph("T", GlyphSize(1, 1, 4, 0)).all(axis=0).sum() == stem


def test_texts_are_many_and_unique() -> None:
    assert len({without_marks(text) for text in ALL_TEXTS}) == len(ALL_TEXTS) >= 320
    assert all(text.isascii() and text.isprintable() for text in ALL_TEXTS)


@pytest.mark.parametrize("name", FONTS)
def test_every_text_can_be_written_in_every_font(name: str) -> None:
    assert {char for text in ALL_TEXTS for char in to_glyphs(without_marks(text))} <= set(FONTS[name].glyphs)


def test_every_text_fits_somewhere() -> None:
    box = without_shadow_margin(FRAMES["line"].box)
    assert all(LAYOUTS["centered"].fits(text, FONTS["tiny"], box) for text in ALL_TEXTS)


def test_every_combination_of_values_has_a_text() -> None:
    for font in FONTS:
        for layout in LAYOUTS:
            for frame in ("double", "film"):
                assert all(select_texts(mood, font, layout, frame, "reflected").texts for mood in MOODS), (font, layout, frame)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("font", FONTS)
def test_texts_are_drawn_completely(layout: str, font: str) -> None:
    random = Stream("whole", f"{layout}/{font}")
    for box in (FRAMES["none"].box, without_shadow_margin(FRAMES["double"].box)):
        fitting = [text for text in ALL_TEXTS if LAYOUTS[layout].fits(text, FONTS[font], box)]
        for text in random.shuffled(fitting)[:12]:
            _check_typeset_text(text, layout, font, box, random)


def _check_typeset_text(text: str, layout: str, font: str, box: TextBox, random: Stream) -> None:
    typeset = LAYOUTS[layout].typeset(text, FONTS[font], box, random)
    read = "".join(letter.char for letter in typeset.letters)
    written = to_glyphs(without_marks(text)).replace(" / ", "").replace(" ", "")
    assert read == written * (len(read) // len(written))
    taken = blank(0).astype(bool)
    for letter in typeset.letters:
        high, wide = letter.mask.shape
        assert box.x <= letter.x
        assert letter.x + wide <= box.x + box.width
        assert box.y <= letter.y
        assert letter.y + high <= box.y + box.height
        canvas = blank(0)
        stamp(canvas, letter.mask, letter.x, letter.y, 1)
        assert not (dilated(taken) & (canvas > 0)).any(), (text, letter)
        taken |= canvas > 0
    if typeset.emblem_box:
        rest = typeset.emblem_box
        assert not taken[rest.y : rest.y + rest.height, rest.x : rest.x + rest.width].any()


def test_text_of_returns_the_drawn_text() -> None:
    for number in range(20):
        pixels = TEXT.draw(BARE, Stream("read", f"{number}"), ONE_BIT)
        text = text_of(BARE, Stream("read", f"{number}"))
        expected = blank(0)
        for letter in GRID.typeset(text, FONTS["block"], FRAMES["none"].box, Stream("", "")).letters:
            stamp(expected, letter.mask, letter.x, letter.y, 1)
        assert np.array_equal(pixels, expected), text


@pytest.mark.parametrize("palette", HANDMADE, ids=lambda palette: palette.name)
def test_foregrounds_contrast_with_backgrounds(palette: Palette) -> None:
    least = 65 if len(palette) > 3 else 40
    for number, choose_colors in enumerate((choose_light_on_dark, choose_dark_on_light, choose_either, choose_gold) * 5):
        colors = choose_colors(palette, Stream("ink", f"{number}"))
        gaps = [
            abs(palette.luma[foreground] - palette.luma[background])
            for foreground in colors.foregrounds
            for background in colors.backgrounds
        ]
        assert min(gaps) >= (least if choose_colors is not choose_gold else 40)
        assert len(colors.backgrounds) + len(colors.foregrounds) >= min(len(palette), 3)


def test_sprites_have_enough_colors_and_are_deterministic() -> None:
    for number in range(300):
        palette = HANDMADE[number % len(HANDMADE)]
        values = TEXT.draw_values(Stream("colors", f"values/{number}"))
        pixels = TEXT.draw(values, Stream("colors", f"{number}"), palette)
        assert pixels.shape == (SIZE, SIZE)
        assert pixels.dtype == np.uint8
        assert min(TEXT.min_colors(values), len(palette)) <= len(np.unique(pixels)), (values, palette.name)
        assert pixels.max() < len(palette)
        assert np.array_equal(pixels, TEXT.draw(values, Stream("colors", f"{number}"), palette))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_value_changes_the_sprite(feature: Feature) -> None:
    """Draw the same sprite with every value of one feature and test that all results differ."""
    for number in range(12):
        palette = HANDMADE[number * 3 % 30]
        values = TEXT.draw_values(Stream("shows", f"values/{number}"))
        sprites = {
            TEXT.draw(values | {feature.name: value}, Stream("shows", f"{number}"), palette).tobytes() for value in feature.values
        }
        assert len(sprites) == len(feature.values), (feature.name, values)


def test_another_stream_gives_another_sprite() -> None:
    for number in range(60):
        palette = HANDMADE[number % len(HANDMADE)]
        values = TEXT.draw_values(Stream("again", f"values/{number}"))
        first, second = (TEXT.draw(values, Stream("again", f"{number}/{name}"), palette) for name in "ab")
        assert (first != second).sum() >= SIZE * SIZE // 10, values
