"""Commands that draw tokens and show them."""

import os
from pathlib import Path

import click

from mint.cli.command import find_token, takes_token, takes_tokens_dir
from mint.errors import TokenError


@click.command(short_help="Draw a token.")
@click.argument("hash_text", metavar="[HASH]", required=False)
@click.option("--random", "at_random", is_flag=True, help="Make up a hash.")
@takes_tokens_dir
def new(hash_text: str | None, at_random: bool, tokens_dir: Path) -> None:
    """Draw the token of HASH and print its folder.

    HASH is an fxhash (51 characters), an EVM hash (0x and 64 hexadecimal digits) or any text of up to 256 printable characters.
    A token that is there already is left as it is.

    Example: mint new "open sesame"
    """
    from mint.token.folder import mint_token
    from mint.token.hash import parse_hash, random_hash

    if at_random == (hash_text is not None):
        raise click.UsageError("give either HASH or --random, for instance: mint new --random")
    if hash_text is not None and {"/", "\\"} & set(hash_text) and os.path.isdir(hash_text):
        raise TokenError(f"{hash_text} is a folder already; give a hash, which holds no / or \\")
    token_hash = parse_hash(random_hash() if hash_text is None else hash_text)
    click.echo(mint_token(token_hash, tokens_dir))


@click.command(short_help="Show a token, its features and their odds.")
@takes_token
@click.option(
    "--metadata", type=click.Choice(["opensea", "tzip21", "fxhash"]), help="Print the metadata in this form instead, as JSON."
)
def show(token: str, tokens_dir: Path, metadata: str | None) -> None:
    """Show a token: its sprites, its features with their odds and rarity, and where its files are.

    TOKEN is a hash or a token folder. Odds are exact: those of a sprite's feature count among the sprites of its family.

    Example: mint show "open sesame" --metadata opensea
    """
    from mint.token.folder import read_token

    folder = read_token(find_token(token, tokens_dir))
    if metadata is not None:
        import json

        from mint.token.metadata import FORMATS

        click.echo(json.dumps(FORMATS[metadata](folder.traits()), indent=1, ensure_ascii=False))
        return
    from mint.cli.token_text import print_token

    print_token(folder)
