"""``viewer snapshot``: a mosaic of dreams as a PNG."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewer.cli.model_options import takes_device, takes_labels
from viewer.command import check_suffix, takes_output_file
from viewer.printable import counted

if TYPE_CHECKING:
    from viewer.exported.devices import Device
    from viewer.exported.model import ExportedModel
    from viewer.pictures.mosaic import Pixels


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@takes_output_file("FILE.png", "The picture to write.")
@click.option("--tiles", type=click.IntRange(1, 4096), default=64, show_default=True, help="Number of dreams.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Which dreams to draw.  [default: random]")
@click.option("--scale", type=click.IntRange(1, 64), default=4, show_default=True, help="Side of a pixel in the picture.")
@takes_labels
@click.option("--original", is_flag=True, help="Replace dreams that copy a sprite by others.")
@takes_device
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
    from viewer.atomic_write import atomic_file
    from viewer.exported.labels import format_labels, label_values
    from viewer.exported.model import load_model
    from viewer.pictures.mosaic import Provenance, check_png_size, darkest, encode_png, mosaic, mosaic_size

    if seed is None:
        seed = secrets.randbelow(2**32)
    model = load_model(path, device)
    origin = model.manifest.origin
    values = label_values(origin.labels, labels)
    check_png_size(mosaic_size(tiles, origin.size), scale)
    provenance = Provenance(
        token=origin.token.hash, step=origin.step, seed=seed, tiles=tiles, recipe=str(origin.recipe), labels=format_labels(labels)
    )
    with atomic_file(output) as file:  # opened before the work begins, so that a place that cannot be written is told at once
        pixels, left_out = _draw(model, seed, tiles, values, path if original else None)
        picture = mosaic(pixels, background=darkest(origin.palette))
        file.write(encode_png(picture, origin.palette, provenance, scale=scale))
    dreams = counted(tiles, "dream", "dreams")
    summary = f"{dreams} of {origin.token.name} at step {origin.step:,}, seed {seed}{left_out}, drawn by {model.described_device}"
    click.echo(summary, err=True)
    click.echo(output)


def _draw(
    model: "ExportedModel", seed: int, tiles: int, values: tuple[float, ...], sprites_path: Path | None
) -> "tuple[Pixels, str]":
    """Return dreams (tiles, H, W), and in words how many were left out as copies of the sprites beside ``sprites_path``."""
    origin = model.manifest.origin
    if sprites_path is None:
        from viewer.latents.seeds import latents

        return model.generate(latents(seed, tiles, origin.latent_dim), values), ""
    from viewer.originality.original_dreams import original_dreams, sprites_beside

    pixels, num_copies = original_dreams(model, sprites_beside(sprites_path, origin.palette), seed, tiles, values)
    return pixels, f", {counted(num_copies, 'copy', 'copies')} left out"
