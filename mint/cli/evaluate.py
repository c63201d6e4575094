"""``mint evaluate``: measure how well a training has learned."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import percent, takes_token
from mint.cli.device_option import takes_device

if TYPE_CHECKING:
    from rich.table import Column, Table

    from mint.evaluation.report import EvaluationReport


@click.command(short_help="Measure what a training has learned.")
@takes_token
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@takes_device("Where to compute.")
def evaluate(token: str, tokens_dir: Path, as_json: bool, device: str) -> None:
    """Measure what a training has learned, on the sprites that it held out.

    Measures reconstructions, likelihoods and dreams; for recipes that learn labels, also how often a classifier finds a requested
    label. A training without --holdout is measured on the sprites it has learned.

    Example: mint evaluate tokens/icons --json
    """
    from mint.cli.error_console import error_console
    from mint.device_errors import device_failures_as_sentences
    from mint.evaluation.report import evaluate as measure
    from mint.live.run_config import open_trained
    from mint.token.folder import read_token
    from mint.token.lookup import find_token
    from mint.training.sprites import sprites_of

    folder = read_token(find_token(token, tokens_dir))
    with error_console().status("measuring") as status, device_failures_as_sentences("use --device cpu"):
        session, _ = open_trained(folder, device)
        report = measure(session, sprites_of(folder), status.update)
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps(asdict(report), indent=1, ensure_ascii=False))
    else:
        _print(report)


def _print(report: "EvaluationReport") -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    kind = "held-out" if report.held_out else "learned"
    console.print(f"{report.recipe} at step {report.step:,}, measured on {report.count} {kind} sprites")
    console.print(_measures_table(report))
    if report.labels:
        console.print()
        console.print(_labels_table(report))


def _folded(*names: str) -> "list[Column]":
    """Return columns whose words go on in the next line where a terminal is too narrow for them."""
    from rich.table import Column

    return [Column(name, overflow="fold") for name in names]


def _measures_table(report: "EvaluationReport") -> "Table":
    from rich.table import Table

    table = Table(*_folded("measure", "", "for comparison"), box=None, pad_edge=False, header_style="dim")
    reconstruction, samples, likelihood = report.reconstruction, report.samples, report.likelihood
    table.add_row(
        "pixels right", percent(reconstruction.pixels), f"{percent(reconstruction.floor)} with each place's commonest colour"
    )
    table.add_row("sprites exactly right", percent(reconstruction.exactly_right), "")
    if likelihood is not None:
        table.add_row("cross-entropy", f"{likelihood.cross_entropy:.4f} nats a pixel", "")
        if likelihood.elbo_softmax is not None and likelihood.elbo_bernoulli is not None:
            bernoulli = f"{likelihood.elbo_bernoulli:.1f} as summed sigmoid BCE"
            table.add_row("ELBO", f"{likelihood.elbo_softmax:.1f} nats a sprite", bernoulli)
    table.add_row("colours a dream", f"{samples.colors:.1f}", f"{samples.colors_of_sprites:.1f} a sprite")
    table.add_row("pixels off the palette", percent(samples.off_palette), "")
    of_sprites = "" if samples.distance_of_sprites is None else f"{percent(samples.distance_of_sprites)} of held-out sprites"
    table.add_row("nearest learned sprite", f"{percent(samples.distance)} of pixels differ", of_sprites)
    table.add_row("dreams that copy a sprite", percent(samples.copies), "")
    if samples.checkerboard is not None and samples.checkerboard_of_sprites is not None:
        table.add_row("2x2 patterns", percent(samples.checkerboard), f"{percent(samples.checkerboard_of_sprites)} of sprites")
    if samples.grids is not None and samples.grids_of_sprites is not None:
        table.add_row("dreams with 8x8 grids", percent(samples.grids), f"{percent(samples.grids_of_sprites)} of sprites")
    return table


def _labels_table(report: "EvaluationReport") -> "Table":
    from rich.table import Table

    columns = _folded("label found", "in dreams with it", "without it", "in sprites with it", "without it")
    table = Table(*columns, box=None, pad_edge=False, header_style="dim")
    for row in report.labels:
        shares = (row.asked, row.switched_off, row.real_with, row.real_without)
        table.add_row(row.label, *("" if share is None else percent(share) for share in shares))
    return table
