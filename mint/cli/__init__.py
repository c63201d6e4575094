"""The command line ``mint``: one file a command.

Results go to standard output, everything else to standard error. Heavy modules are imported inside the commands, so that help
appears at once.
"""

import click

from mint.cli.bench import bench
from mint.cli.bundle import bundle
from mint.cli.collection import collection
from mint.cli.command import MintErrorGroup
from mint.cli.evaluate import evaluate
from mint.cli.export import export
from mint.cli.gallery import gallery
from mint.cli.import_ import import_
from mint.cli.new import new
from mint.cli.originality import originality
from mint.cli.pixelate import pixelate
from mint.cli.share import share
from mint.cli.show import show
from mint.cli.tileset import tileset
from mint.cli.timelapse import timelapse
from mint.cli.train import train


@click.group(cls=MintErrorGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pixelmint")
def main() -> None:
    """Draw tokens from hashes, train a VAE-GAN on their sprites, and use what it has learned.

    Example, a minute of training and a mosaic of its dreams:

    \b
    mint train "open sesame" --headless --seconds 60
    viewer snapshot tokens/opensesame-41ef4bb0b236 -o dreams.png
    """


for command in (
    new,
    import_,
    show,
    train,
    export,
    share,
    timelapse,
    evaluate,
    originality,
    tileset,
    pixelate,
    bundle,
    gallery,
    collection,
    bench,
):
    main.add_command(command)
