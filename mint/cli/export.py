"""The command that exports models."""

import shlex
from pathlib import Path

import click

from mint.cli.command import find_token, takes_token


@click.command(short_help="Export the newest state of a training.")
@takes_token
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), help="The folder to write to.  [default: TOKEN/models]"
)
def export(token: str, tokens_dir: Path, target: Path | None) -> None:
    """Export the newest good state of a training, and print the folder of the four files.

    Written are encoder.onnx, generator.onnx, discriminator.onnx and manifest.json, together.

    Example: mint export "open sesame" --to exported
    """
    from mint.errors import ExportError
    from mint.export.publisher import Publisher
    from mint.live.run_config import find_recipe
    from mint.token.folder import read_token
    from mint.training.session import Session
    from mint.training.speed.device import choose_device
    from mint.training.sprites import sprites_of

    folder = read_token(find_token(token, tokens_dir))
    recipe = find_recipe(folder.training)
    session = Session(folder.training, sprites_of(folder), recipe, choose_device("cpu"), None)
    if session.position.step == 0:
        raise ExportError(f"{folder.path} has no training to export; train it with: mint train {shlex.quote(token)}")
    publisher = Publisher(folder, recipe, session.latent_dim, session.seed, target or folder.models, session.labels)
    publisher.publish(session.networks, session.position)
    click.echo(publisher.target)
