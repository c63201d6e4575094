"""The files that show a token: its picture, a thumbnail, and an animation where it was trained.

The nine are preview.png of the token's folder, enlarged, and preview.png itself is their thumbnail. A mosaic or a film of dreams
always shows the same dreams. Equal token folders give equal bytes with the same versions of Pillow, onnxruntime and PyAV.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint import atomic_write
from mint.collection.picture_sheet import sheet_png
from mint.collection.publication.settings import PublicationSettings
from mint.errors import PublicationError, TokenError
from mint.token.folder import TokenFolder, read_token
from mint.token.png import MAX_SHEET_SIDE, indexed_png, read_indexed_png

PREVIEW_SIDE: Final = 320  # pixels of a preview of nine sprites of 32 x 32
MAX_THUMBNAIL_SIDE: Final = 350  # TZIP-21
_MOSAIC_TILES: Final = 36
_COLLECTION_SIDE: Final = 960
_LOOP_TILES: Final = 16
_LOOP_S = 6.0
_FPS: Final = 20
_SEED: Final = 0
ANIMATION_SUFFIX: Final = ".mp4"


@dataclass(frozen=True, kw_only=True)
class PictureJob:
    """A token's folder and hash, and which files it is to give; None for those it is not."""

    token: Path
    hash: str
    settings: PublicationSettings
    image: Path | None
    thumbnail: Path | None
    animation: Path | None


def make_pictures(job: PictureJob) -> None:
    """Write the files of a job that are not there yet; a token without a model, or for a timelapse without a history, has no film.

    Raises PublicationError and TokenError where the token cannot be read, or has no dreams for a mosaic; ViewerError where its
    model is refused; HistoryError where no step of its history can be read; OSError.
    """
    targets = [path for path in (job.image, job.thumbnail, job.animation) if path is not None and not path.exists()]
    if not targets:
        return
    folder = read_token(job.token)
    if folder.hash.text != job.hash:
        raise PublicationError(f"{job.token} holds the token of another hash; look what has changed with: mint collection verify")
    if job.image in targets or job.thumbnail in targets:
        picture, rgba = _mosaic(folder) if job.settings.image == "mosaic" else _nine(folder)
        scale = job.settings.scale * PREVIEW_SIDE // max(picture.shape) if job.settings.image == "mosaic" else job.settings.scale
        for path, factor in ((job.image, scale), (job.thumbnail, MAX_THUMBNAIL_SIDE // max(picture.shape))):
            if path in targets:
                atomic_write.write_bytes(path, indexed_png(picture.repeat(factor, 0).repeat(factor, 1), rgba))
    if job.animation in targets and _can_be_filmed(folder, job.settings):
        _write_animation(folder, job.settings, job.animation)


def is_trained(folder: TokenFolder) -> bool:
    """Whether a token has an export, of which dreams can be drawn."""
    return (folder.models / "manifest.json").is_file()


def _can_be_filmed(folder: TokenFolder, settings: PublicationSettings) -> bool:
    """Whether a token has what an animation shows: an export, or the history of a training."""
    if settings.animation == "loop":
        return is_trained(folder)
    from mint.training.saving.history import History

    return bool(History(folder.training / "history").steps)


def nine_sprites(token: TokenFolder) -> NDArray[np.uint8]:
    """Return a token's preview as palette indices, (320, 320) for nine sprites of 32 x 32. Raises TokenError."""
    path = token.path / "preview.png"
    try:
        return read_indexed_png(path, token.rgba, MAX_SHEET_SIDE)
    except (OSError, ValueError) as error:
        raise TokenError(f"{path} {error}; draw the token again into another folder") from error


def _nine(folder: TokenFolder) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return nine_sprites(folder), folder.rgba


def _mosaic(folder: TokenFolder) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    import viewer

    if not is_trained(folder):
        raise PublicationError(
            f"{folder.path} has no model, and so no dreams for a mosaic; train it with mint collection train, or give --image nine"
        )
    model = viewer.load(folder.models, device="cpu")
    return model.image(model.dream(_MOSAIC_TILES, seed=_SEED), scale=1).pixels, model.palette


def _write_animation(folder: TokenFolder, settings: PublicationSettings, path: Path) -> None:
    if settings.animation == "loop":
        import viewer

        viewer.load(folder.models, device="cpu").film(path, seconds=_LOOP_S, tiles=_LOOP_TILES, seed=_SEED, fps=_FPS)
    else:
        from mint.export.timelapse import make_timelapse, write_timelapse

        write_timelapse(path, make_timelapse(folder, _LOOP_TILES, lambda message: None), lambda count: None)


def collection_picture(tokens: Sequence[Path]) -> bytes:
    """Return a PNG, about as large as the others, of the first sprite of up to 36 tokens. Raises TokenError."""
    sprites = [folder.rgba[folder.pixels[0]] for folder in map(read_token, tokens[:_MOSAIC_TILES])]
    columns = math.ceil(math.sqrt(len(sprites)))
    scale = max(1, _COLLECTION_SIDE // (columns * sprites[0].shape[1]))
    return sheet_png(sprites, columns, scale, scale=scale)
