"""``viewer record``: a loop of dreams as a film."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.cli.model_options import takes_device, takes_labels
from viewer.command import NumberRange, check_suffix, takes_output_file
from viewer.printable import counted

if TYPE_CHECKING:
    from viewer.exported.devices import Device
    from viewer.latents.modes import Mode


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@takes_output_file("FILE", "The film to write: .gif, .webp or .mp4.")
@click.option("--seconds", type=NumberRange(1, 120), default=8, show_default=True, help="Length of the loop.")
@click.option("--mode", type=click.Choice(["walk", "refresh"]), default="walk", show_default=True, help="A walk, or new dreams.")
@click.option("--tiles", type=click.IntRange(1, 1024), default=16, show_default=True, help="Number of dreams at a time.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Which dreams.  [default: random]")
@click.option("--scale", type=click.IntRange(1, 64), default=4, show_default=True, help="Side of a pixel in the film.")
# Browsers slow down a GIF that asks for more.
@click.option("--fps", type=click.IntRange(1, 50), default=20, show_default=True, help="Frames per second.")
@takes_labels
@takes_device
def record(
    path: Path,
    output: Path,
    seconds: float,
    mode: "Mode",
    tiles: int,
    seed: int | None,
    scale: int,
    fps: int,
    labels: dict[str, float],
    device: "Device",
) -> None:
    """Record a seamless loop of dreams.

    PATH is a token folder, its models/ or a snapshot file. GIF and WebP keep every colour; MP4 suits phones best, and needs PyAV.
    The film states its provenance in its comment; the same model and options give the same pictures. Of a model that has learned
    labels, dreams can be requested by name.

    Example: viewer record tokens/TOKEN -o dreams.webp --tiles 36 --seconds 12

    Example: viewer record tokens/TOKEN -o dreams.gif --mode refresh --label hat=1
    """
    from rich.console import Console
    from rich.progress import Progress

    from viewer.exported.model import load_model
    from viewer.exported.model_process import prepare_process
    from viewer.pictures.film import FORMATS, check_film
    from viewer.pictures.loop import Loop
    from viewer.pictures.recording import record_loop

    check_suffix(output, tuple(FORMATS), "-o")
    check_film(output)
    prepare_process(device)
    loop = Loop(
        mode=mode,
        tiles=tiles,
        seed=secrets.randbelow(2**32) if seed is None else seed,
        frames=max(2, round(seconds * fps)),
        fps=fps,
    )
    model = load_model(path, device)
    origin = model.manifest.origin
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("recording", total=loop.frames)

        def on_frame(number: int) -> None:
            progress.update(task, completed=number)

        record_loop(output, model, loop, scale=scale, labels=labels, on_frame=on_frame)
    shown = f"{counted(tiles, 'tile', 'tiles')} with {loop.dreams} dreams each of {origin.token.name} at step {origin.step:,}"
    click.echo(f"{shown}, seed {loop.seed}, {loop.frames / fps:g} s, drawn by {model.described_device}", err=True)
    click.echo(output)
