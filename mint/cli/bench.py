"""The command that measures this machine."""

import json

import click


@click.command(short_help="Measure what this machine gets out of a training.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--quick", is_flag=True, help="Measure less, in half a minute.")
@click.option("--scaling", is_flag=True, help="Measure steps/s and memory over numbers and sizes of sprites instead.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to train.")
def bench(as_json: bool, quick: bool, scaling: bool, device: str) -> None:
    """Measure this machine, beside a plain loop of the same recipe, in turn.

    The plain loop has torch's default threads, float32 and no tricks. Both train quiet and with one core kept busy by another
    process; then come the machine's own peak, exports, tiles and memory, and the seconds that eight tokens take to be learnt.
    It takes three minutes and a quiet machine.

    Example: mint bench --json
    """
    from rich.console import Console

    from mint.bench import measurement
    from mint.bench.table import report_table, scaling_table
    from mint.training.speed.device import choose_device

    chosen = choose_device(device).type
    errors, console = Console(stderr=True, highlight=False), Console(highlight=False)
    with errors.status("") as status:
        say = status.update if errors.is_terminal else errors.print
        if scaling:
            figures: object = measurement.scaling(chosen, say)
        else:
            figures = measurement.measure(chosen, measurement.QUICK if quick else measurement.BenchmarkDurations(), say)
    if as_json:
        click.echo(json.dumps(figures, indent=1))
    elif isinstance(figures, list):
        console.print(scaling_table(figures))
    else:
        assert isinstance(figures, dict)
        console.print(report_table(figures))
        console.print(figures["limit"], soft_wrap=True)
