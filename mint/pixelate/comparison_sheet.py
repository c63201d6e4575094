"""A sheet that shows each picture beside the pixel art of several renderers, one picture a row."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from mint import atomic_write
from mint.errors import PictureFileError
from mint.pixelate.pictures import PictureFile, read_picture
from mint.pixelate.renderer import Renderer
from viewer.atomic_write import unwritable

MAX_ROWS: Final = 20
_SIDE, _GAP = 256, 8
_BACKGROUND: Final = (24, 24, 28)


def write_comparison_sheet(path: Path, pictures: Sequence[PictureFile], renderers: Sequence[Renderer]) -> None:
    """Write a PNG file of the first readable pictures, each beside what every renderer made of it.

    Raises PictureFileError where none can be read or the sheet cannot be written.
    """
    rows: list[list[Image.Image]] = []
    for picture in pictures:
        if len(rows) == MAX_ROWS:
            break
        try:
            image = read_picture(picture, 2 * _SIDE)
        except PictureFileError:
            continue
        rows.append([image, *(Image.fromarray(renderer.render(image).rgba) for renderer in renderers)])
    if not rows:
        raise PictureFileError(f"none of {len(pictures)} pictures can be read, so the sheet would be empty; give other pictures")
    heights = [max(1, round(_SIDE * row[0].height / max(row[0].size))) for row in rows]
    size = ((_SIDE + _GAP) * (1 + len(renderers)) + _GAP, sum(heights) + _GAP * (len(rows) + 1))
    sheet = Image.new("RGB", size, _BACKGROUND)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        width = max(1, round(_SIDE * row[0].width / max(row[0].size)))
        for column, image in enumerate(row):
            resampling = Image.Resampling.NEAREST if column or max(image.size) < _SIDE else Image.Resampling.LANCZOS
            resized = image.resize((width, height), resampling)
            sheet.paste(resized, (_GAP + column * (_SIDE + _GAP), top), resized)
        top += height + _GAP
    buffer = BytesIO()
    sheet.save(buffer, "PNG")
    try:
        atomic_write.write_bytes(path, buffer.getvalue())
    except OSError as error:
        raise PictureFileError(unwritable(path, error, "--sheet")) from error
