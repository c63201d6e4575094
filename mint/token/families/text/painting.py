"""Painting a text: paper, shadow, letters, mirror and frame, from the back to the front."""

from collections.abc import Mapping

import numpy as np

from mint.token.families.text.backgrounds import BACKGROUNDS
from mint.token.families.text.emblems import SIDE, emblems
from mint.token.families.text.frames import FRAMES
from mint.token.families.text.layouts import LAYOUTS
from mint.token.families.text.mirrors import MIRRORS
from mint.token.families.text.selection import selection_of, within_shadow
from mint.token.families.text.setting import Setting
from mint.token.families.text.shadows import SHADOWS, lay_shadow
from mint.token.families.text.tones import TONES
from mint.token.fonts import FONTS
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels, blank, dilated, rect, stamp

_MAX_EMBLEM_SCALE = 3


def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw a text sprite, (32, 32) uint8. The first thing taken from random is the text, as ``text_of`` relies on."""
    selection = selection_of(values)
    text = random.choice(selection.texts)
    tone, mirror, frame = TONES[values["tone"]], MIRRORS[values["mirror"]], FRAMES[values["frame"]]
    scheme = tone.draw_scheme(palette, random)
    text_box = selection.box if values["shadow"] == "none" else within_shadow(selection.box)
    setting = LAYOUTS[values["layout"]].set(text, FONTS[values["font"]], text_box, random)
    letters, emblem = _letter_mask(setting), _emblem_mask(setting, values["mood"], random)
    ground = _ground(setting, emblem)

    pixels = blank(scheme.paper)
    BACKGROUNDS[values["background"]](pixels, scheme, palette, random)
    if scheme.glare:
        pixels[dilated(ground, diagonal=True)] = scheme.paper
    view = pixels[frame.box.y : frame.box.y + frame.box.height, frame.box.x : frame.box.x + frame.box.width]
    lay_shadow(pixels, SHADOWS[values["shadow"]], letters | emblem, ground, frame.box, scheme, random)
    pixels[emblem] = scheme.accent
    pixels[letters] = tone.inks(setting.letters, scheme, palette, random)[letters]
    tone.finish(pixels, setting.letters, scheme, random)
    mirror.apply(view, frame.box.height - selection.box.height, scheme)
    frame.draw(pixels, scheme, random.choice(scheme.inks[:3]))
    return pixels


def _letter_mask(setting: Setting) -> Mask:
    canvas = blank(0)
    for letter in setting.letters:
        stamp(canvas, letter.mask, letter.x, letter.y, 1)
    return canvas.astype(bool)


def _emblem_mask(setting: Setting, mood: str, random: Stream) -> Mask:
    """Return the mask of what stands beside the letters: a rule, or an emblem as large as there is room for it."""
    canvas = blank(0)
    if setting.rule:
        rect(canvas, *setting.rule, 1)
    spare = setting.spare
    if spare:
        scale = min(spare.width // SIDE, spare.height // SIDE, _MAX_EMBLEM_SCALE)
        mask = random.choice(emblems(mood)).repeat(scale, axis=0).repeat(scale, axis=1)
        side = SIDE * scale
        stamp(canvas, mask, spare.x + (spare.width - side) // 2, spare.y + (spare.height - side) // 2, 1)
    return canvas.astype(bool)


def _ground(setting: Setting, emblem: Mask) -> Mask:
    """Return the ground on which letters stand: their rectangles, and gaps of up to two pixels between them."""
    canvas = emblem.astype(np.uint8)
    for letter in setting.letters:
        high, wide = letter.mask.shape
        rect(canvas, letter.x, letter.y, wide, high, 1)
    return ~dilated(~dilated(canvas.astype(bool), diagonal=True), diagonal=True)
