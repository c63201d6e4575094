"""``mint collection verify``: compare a collection with what its hashes and rules say."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mint.collection.verification.verification import Verification

MAX_SHOWN = 20


@click.command(short_help="Check every hash, file and count of a collection.")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
def verify(folder: Path) -> None:
    """Verify the collection in FOLDER, and everything that was published of it.

    Every token is drawn anew from its hash and compared with its files; every rule is counted; of publications, every file's hash,
    the metadata, the provenance and the CIDs are checked. If anything is wrong, the first 20 problems are printed and the exit code
    is 1. Node.js is not needed.

    Example: mint collection verify moons
    """
    from mint.cli.stage_progress import StageProgress
    from mint.collection.folder import read_collection
    from mint.collection.verification.verification import verify_collection

    collection = read_collection(folder)
    with StageProgress() as progress:
        verification = verify_collection(collection, progress.advance)
    _print(verification, folder)
    if verification.problems:
        raise click.exceptions.Exit(1)


def _print(verification: "Verification", folder: Path) -> None:
    for problem in verification.problems[:MAX_SHOWN]:
        click.echo(f"{problem.place}: {problem.what}")
    hidden = len(verification.problems) - MAX_SHOWN
    if hidden > 0:
        click.echo(f"and {hidden:,} more")
    published = "".join(f", {count:,} files published for {name}" for name, count in verification.publications.items())
    count = len(verification.problems)
    problems = "1 problem" if count == 1 else f"{count:,} problems"
    result = problems if count else "everything is as it should be"
    click.echo(f"{folder}: {verification.tokens:,} tokens, {verification.rules} rules{published}: {result}")
