"""``viewer show``: the dreams of exported models on a page."""

import asyncio
import logging
import random
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.cli.model_options import takes_device
from viewer.command import NumberRange

if TYPE_CHECKING:
    from viewer.exported.devices import Device
    from viewer.latents.modes import Mode


@click.command(short_help="Show dreams in the browser.")
@click.argument("paths", type=click.Path(path_type=Path), metavar="PATH...", nargs=-1, required=True)
@click.option("--tiles", type=click.IntRange(1, 1024), default=64, show_default=True, help="Number of tiles at the start.")
@click.option("--rate", type=NumberRange(0.5, 10240), default=4, show_default=True, help="Tiles refreshed per second.")
@click.option(
    "--mode", type=click.Choice(["refresh", "walk"]), default="refresh", show_default=True, help="Random dreams, or a walk."
)
@click.option("--minutes", type=NumberRange(0.05, 10080), default=5, show_default=True, help="How long to show each model.")
@click.option("--shuffle", is_flag=True, help="Show the models in random order, each once a round.")
@click.option("--kiosk", is_flag=True, help="Show only the mosaic on the screen.")
@takes_device
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
