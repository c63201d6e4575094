"""``mint bundle``: make an artwork for browsers of a token, or of any token."""

from pathlib import Path

import click

from mint.cli.command import takes_tokens_dir


@click.command(short_help="Make an artwork for browsers, in one file.")
@click.argument("token", required=False)
@takes_tokens_dir
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.html|FILE.zip|DIR",
    help="What to write; with --check, the picture FILE.png of what was seen.",
)
@click.option("--generative", is_flag=True, help="Make a project that draws the token of any hash that it is opened with.")
@click.option("--model", is_flag=True, help="Ship what the token's training has learned: its dreams are there at once.")
@click.option("--autostart", is_flag=True, help="Begin to train by itself, without a press of Space or the play button.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["plain", "teia", "fxhash"]),
    default="plain",
    show_default=True,
    help="The platform that it is for.",
)
@click.option("--check", "checked", type=click.Path(path_type=Path), metavar="FILE", help="Check a bundle under the rules of each platform.")
@click.option("--seconds", type=click.IntRange(10, 3600), help="How long --check waits for what it has to see.  [default: 300]")
def bundle(
    token: str | None,
    tokens_dir: Path,
    output: Path | None,
    generative: bool,
    model: bool,
    autostart: bool,
    format_name: str,
    checked: Path | None,
    seconds: int | None,
) -> None:
    """Make an artwork for browsers: a page that draws, trains and dreams wherever it is opened, without this program or a network.

    TOKEN is a hash or a token folder. The page shows its sprites and learns them at a press; it is the page of mint train, with the
    same keys. With --generative there is no TOKEN: the hash comes from the platform, or from ?hash= in the address. The first bundle
    fetches onnxruntime-web from npm, which needs Node.js.

    \b
    Example: mint bundle "open sesame" -o sesame.html
             mint bundle --generative --format fxhash -o project.zip
             mint bundle --check project.zip
    """
