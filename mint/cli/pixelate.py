"""The command that makes pixel art of pictures."""

import os
from pathlib import Path

import click

from mint.cli.command import check_png


@click.command(short_help="Make pixel art of pictures.")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="The folder to write to."
)
@click.option(
    "--model",
    metavar="TOKEN",
    type=click.Path(path_type=Path),
    help="Draw as this token's training has learnt to: its folder, or a models/.",
)
@click.option("--plain", is_flag=True, help="Draw by rule, without a model.")
@click.option("--grid", type=click.IntRange(4, 256), default=64, show_default=True, help="Pixels of the longer side of a result.")
@click.option(
    "--palette", "palette_text", metavar="NAME|FILE", help="The colours to draw in.  [default: the model's, or each picture's own]"
)
@click.option("--colors", type=click.IntRange(2, 256), help="How many of its own a picture has; with --plain.  [default: 16]")
@click.option("--dither", is_flag=True, help="Mix colours by a pattern of pixels; with --plain.")
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

    Each PICTURE is a picture or a folder of them, of any size and number. Every result has one pixel size, colours of its palette
    alone, and the picture's alpha. With --model a sheet shows pixel art by rule as well, for comparison. Where
    some pictures cannot be read, the others are drawn all the same, and the exit code is 1.

    A palette is that of a machine (nes, game-boy, pico-8, cga, zx-spectrum, c64), one of the hand-made ones of tokens by its name,
    a token's folder, or a .gpl, .hex or .pal file.

    Example: mint pixelate photos -o pixels --plain --palette "toy box" --scale 8

    Example: mint pixelate photos -o pixels --model tokens/icons --sheet sheet.png
    """
    if plain == (model is not None):
        raise click.UsageError("give either --model TOKEN or --plain")
    if colors is not None and palette_text is not None:
        raise click.UsageError("give either --colors or --palette")
    check_png(sheet, "--sheet")
    from rich.console import Console
    from rich.progress import Progress

    from mint.errors import PictureError
    from mint.pixelate.batch import pixelate as draw_all
    from mint.pixelate.comparison_sheet import draw_sheet
    from mint.pixelate.model_renderer import ModelRenderer, load_pixel_model
    from mint.pixelate.palette import find_palette
    from mint.pixelate.pictures import find_pictures
    from mint.pixelate.renderer import Renderer, RuleBasedRenderer
    from mint.pixelate.rule_based import RuleBasedConfig

    sources = find_pictures(pictures)
    palette = None if palette_text is None else find_palette(palette_text)
    artists: list[Renderer] = []
    if model is not None:
        learnt = load_pixel_model(model)
        artists.append(ModelRenderer(model=learnt, grid=grid, palette=palette))
        palette = learnt.palette if palette is None else palette
    plain_artist = RuleBasedRenderer(grid=grid, palette=palette, num_colors=colors or 16, config=RuleBasedConfig(dither=dither))
    artists.insert(0, plain_artist)
    console = Console(stderr=True, highlight=False)
    failures: list[str] = []

    def fail(sentence: str) -> None:
        failures.append(sentence)
        console.print(sentence, soft_wrap=True, markup=False)

    results = draw_all(sources, artists[-1], output, scale=scale, threads=os.cpu_count() or 1, on_failure=fail)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for path in progress.track(results, total=len(sources), description="drawing"):
            click.echo(path)
    if sheet is not None:
        draw_sheet(sheet, sources, artists)
        click.echo(sheet)
    if failures:
        raise PictureError(f"{len(failures)} of {len(sources)} pictures could not be read; mend them or leave them out")
