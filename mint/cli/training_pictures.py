"""The pictures that a training learns to turn into pixel art."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mint.token.folder import TokenFolder


def store_training_pictures(folder: "TokenFolder", paths: Sequence[Path], recipe: str | None) -> None:
    """Read pictures and store their crops beside the checkpoints, for a training that is about to begin.

    Raises PictureFileError, and TrainingError where the recipe does not learn from pictures or the training has already begun.
    """
    from rich.progress import track

    from mint.cli.error_console import error_console
    from mint.errors import TrainingError
    from mint.pixelate.pictures import find_pictures, read_picture
    from mint.pixelate.training_crops import FILE_NAME, crop_pictures, crop_side, save_crops
    from mint.recipes import registry

    if (folder.training / "checkpoints").exists():
        raise TrainingError(f"this training has already begun; leave --pictures out, or move {folder.training} away to start again")
    able = registry.names_that_need_pictures()
    if recipe not in able:
        names = " or ".join(able)
        raise TrainingError(f"only the recipe {names} learns from pictures; add --recipe {names}, or leave --pictures out")
    sources = find_pictures(paths)
    _, height, width = folder.pixels.shape
    side = crop_side(height, width)
    console = error_console()
    tracked = track(sources, "reading pictures", console=console, transient=True)
    save_crops(folder.training / FILE_NAME, crop_pictures((read_picture(source, 2 * side) for source in tracked), side))
