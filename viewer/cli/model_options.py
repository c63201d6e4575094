"""The options of commands that draw with a model: where it computes, and which labels its dreams are to have."""

import math

import click

from viewer.command import Command
from viewer.exported.devices import DEVICES


def takes_device(command: Command) -> Command:
    """Give a command the option --device."""
    option = click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where to compute.")
    return option(command)


def takes_labels(command: Command) -> Command:
    """Give a command the option --label, which may be given several times: ``labels`` are values from 0 to 1 by name."""
    text = "Request dreams with a label (1) or without it (0)."
    option = click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", callback=_read_labels, help=text)
    return option(command)


def _read_labels(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, float]:
    """Return the values of labels by name. Raises BadParameter."""
    labels: dict[str, float] = {}
    for text in texts:
        name, _, value = text.rpartition("=")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not name or not 0 <= number <= 1:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE with a value from 0 to 1, for instance hat=1", context, parameter)
        if name in labels:
            raise click.BadParameter(f"the label {name!r} is given twice; give it once", context, parameter)
        labels[name] = number
    return labels
