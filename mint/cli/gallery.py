"""``mint gallery``: make a static site of snapshot files."""

from pathlib import Path

import click

_FILE = click.Path(path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
MAX_TITLE = 200


def _printable(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    if text is not None and not (1 <= len(text) <= MAX_TITLE and text.isprintable()):
        raise click.BadParameter(f"give 1 to {MAX_TITLE} printable characters", context, parameter)
    return text


@click.command(short_help="Make a site of snapshots, whose dreams run in the browser.")
@click.argument("sources", nargs=-1, required=True, type=_FILE, metavar="FILE|SITE...")
@click.option("-o", "--output", type=_FOLDER, metavar="SITE", help="The folder to write; a gallery that is there is replaced.")
@click.option("--add", is_flag=True, help="Add all others to the first SITE, in place of -o.")
@click.option("--title", callback=_printable, help="The title of the gallery.  [default: that of the galleries given]")
def gallery(sources: tuple[Path, ...], output: Path | None, add: bool, title: str | None) -> None:
    """Make a gallery: a static site of snapshot files (.pixelmint) that any web space serves.

    Each FILE is a snapshot, each SITE a gallery, whose works are taken too. The wall shows all works; on the page of a work, its
    network dreams in the browser of whoever visits. Every snapshot is checked before it is copied. The same works and the same
    title give the same bytes, in whatever order they come. The first gallery fetches onnxruntime-web from npm, which needs Node.js.

    \b
    Example: mint gallery moon.pixelmint sun.pixelmint -o site --title "Moons"
             mint gallery site --add star.pixelmint
             mint gallery site friends-site -o ours --title "Moons and friends"
    """
    if add == (output is not None):
        raise click.UsageError("say where to write the gallery: -o SITE makes one, and SITE --add FILE extends one")
    site = sources[0] if output is None else output
    if add and title is None:
        from mint.sharing.gallery.record import read_gallery

        title = read_gallery(site).title
    _make(site, sources, title)


def _make(site: Path, paths: tuple[Path, ...], title: str | None) -> None:
    from mint.browser.bundle.web_runtime import find_web_runtime
    from mint.sharing.gallery.site import check_site, find_sources, write_site
    from viewer.snapshot_file.signature import HOW_TO_CHECK, can_verify

    check_site(site)
    sources = find_sources(paths, title)

    def note(sentence: str) -> None:
        click.echo(sentence, err=True)

    if not can_verify():
        note(f"Signatures are not checked here, but by the pages; to check them, install: {HOW_TO_CHECK}")
    from mint.cli.stage_progress import StageProgress

    with StageProgress() as progress:
        record = write_site(site, sources, lambda: find_web_runtime(note), progress.advance, note)
    count = "1 work" if len(record.works) == 1 else f"{len(record.works):,} works"
    note(f"{count}; put the folder on any web space, or look at it here: python3 -m http.server -d {site}")
    click.echo(site)
