"""``mint import``: make a token of one's own art."""

import os
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import check_suffix, takes_tokens_dir
from mint.cli.grid_options import OffsetType, PixelAspectType, grid_lines
from viewer.command import NumberRange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mint.art.importer import ImportedArt, ImportOptions, SpriteSheet
    from mint.art.true_size import GivenGrid

CUTS = ("auto", "gutters", "connected", "none")
FITS = ("center", "top-left", "bottom")


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
@click.option("--margin", type=click.IntRange(0, 4096), default=0, help="Pixels around the cells.")
@click.option("--spacing", type=click.IntRange(0, 4096), default=0, help="Pixels between the cells.")
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
@click.option("--labels", metavar="folders|FILE", help="Label sprites by their folders, or by a CSV or JSON file.")
@takes_tokens_dir
def import_(
    paths: tuple[Path, ...],
    tokens_dir: Path,
    name: str | None,
    cut: str,
    cell: tuple[int, int] | None,
    margin: int,
    spacing: int,
    preview: Path | None,
    scale: float | None,
    offset: tuple[int, int] | None,
    pixel_aspect: Fraction | None,
    num_colors: int | None,
    palette: str | None,
    how_to_fit: str | None,
    labels: str | None,
) -> None:
    """Make a token of your own pixel art, and print its folder.

    Each PATH is a picture (PNG, GIF, WebP, BMP, JPEG; animations frame by frame), a folder or a zip archive of pictures. Enlarged
    art is reduced to its true size, sprite sheets are cut, and up to 256 colours are kept unchanged. A large picture that
    separates into four or more pieces counts as a sheet; --preview shows the cuts.

    What cannot be decided is refused: then give --scale, and --offset if the first pixel is cut or framed (-2,0 begins two pixels
    left of the picture). Pixels of old screens are found, or given by --pixel-aspect. --preview also draws the grid.

    Palettes are nes, game-boy, pico-8, cga, zx-spectrum, c64, or a .gpl, .hex or .pal file. A label file has rows of name,label,...

    Example: mint import sheet.png --cell 16x16 --name monsters
    """
    if (margin or spacing) and cell is None:
        raise click.UsageError("--margin and --spacing need --cell; give it, for instance: --cell 16x16")
    if cell is not None and cut != "auto":
        raise click.UsageError("give either --cell or --cut")
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

    grid = GivenGrid(scale=None if scale is None else Fraction(scale), offset=offset, aspect=pixel_aspect)
    options = _options(cut, cell, margin, spacing, grid, num_colors, palette, how_to_fit, labels)
    with _ImportProgress() as progress:
        sheets = read_sheets(paths, options, progress.advance, keep_sources=preview is not None)
        if preview is not None:
            _write_preview(sheets, preview)
            return
        art = make_art(sheets, options, progress.advance)
        folder = write_art(art, name, paths[0].resolve().stem, tokens_dir)
    _print_summary(art, sheets)
    click.echo(folder)


def _options(
    cut: str,
    cell: tuple[int, int] | None,
    margin: int,
    spacing: int,
    grid: "GivenGrid",
    num_colors: int | None,
    palette: str | None,
    how_to_fit: str | None,
    labels: str | None,
) -> "ImportOptions":
    from typing import cast

    from mint.art.importer import ImportOptions
    from mint.art.padding import Anchor
    from mint.art.sheet_cuts import CutMethod, CutOptions

    return ImportOptions(
        cuts=CutOptions(method=cast("CutMethod", cut), cell=cell, margin=margin, spacing=spacing),
        grid=grid,
        num_colors=num_colors,
        palette=None if palette is None else _palette(palette),
        anchor=cast("Anchor", how_to_fit or "same"),
        labels=None if labels in (None, "folders") else Path(str(labels)),
        label_folders=labels == "folders",
    )


def _palette(text: str) -> "NDArray[np.uint8]":
    from mint.art.hardware_palettes import NAMES, hardware_palette
    from mint.art.palette_file import SUFFIXES, read_palette
    from mint.errors import ArtError

    if text in NAMES:
        return hardware_palette(text)
    if not text.lower().endswith(SUFFIXES):
        raise ArtError(f"the palette {text!r} is not known; give {', '.join(NAMES)}, or a .gpl, .hex or .pal file")
    return read_palette(Path(text))


def _write_preview(sheets: "list[SpriteSheet]", preview: Path) -> None:
    from mint import atomic_write
    from mint.art.cut_preview import draw_cut_preview
    from mint.errors import ArtError
    from viewer.atomic_write import unwritable

    try:
        atomic_write.write_bytes(preview, draw_cut_preview(sheets))
    except OSError as error:
        raise ArtError(unwritable(preview, error, "--preview")) from error
    for line in grid_lines(sheets):
        _print_line(line)
    _print_line(f"{sum(len(sheet.boxes) for sheet in sheets)} sprites in {_plural(len(sheets), 'picture')}")
    click.echo(preview)


def _print_summary(art: "ImportedArt", sheets: "list[SpriteSheet]") -> None:
    """Print to standard error what was detected and imported."""
    for line in grid_lines(sheets):
        _print_line(line)
    num_sprites, height, width = art.pixels.shape
    num_colors = len(art.colors.rgba)
    _print_line(f"{num_sprites} sprites of {width} x {height} in {num_colors} colours from {_plural(len(sheets), 'picture')}")
    if art.colors.max_error > 0:
        mean, largest = art.colors.mean_error, art.colors.max_error
        _print_line(f"colours moved by {mean:.3f} on average, {largest:.3f} at most (OKLab; .02 is just visible)")


def _print_line(sentence: str) -> None:
    click.echo(sentence, err=True)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


class _ImportProgress:
    """Shows a progress bar on a terminal's standard error."""

    def __enter__(self) -> "_ImportProgress":
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._bar.start()
        self._task = self._bar.add_task("")
        return self

    def advance(self, stage: str, done: int, total: int) -> None:
        """Show a stage of the import and how far it is."""
        self._bar.update(self._task, description=stage, completed=done, total=total)

    def __exit__(self, *error: object) -> None:
        self._bar.stop()
