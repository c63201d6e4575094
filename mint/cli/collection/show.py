"""``mint collection show``: counts, traits and rarities of a collection."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.command import check_suffix, takes_output_file

if TYPE_CHECKING:
    from mint.collection.folder import CollectionFolder
    from mint.collection.rarity import TokenRarity


@click.command(short_help="Show counts, traits and the rarest tokens.")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@takes_output_file("FILE.png", "Draw the ten rarest tokens.", required=False)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write a page with all tokens, to scroll, filter, sort and search.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the rarity of every token.")
def show(folder: Path, output: Path | None, html: Path | None, as_json: bool) -> None:
    """Show the collection in FOLDER: what its rules ask for and what it has, its traits, and its rarest tokens.

    Scores and ranks are those of OpenRarity: a score of 1 is the mean, and tokens with values that no other token has come first.

    \b
    Example: mint collection show moons
             mint collection show moons -o rarest.png --html moons.html
    """
    check_suffix(output, (".png",), "-o")
    check_suffix(html, (".html",), "--html")
    from mint.collection.folder import read_collection
    from mint.collection.rarity import rank_tokens

    collection = read_collection(folder)
    rarities = rank_tokens([token.traits for token in collection.collection.tokens])
    if output is not None:
        _write_rarest(collection, rarities, output)
    if html is not None:
        from mint.cli.stage_progress import StageProgress
        from mint.collection.contact_sheet.html import contact_sheet

        with StageProgress() as progress:
            page = contact_sheet(collection, rarities, progress.advance)
        _write(html, page, "--html")
    if as_json:
        import json

        from mint.collection.summary import json_summary

        click.echo(json.dumps(json_summary(collection, rarities), indent=1, ensure_ascii=False))
        return
    from mint.cli.collection.collection_text import print_collection

    print_collection(collection, rarities)
    for path in (output, html):
        if path is not None:
            click.echo(path)


def _write_rarest(collection: "CollectionFolder", rarities: Sequence["TokenRarity"], output: Path) -> None:
    from mint.collection.summary import rarest_sheet

    _write(output, rarest_sheet(collection, rarities), "-o")


def _write(path: Path, data: bytes, option: str) -> None:
    from mint import atomic_write
    from mint.errors import CollectionError
    from viewer.atomic_write import unwritable

    try:
        atomic_write.write_bytes(path, data)
    except OSError as error:
        raise CollectionError(unwritable(path, error, option)) from error
