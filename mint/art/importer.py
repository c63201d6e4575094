"""An import, from source files to sprites in one palette; nothing here writes a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.colors.quantization import ColorTable, choose_colors
from mint.art.grid.estimate import GridEstimate
from mint.art.labels.sprite_labels import check_labels, file_labels, folder_labels
from mint.art.padding import Anchor, check_sizes, pad_to_common_size
from mint.art.picture_sources import SourcePicture, read_pictures
from mint.art.rgba import Size
from mint.art.sheets.atlas_files import find_atlases
from mint.art.sheets.bounding_boxes import BoundingBox
from mint.art.sheets.cuts import CutOptions, find_cuts
from mint.art.sheets.ground import background_color, with_even_ground
from mint.art.sheets.texture_atlas import AtlasFrame, TextureAtlas
from mint.art.true_size import GivenGrid, estimate_grids, native_picture
from mint.errors import ArtError

MAX_SPRITES: Final = 100_000
# Sheets are recognised only among few pictures: a folder of hundreds is a folder of sprites.
MAX_AUTO_SHEETS: Final = 16

OnProgress = Callable[[str, int, int], None]  # stage, done, total


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The options of an import.

    ``grid`` is what is known of the true size, ``palette`` is (K, 4), ``labels`` is a label file; with ``label_folders`` the
    folders are the labels, with ``label_tags`` the tags of atlases. ``atlas`` is the file of an atlas; without it, those beside
    the pictures are used if ``finds_atlases``. ``skipped_names`` are patterns of sprites to leave out.
    """

    cuts: CutOptions = field(default_factory=CutOptions)
    grid: GivenGrid = field(default_factory=GivenGrid)
    num_colors: int | None = None
    palette: NDArray[np.uint8] | None = None
    anchor: Anchor = "same"
    labels: Path | None = None
    label_folders: bool = False
    label_tags: bool = False
    atlas: Path | None = None
    finds_atlases: bool = True
    skipped_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpriteSheet:
    """A picture at its true size, how it had been enlarged from a file of ``source_size``, and where it is cut.

    Each box has a name. Of a sheet with an atlas, ``frames`` has one for each box, and ``atlas`` is the file. ``source`` is the
    enlarged picture, where it was kept.
    """

    picture: SourcePicture
    grid: GridEstimate
    source_size: Size
    boxes: tuple[BoundingBox, ...]
    names: tuple[str, ...] = ()
    frames: tuple[AtlasFrame, ...] = ()
    atlas: str = ""
    source: SourcePicture | None = None

    @property
    def sizes(self) -> list[Size]:
        """The (height, width) of each sprite."""
        return [frame.size for frame in self.frames] or [(box.height, box.width) for box in self.boxes]


@dataclass(frozen=True, kw_only=True)
class ArtSprite:
    """What is known of a sprite besides its pixels; ``duration_ms`` is how long an animation shows it, or None."""

    name: str
    labels: tuple[str, ...]
    sheet: SpriteSheet
    duration_ms: float | None = None


@dataclass(frozen=True, kw_only=True)
class ImportedArt:
    """Art that is ready to become a token: ``pixels`` (N, H, W) palette indices, ``colors`` with the palette."""

    sprites: tuple[ArtSprite, ...]
    pixels: NDArray[np.uint8]
    colors: ColorTable


def read_sheets(
    paths: Sequence[Path],
    options: ImportOptions,
    on_progress: OnProgress,
    on_skip: Callable[[str], None] | None = None,
    *,
    keep_sources: bool = False,
) -> list[SpriteSheet]:
    """Read the sources, reduce all pictures to their true size, and find where to cut them.

    With ``on_skip``, files that cannot be read are left out, and it gets a sentence about each. With ``keep_sources`` each sheet
    has the picture that it was reduced from. Raises ArtError.
    """
    pictures = read_pictures(paths, lambda done, total: on_progress("reading", done, total), on_skip)
    judged = _judged_pictures(pictures)
    grids = estimate_grids(judged, options.grid, lambda done, total: on_progress("finding true sizes", done, total))
    cuts = options.cuts
    is_auto = cuts.method == "auto" and cuts.cell is None
    atlases = find_atlases(paths, options.atlas) if is_auto and (options.finds_atlases or options.atlas is not None) else {}
    if is_auto and len(pictures) > MAX_AUTO_SHEETS:
        cuts = replace(cuts, method="none")
    sheets = []
    for picture, grid in zip(pictures, grids, strict=True):
        native = native_picture(picture, grid)
        source = picture if keep_sources and grid.kernel is not None else None
        if picture.file in atlases:
            sheets.append(replace(_packed_sheet(native, grid, picture.size, atlases[picture.file]), source=source))
            continue
        boxes = tuple(find_cuts(native.rgba, cuts, native.name, is_alone=len(pictures) == 1))
        names = tuple(f"{native.name}@{number}" for number in range(len(boxes))) if len(boxes) > 1 else (native.name,)
        sheets.append(SpriteSheet(picture=native, grid=grid, source_size=picture.size, boxes=boxes, names=names, source=source))
    return _without_skipped(sheets, options.skipped_names)


