"""The report on a snapshot file as lines of text, which a terminal gets wrapped to its width."""

import textwrap
from typing import Final

import click
from rich.console import Console

from viewer.printable import printable
from viewer.snapshot_check import SnapshotReport
from viewer.terminal_face import print_face

_WORDS: Final = {True: ("holds", "green"), False: ("FAILS", "red"), None: ("unknown", "yellow")}
_TEXT_COLUMN: Final = 22
_MIN_TEXT_WIDTH: Final = 24  # columns, however narrow a terminal is


def print_report(report: SnapshotReport) -> None:
    """Print a report to standard output: what it is called, then a line for each finding; the face of its key in a terminal."""
    console = Console()
    click.echo(_wrapped(f"{printable(report.path)}{_title(report)}", console, indent=2))
    for finding in report.findings:
        word, color = _WORDS[finding.holds]
        padded = f"{word:8}" if console.no_color else click.style(f"{word:8}", color)
        text = _wrapped(printable(finding.text, 400), console, indent=_TEXT_COLUMN, begin=_TEXT_COLUMN)
        click.echo(f"  {padded} {finding.subject:10} {text}")
        if finding.subject == "signature" and report.public_key is not None:
            print_face(console, report.public_key, indent=_TEXT_COLUMN)


def _wrapped(text: str, console: Console, *, indent: int, begin: int = 0) -> str:
    """Return a text that begins in a column, on a terminal broken between words into lines, the further ones indented."""
    if not console.is_terminal:
        return text
    wrapper = textwrap.TextWrapper(
        width=max(console.width, indent + _MIN_TEXT_WIDTH),
        initial_indent=" " * begin,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.fill(text)[begin:]


def _title(report: SnapshotReport) -> str:
    if report.snapshot is None:
        return ""
    manifest = report.snapshot.manifest
    title = f"{manifest.title!r}" if manifest.title else "untitled"
    author = f" by {manifest.author!r}" if manifest.author else ""
    licence = f", licence {manifest.licence!r}" if manifest.licence else ""
    # The hash of imported art tells a person nothing.
    token = "imported art" if manifest.is_import else f"{manifest.hash!r}"
    return f": {title}{author}{licence}, step {manifest.step:,} of {token}"
