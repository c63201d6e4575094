"""``mint export``: export a trained model."""

from pathlib import Path

import click

from mint.cli.command import takes_token
from mint.cli.trained_session import load_trained


@click.command(short_help="Export the newest state of a training.")
@takes_token
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), help="The folder to write to.  [default: TOKEN/models]"
)
def export(token: str, tokens_dir: Path, target: Path | None) -> None:
    """Export the newest good state of a training, and print the folder of the four files.

    Writes encoder.onnx, generator.onnx, discriminator.onnx and manifest.json together.

    Example: mint export "open sesame" --to exported
    """
    from mint.export.publisher import Publisher

    folder, recipe, session = load_trained(token, tokens_dir, "cpu", "export")
    publisher = Publisher(folder, recipe, session.latent_dim, session.seed, target or folder.models, session.labels)
    publisher.publish(session.networks, session.position)
    click.echo(publisher.target)
