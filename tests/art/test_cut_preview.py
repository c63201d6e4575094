"""The picture of the cuts, which is also the README's."""

import io

import numpy as np
from PIL import Image

from mint.art.cut_preview import MAX_SHEETS, cut_picture
from mint.art.grid_detection import GridEstimate, Rgba
from mint.art.importer import Sheet
from mint.art.sheet_cuts import CutOptions, find_cuts
from mint.art.sources import SourcePicture
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from tests.pictures import GoldenPictures


def _sheet() -> Rgba:
    """Return eighteen sprites of different sizes, irregularly laid out on a clear ground."""
    random = np.random.default_rng(12)
    sheet = np.zeros((112, 212, 4), np.uint8)
    tokens = [draw_token(parse_hash(text)) for text in ("moonrise", "lagoon")]
    sprites = [token.palette.rgba[pixels] for token in tokens for pixels in token.pixels]
    for number, sprite in enumerate(sprites):
        height, width = random.integers(20, 33, 2)
        top, left = 2 + number // 6 * 36 + random.integers(0, 3), 2 + number % 6 * 35 + random.integers(0, 3)
        sheet[top : top + height, left : left + width] = sprite[:height, :width]
    return sheet


def _drawn(num_sheets: int) -> Image.Image:
    picture = SourcePicture(name="sheet", file="sheet.png", rgba=_sheet())
    boxes = tuple(find_cuts(picture.rgba, CutOptions(how="gutters"), "sheet"))
    finding = GridEstimate(size=(112, 212), kernel=None, confidence=1.0)
    sheet = Sheet(picture=picture, finding=finding, given=(112, 212), boxes=boxes)
    return Image.open(io.BytesIO(cut_picture([sheet] * num_sheets)))


def test_the_picture_shows_each_cut(golden: GoldenPictures) -> None:
    golden.check("cuts", np.asarray(_drawn(1).convert("RGB").reduce(2)))


def test_many_sheets_are_not_all_shown() -> None:
    assert _drawn(MAX_SHEETS + 4).size == _drawn(MAX_SHEETS).size
