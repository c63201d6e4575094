"""``mint share``: one file that holds a trained token, signed."""

import errno
import os
import unicodedata
from pathlib import Path

import click

from mint.cli.command import takes_token
from viewer.command import check_suffix, takes_output_file
from viewer.snapshot_file.snapshot import SUFFIX


def _text(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    from viewer.json_fields import Printable
    from viewer.snapshot_file.manifest import MAX_TEXT

    text = unicodedata.normalize("NFC", value or "").strip()
    if text and not Printable(MAX_TEXT).allows(text):
        problem = f"has {len(text)} characters" if len(text) > MAX_TEXT else "holds a character that is not printable"
        raise click.BadParameter(f"it {problem}; give 1 to {MAX_TEXT} printable characters", context, parameter)
    return text


@click.command(short_help="Share a trained token in one signed file.")
@takes_token
@takes_output_file(f"FILE{SUFFIX}", "The file to write.")
@click.option("--title", callback=_text, metavar="TEXT", help="What it is called.")
@click.option("--author", callback=_text, metavar="TEXT", help="Who made it.")
@click.option("--licence", callback=_text, metavar="TEXT", help="What others may do with it, for instance CC0-1.0.")
@click.option(
    "--step", type=click.IntRange(1), metavar="N", help="Share the checkpoint of an earlier step.  [default: the newest export]"
)
@click.option("--unsigned", is_flag=True, help="Leave the signature out.")
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Sign with this key.  [default: your own, made at first use]",
)
def share(
    token: str,
    tokens_dir: Path,
    output: Path,
    title: str,
    author: str,
    licence: str,
    step: int | None,
    unsigned: bool,
    key: Path | None,
) -> None:
    """Share a trained token in one file, and print its path.

    TOKEN is a hash or a token folder that was trained. The file holds the token, its four exported files, 64 dreams as receipts,
    and a film of the training's past. viewer show, snapshot and record open it, and viewer check tells what of it holds. It is
    signed with a key of yours, which is made at first use and kept in your configuration folder; signing needs: pip install
    'pixelmint[share]'.

    \b
    Example: mint share "open sesame" -o sesame.pixelmint --title "Open, Sesame" --author Ada --licence CC0-1.0
             mint share "open sesame" -o early.pixelmint --step 300
    """
    from mint.cli.error_console import error_console
    from mint.errors import SharingError
    from mint.sharing.signing_key import default_key_path, find_signing_key
    from mint.sharing.snapshot_parts import Texts, collect_parts
    from mint.token.folder import read_token
    from mint.token.lookup import find_token
    from viewer.atomic_write import unwritable
    from viewer.snapshot_file.signature import fingerprint
    from viewer.snapshot_file.snapshot import write_snapshot
    from viewer.terminal_face import print_face

    check_suffix(output, (SUFFIX,), "-o")
    if unsigned and key is not None:
        raise click.UsageError("--key signs and --unsigned does not; give one of them")
    if not output.parent.is_dir():  # before work that takes seconds
        raise SharingError(unwritable(output, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))))
    folder = read_token(find_token(token, tokens_dir))
    signing_key, is_new = (None, False) if unsigned else find_signing_key(key)
    if is_new:
        click.echo(f"made a key for you in {default_key_path()}; keep it, and keep it to yourself", err=True)
    console = error_console()
    with console.status("preparing") as status:
        texts = Texts(title=title, author=author, licence=licence)
        manifest, files = collect_parts(
            folder, texts, step, status.update, lambda message: click.echo(f"skipped: {message}", err=True)
        )
        snapshot = write_snapshot(output, manifest, files, None if signing_key is None else signing_key.sign)
    past = ", with a film of its past" if "history.webp" in snapshot.files else ""
    click.echo(f"step {manifest.step:,} of {folder.path.name}, {output.stat().st_size:,} bytes{past}", err=True)
    if signing_key is None:
        click.echo("unsigned: whoever passes it on can change it unnoticed", err=True)
    else:
        click.echo(f"signed with the key {fingerprint(signing_key.public_key)}", err=True)
        print_face(console, signing_key.public_key)
    click.echo(output)
