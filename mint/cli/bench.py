"""``mint bench``: measure how fast this machine trains."""

import json

import click

from mint.cli.device_option import takes_device


@click.command(short_help="Measure how fast this machine trains.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--quick", is_flag=True, help="Measure less, in half a minute.")
@click.option("--scaling", is_flag=True, help="Measure steps/s and memory for several numbers and sizes of sprites instead.")
@takes_device("Where to train.")
def bench(as_json: bool, quick: bool, scaling: bool, device: str) -> None:
    """Measure how fast this machine trains, compared with a plain loop of the same recipe.

    The plain loop has torch's default threads, float32 and no optimisations. The two take turns, on a quiet machine and with one
    core kept busy by another process. Then the machine's peak, exports, tiles and memory are measured, and the seconds in which
    eight tokens are learned. It takes three minutes and needs a quiet machine.

    Example: mint bench --json
    """
    from rich.console import Console

    from mint.bench import measurement
    from mint.bench.table import report_table, scaling_table
    from mint.cli.error_console import error_console
    from mint.training.speed.device import choose_device

    device = str(choose_device(device))
    errors, console = error_console(), Console(highlight=False)
    with errors.status("") as status:
        on_phase = status.update if errors.is_terminal else errors.print
        if scaling:
            figures: object = measurement.scaling(device, on_phase)
        else:
            figures = measurement.measure(device, measurement.QUICK if quick else measurement.BenchmarkDurations(), on_phase)
    if as_json:
        click.echo(json.dumps(figures, indent=1))
    elif isinstance(figures, list):
        console.print(scaling_table(figures))
    else:
        assert isinstance(figures, dict)
        console.print(report_table(figures))
        console.print(figures["limit"], soft_wrap=True)
