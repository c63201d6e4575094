"""The pictures that a training makes pixel art of, as a command is given them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mint.token.folder import TokenFolder


def store_training_pictures(folder: "TokenFolder", paths: Sequence[Path], recipe: str | None) -> None:
    """Keep pictures for a token's training to begin with, beside its checkpoints.

    Raises TrainingError where the recipe learns from none or the training has begun already, and PictureError.
    """
    from rich.console import Console
    from rich.progress import track

    from mint.errors import TrainingError
    from mint.pixelate.pictures import find_pictures, read_picture
    from mint.pixelate.training_crops import FILE_NAME, crop_side, save_crops, training_crops
    from mint.recipes import registry

    if (folder.training / "checkpoints").exists():
        raise TrainingError(f"this training has begun already; leave --pictures out, or move {folder.training} away to begin anew")
    able = registry.names_that_need_pictures()
    if recipe not in able:
        names = " or ".join(able)
        raise TrainingError(f"only the recipe {names} learns from pictures; add --recipe {names}, or leave --pictures out")
    sources = find_pictures(paths)
    _, height, width = folder.pixels.shape
    side = crop_side(height, width)
    console = Console(stderr=True, highlight=False)
    waiting = track(sources, "reading pictures", console=console, transient=True)
    save_crops(folder.training / FILE_NAME, training_crops((read_picture(source.path, 2 * side) for source in waiting), side))
