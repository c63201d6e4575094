"""``mint collection publish``: make the files that a marketplace shows."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mint.collection.publication.publishing import Published
    from mint.collection.publication.settings import PublicationSettings


@click.command(short_help="Make pictures, metadata and CAR files of a collection.")
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--for", "platform", required=True, type=click.Choice(["opensea", "tezos"]), help="The metadata standards to follow.")
@click.option(
    "--image", type=click.Choice(["nine", "mosaic"]), help="What shows a token: its sprites, or its dreams.  [default: nine]"
)
@click.option(
    "--animation",
    type=click.Choice(["none", "loop", "timelapse"]),
    help="Films for trained tokens, as MP4: a loop of dreams, or how the training learned.  [default: none]",
)
@click.option("--scale", type=click.IntRange(1, 10), help="The side of a picture, in units of 320 pixels.  [default: 3]")
@click.option("--base-uri", metavar="URI", help="Where the files will be.  [default: ipfs:// and the CID of each folder]")
@click.option("--starting-index", type=click.IntRange(0), help="Give each token what so many places later was drawn.  [default: 0]")
@click.option("--car/--no-car", default=None, help="Pack CAR files, which tell the CIDs. Needs Node.js.  [default: --car]")
@click.option(
    "--only",
    multiple=True,
    metavar="metadata|NUMBER",
    help="Make only the metadata anew, or also the pictures of one token.  [repeatable]",
)
def publish(folder: Path, platform: str, only: tuple[str, ...], **settings: str | int | None) -> None:
    """Publish the collection in FOLDER: pictures, metadata, hashes and CAR files, in FOLDER/published.

    The addresses of all files are known before anything is uploaded, since a CID is a hash of what it names. Upload the CAR files
    to keep these CIDs. With --only, all that is not named stays as it was published, and so do the options that are not given.

    \b
    Example: mint collection publish moons --for opensea
             mint collection publish moons --for opensea --only metadata --base-uri https://example.org/moons
    """
    from mint.cli.stage_progress import StageProgress
    from mint.collection.folder import read_collection
    from mint.collection.publication.publishing import publish_collection

    numbers = _numbers(only)
    collection = read_collection(folder)
    chosen = _settings(folder, platform, {name: value for name, value in settings.items() if value is not None}, bool(only))
    with StageProgress() as progress:
        published = publish_collection(collection, chosen, numbers if only else None, progress.advance)
    _print(published)


def _numbers(only: tuple[str, ...]) -> frozenset[int]:
    """Return the numbers of the tokens whose pictures are to be made anew."""
    for text in only:
        if text != "metadata" and not (text.isascii() and text.isdecimal()):
            raise click.BadParameter(f"{text!r} is neither metadata nor the number of a token", param_hint="'--only'")
    return frozenset(int(text) for text in only if text != "metadata")


def _settings(folder: Path, platform: str, given: dict[str, str | int], is_partial: bool) -> "PublicationSettings":
    """Return the settings: those given, and for a part of a publication those that it had."""
    from dataclasses import asdict
    from typing import Any

    from mint.collection.publication.record import publication_path, read_publication
    from mint.collection.publication.settings import PublicationSettings

    values: dict[str, Any] = {"platform": platform, **given}
    if is_partial:
        for name in ("image", "animation", "scale", "starting_index"):
            if name in given:
                option = f"--{name.replace('_', '-')}"
                raise click.UsageError(f"{option} changes the pictures, which --only keeps; leave out one of them")
        values = {**asdict(read_publication(publication_path(folder, platform)).settings), **values}
    return PublicationSettings(**values)


def _print(published: "Published") -> None:
    publication = published.publication
    files = f"{published.num_files:,} files, of which {published.changed_files:,} are new or changed"
    click.echo(f"{publication.size:,} tokens, {files}", err=True)
    click.echo(f"files         {published.path}")
    click.echo(f"token URI     {publication.token_uri}NUMBER{publication.settings.document_suffix}")
    click.echo(f"contract URI  {publication.contract_uri}")
    click.echo(f"provenance    {publication.provenance}")
    for name, folder in publication.folders.items():
        if folder.cid is not None:
            click.echo(f"{name:12}  {folder.cid}")
