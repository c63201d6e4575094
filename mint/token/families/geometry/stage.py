"""The stage on which a geometry sprite is set up: a canvas of ink numbers, and the moves every arrangement uses."""

from dataclasses import dataclass

import numpy as np

from mint.token.families.geometry.coloring import GROUND, LINE, NUM_TONES, TONE
from mint.token.families.geometry.forms import FORMS
from mint.token.families.geometry.shading import LINE as LINE_TONE
from mint.token.families.geometry.shading import PARTNER, SPLIT, Motif, motif
from mint.token.families.geometry.symmetry import Box, Symmetry
from mint.token.random import Stream
from mint.token.raster import SIZE, Mask, Pixels

# Forms that need at least this size have an idea that a cut off centre would spoil.
_UNCUT = 10


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A canvas with its ground laid, the form and shading to set on it, and the symmetry it is set for."""

    canvas: Pixels
    random: Stream
    form: str
    shading: str
    symmetry: Symmetry
    cycle: int  # how many tones follow one another
    printed: bool  # whether forms have an edge and a free rim, to stand out where inks are halftones

    @property
    def least(self) -> int:
        """The least size at which the form can be read."""
        return FORMS[self.form].least

    @property
    def narrow(self) -> int:
        """The lesser side of the window."""
        return min(self.symmetry.width, self.symmetry.height)

    def lead(self) -> Box:
        """Draw a place for the main form."""
        places = self.symmetry.wholes if self.least >= _UNCUT else self.symmetry.leads
        if self.shading in SPLIT:
            return self.random.choice(places)
        return self.random.choice(places + self.symmetry.centred)

    def stamp(self, box: Box, tone: int, turn: int = 0, *, nested: bool = False) -> None:
        """Set the form in a box, shaded, in the tone-th tones of the cycle, turned by quarter turns; nested, it clears no rim."""
        self._set(motif(self.form, self.shading, FORMS[self.form].fit(box.size), turn, self.printed), box, tone, rim=not nested)

    def accent(self, box: Box, tone: int, form: str = "square") -> None:
        """Set a small plain form in a box."""
        self._set(motif(form, "flat", box.size, 0, False), box, tone)

    def aside(self, tone: int) -> None:
        """Set the accent that tells the symmetry from the richer ones."""
        self.accent(self.random.choice(self.symmetry.asides), tone, self.random.choice(("square", "circle", "diamond")))

    def keep_visible(self, ground: Pixels) -> None:
        """Lay the ground as a border around the window if too little of it is seen, so that every ground tells."""
        width, height = self.symmetry.width, self.symmetry.height
        window, below = self.canvas[:height, :width], ground[:height, :width]
        seen = window == below
        second = np.count_nonzero(below)
        if 6 * np.count_nonzero(seen) >= width * height and 4 * np.count_nonzero(seen & (below > 0)) >= second:
            return
        margin = 1 + self.narrow // 12
        inner = self.canvas[margin : height - margin * (height == SIZE), margin : width - margin * (width == SIZE)].copy()
        self.canvas[:] = ground
        self.canvas[margin : margin + inner.shape[0], margin : margin + inner.shape[1]] = inner

    def mask(self, box: Box, turn: int = 0) -> Mask:
        """Return the (32, 32) mask of the form in a box."""
        drawn = np.zeros((SIZE, SIZE), bool)
        part = motif(self.form, self.shading, FORMS[self.form].fit(box.size), turn, self.printed)
        x, y = _corner(part, box)
        target, source = _overlap(part, x, y)
        drawn[target] = part.mask[source]
        return drawn

    def tone(self, tone: int) -> int:
        """Return the number of the tone-th ink of the cycle."""
        return TONE + tone % self.cycle

    def _set(self, part: Motif, box: Box, tone: int, *, rim: bool = True) -> None:
        x, y = _corner(part, box)
        target, source = _overlap(part, x, y)
        view = self.canvas[target]
        if self.printed and rim:
            view[part.rim[source]] = GROUND
        np.copyto(view, _NUMBERS[self.cycle][tone % self.cycle][part.tones[source]], where=part.mask[source])


def _corner(part: Motif, box: Box) -> tuple[int, int]:
    """Return where the motif's top left pixel goes so that its form lies in the middle of the box."""
    spare = (box.size - part.mask.shape[0]) // 2
    return box.x + spare, box.y + spare


def _overlap(part: Motif, x: int, y: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the part of the canvas that a motif covers, and the part of the motif that covers it."""
    side = part.mask.shape[0]
    left, top, right, bottom = max(x, 0), max(y, 0), max(min(x + side, SIZE), 0), max(min(y + side, SIZE), 0)
    return (slice(top, bottom), slice(left, right)), (slice(top - y, max(bottom - y, 0)), slice(left - x, max(right - x, 0)))


def _numbers(cycle: int, tone: int) -> list[int]:
    leads = [TONE + (tone + facet) % cycle for facet in range(PARTNER)]
    partners = [TONE + (number - TONE + PARTNER) % NUM_TONES for number in leads]
    return [*leads, *partners, LINE]


# By cycle and tone: the ink number of each value of Motif.tones.
_NUMBERS = {cycle: np.array([_numbers(cycle, tone) for tone in range(cycle)], np.uint8) for cycle in (3, NUM_TONES)}
assert LINE_TONE == NUM_TONES
