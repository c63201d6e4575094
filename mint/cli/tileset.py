"""``mint tileset``: make tiles for a game."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import takes_output_folder, takes_tokens_dir
from viewer.command import NumberRange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mint.tileset.source import TilesetSource

NUM_DREAMS = 256
# The names in mint.art.colors.hardware_palettes, which would load NumPy; a test compares them.
PALETTE_NAMES = ("nes", "game-boy", "pico-8", "cga", "zx-spectrum", "c64")


@click.command(short_help="Make tiles and a level for the Tiled map editor.")
@click.argument("source", metavar="TOKEN|PICTURE")
@takes_tokens_dir
@takes_output_folder("The new folder to write.")
@click.option("--tile", "tile_px", type=click.Choice(["8", "16"]), default="16", show_default=True, help="The side of a tile.")
@click.option(
    "--palette",
    type=click.Choice([*PALETTE_NAMES, "own"]),
    default="nes",
    show_default=True,
    help="Snap to a machine's colours, or keep the picture's own.",
)
@click.option("--count", type=click.IntRange(4, 256), default=64, show_default=True, help="The largest number of tiles.")
@click.option(
    "--strict", is_flag=True, help="Follow the NES's rule: 4 palettes of 3 colours and a backdrop, one palette in each 16x16 block."
)
@click.option("--original", is_flag=True, help="Leave out tiles that copy the originals.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=7, show_default=True, help="Which dreams, and which level.")
@click.option("--scale", type=NumberRange(1, 64), help="How many times PICTURE was enlarged.  [default: detected]")
@click.option("--json", "as_json", is_flag=True, help="Write tileset.tsj and demo.tmj as well.")
def tileset(
    source: str,
    tokens_dir: Path,
    output: Path,
    tile_px: str,
    palette: str,
    count: int,
    strict: bool,
    original: bool,
    seed: int,
    scale: float | None,
    as_json: bool,
) -> None:
    """Make tiles and a level from dreams of TOKEN or from a PICTURE, and print the folder.

    An enlarged PICTURE is reduced to its true size. The pictures are snapped to the console's colours and cut into tiles; clear
    pixels stay clear. Duplicates and mirrored tiles are merged, the best are kept, and a level is laid out so that their edges
    match. tileset.tsx and demo.tmx open in Tiled; preview.png shows the level. A token without models gives the tiles of its
    sprites.

    Example: mint tileset "open sesame" -o tiles --strict
    """
    if strict and palette != "nes":
        raise click.UsageError("--strict is a rule of the NES; give --palette nes with it")
    from mint.art.colors.hardware_palettes import hardware_palette
    from mint.cli.error_console import error_console
    from mint.tileset.folder import check_unused, write_tileset
    from mint.tileset.tileset import TilesetOptions, make_tileset

    check_unused(output)
    console = error_console()
    with console.status("reading") as status:
        colors = None if palette == "own" else hardware_palette(palette)
        tileset_source = _source(source, tokens_dir, seed, colors, scale)
        if tileset_source.note:
            console.print(tileset_source.note, soft_wrap=True)
        status.update("cutting tiles and generating a level")
        options = TilesetOptions(
            tile_px=int(tile_px),
            count=count,
            palette=colors,
            strict=strict,
            original=original,
            seed=seed,
        )
        result = make_tileset(tileset_source, options)
        write_tileset(result, output, as_json=as_json)
    kinds = ", ".join(f"{result.selection.kinds.count(kind)} {kind}" for kind in dict.fromkeys(result.selection.kinds))
    rows, columns = result.level.tiles.shape
    copies = f"; {result.num_copies} copies left out" if original else ""
    console.print(f"{len(result.selection.tiles)} tiles ({kinds}), a level of {columns}x{rows}{copies}", soft_wrap=True)
    click.echo(output)


def _source(source: str, tokens_dir: Path, seed: int, colors: "NDArray[np.uint8] | None", scale: float | None) -> "TilesetSource":
    from fractions import Fraction

    from mint.picture_files.formats import SUFFIXES
    from mint.tileset.source import picture_source, token_source
    from mint.token.lookup import find_token

    is_picture = Path(source).suffix.casefold() in SUFFIXES
    if os.path.isfile(source) or (is_picture and not os.path.isdir(source)):
        return picture_source(Path(source), colors, None if scale is None else Fraction(scale))
    from mint.token.folder import read_token

    path = find_token(source, tokens_dir)
    token = read_token(path)
    if not token.models.is_dir():
        return token_source(token, None)
    from viewer.exported.model import load_model
    from viewer.latents.seeds import latents

    model = load_model(path)
    return token_source(token, model.generate(latents(seed, NUM_DREAMS, model.manifest.origin.latent_dim)))