def _judged_pictures(pictures: list[SourcePicture]) -> list[SourcePicture]:
    """Return pictures by which true sizes are judged: a ground that varies hides where the pixels of a sheet begin."""
    if len(pictures) > MAX_AUTO_SHEETS:
        return pictures
    judged = []
    for picture in pictures:
        rgba = picture.rgba
        even = with_even_ground(rgba)
        judged.append(picture if even is rgba else SourcePicture(name=picture.name, file=picture.file, rgba=even))
    return judged


def _packed_sheet(native: SourcePicture, grid: GridEstimate, source_size: Size, atlas: TextureAtlas) -> SpriteSheet:
    """Return a sheet cut into the frames of its atlas; clear frames are left out."""
    rgba = atlas.with_clear_color(native.rgba)
    frames = atlas.fitted(source_size, (rgba.shape[0], rgba.shape[1]), native.name)
    visible = tuple(frame for frame in frames if frame.box.crop(rgba)[..., 3].any())
    if not visible:
        raise ArtError(f"{native.name} has only clear frames in {atlas.source}; export both again, or add --atlas none")
    return SpriteSheet(
        picture=native if atlas.clear_color is None else SourcePicture(name=native.name, file=native.file, rgba=rgba),
        grid=grid,
        source_size=source_size,
        boxes=tuple(frame.box for frame in visible),
        names=tuple(f"{native.name}@{frame.name}" for frame in visible),
        frames=visible,
        atlas=atlas.source,
    )


def _without_skipped(sheets: Sequence[SpriteSheet], patterns: Sequence[str]) -> list[SpriteSheet]:
    """Return sheets without the sprites whose names, or the names of whose pictures, fit one of the patterns. Raises ArtError."""
    unused = set(patterns)
    kept: list[SpriteSheet] = []
    for sheet in sheets:
        indices = []
        for index, name in enumerate(sheet.names):
            fitting = {pattern for pattern in patterns if fnmatchcase(name, pattern) or fnmatchcase(sheet.picture.name, pattern)}
            unused -= fitting
            indices += [] if fitting else [index]
        if indices:
            boxes, names = tuple(sheet.boxes[index] for index in indices), tuple(sheet.names[index] for index in indices)
            frames = tuple(sheet.frames[index] for index in indices) if sheet.frames else ()
            kept.append(replace(sheet, boxes=boxes, names=names, frames=frames))
    if unused:
        some = next(name for sheet in sheets for name in sheet.names)
        raise ArtError(f"--skip {min(unused)} fits no sprite; give names like {some}, a pattern like '{some[:-1]}*', or WxH+X+Y")
    if not kept:
        raise ArtError("--skip leaves out all sprites; give fewer names")
    return kept


def make_art(sheets: Sequence[SpriteSheet], options: ImportOptions, on_progress: OnProgress) -> ImportedArt:
    """Cut the sheets into sprites of one size in one palette, with their labels. Raises ArtError."""
    num_sprites = sum(len(sheet.boxes) for sheet in sheets)
    if num_sprites < 2:
        name = sheets[0].picture.name
        raise ArtError(f"{name} is one sprite, and learning needs two or more; give more art, or cut a sheet with --cut or --cell")
    if num_sprites > MAX_SPRITES:
        raise ArtError(f"the art has {num_sprites} sprites; import at most {MAX_SPRITES}")
    check_sizes([(sheet.picture.name, *size) for sheet in sheets for size in sheet.sizes])
    pictures = [picture for sheet in sheets for picture in _crop_sprites(sheet)]
    tags = [sheet.frames[index].tags if sheet.frames else () for sheet in sheets for index in range(len(sheet.boxes))]
    labels = _labels(pictures, tags, options)
    sheet_of_each = [sheet for sheet in sheets for _ in sheet.boxes]
    sprites = tuple(
        ArtSprite(name=picture.name, labels=sprite_labels, sheet=sheet, duration_ms=picture.duration_ms)
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
    """Return the sprites of a sheet."""
    picture, rgba = sheet.picture, sheet.picture.rgba
    if sheet.frames:
        return [
            SourcePicture(name=name, file=picture.file, rgba=frame.sprite(rgba), duration_ms=frame.duration_ms)
            for name, frame in zip(sheet.names, sheet.frames, strict=True)
        ]
    # Where a cell reaches beyond the sheet, its ground goes on.
    is_padded = any(box.bottom > rgba.shape[0] or box.right > rgba.shape[1] for box in sheet.boxes)
    ground = background_color(rgba) if is_padded else None
    return [
        SourcePicture(name=name, file=picture.file, rgba=box.crop(rgba, ground), duration_ms=picture.duration_ms)
        for name, box in zip(sheet.names, sheet.boxes, strict=True)
    ]


def _padding_color(sheet: SpriteSheet) -> NDArray[np.uint8] | None:
    """Return the background of a sheet that was cut into several sprites; None, which is clear, for a single sprite."""
    return background_color(sheet.picture.rgba) if len(sheet.boxes) > 1 and not sheet.frames else None


def _labels(pictures: Sequence[SourcePicture], tags: Sequence[tuple[str, ...]], options: ImportOptions) -> list[tuple[str, ...]]:
    if options.label_tags:
        if not any(tags):
            raise ArtError(
                "no sprite has a tag; export the sheet from Aseprite with its tags in a JSON file, or give a label file or folders"
            )
        check_labels(tags)
        return list(tags)
    if options.label_folders:
        return folder_labels(pictures)
    if options.labels is not None:
        return file_labels(pictures, options.labels)
    return [()] * len(pictures)
