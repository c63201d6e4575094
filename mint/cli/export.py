"""``mint export``: export a trained model."""

from pathlib import Path

import click

from mint.cli.command import takes_token


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
    from mint.cli.error_console import error_console
    from mint.live.run_config import open_trained
    from mint.token.folder import read_token
    from mint.token.lookup import find_token

    console = error_console()
    # Networks of a new size or number of colours are traced, which takes half a minute.
    with console.status("exporting"):
        session, publisher = open_trained(read_token(find_token(token, tokens_dir)))
        publisher.publish(session.networks, session.progress, target)
    console.print(f"exported step {session.progress.step}", soft_wrap=True)
    click.echo(target or publisher.target)
