"""The sheet: pictures and what artists made of them side by side, a row a picture."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from mint import atomic_write
from mint.errors import PictureError
from mint.pixelate.pictures import PictureFile, read_picture
from mint.pixelate.renderer import Renderer
from viewer.atomic_write import unwritable

MAX_ROWS = 20
_SIDE, _GAP = 256, 8
_PAPER = (24, 24, 28)


def draw_sheet(path: Path, sources: Sequence[PictureFile], artists: Sequence[Renderer]) -> None:
    """Write a PNG of the first pictures that can be read, each beside what every artist made of it.

    Raises PictureError where none can be read or the sheet cannot be written.
    """
    rows: list[list[Image.Image]] = []
    for source in sources:
        if len(rows) == MAX_ROWS:
            break
        try:
            image = read_picture(source.path, 2 * _SIDE)
        except PictureError:
            continue
        rows.append([image, *(Image.fromarray(artist.draw(image).rgba) for artist in artists)])
    if not rows:
        raise PictureError(f"none of {len(sources)} pictures can be read, so there is no sheet to draw")
    heights = [max(1, round(_SIDE * row[0].height / max(row[0].size))) for row in rows]
    sheet = Image.new("RGB", ((_SIDE + _GAP) * (1 + len(artists)) + _GAP, sum(heights) + _GAP * (len(rows) + 1)), _PAPER)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        width = max(1, round(_SIDE * row[0].width / max(row[0].size)))
        for column, image in enumerate(row):
            filtered = Image.Resampling.NEAREST if column or max(image.size) < _SIDE else Image.Resampling.LANCZOS
            shown = image.resize((width, height), filtered)
            sheet.paste(shown, (_GAP + column * (_SIDE + _GAP), top), shown)
        top += height + _GAP
    buffer = BytesIO()
    sheet.save(buffer, "PNG")
    try:
        atomic_write.write_bytes(path, buffer.getvalue())
    except OSError as error:
        raise PictureError(unwritable(path, error, "--sheet")) from error
