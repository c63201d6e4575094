"""An import, from sources to sprites in one palette; nothing here writes a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.boxes import Box
from mint.art.grid_detection import GridEstimate
from mint.art.labels import file_labels, folder_labels
from mint.art.padding import Fit, fit
from mint.art.quantise import ColorTable, choose_colors
from mint.art.sheet_cuts import CutOptions, background, find_cuts
from mint.art.sources import SourcePicture, read_pictures
from mint.art.true_size import native_picture, true_sizes
from mint.errors import ArtError

MAX_SPRITES: Final = 100_000
# Only few pictures can be sheets by themselves: a folder of hundreds is a folder of sprites.
MAX_AUTO_SHEETS: Final = 16

Advance = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """What can be chosen; ``labels`` is "folders", a file or None, ``scale`` None finds the true size, ``palette`` is (K, 4)."""

    cutting: CutOptions = field(default_factory=CutOptions)
    scale: Fraction | None = None
    num_colors: int | None = None
    palette: NDArray[np.uint8] | None = None
    fit: Fit = "same"
    labels: Path | None = None
    label_folders: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A picture at its true size, how that was found, and where it is cut."""

    picture: SourcePicture
    finding: GridEstimate
    given: tuple[int, int]  # its size as it was found
    boxes: tuple[Box, ...]


@dataclass(frozen=True, kw_only=True)
class ArtSprite:
    """What is known of a sprite besides its pixels."""

    name: str
    labels: tuple[str, ...]
    sheet: Sheet


@dataclass(frozen=True, kw_only=True)
class ImportedArt:
    """Art that is ready to become a token: ``pixels`` (N, H, W) palette indices, ``colors`` with the palette."""

    sprites: tuple[ArtSprite, ...]
    pixels: NDArray[np.uint8]
    colors: ColorTable


def read_sheets(paths: Sequence[Path], options: ImportOptions, advance: Advance) -> list[Sheet]:
    """Read the sources, bring all pictures to their true size, and find where to cut them. Raises ArtError."""
    pictures = read_pictures(paths, lambda done, total: advance("reading", done, total))
    findings = true_sizes(pictures, options.scale, lambda done, total: advance("finding true sizes", done, total))
    cutting = options.cutting
    if cutting.how == "auto" and cutting.cell is None and len(pictures) > MAX_AUTO_SHEETS:
        cutting = CutOptions(how="none")
    sheets = []
    for place, finding in enumerate(findings):
        given = pictures[place].rgba.shape
        native = native_picture(pictures[place], finding)
        boxes = tuple(find_cuts(native.rgba, cutting, native.name, is_alone=len(pictures) == 1))
        sheets.append(Sheet(picture=native, finding=finding, given=(given[0], given[1]), boxes=boxes))
    return sheets


def make_art(sheets: Sequence[Sheet], options: ImportOptions, advance: Advance) -> ImportedArt:
    """Cut the sheets into sprites of one size in one palette, with their labels. Raises ArtError."""
    num_sprites = sum(len(sheet.boxes) for sheet in sheets)
    if num_sprites < 2:
        name = sheets[0].picture.name
        raise ArtError(f"{name} is one sprite, and learning needs two or more; give more art, or cut a sheet with --cut or --cell")
    if num_sprites > MAX_SPRITES:
        raise ArtError(f"the art has {num_sprites} sprites; import at most {MAX_SPRITES}")
    pieces = [piece for sheet in sheets for piece in _pieces(sheet)]
    labels = _labels(pieces, options)
    owners = [sheet for sheet in sheets for _ in sheet.boxes]
    sprites = tuple(
        ArtSprite(name=piece.name, labels=own, sheet=sheet) for piece, own, sheet in zip(pieces, labels, owners, strict=True)
    )
    grounds = {id(sheet): _ground(sheet) for sheet in sheets} if options.fit != "same" else {}
    fitted = fit(pieces, options.fit, [grounds.get(id(sheet)) for sheet in owners])
    colors = choose_colors(fitted, options.num_colors, options.palette)
    pixels = np.empty((num_sprites, *fitted[0].shape[:2]), np.uint8)
    for place, sprite in enumerate(fitted):
        if place % 256 == 0:
            advance("indexing", place, num_sprites)
        pixels[place] = colors.index(sprite)
    advance("indexing", num_sprites, num_sprites)
    return ImportedArt(sprites=sprites, pixels=pixels, colors=colors)


def _pieces(sheet: Sheet) -> list[SourcePicture]:
    """Return the sprites of a sheet; of several each has its number after an @."""
    picture = sheet.picture
    if len(sheet.boxes) == 1:
        return [SourcePicture(name=picture.name, file=picture.file, rgba=sheet.boxes[0].cut(picture.rgba))]
    return [
        SourcePicture(name=f"{picture.name}@{number}", file=picture.file, rgba=box.cut(picture.rgba))
        for number, box in enumerate(sheet.boxes)
    ]


def _ground(sheet: Sheet) -> NDArray[np.uint8] | None:
    """Return the colour that surrounds a smaller sprite: of its sheet, if it was cut from one; else it is clear."""
    return background(sheet.picture.rgba) if len(sheet.boxes) > 1 else None


def _labels(pictures: Sequence[SourcePicture], options: ImportOptions) -> list[tuple[str, ...]]:
    if options.label_folders:
        return folder_labels(pictures)
    if options.labels is not None:
        return file_labels(pictures, options.labels)
    return [()] * len(pictures)
