"""Draw a text sprite: background, shadow, letters, mirror and frame, from back to front."""

from collections.abc import Mapping

import numpy as np

from mint.token.families.text.backgrounds import BACKGROUNDS
from mint.token.families.text.emblems import EMBLEM_SIZE, emblems
from mint.token.families.text.frames import FRAMES
from mint.token.families.text.layouts import LAYOUTS
from mint.token.families.text.mirrors import MIRRORS
from mint.token.families.text.shadows import SHADOWS, draw_shadow
from mint.token.families.text.text_selection import selection_for, without_shadow_margin
from mint.token.families.text.tones import TONES
from mint.token.families.text.typesetting import TypesetText
from mint.token.fonts import FONTS
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels, blank, dilated, rect, stamp

_MAX_EMBLEM_SCALE = 3


def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw a text sprite, (32, 32) uint8. The first draw from random is the text; ``text_of`` relies on this."""
    selection = selection_for(values)
    text = random.choice(selection.texts)
    tone, mirror, frame = TONES[values["tone"]], MIRRORS[values["mirror"]], FRAMES[values["frame"]]
    colors = tone.choose_colors(palette, random)
    text_box = selection.box if values["shadow"] == "none" else without_shadow_margin(selection.box)
    typeset = LAYOUTS[values["layout"]].typeset(text, FONTS[values["font"]], text_box, random)
    letters, emblem = _letter_mask(typeset), _emblem_mask(typeset, values["mood"], random)
    clearance = _clearance(typeset, emblem)

    pixels = blank(colors.background)
    BACKGROUNDS[values["background"]](pixels, colors, palette, random)
    if colors.needs_clearance:
        pixels[dilated(clearance, diagonal=True)] = colors.background
    view = pixels[frame.box.y : frame.box.y + frame.box.height, frame.box.x : frame.box.x + frame.box.width]
    draw_shadow(pixels, SHADOWS[values["shadow"]], letters | emblem, clearance, frame.box, colors, random)
    pixels[emblem] = colors.accent
    pixels[letters] = tone.color_letters(typeset.letters, colors, palette, random)[letters]
    tone.finish(pixels, typeset.letters, colors, random)
    mirror.apply(view, frame.box.height - selection.box.height, colors)
    frame.draw(pixels, colors, random.choice(colors.foregrounds[:3]))
    return pixels


def _letter_mask(typeset: TypesetText) -> Mask:
    canvas = blank(0)
    for letter in typeset.letters:
        stamp(canvas, letter.mask, letter.x, letter.y, 1)
    return canvas.astype(bool)


def _emblem_mask(typeset: TypesetText, mood: str, random: Stream) -> Mask:
    """Return the mask of the rule, or of an emblem scaled to the free box, if there is one."""
    canvas = blank(0)
    if typeset.rule:
        rect(canvas, *typeset.rule, 1)
    emblem_box = typeset.emblem_box
    if emblem_box:
        scale = min(emblem_box.width // EMBLEM_SIZE, emblem_box.height // EMBLEM_SIZE, _MAX_EMBLEM_SCALE)
        mask = random.choice(emblems(mood)).repeat(scale, axis=0).repeat(scale, axis=1)
        side = EMBLEM_SIZE * scale
        stamp(canvas, mask, emblem_box.x + (emblem_box.width - side) // 2, emblem_box.y + (emblem_box.height - side) // 2, 1)
    return canvas.astype(bool)


def _clearance(typeset: TypesetText, emblem: Mask) -> Mask:
    """Return the mask of the letters' bounding boxes, with gaps of up to two pixels closed."""
    canvas = emblem.astype(np.uint8)
    for letter in typeset.letters:
        high, wide = letter.mask.shape
        rect(canvas, letter.x, letter.y, wide, high, 1)
    return ~dilated(~dilated(canvas.astype(bool), diagonal=True), diagonal=True)
