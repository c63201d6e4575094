"""An import, from source files to sprites in one palette; nothing here writes a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.bounding_boxes import BoundingBox
from mint.art.color_quantization import ColorTable, choose_colors
from mint.art.grid_estimate import GridEstimate
from mint.art.labels import file_labels, folder_labels
from mint.art.padding import Anchor, pad_to_common_size
from mint.art.picture_sources import SourcePicture, read_pictures
from mint.art.rgba import Size
from mint.art.sheet_cuts import CutOptions, background_color, find_cuts
from mint.art.true_size import GivenGrid, estimate_grids, native_picture
from mint.errors import ArtError

MAX_SPRITES: Final = 100_000
# Sheets are recognised only among few pictures: a folder of hundreds is a folder of sprites.
MAX_AUTO_SHEETS: Final = 16

OnProgress = Callable[[str, int, int], None]  # stage, done, total


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The options of an import.

    ``grid`` is what is known of the true size, ``palette`` is (K, 4), ``labels`` is a label file; with ``label_folders``
    the folders are the labels.
    """

    cuts: CutOptions = field(default_factory=CutOptions)
    grid: GivenGrid = field(default_factory=GivenGrid)
    num_colors: int | None = None
    palette: NDArray[np.uint8] | None = None
    anchor: Anchor = "same"
    labels: Path | None = None
    label_folders: bool = False


@dataclass(frozen=True, kw_only=True)
class SpriteSheet:
    """A picture at its true size, how it had been enlarged from a file of ``source_size``, and where it is cut.

    ``source`` is the enlarged picture, where it was kept.
    """

    picture: SourcePicture
    grid: GridEstimate
    source_size: Size
    boxes: tuple[BoundingBox, ...]
    source: SourcePicture | None = None


@dataclass(frozen=True, kw_only=True)
class ArtSprite:
    """What is known of a sprite besides its pixels."""

    name: str
    labels: tuple[str, ...]
    sheet: SpriteSheet


@dataclass(frozen=True, kw_only=True)
class ImportedArt:
    """Art that is ready to become a token: ``pixels`` (N, H, W) palette indices, ``colors`` with the palette."""

    sprites: tuple[ArtSprite, ...]
    pixels: NDArray[np.uint8]
    colors: ColorTable


def read_sheets(
    paths: Sequence[Path], options: ImportOptions, on_progress: OnProgress, *, keep_sources: bool = False
) -> list[SpriteSheet]:
    """Read the sources, reduce all pictures to their true size, and find where to cut them.

    With ``keep_sources`` each sheet has the picture that it was reduced from. Raises ArtError.
    """
    pictures = read_pictures(paths, lambda done, total: on_progress("reading", done, total))
    grids = estimate_grids(pictures, options.grid, lambda done, total: on_progress("finding true sizes", done, total))
    cuts = options.cuts
    if cuts.method == "auto" and cuts.cell is None and len(pictures) > MAX_AUTO_SHEETS:
        cuts = CutOptions(method="none")
    sheets = []
    for picture, grid in zip(pictures, grids, strict=True):
        native = native_picture(picture, grid)
        boxes = tuple(find_cuts(native.rgba, cuts, native.name, is_alone=len(pictures) == 1))
        source_size = picture.rgba.shape[0], picture.rgba.shape[1]
        source = picture if keep_sources and grid.kernel is not None else None
        sheets.append(SpriteSheet(picture=native, grid=grid, source_size=source_size, boxes=boxes, source=source))
    return sheets


def make_art(sheets: Sequence[SpriteSheet], options: ImportOptions, on_progress: OnProgress) -> ImportedArt:
    """Cut the sheets into sprites of one size in one palette, with their labels. Raises ArtError."""
    num_sprites = sum(len(sheet.boxes) for sheet in sheets)
    if num_sprites < 2:
        name = sheets[0].picture.name
        raise ArtError(f"{name} is one sprite, and learning needs two or more; give more art, or cut a sheet with --cut or --cell")
    if num_sprites > MAX_SPRITES:
        raise ArtError(f"the art has {num_sprites} sprites; import at most {MAX_SPRITES}")
    pictures = [picture for sheet in sheets for picture in _crop_sprites(sheet)]
    labels = _labels(pictures, options)
    sheet_of_each = [sheet for sheet in sheets for _ in sheet.boxes]
    sprites = tuple(
        ArtSprite(name=picture.name, labels=sprite_labels, sheet=sheet)
        for picture, sprite_labels, sheet in zip(pictures, labels, sheet_of_each, strict=True)
    )
    backgrounds = {id(sheet): _padding_color(sheet) for sheet in sheets} if options.anchor != "same" else {}
    padded = pad_to_common_size(pictures, options.anchor, [backgrounds.get(id(sheet)) for sheet in sheet_of_each])
    colors = choose_colors(padded, options.num_colors, options.palette)
    pixels = np.empty((num_sprites, *padded[0].shape[:2]), np.uint8)
    for index, sprite in enumerate(padded):
        if index % 256 == 0:
            on_progress("indexing", index, num_sprites)
        pixels[index] = colors.index(sprite)
    on_progress("indexing", num_sprites, num_sprites)
    return ImportedArt(sprites=sprites, pixels=pixels, colors=colors)


def _crop_sprites(sheet: SpriteSheet) -> list[SourcePicture]:
    """Return the sprites of a sheet; if there are several, each name ends in @ and its number."""
    picture = sheet.picture
    if len(sheet.boxes) == 1:
        return [SourcePicture(name=picture.name, file=picture.file, rgba=sheet.boxes[0].crop(picture.rgba))]
    return [
        SourcePicture(name=f"{picture.name}@{number}", file=picture.file, rgba=box.crop(picture.rgba))
        for number, box in enumerate(sheet.boxes)
    ]


def _padding_color(sheet: SpriteSheet) -> NDArray[np.uint8] | None:
    """Return the background of a sheet that was cut into several sprites; None, which is clear, for a single sprite."""
    return background_color(sheet.picture.rgba) if len(sheet.boxes) > 1 else None


def _labels(pictures: Sequence[SourcePicture], options: ImportOptions) -> list[tuple[str, ...]]:
    if options.label_folders:
        return folder_labels(pictures)
    if options.labels is not None:
        return file_labels(pictures, options.labels)
    return [()] * len(pictures)
