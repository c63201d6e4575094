"""``mint originality``: measure how original dreams are."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import percent, takes_token
from viewer.command import NumberRange, check_suffix, takes_output_file

if TYPE_CHECKING:
    from mint.originality.analysis import OriginalityAnalysis


# As the report says it, in fewer words.
_FIGURES = {
    "copies": "copies of any kind",
    "median_difference": "pixels off the nearest sprite, median",
    "given": "pixels that match a sprite, mean",
    "known_patches": "3x3 patches known from a sprite, mean",
}


@click.command(short_help="Tell copies, collages and new pictures apart.")
@takes_token
@click.option("--samples", type=click.IntRange(1, 10_000), default=256, show_default=True, help="How many dreams to compare.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=7, show_default=True, help="Which dreams to compare.")
@click.option(
    "--of",
    "paths",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Compare these pictures instead of dreams: files, folders or zip archives.  [repeatable]",
)
@click.option("--tile", type=click.IntRange(8, 256), help="Cut the pictures of --of, from the top left, into tiles with this side.")
@click.option("--scale", type=NumberRange(1, 64), help="How many times the pictures of --of were enlarged.  [default: detected]")
@click.option("--json", "as_json", is_flag=True, help="Print all figures and the verdict on each picture as JSON.")
@takes_output_file("FILE.html", "Write a report with pictures.", required=False)
def originality(
    token: str,
    tokens_dir: Path,
    samples: int,
    seed: int,
    paths: tuple[Path, ...],
    tile: int | None,
    scale: float | None,
    as_json: bool,
    output: Path | None,
) -> None:
    """Find out which dreams of TOKEN are copies of its sprites, which are collages, and which are new.

    Each dream is compared with each sprite in place, flipped, turned, moved, in other colours and patch by patch. For reference,
    the sprites are also compared with each other. Pictures of --of that were enlarged are compared at their true size.

    \b
    Example: mint originality "open sesame" --samples 1000 -o report.html
             mint originality "open sesame" --of sheet.png --tile 16
    """
    check_suffix(output, (".html",), "-o")
    if tile is not None and not paths:
        raise click.UsageError("--tile needs pictures to cut; give --of as well")
    if scale is not None and not paths:
        raise click.UsageError("--scale is for pictures; give --of as well")
    from mint.token.lookup import find_token

    result = _analyse(find_token(token, tokens_dir), samples, seed, paths, tile, scale)
    if output is not None:
        _write_report(result, output)
    if as_json:
        import json

        from mint.originality.analysis import json_document

        click.echo(json.dumps(json_document(result), indent=1, ensure_ascii=False))
        return
    _print(result)
    if output is not None:
        click.echo(output)


def _write_report(result: "OriginalityAnalysis", output: Path) -> None:
    from mint import atomic_write
    from mint.errors import ReportError
    from mint.originality.html_report import html_report
    from viewer.atomic_write import unwritable

    try:
        atomic_write.write_bytes(output, html_report(result).encode())
    except OSError as error:
        raise ReportError(unwritable(output, error)) from error


def _analyse(
    path: Path, samples: int, seed: int, paths: tuple[Path, ...], tile: int | None, scale: float | None
) -> "OriginalityAnalysis":
    from fractions import Fraction

    from mint.cli.error_console import error_console
    from mint.originality.analysis import analyse
    from mint.token.folder import read_token

    folder = read_token(path)
    console = error_console()
    with console.status("comparing"):
        if paths:
            from mint.originality.pictures import read_pictures
            from mint.originality.shared_palette import share_palette

            size = int(folder.pixels.shape[1]), int(folder.pixels.shape[2])
            compared = read_pictures(paths, tile, size, None if scale is None else Fraction(scale))
            for note in compared.notes:
                console.print(note, soft_wrap=True)
            shared = share_palette(folder.rgba, folder.pixels, compared.rgba)
            noun = "pictures" if tile is None else "tiles"
            return analyse(title=folder.title, noun=noun, rgba=shared.rgba, sprites=shared.sprites, pictures=shared.pictures)
        from viewer.exported.model import load_model
        from viewer.latents.seeds import latents

        model = load_model(path)
        pictures = model.generate(latents(seed, samples, model.manifest.origin.latent_dim))
        return analyse(title=folder.title, noun="dreams", rgba=folder.rgba, sprites=folder.pixels, pictures=pictures)


def _print(result: "OriginalityAnalysis") -> None:
    from rich.console import Console
    from rich.table import Table

    from mint.originality.analysis import figures, kind_shares

    table = Table(box=None, pad_edge=False)
    table.add_column(f"{len(result.verdicts)} {result.noun}")
    table.add_column("share", justify="right")
    reference = kind_shares(result.reference) if result.reference else None
    if reference is not None:
        table.add_column("sprites among themselves", justify="right")
    for kind, share in kind_shares(result.verdicts).items():
        table.add_row(kind, percent(share), *([percent(reference[kind])] if reference is not None else []))
    of_pictures = figures(result.verdicts)
    of_sprites = figures(result.reference) if result.reference else None
    for key, name in _FIGURES.items():
        table.add_row(name, percent(of_pictures[key]), *([percent(of_sprites[key])] if of_sprites is not None else []))
    Console(highlight=False, width=80).print(table)
