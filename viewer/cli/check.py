"""``viewer check``: what of a snapshot file holds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.cli.model_options import takes_device
from viewer.errors import SnapshotError
from viewer.printable import printable

if TYPE_CHECKING:
    from viewer.exported.devices import Device
    from viewer.snapshot_check import SnapshotReport
    from viewer.snapshot_file.known_keys import KnownKeys


@click.command(short_help="Check what of a snapshot file holds.")
@click.argument("paths", type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@takes_device
def check(paths: tuple[Path, ...], as_json: bool, device: "Device") -> None:
    """Check snapshot files, and print for each what holds.

    Whether it is whole; by which key it is signed, and whether that key was seen before; whether its graphs are of allowed
    operators; whether the hash draws its sprites, where mint is installed; and whether its model dreams the 64 dreams of its
    receipts. The exit code is 1 where something does not hold. What cannot be told here does not count.

    The keys of files that hold are remembered in known_keys.json in your configuration folder.

    Example: viewer check sesame.pixelmint
    """
    import json

    from rich.console import Console
    from rich.text import Text

    from viewer.cli.report_text import print_report
    from viewer.exported.model_process import prepare_process
    from viewer.snapshot_check import check_snapshot
    from viewer.snapshot_file.known_keys import KnownKeys

    prepare_process(device)
    known = KnownKeys()
    reports = []
    for path in paths:
        with Console(stderr=True).status(Text(f"checking {printable(path)}")):
            report = check_snapshot(path, device, known)
        reports.append(report)
        if not as_json:
            print_report(report)
        _remember_key(report, known)
    if as_json:
        click.echo(json.dumps([report.document() for report in reports], indent=1, ensure_ascii=False))
    if not all(report.holds for report in reports):
        raise SystemExit(1)


def _remember_key(report: "SnapshotReport", known: "KnownKeys") -> None:
    """Add the key of a file that holds to those that are known; where that fails, say so, since the file holds all the same."""
    if not report.holds or report.snapshot is None or report.public_key is None:
        return
    try:
        known.add(report.public_key, report.snapshot.sha256)
    except SnapshotError as error:
        click.echo(str(error), err=True)
