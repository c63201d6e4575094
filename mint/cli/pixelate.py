"""``mint pixelate``: make pixel art of pictures."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import takes_output_folder
from viewer.command import check_suffix

if TYPE_CHECKING:
    from mint.pixelate.renderer import Renderer


@click.command(short_help="Make pixel art of pictures.")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...", type=click.Path(path_type=Path))
@takes_output_folder("The folder to write to.")
@click.option(
    "--model",
    metavar="TOKEN",
    type=click.Path(path_type=Path),
    help="Draw with this token's trained model: its folder, or a models/.",
)
@click.option("--plain", is_flag=True, help="Draw by rules, without a model.")
@click.option("--grid", type=click.IntRange(4, 256), default=64, show_default=True, help="Pixels of the longer side of a result.")
@click.option(
    "--palette", "palette_text", metavar="NAME|FILE", help="The colours to draw in.  [default: the model's, or each picture's own]"
)
@click.option(
    "--colors", type=click.IntRange(2, 256), help="How many of its own colours a picture keeps; with --plain.  [default: 16]"
)
@click.option("--dither", is_flag=True, help="Mix colours in a pattern of pixels; with --plain.")
@click.option("--scale", type=click.IntRange(1, 64), default=1, show_default=True, help="Side of a pixel in the results.")
@click.option(
    "--sheet",
    metavar="FILE.png",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw a sheet of pictures and results side by side.",
)
def pixelate(
    pictures: tuple[Path, ...],
    output: Path,
    model: Path | None,
    plain: bool,
    grid: int,
    palette_text: str | None,
    colors: int | None,
    dither: bool,
    scale: int,
    sheet: Path | None,
) -> None:
    """Make pixel art of pictures, and print the path of each result.

    Each PICTURE is a picture or a folder of pictures, of any size. Every result has one pixel size, only colours of its palette,
    and the picture's alpha. With --model, a sheet also shows pixel art by rules, for comparison. If some pictures cannot be read,
    the others are drawn, and the exit code is 1.

    A palette is a machine's (nes, game-boy, pico-8, cga, zx-spectrum, c64), a hand-made palette of tokens by name, a token's
    folder, or a file: .gpl, .hex, .pal, .txt, .act, .aco, .ase or PNG.

    Example: mint pixelate photos -o pixels --plain --palette "toy box" --scale 8

    Example: mint pixelate photos -o pixels --model tokens/icons --sheet sheet.png
    """
    if plain == (model is not None):
        raise click.UsageError("give either --model TOKEN or --plain")
    if colors is not None and palette_text is not None:
        raise click.UsageError("give either --colors or --palette")
    check_suffix(sheet, (".png",), "--sheet")
    from rich.progress import Progress

    from mint.cli.error_console import error_console

    # The memory of a large picture goes back to the system only in blocks of more than 32 MiB; Pillow reads this once.
    os.environ.setdefault("PILLOW_BLOCK_SIZE", "64m")
    from mint.errors import PictureFileError
    from mint.pixelate.batch import render_batch
    from mint.pixelate.comparison_sheet import write_comparison_sheet
    from mint.pixelate.pictures import find_pictures

    files = find_pictures(pictures)
    renderers = _renderers(model, palette_text, grid, colors, dither)
    console = error_console()
    failures: list[str] = []

    def on_failure(message: str) -> None:
        failures.append(message)
        console.print(message, soft_wrap=True)

    results = render_batch(files, renderers[-1], output, scale=scale, threads=os.cpu_count() or 1, on_failure=on_failure)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for path in progress.track(results, total=len(files), description="drawing"):
            click.echo(path)
    if sheet is not None:
        write_comparison_sheet(sheet, files, renderers)
        click.echo(sheet)
    if failures:
        raise PictureFileError(f"{len(failures)} of {len(files)} pictures could not be read; repair them or leave them out")


def _renderers(model: Path | None, palette_text: str | None, grid: int, colors: int | None, dither: bool) -> "list[Renderer]":
    """Return the renderers, of which the last makes the results: by rules, then, if there is a model, by the model."""
    from mint.pixelate.model_renderer import ModelRenderer, load_pixel_model
    from mint.pixelate.palette import find_palette
    from mint.pixelate.rule_based_renderer import RuleBasedConfig, RuleBasedRenderer

    palette = None if palette_text is None else find_palette(palette_text)
    config = RuleBasedConfig(dither=dither)
    if model is None:
        return [RuleBasedRenderer(grid=grid, palette=palette, num_colors=colors or 16, config=config)]
    pixel_model = load_pixel_model(model)
    rule_based = RuleBasedRenderer(
        grid=grid, palette=pixel_model.palette if palette is None else palette, num_colors=colors or 16, config=config
    )
    return [rule_based, ModelRenderer(model=pixel_model, grid=grid, palette=palette)]
