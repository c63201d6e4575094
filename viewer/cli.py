"""The command line: ``viewer show``, ``viewer snapshot`` and ``viewer record``.

Results go to standard output, everything else to standard error. Libraries that take long to load are imported where they are used.
"""

import asyncio
import logging
import random
import secrets
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.command import ErrorGroup, NumberRange

if TYPE_CHECKING:
    from viewer.exported.model import Device
    from viewer.latents.modes import Mode

_DEVICE = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to compute."
)


def _read_labels(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, float]:
    wishes: dict[str, float] = {}
    for text in texts:
        name, _, value = text.rpartition("=")
        if not name:
            raise click.BadParameter(f"{text!r} is no NAME=VALUE, for instance hat=1", context, parameter)
        if name in wishes:
            raise click.BadParameter(f"the label {name!r} stands twice; give it once", context, parameter)
        wishes[name] = NumberRange(0, 1).convert(value, parameter, context)
    return wishes


_LABEL = click.option(
    "--label",
    "wishes",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_read_labels,
    help="Ask for dreams with a label (1) or without (0).",
)


@click.group(cls=ErrorGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pixelmint")
def main() -> None:
    """Show what exported models dream."""


@main.command(short_help="Hang dreams on a wall in the browser.")
@click.argument("paths", type=click.Path(path_type=Path), metavar="PATH...", nargs=-1, required=True)
@click.option("--tiles", type=click.IntRange(1, 1024), default=64, show_default=True, help="How many tiles to begin with.")
@click.option("--rate", type=NumberRange(0.5, 10240), default=4, show_default=True, help="Tiles refreshed in a second.")
@click.option(
    "--mode", type=click.Choice(["refresh", "walk"]), default="refresh", show_default=True, help="Random dreams, or a journey."
)
@click.option("--minutes", type=NumberRange(0.05, 10080), default=5, show_default=True, help="How long each model is shown.")
@click.option("--shuffle", is_flag=True, help="Show the models in random order, each once a round.")
@click.option("--kiosk", is_flag=True, help="Show the mosaic alone on the screen.")
@_DEVICE
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to serve the page.  [default: a free port]")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve it at.")
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
    """Hang the dreams of exported models on a wall: a page in the browser.

    Each PATH is a token folder or its models/; several are shown one after another. Ends with Ctrl-C.

    Example: viewer show tokens/* --shuffle --minutes 10 --mode walk
    """
    from viewer.web.replay import Replay
    from viewer.web.server import Server, is_loopback
    from viewer.web.tile_scheduler import DisplaySettings, TileScheduler

    if not is_loopback(host) and not public:
        raise click.UsageError(f"other machines can reach {host}; add --public if that is meant")
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    source = Replay(paths, device, minutes=minutes, shuffle=shuffle, random=random.Random())
    wall = TileScheduler(source, DisplaySettings(tiles=tiles, rate=rate, mode=mode), kiosk=kiosk)
    server = Server(wall, host=host, port=port, on_entry=lambda address: click.echo(f"For another browser: {address}", err=True))

    def begin() -> None:
        click.echo(f"{source.summary}\nOpen {server.address}", err=True)
        if not no_browser:
            # In a thread, because a browser of the terminal would not return.
            threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()

    asyncio.run(server.run(begin))


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="The picture to write.",
)
@click.option("--tiles", type=click.IntRange(1, 4096), default=64, show_default=True, help="How many dreams to draw.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Which dreams to draw.  [default: random]")
@click.option("--scale", type=click.IntRange(1, 64), default=4, show_default=True, help="Side of a pixel in the picture.")
@_LABEL
@click.option("--original", is_flag=True, help="Leave out dreams that copy a sprite, and draw more in their place.")
@_DEVICE
def snapshot(
    path: Path,
    output: Path,
    tiles: int,
    seed: int | None,
    scale: int,
    wishes: dict[str, float],
    original: bool,
    device: "Device",
) -> None:
    """Draw a mosaic of dreams into a PNG file.

    PATH is a token folder or its models/. The picture says in its text chunks where it comes from; the same model, seed and
    number of tiles give it again. Of a model that has learnt labels, dreams can be asked for by name. --original needs the sprites,
    which lie beside models/ in a token folder.

    Example: viewer snapshot tokens/TOKEN -o dreams.png --tiles 100 --seed 7

    Example: viewer snapshot tokens/TOKEN -o dreams.png --label "gold earring=1" --label hat=0
    """
    if output.suffix.lower() != ".png":
        raise click.BadParameter(f"{output} does not end in .png", param_hint="'-o'")
    from viewer.exported.labels import asked_of, written
    from viewer.exported.model import load_model
    from viewer.latents.seeds import latents
    from viewer.pictures.mosaic import Provenance, darkest, mosaic, write_png

    if seed is None:
        seed = secrets.randbelow(2**32)
    model = load_model(path, device)
    origin = model.manifest.origin
    asked = asked_of(origin.labels, wishes)
    left_out = ""
    if original:
        from viewer.originality.original_dreams import original_dreams, sprites_beside

        pixels, num_copies = original_dreams(model, sprites_beside(path, origin.palette), seed, tiles, asked)
        left_out = f", {num_copies} copies left out"
    else:
        pixels = model.generate(latents(seed, tiles, origin.latent_dim), asked)
    recipe = f"{origin.recipe.name} {origin.recipe.version}"
    provenance = Provenance(
        token=origin.token.hash, step=origin.step, seed=seed, tiles=tiles, recipe=recipe, labels=written(wishes)
    )
    write_png(output, mosaic(pixels, background=darkest(origin.palette)), origin.palette, provenance, scale=scale)
    dreams = "1 dream" if tiles == 1 else f"{tiles} dreams"
    ran = f"{dreams} of {origin.token.name} at step {origin.step}, seed {seed}{left_out}, drawn by {model.provider}"
    click.echo(f"{ran} ({model.note})" if model.note else ran, err=True)
    click.echo(output)


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The film to write: .gif, .webp or .mp4.",
)
@click.option("--seconds", type=NumberRange(1, 120), default=8, show_default=True, help="How long the loop lasts.")
@click.option("--mode", type=click.Choice(["walk", "refresh"]), default="walk", show_default=True, help="A journey, or new dreams.")
@click.option("--tiles", type=click.IntRange(1, 1024), default=16, show_default=True, help="How many dreams at a time.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Which dreams.  [default: random]")
@click.option("--scale", type=click.IntRange(1, 64), default=4, show_default=True, help="Side of a pixel in the film.")
@click.option("--fps", type=click.IntRange(1, 50), default=20, show_default=True, help="Frames in a second.")
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
    wishes: dict[str, float],
    device: "Device",
) -> None:
    """Record a loop of dreams that has no seam.

    PATH is a token folder or its models/. GIF and WebP keep every colour; MP4 is what phones like best, and needs PyAV. The film
    says in its comment where it comes from; the same model and options give its pictures again. Of a model that has learnt
    labels, dreams can be asked for by name.

    Example: viewer record tokens/TOKEN -o dreams.webp --tiles 36 --seconds 12

    Example: viewer record tokens/TOKEN -o dreams.gif --mode refresh --label hat=1
    """
    from rich.console import Console
    from rich.progress import Progress

    from viewer.exported.labels import asked_of, written
    from viewer.exported.model import load_model
    from viewer.pictures.film import FORMATS, Film, check_film, write_film
    from viewer.pictures.loop import Loop
    from viewer.pictures.mosaic import darkest, mosaic

    if output.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"{output} does not end in {', '.join(FORMATS)}", param_hint="'-o'")
    check_film(output)
    loop = Loop(
        mode=mode,
        tiles=tiles,
        seed=secrets.randbelow(2**32) if seed is None else seed,
        frames=max(2, round(seconds * fps)),
        fps=fps,
    )
    model = load_model(path, device)
    origin = model.manifest.origin
    asked = asked_of(origin.labels, wishes)
    film = Film(
        palette=origin.palette,
        count=loop.frames,
        fps=fps,
        scale=scale,
        notes={
            "token": origin.token.hash,
            "step": origin.step,
            "recipe": f"{origin.recipe.name} {origin.recipe.version}",
            "seed": loop.seed,
            "tiles": tiles,
            "mode": mode,
            **({"labels": written(wishes)} if wishes else {}),
        },
    )
    background = darkest(origin.palette)
    drawn = loop.draw(lambda z: model.generate(z, asked), origin.latent_dim)
    frames = (mosaic(pictures, background=background) for pictures in drawn)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("recording", total=loop.frames)
        write_film(output, frames, film, lambda number: progress.update(task, completed=number))
    dreams = f"{tiles} x {loop.dreams} dreams of {origin.token.name} at step {origin.step}, seed {loop.seed}"
    ran = f"{dreams}, {loop.frames / fps:g} s, drawn by {model.provider}"
    click.echo(f"{ran} ({model.note})" if model.note else ran, err=True)
    click.echo(output)
