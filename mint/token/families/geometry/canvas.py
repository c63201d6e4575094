"""The canvas of a geometry sprite: a picture of ink numbers, and the drawing operations of all arrangements."""

from dataclasses import dataclass

import numpy as np

from mint.token.families.geometry.coloring import FIRST_TONE, GROUND, LINE, NUM_TONES
from mint.token.families.geometry.forms import FORMS
from mint.token.families.geometry.shading import LINE as LINE_TONE
from mint.token.families.geometry.shading import PARTNER_OFFSET, SIDE_DEPENDENT_SHADINGS, ShadedForm, shaded_form
from mint.token.families.geometry.symmetry import PlacementSquare, Symmetry
from mint.token.random import Stream
from mint.token.raster import SIZE, Mask, Pixels

# Forms with at least this min_size are not recognisable with their centre cut off.
_MIN_UNCUT_SIZE = 10


@dataclass(frozen=True, kw_only=True)
class GeometryCanvas:
    """A picture of ink numbers with its ground, the form and shading to draw, and the symmetry of the picture."""

    ink_numbers: Pixels
    random: Stream
    form: str
    shading: str
    symmetry: Symmetry
    cycle: int  # the number of tones before they repeat
    halftone: bool  # whether forms have an edge and a free margin, to stand out where inks are halftones

    @property
    def min_size(self) -> int:
        """The smallest size at which the form is recognisable."""
        return FORMS[self.form].min_size

    @property
    def shorter_side(self) -> int:
        """The shorter side of the window."""
        return min(self.symmetry.width, self.symmetry.height)

    def choose_main_square(self) -> PlacementSquare:
        """Choose a random square for the main form."""
        squares = self.symmetry.uncut_squares if self.min_size >= _MIN_UNCUT_SIZE else self.symmetry.main_squares
        if self.shading in SIDE_DEPENDENT_SHADINGS:
            return self.random.choice(squares)
        return self.random.choice(squares + self.symmetry.centred_squares)

    def draw_form(self, square: PlacementSquare, tone: int, turn: int = 0, *, nested: bool = False) -> None:
        """Draw the shaded form in a square, in the given tone of the cycle, rotated by quarter turns.

        A nested form does not clear a margin around itself.
        """
        self._draw(
            shaded_form(self.form, self.shading, FORMS[self.form].fit(square.size), turn, self.halftone),
            square,
            tone,
            margin=not nested,
        )

    def draw_accent(self, square: PlacementSquare, tone: int, form: str = "square") -> None:
        """Draw a small flat form in a square."""
        self._draw(shaded_form(form, "flat", square.size, 0, False), square, tone)

    def add_symmetry_accent(self, tone: int) -> None:
        """Draw an accent off the axes, so that the picture does not have a higher symmetry."""
        self.draw_accent(
            self.random.choice(self.symmetry.accent_squares), tone, self.random.choice(("square", "circle", "diamond"))
        )

    def ensure_ground_visible(self, ground: Pixels) -> None:
        """Restore the ground in a border around the window if too little of it is visible."""
        width, height = self.symmetry.width, self.symmetry.height
        window, below = self.ink_numbers[:height, :width], ground[:height, :width]
        visible = window == below
        second = np.count_nonzero(below)
        if 6 * np.count_nonzero(visible) >= width * height and 4 * np.count_nonzero(visible & (below > 0)) >= second:
            return
        border = 1 + self.shorter_side // 12
        inner = self.ink_numbers[border : height - border * (height == SIZE), border : width - border * (width == SIZE)].copy()
        self.ink_numbers[:] = ground
        self.ink_numbers[border : border + inner.shape[0], border : border + inner.shape[1]] = inner

    def form_mask(self, square: PlacementSquare, turn: int = 0) -> Mask:
        """Return the (32, 32) mask of the form in a square."""
        drawn = np.zeros((SIZE, SIZE), bool)
        shape = shaded_form(self.form, self.shading, FORMS[self.form].fit(square.size), turn, self.halftone)
        x, y = _top_left(shape, square)
        target, source = _overlap(shape, x, y)
        drawn[target] = shape.mask[source]
        return drawn

    def tone_ink(self, tone: int) -> int:
        """Return the ink number of a tone of the cycle."""
        return FIRST_TONE + tone % self.cycle

    def _draw(self, shape: ShadedForm, square: PlacementSquare, tone: int, *, margin: bool = True) -> None:
        x, y = _top_left(shape, square)
        target, source = _overlap(shape, x, y)
        view = self.ink_numbers[target]
        if self.halftone and margin:
            view[shape.margin[source]] = GROUND
        np.copyto(view, _TONE_INKS[self.cycle][tone % self.cycle][shape.tones[source]], where=shape.mask[source])


def _top_left(shape: ShadedForm, square: PlacementSquare) -> tuple[int, int]:
    """Return the position of the top left pixel of a shaded form that centres it in the square."""
    spare = (square.size - shape.mask.shape[0]) // 2
    return square.x + spare, square.y + spare


def _overlap(shape: ShadedForm, x: int, y: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the slices of the canvas that a shaded form covers, and the slices of the form inside the canvas."""
    side = shape.mask.shape[0]
    left, top, right, bottom = max(x, 0), max(y, 0), max(min(x + side, SIZE), 0), max(min(y + side, SIZE), 0)
    return (slice(top, bottom), slice(left, right)), (slice(top - y, max(bottom - y, 0)), slice(left - x, max(right - x, 0)))


def _tone_inks(cycle: int, tone: int) -> list[int]:
    leads = [FIRST_TONE + (tone + facet) % cycle for facet in range(PARTNER_OFFSET)]
    partners = [FIRST_TONE + (number - FIRST_TONE + PARTNER_OFFSET) % NUM_TONES for number in leads]
    return [*leads, *partners, LINE]


# By cycle and tone: the ink number of each value of ShadedForm.tones.
_TONE_INKS = {cycle: np.array([_tone_inks(cycle, tone) for tone in range(cycle)], np.uint8) for cycle in (3, NUM_TONES)}
assert LINE_TONE == NUM_TONES
