"""``mint collection draw``: draw a collection by rules."""

from pathlib import Path

import click

from mint.cli.command import takes_output_folder


@click.command(short_help="Draw a collection by rules.")
@click.argument("rules_file", metavar="RULES.toml", type=click.Path(dir_okay=False, path_type=Path))
@takes_output_folder("The folder of the collection.")
def draw(rules_file: Path, output: Path) -> None:
    """Draw a collection by the rules in RULES.toml, and print its folder.

    Example: mint collection draw RULES.toml -o moons
    """
    from mint.collection.drawing import draw_collection

    draw_collection(rules_file, output)
    click.echo(output)
