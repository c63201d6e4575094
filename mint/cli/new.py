"""``mint new``: draw a token."""

import os
from pathlib import Path

import click

from mint.cli.command import takes_tokens_dir


@click.command(short_help="Draw a token.")
@click.argument("hash_text", metavar="[HASH]", required=False)
@click.option("--random", "at_random", is_flag=True, help="Make up a hash.")
@takes_tokens_dir
def new(hash_text: str | None, at_random: bool, tokens_dir: Path) -> None:
    """Draw the token of HASH and print its folder.

    HASH is an fxhash (51 characters), an EVM hash (0x and 64 hexadecimal digits) or any text of up to 256 printable characters.
    An existing token is not drawn again.

    Example: mint new "open sesame"
    """
    from mint.errors import TokenError
    from mint.token.folder import mint_token
    from mint.token.hash import parse_hash, random_hash

    if at_random == (hash_text is not None):
        raise click.UsageError("give either HASH or --random, for instance: mint new --random")
    if hash_text is not None and {"/", "\\"} & set(hash_text) and os.path.isdir(hash_text):
        raise TokenError(f"{hash_text} is already a folder; give a hash, which contains no / or \\")
    token_hash = parse_hash(random_hash() if hash_text is None else hash_text)
    click.echo(mint_token(token_hash, tokens_dir))
