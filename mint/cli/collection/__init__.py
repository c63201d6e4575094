"""``mint collection``: one file a subcommand."""

import click

from mint.cli.collection.draw import draw
from mint.cli.collection.publish import publish
from mint.cli.collection.show import show
from mint.cli.collection.train import train
from mint.cli.collection.verify import verify
from mint.cli.command import MintErrorGroup


@click.group(cls=MintErrorGroup, short_help="Draw collections with exact rarities.")
def collection() -> None:
    """Draw a collection of tokens by rules: exact counts of traits, exclusions and uniqueness.

    Example: mint collection draw RULES.toml -o moons
    """


for command in (draw, train, show, publish, verify):
    collection.add_command(command)
