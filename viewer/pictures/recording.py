"""Recording: a model's loop of dreams as a film in a file, with notes on its provenance."""

from collections.abc import Callable, Mapping
from pathlib import Path

from viewer.exported.labels import format_labels, label_values
from viewer.exported.model import ExportedModel
from viewer.pictures.film import Film, check_film_size, write_film
from viewer.pictures.loop import Loop
from viewer.pictures.mosaic import darkest, mosaic, mosaic_size


def record_loop(
    path: Path,
    model: ExportedModel,
    loop: Loop,
    *,
    scale: int,
    labels: Mapping[str, float],
    on_frame: Callable[[int], None] = lambda number: None,
) -> None:
    """Draw a loop and write it as the film that the suffix of ``path`` names, each pixel scale x scale large.

    ``labels`` are the requested labels by name; ``on_frame`` is called with the number written. Raises ModelError where the
    model does not know a label or fails, and PictureError where the film is too large or cannot be written.
    """
    origin = model.manifest.origin
    values = label_values(origin.labels, labels)
    check_film_size(mosaic_size(loop.tiles, origin.size), scale)
    film = Film(
        palette=origin.palette,
        count=loop.frames,
        fps=loop.fps,
        scale=scale,
        notes={
            "token": origin.token.hash,
            "step": origin.step,
            "recipe": str(origin.recipe),
            "seed": loop.seed,
            "tiles": loop.tiles,
            "mode": loop.mode,
            **({"labels": format_labels(labels)} if labels else {}),
        },
    )
    background = darkest(origin.palette)
    frames = loop.draw(lambda z: model.generate(z, values), origin.latent_dim)
    write_film(path, (mosaic(tiles, background=background) for tiles in frames), film, on_frame)
