"""``mint show``: show a token."""

from pathlib import Path

import click

from mint.cli.command import takes_token


@click.command(short_help="Show a token, its features and their odds.")
@takes_token
@click.option("--metadata", type=click.Choice(["opensea", "tzip21", "fxhash"]), help="Print the metadata in this format, as JSON.")
def show(token: str, tokens_dir: Path, metadata: str | None) -> None:
    """Show a token: its sprites, its features with their odds and rarity, and where its files are.

    TOKEN is a hash or a token folder. Odds are exact; those of a sprite's feature are among the sprites of its family.

    Example: mint show "open sesame" --metadata opensea
    """
    from mint.token.folder import read_token
    from mint.token.lookup import find_token

    folder = read_token(find_token(token, tokens_dir))
    if metadata is not None:
        import json

        from mint.token.metadata import FORMATS

        click.echo(json.dumps(FORMATS[metadata](folder.traits()), indent=1, ensure_ascii=False))
        return
    from mint.cli.token_text import print_token

    print_token(folder)
