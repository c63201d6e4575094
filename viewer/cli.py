"""The command line: ``viewer show``, ``viewer snapshot``, ``viewer record`` and ``viewer check``.

Results go to standard output, everything else to standard error. Libraries that import slowly are imported where they are used.
"""

import asyncio
import logging
import math
import random
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.command import ErrorGroup, NumberRange, check_suffix, takes_output_file
from viewer.errors import SnapshotError
from viewer.exported.devices import DEVICES
from viewer.printable import counted, printable

if TYPE_CHECKING:
    from viewer.exported.devices import Device
    from viewer.latents.modes import Mode

_DEVICE = click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where to compute.")


def _read_labels(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, float]:
    """Return the values of labels by name. Raises BadParameter."""
    labels: dict[str, float] = {}
    for text in texts:
        name, _, value = text.rpartition("=")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not name or not 0 <= number <= 1:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE with a value from 0 to 1, for instance hat=1", context, parameter)
        if name in labels:
            raise click.BadParameter(f"the label {name!r} is given twice; give it once", context, parameter)
        labels[name] = number
    return labels


_LABEL = click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_read_labels,
    help="Request dreams with a label (1) or without it (0).",
)


@click.group(cls=ErrorGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pixelmint")
def main() -> None:
    """Show what exported models dream."""


@main.command(short_help="Show dreams in the browser.")
@click.argument("paths", type=click.Path(path_type=Path), metavar="PATH...", nargs=-1, required=True)
@click.option("--tiles", type=click.IntRange(1, 1024), default=64, show_default=True, help="Number of tiles at the start.")
@click.option("--rate", type=NumberRange(0.5, 10240), default=4, show_default=True, help="Tiles refreshed per second.")
@click.option(
    "--mode", type=click.Choice(["refresh", "walk"]), default="refresh", show_default=True, help="Random dreams, or a walk."
)
@click.option("--minutes", type=NumberRange(0.05, 10080), default=5, show_default=True, help="How long to show each model.")
@click.option("--shuffle", is_flag=True, help="Show the models in random order, each once a round.")
@click.option("--kiosk", is_flag=True, help="Show only the mosaic on the screen.")
@_DEVICE
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the page.  [default: a free port]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the page.")
@click.option("--public", is_flag=True, help="Allow a --host that other machines can reach.")
@click.option("--no-browser", is_flag=True, help="Print the page's address without opening it.")
def show(
    paths: tuple[Path, ...],
    tiles: int,
    rate: float,
    mode: "Mode",
    minutes: float,
    shuffle: bool,
    kiosk: bool,
    device: "Device",
    port: int,
    host: str,
    public: bool,
    no_browser: bool,
) -> None:
    """Show the dreams of exported models on a page in the browser.

    Each PATH is a token folder, its models/, a snapshot file of mint share, a collection, or any folder of these. Several models
    are shown one after another; each is read when it is shown. Press Ctrl-C to end.

    Example: viewer show tokens/* --shuffle --minutes 10 --mode walk
    """
    from viewer.exported.model_process import end_processes, prepare_process

    prepare_process(device)  # it gets ready while the server's libraries are imported
    from viewer.exported.model_folders import find_model_folders
    from viewer.web.browser import open_page
    from viewer.web.replay import ReplaySource
    from viewer.web.server import Server, is_loopback
    from viewer.web.tile_scheduler import DisplaySettings, TileScheduler

    if not is_loopback(host) and not public:
        raise click.UsageError(f"other machines can reach {host}; add --public to allow that")
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    source = ReplaySource(find_model_folders(paths), device, minutes=minutes, shuffle=shuffle, random=random.Random())
    scheduler = TileScheduler(source, DisplaySettings(tiles=tiles, rate=rate, mode=mode), kiosk=kiosk)

    def print_address(address: str) -> None:
        click.echo(f"For another browser: {address}", err=True)

    server = Server(scheduler, host=host, port=port, on_new_address=print_address)

    def on_start() -> None:
        click.echo(f"{source.summary}\nOpen {server.address}", err=True)
        if not no_browser:
            open_page(server.address)

    try:
        asyncio.run(server.run(on_start))
    finally:
        # A model that computes would otherwise delay the end.
        end_processes()


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@takes_output_file("FILE.png", "The picture to write.")
@click.option("--tiles", type=click.IntRange(1, 4096), default=64, show_default=True, help="Number of dreams.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Which dreams to draw.  [default: random]")
@click.option("--scale", type=click.IntRange(1, 64), default=4, show_default=True, help="Side of a pixel in the picture.")
@_LABEL
@click.option("--original", is_flag=True, help="Replace dreams that copy a sprite by others.")
@_DEVICE
def snapshot(
    path: Path,
    output: Path,
    tiles: int,
    seed: int | None,
    scale: int,
    labels: dict[str, float],
    original: bool,
    device: "Device",
) -> None:
    """Draw a mosaic of dreams into a PNG file.

    PATH is a token folder, its models/ or a snapshot file. The picture states its provenance in its text chunks; the same model,
    seed and number of tiles give the same picture. Of a model that has learned labels, dreams can be requested by name. --original
    needs the sprites, which lie beside models/ in a token folder, and in a snapshot file.

    Example: viewer snapshot tokens/TOKEN -o dreams.png --tiles 100 --seed 7

    Example: viewer snapshot tokens/TOKEN -o dreams.png --label "gold earring=1" --label hat=0
    """
    check_suffix(output, (".png",), "-o")
    from viewer.exported.model_process import prepare_process

    prepare_process(device)
    from viewer.exported.labels import format_labels, label_values
    from viewer.exported.model import load_model
    from viewer.latents.seeds import latents
    from viewer.pictures.mosaic import Provenance, darkest, mosaic, write_png

    if seed is None:
        seed = secrets.randbelow(2**32)
    model = load_model(path, device)
    origin = model.manifest.origin
    values = label_values(origin.labels, labels)
    left_out = ""
    if original:
        from viewer.originality.original_dreams import original_dreams, sprites_beside

        pixels, num_copies = original_dreams(model, sprites_beside(path, origin.palette), seed, tiles, values)
        left_out = f", {counted(num_copies, 'copy', 'copies')} left out"
    else:
        pixels = model.generate(latents(seed, tiles, origin.latent_dim), values)
    provenance = Provenance(
        token=origin.token.hash, step=origin.step, seed=seed, tiles=tiles, recipe=str(origin.recipe), labels=format_labels(labels)
    )
    write_png(output, mosaic(pixels, background=darkest(origin.palette)), origin.palette, provenance, scale=scale)
    dreams = counted(tiles, "dream", "dreams")
    summary = f"{dreams} of {origin.token.name} at step {origin.step}, seed {seed}{left_out}, drawn by {model.described_device}"
    click.echo(summary, err=True)
    click.echo(output)


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@takes_output_file("FILE", "The film to write: .gif, .webp or .mp4.")
@click.option("--seconds", type=NumberRange(1, 120), default=8, show_default=True, help="Length of the loop.")
@click.option("--mode", type=click.Choice(["walk", "refresh"]), default="walk", show_default=True, help="A walk, or new dreams.")
@click.option("--tiles", type=click.IntRange(1, 1024), default=16, show_default=True, help="Number of dreams at a time.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Which dreams.  [default: random]")
@click.option("--scale", type=click.IntRange(1, 64), default=4, show_default=True, help="Side of a pixel in the film.")
# Browsers slow down a GIF that asks for more.
@click.option("--fps", type=click.IntRange(1, 50), default=20, show_default=True, help="Frames per second.")
@_LABEL
@_DEVICE
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
    shown = f"{counted(tiles, 'tile', 'tiles')} with {loop.dreams} dreams each of {origin.token.name} at step {origin.step}"
    click.echo(f"{shown}, seed {loop.seed}, {loop.frames / fps:g} s, drawn by {model.described_device}", err=True)
    click.echo(output)


@main.command(short_help="Check what of a snapshot file holds.")
@click.argument("paths", type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@_DEVICE
def check(paths: tuple[Path, ...], as_json: bool, device: "Device") -> None:
    """Check snapshot files, and print for each what holds.

    Whether it is whole; by which key it is signed, and whether that key was seen before; whether its graphs are of allowed
    operators; whether the hash draws its sprites, where mint is installed; and whether its model dreams the 64 dreams of its
    receipts. The exit code is 1 where something does not hold. What cannot be told here does not count.

    The keys of files that hold are remembered in known_keys.json in your configuration folder.

    Example: viewer check sesame.pixelmint
    """
    import json

    from rich.console import Console
    from rich.text import Text

    from viewer.exported.model_process import prepare_process
    from viewer.snapshot_check import check_snapshot
    from viewer.snapshot_file.known_keys import KnownKeys
    from viewer.snapshot_report_text import print_report

    prepare_process(device)
    known = KnownKeys()
    reports = []
    for path in paths:
        with Console(stderr=True).status(Text(f"checking {printable(path)}")):
            report = check_snapshot(path, device, known)
        reports.append(report)
        if not as_json:
            print_report(report)
        if report.holds and report.public_key is not None and report.snapshot is not None:
            try:
                known.add(report.public_key, report.snapshot.sha256)
            except SnapshotError as error:  # what holds, holds
                click.echo(str(error), err=True)
    if as_json:
        click.echo(json.dumps([report.document() for report in reports], indent=1, ensure_ascii=False))
    if not all(report.holds for report in reports):
        raise SystemExit(1)
