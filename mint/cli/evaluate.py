"""The command that evaluates a training."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import find_token, percent, takes_token

if TYPE_CHECKING:
    from mint.evaluation.report import EvaluationReport


@click.command(short_help="Measure what a training has learnt.")
@takes_token
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to compute.")
def evaluate(token: str, tokens_dir: Path, as_json: bool, device: str) -> None:
    """Measure what a training has learnt, on the sprites that it held out.

    Measured are reconstructions, likelihoods, dreams and, of recipes that learn labels, how often a classifier finds the label that
    was asked for. A training without --holdout is measured on the sprites it knows.

    Example: mint evaluate tokens/icons --json
    """
    from dataclasses import asdict

    from rich.console import Console

    from mint.errors import TrainingError
    from mint.evaluation.report import evaluate as measure
    from mint.live.run_config import find_recipe
    from mint.token.folder import read_token
    from mint.training.session import Session
    from mint.training.speed.device import choose_device
    from mint.training.sprites import sprites_of

    folder = read_token(find_token(token, tokens_dir))
    sprites = sprites_of(folder)
    session = Session(folder.training, sprites, find_recipe(folder.training), choose_device(device), None)
    if session.position.step == 0:
        raise TrainingError(f"{folder.path} has no training to measure; train it with: mint train {shlex.quote(token)}")
    with Console(stderr=True).status("measuring") as status:
        report = measure(session, sprites, status.update)
    if as_json:
        import json

        click.echo(json.dumps(asdict(report), indent=1, ensure_ascii=False))
    else:
        _print(report)


def _print(report: "EvaluationReport") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False, emoji=False)
    kind = "held-out" if report.held_out else "learnt"
    console.print(f"{report.recipe} at step {report.step:,}, measured on {report.count} {kind} sprites")
    table = Table("measure", "", "beside it", box=None, pad_edge=False, header_style="dim")
    again, samples, likely = report.reconstruction, report.samples, report.likelihood
    table.add_row("pixels right", percent(again.pixels), f"{percent(again.floor)} with each place's commonest colour")
    table.add_row("sprites exactly right", percent(again.exactly_right), "")
    if likely is not None:
        table.add_row("cross-entropy", f"{likely.cross_entropy:.4f} nats a pixel", "")
    if likely is not None and likely.elbo_softmax is not None and likely.elbo_bernoulli is not None:
        table.add_row("ELBO", f"{likely.elbo_softmax:.1f} nats a sprite", f"{likely.elbo_bernoulli:.1f} as summed sigmoid BCE")
    table.add_row("colours a dream", f"{samples.colors:.1f}", f"{samples.colors_of_sprites:.1f} a sprite")
    table.add_row("pixels off the palette", percent(samples.off_palette), "")
    far = "" if samples.distance_of_sprites is None else f"{percent(samples.distance_of_sprites)} of held-out sprites"
    table.add_row("nearest learnt sprite", f"{percent(samples.distance)} of pixels differ", far)
    table.add_row("dreams that copy a sprite", percent(samples.copies), "")
    console.print(table)
    if report.labels:
        labels = Table(
            "label", "found", "switched off", "in sprites with it", "without", box=None, pad_edge=False, header_style="dim"
        )
        for row in report.labels:
            shares = (row.asked, row.switched_off, row.real_with, row.real_without)
            labels.add_row(row.label, *("" if share is None else percent(share) for share in shares))
        console.print()
        console.print(labels)
