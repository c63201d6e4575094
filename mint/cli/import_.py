"""``mint import``: make a token of one's own art."""

import os
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import takes_tokens_dir
from mint.cli.grid_options import OffsetType, PixelAspectType, grid_lines
from viewer.command import NumberRange, check_suffix
from viewer.printable import listed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mint.art.importer import ImportedArt, ImportOptions, SpriteSheet
    from mint.art.sheets.cuts import CutOptions
    from mint.art.true_size import GivenGrid

CUTS = ("auto", "gutters", "connected", "none")
FITS = ("center", "top-left", "bottom")
_REGION = re.compile(r"(\d{1,5})x(\d{1,5})\+(\d{1,5})\+(\d{1,5})")


class _CellSize(click.ParamType):  # type: ignore[type-arg]
    name = "cell"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read WxH as (height, width)."""
        width, times, height = str(value).lower().partition("x")
        sides = (height or width, width)
        if not all(side.isascii() and side.isdigit() and 1 <= int(side) <= 256 for side in sides) or (times and not height):
            self.fail(f"{value!r} is not a size like 16x24, with sides from 1 to 256.", param, ctx)
        return int(sides[0]), int(sides[1])


@click.command("import", short_help="Make a token of your own pixel art.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help="The name of the token's folder.  [default: from PATH]")
@click.option("--cut", type=click.Choice(CUTS), default="auto", show_default=True, help="How to find the sprites on a sheet.")
@click.option("--cell", type=_CellSize(), metavar="WxH", help="Cut sheets into cells of this size, in true pixels.")
@click.option("--margin", type=click.IntRange(0, 4096), default=0, help="Pixels left of the cells and above them.")
@click.option("--spacing", type=click.IntRange(0, 4096), default=0, help="Pixels between the cells.")
@click.option("--pad", is_flag=True, help="Fill up cells that the right or bottom edge cuts off.")
@click.option("--atlas", metavar="FILE|none", help="Cut as a JSON or TSX file says.  [default: one beside the sheet]")
@click.option(
    "--skip", multiple=True, metavar="NAME|WxH+X+Y", help="Leave out sprites by name, or what is in this place.  [repeatable]"
)
@click.option("--min-size", type=click.IntRange(1, 256), default=1, help="Leave out sprites of which no side has so many pixels.")
@click.option(
    "--preview",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Only draw the grid and the cuts, and import nothing.",
)
@click.option("--scale", type=NumberRange(1, 64), help="How many times the art was enlarged.  [default: detected]")
@click.option("--offset", type=OffsetType(), metavar="X,Y", help="Where the first whole pixel begins; needs --scale.")
@click.option("--pixel-aspect", type=PixelAspectType(), metavar="W:H", help="Width of a pixel by its height, like 5:6 or 2:1.")
@click.option("--colors", "num_colors", type=click.IntRange(2, 256), help="Reduce the art to this many colours.")
@click.option("--palette", metavar="NAME|FILE", help="Replace the colours with a palette; see above.")
@click.option("--fit", "how_to_fit", type=click.Choice(FITS), help="Where to place sprites smaller than the largest.")
@click.option("--labels", metavar="folders|tags|FILE", help="Label sprites by folders, an atlas's tags, or a CSV or JSON file.")
@click.option("--skip-unreadable", is_flag=True, help="Leave out pictures that cannot be read, and name them.")
@takes_tokens_dir
def import_(
    paths: tuple[Path, ...],
    tokens_dir: Path,
    name: str | None,
    cut: str,
    cell: tuple[int, int] | None,
    margin: int,
    spacing: int,
    pad: bool,
    atlas: str | None,
    skip: tuple[str, ...],
    min_size: int,
    preview: Path | None,
    scale: float | None,
    offset: tuple[int, int] | None,
    pixel_aspect: Fraction | None,
    num_colors: int | None,
    palette: str | None,
    how_to_fit: str | None,
    labels: str | None,
    skip_unreadable: bool,
) -> None:
    """Make a token of your own pixel art, and print its folder.

    Each PATH is a picture (PNG, GIF, WebP, BMP, TIFF, JPEG; animations frame by frame), a folder or a zip archive of pictures.
    Enlarged art is reduced to its true size, sprite sheets are cut, and up to 256 colours are kept unchanged. A large picture
    that separates into four or more pieces counts as a sheet; --preview shows the cuts. A JSON file of Aseprite or TexturePacker,
    or a TSX file of Tiled, beside a sheet says where its frames are.

    What cannot be decided is refused: then give --scale, and --offset if the first pixel is cut or framed (-2,0 begins two pixels
    left of the picture). Pixels of old screens are found, or given by --pixel-aspect. --preview also draws the grid.

    Palettes are nes, game-boy, pico-8, cga, zx-spectrum, c64, or a file: .gpl, .hex, .pal, .txt, .act, .aco, .ase or PNG. A label
    file has rows of name,label,...

    Example: mint import sheet.png --cell 16x16 --name monsters
    """
    if (margin or spacing) and cell is None:
        raise click.UsageError("--margin and --spacing need --cell; give it, for instance: --cell 16x16")
    if pad and cell is None:
        raise click.UsageError("--pad needs --cell; give it, for instance: --cell 16x16")
    if cell is not None and cut != "auto":
        raise click.UsageError("give either --cell or --cut")
    if atlas not in (None, "none") and (cell is not None or cut != "auto"):
        raise click.UsageError("give either --atlas or --cell and --cut")
    if offset is not None and scale is None:
        raise click.UsageError("--offset needs --scale; give it, for instance: --scale 6")
    if num_colors is not None and palette is not None:
        raise click.UsageError("give either --colors or --palette")
    check_suffix(preview, (".png",), "--preview")
    # Before NumPy is loaded: the matrices are small, and waiting threads would cost more than they gain.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mint.art.folder import write_art
    from mint.art.importer import make_art, read_sheets
    from mint.art.true_size import GivenGrid
    from mint.cli.stage_progress import StageProgress

    options = _options(
        cuts=_cut_options(cut, cell, margin, spacing, pad, min_size, skip),
        atlas=atlas,
        skipped_names=tuple(text for text in skip if not _REGION.fullmatch(text)),
        grid=GivenGrid(scale=None if scale is None else Fraction(scale), offset=offset, aspect=pixel_aspect),
        num_colors=num_colors,
        palette=palette,
        how_to_fit=how_to_fit,
        labels=labels,
    )
    with StageProgress() as progress:
        on_skip = (lambda sentence: progress.print(f"left out: {sentence}")) if skip_unreadable else None
        sheets = read_sheets(paths, options, progress.advance, on_skip, keep_sources=preview is not None)
        if preview is not None:
            _write_preview(sheets, options, preview)
            return
        art = make_art(sheets, options, progress.advance)
        folder = write_art(art, name, paths[0].resolve().stem, tokens_dir)
    _print_summary(art, sheets, options)
    click.echo(folder)


def _cut_options(
    cut: str, cell: tuple[int, int] | None, margin: int, spacing: int, pad: bool, min_size: int, skip: tuple[str, ...]
) -> "CutOptions":
    from typing import cast

    from mint.art.sheets.bounding_boxes import BoundingBox
    from mint.art.sheets.cuts import CutMethod, CutOptions

    regions = [tuple(map(int, match.groups())) for text in skip if (match := _REGION.fullmatch(text))]
    return CutOptions(
        method=cast("CutMethod", cut),
        cell=cell,
        margin=margin,
        spacing=spacing,
        pad=pad,
        min_side=min_size,
        skipped_regions=tuple(BoundingBox(top, left, height, width) for width, height, left, top in regions),
    )


def _options(
    *,
    cuts: "CutOptions",
    atlas: str | None,
    skipped_names: tuple[str, ...],
    grid: "GivenGrid",
    num_colors: int | None,
    palette: str | None,
    how_to_fit: str | None,
    labels: str | None,
) -> "ImportOptions":
    from typing import cast

    from mint.art.importer import ImportOptions
    from mint.art.padding import Anchor

    return ImportOptions(
        cuts=cuts,
        atlas=None if atlas in (None, "none") else Path(str(atlas)),
        finds_atlases=atlas is None,
        skipped_names=skipped_names,
        grid=grid,
        num_colors=num_colors,
        palette=None if palette is None else _palette(palette),
        anchor=cast("Anchor", how_to_fit or "same"),
        labels=None if labels in (None, "folders", "tags") else Path(str(labels)),
        label_folders=labels == "folders",
        label_tags=labels == "tags",
    )


def _palette(text: str) -> "NDArray[np.uint8]":
    from mint.art.colors.hardware_palettes import NAMES, hardware_palette
    from mint.art.colors.palette_file import KNOWN_FORMATS, SUFFIXES, read_palette
    from mint.errors import ArtError

    if text in NAMES:
        return hardware_palette(text)
    if not text.lower().endswith(SUFFIXES) and not Path(text).is_file():
        raise ArtError(f"the palette {text!r} is not known; give {', '.join(NAMES)}, or {KNOWN_FORMATS}")
    return read_palette(Path(text))


def _write_preview(sheets: "list[SpriteSheet]", options: "ImportOptions", preview: Path) -> None:
    from mint import atomic_write
    from mint.art.cut_preview import MAX_SHEETS, draw_cut_preview
    from mint.errors import ArtError
    from viewer.atomic_write import unwritable

    try:
        atomic_write.write_bytes(preview, draw_cut_preview(sheets))
    except OSError as error:
        raise ArtError(unwritable(preview, error, "--preview")) from error
    for line in grid_lines(sheets):
        _print_line(line)
    _print_cuts(sheets, options)
    shown = "" if len(sheets) <= MAX_SHEETS else f", of which the preview shows the first {MAX_SHEETS}"
    sizes = [size for sheet in sheets for size in sheet.sizes]
    (low, narrow), (high, wide) = (limit(sizes, key=lambda size: size[0] * size[1]) for limit in (min, max))
    sides = f"of {wide} x {high}" if len(set(sizes)) == 1 else f"from {narrow} x {low} to {wide} x {high}"
    _print_line(f"{_plural(len(sizes), 'sprite')} {sides} in {_plural(len(sheets), 'picture')}{shown}")
    click.echo(preview)


def _print_summary(art: "ImportedArt", sheets: "list[SpriteSheet]", options: "ImportOptions") -> None:
    """Print to standard error what was detected and imported."""
    import numpy as np

    for line in grid_lines(sheets):
        _print_line(line)
    _print_cuts(sheets, options)
    num_sprites, height, width = art.pixels.shape
    num_colors = len(art.colors.rgba)
    colors = f"{num_colors} colours"
    if options.palette is not None:
        num_used = np.count_nonzero(np.bincount(art.pixels.ravel()))
        colors = f"{num_used} of the {num_colors} colours of the palette" if num_used < num_colors else colors
    _print_line(f"{num_sprites} sprites of {width} x {height} in {colors} from {_plural(len(sheets), 'picture')}")
    _print_clear_sprites(art)
    if art.colors.max_error > 0:
        mean, largest = art.colors.mean_error, art.colors.max_error
        _print_line(f"colours moved by {mean:.3f} on average, {largest:.3f} at most (OKLab; .02 is just visible)")


def _print_clear_sprites(art: "ImportedArt") -> None:
    """Print which sprites show nothing: a training would learn them, too."""
    alpha = art.colors.rgba[:, 3]
    names = [sprite.name for sprite, pixels in zip(art.sprites, art.pixels, strict=True) if not alpha[pixels].any()]
    if names:
        verb = "shows" if len(names) == 1 else "show"
        _print_line(f"{listed(names)} {verb} nothing but clear pixels; to leave out sprites, give --skip NAME for each")


def _print_cuts(sheets: "list[SpriteSheet]", options: "ImportOptions") -> None:
    """Print how the first sheets were cut into cells, or by which atlas."""
    from mint.art.sheets.cell_grid import cell_grid

    cuts = options.cuts
    for sheet in sheets[:6]:
        if sheet.atlas:
            _print_line(f"{sheet.picture.name}: {_plural(len(sheet.boxes), 'frame')} of {sheet.atlas}")
        elif cuts.cell is not None and sheet.grid.size is not None:
            cells = cell_grid(sheet.grid.size, cuts.cell, cuts.margin, cuts.spacing)
            missing = cells.missing(sheet.boxes)
            reason = "skipped or empty" if cuts.skipped_regions or options.skipped_names else "empty"
            left_out = f"; left out as {reason}: {listed(missing)}" if missing else ""
            _print_line(f"{sheet.picture.name}: {cells}{left_out}")


def _print_line(sentence: str) -> None:
    click.echo(sentence, err=True)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
