"""``mint timelapse``: film how a training learned."""

from pathlib import Path

import click

from mint.cli.command import takes_token
from viewer.command import NumberRange, check_suffix, takes_output_file


@click.command(short_help="Film how a training learned.")
@takes_token
@takes_output_file("FILE", "The film to write: .gif, .webp or .mp4.")
@click.option("--seconds", type=NumberRange(1, 600), help="The length of the film.  [default: 12, up to 30 for many steps]")
@click.option("--tiles", type=click.IntRange(1, 64), default=16, show_default=True, help="How many dreams to film.")
@click.option("--scale", type=click.IntRange(1, 64), help="Side of a pixel in the film.  [default: 4, or less for large pictures]")
def timelapse(token: str, tokens_dir: Path, output: Path, seconds: float | None, tiles: int, scale: int | None) -> None:
    """Film how a training learned: the same dreams from its first step to its last.

    TOKEN is a hash or a token folder that was trained. Early steps, in which most is learned, last as long as a hundred or a
    thousand later ones. GIF and WebP keep every colour; MP4 plays best on phones, and needs PyAV.

    Example: mint timelapse "open sesame" -o learning.webp
    """
    from rich.progress import Progress

    from mint.cli.error_console import error_console
    from mint.export.timelapse import make_timelapse, write_timelapse
    from mint.token.folder import read_token
    from mint.token.lookup import find_token
    from viewer.pictures.film import FORMATS, check_film

    check_suffix(output, tuple(FORMATS), "-o")
    check_film(output)
    folder = read_token(find_token(token, tokens_dir))
    made = make_timelapse(folder, tiles, lambda message: click.echo(f"skipped: {message}", err=True), seconds, scale)
    console = error_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("filming", total=made.film.count)
        write_timelapse(output, made, lambda count: progress.update(task, completed=count))
    first, last, length = made.steps[0], made.steps[-1], made.film.count / made.film.fps
    num_steps = "1 step" if len(made.steps) == 1 else f"{len(made.steps)} steps"
    click.echo(f"{num_steps} of {folder.path.name} from {first:,} to {last:,}, {length:g} s", err=True)
    click.echo(output)
