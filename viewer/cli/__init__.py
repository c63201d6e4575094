"""The command line ``viewer``: one file a command.

Results go to standard output, everything else to standard error. Libraries that import slowly are imported inside the commands, so
that help appears at once.
"""

import click

from viewer.cli.check import check
from viewer.cli.record import record
from viewer.cli.show import show
from viewer.cli.snapshot import snapshot
from viewer.command import ErrorGroup


@click.group(cls=ErrorGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pixelmint")
def main() -> None:
    """Show what exported models dream."""


for command in (show, snapshot, record, check):
    main.add_command(command)
