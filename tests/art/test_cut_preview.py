"""The preview of the cuts, which is also a picture of the README."""

import io

import numpy as np
from PIL import Image

from mint.art.cut_preview import MAX_SHEETS, draw_cut_preview
from mint.art.grid.estimate import GridEstimate
from mint.art.importer import SpriteSheet
from mint.art.picture_sources import SourcePicture
from mint.art.rgba import Rgba
from mint.art.sheets.bounding_boxes import BoundingBox
from mint.art.sheets.cuts import CutOptions, find_cuts
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from tests.pictures import GoldenPictures


def _sheet() -> Rgba:
    """Return eighteen sprites of different sizes, in an irregular layout on a clear background."""
    random = np.random.default_rng(12)
    sheet = np.zeros((112, 212, 4), np.uint8)
    tokens = [draw_token(parse_hash(text)) for text in ("moonrise", "lagoon")]
    sprites = [token.palette.rgba[pixels] for token in tokens for pixels in token.pixels]
    for number, sprite in enumerate(sprites):
        height, width = random.integers(20, 33, 2)
        top, left = 2 + number // 6 * 36 + random.integers(0, 3), 2 + number % 6 * 35 + random.integers(0, 3)
        sheet[top : top + height, left : left + width] = sprite[:height, :width]
    return sheet


def _preview(num_sheets: int) -> Image.Image:
    picture = SourcePicture(name="sheet", file="sheet.png", rgba=_sheet())
    boxes = tuple(find_cuts(picture.rgba, CutOptions(method="gutters"), "sheet"))
    grid = GridEstimate(size=(112, 212), kernel=None, confidence=1.0)
    sheet = SpriteSheet(picture=picture, grid=grid, source_size=(112, 212), boxes=boxes)
    return Image.open(io.BytesIO(draw_cut_preview([sheet] * num_sheets)))


def test_the_preview_shows_each_cut(golden: GoldenPictures) -> None:
    golden.check("cuts", np.asarray(_preview(1).convert("RGB").reduce(2)))


def test_small_pictures_are_beside_each_other() -> None:
    picture = SourcePicture(name="sprite", file="sprite.png", rgba=np.zeros((16, 16, 4), np.uint8))
    grid = GridEstimate(size=(16, 16), kernel=None, confidence=1.0)
    sheet = SpriteSheet(picture=picture, grid=grid, source_size=(16, 16), boxes=(BoundingBox(0, 0, 16, 16),))
    sizes = [Image.open(io.BytesIO(draw_cut_preview([sheet] * count))).size for count in (1, 5, 6, 7)]
    assert sizes == [(144, 144), (688, 144), (688, 280), (688, 280)]


def test_a_sprite_at_the_edge_has_a_whole_frame() -> None:
    picture = SourcePicture(name="sheet", file="sheet.png", rgba=np.zeros((16, 32, 4), np.uint8))
    grid = GridEstimate(size=(16, 32), kernel=None, confidence=1.0)
    boxes = (BoundingBox(0, 0, 16, 16), BoundingBox(0, 16, 16, 16))
    sheet = SpriteSheet(picture=picture, grid=grid, source_size=(16, 32), boxes=boxes)
    shown = np.asarray(Image.open(io.BytesIO(draw_cut_preview([sheet]))).convert("RGB"))
    is_frame = (shown == (255, 0, 110)).all(-1) | (shown == (0, 190, 255)).all(-1)
    ys, xs = np.nonzero(is_frame)
    assert (ys.min(), ys.max() + 1, xs.min(), xs.max() + 1) == (8, 8 + 2 + 128 + 2, 8, 8 + 2 + 256 + 2)


def test_at_most_16_sheets_are_shown() -> None:
    assert _preview(MAX_SHEETS + 4).size == _preview(MAX_SHEETS).size
