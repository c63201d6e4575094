"""Dreams that copy no sprite: a model's dreams, without those that are copies of the sprites beside it."""

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from viewer.errors import PictureError
from viewer.exported.manifest import Manifest
from viewer.latents.seeds import latent
from viewer.originality.comparison import Pixels
from viewer.originality.originals import Originals
from viewer.regular_file import read_regular_file
from viewer.snapshot_file.members import is_sprite
from viewer.snapshot_file.snapshot import read_snapshot

_BATCH = 64  # dreams drawn and judged together
_MIN_TRIED, _MAX_TRIED_PER_DREAM = 1000, 10
_MAX_BYTES = 1 << 20
_MAX_SPRITES = 10_000


class DreamModel(Protocol):
    """A model that draws tiles from latents."""

    @property
    def manifest(self) -> Manifest:
        """Its manifest."""

    def generate(self, z: NDArray[np.float32], labels: Sequence[float] | None = None, /) -> Pixels:
        """Return the tiles of latents, all with the same label values."""


def original_dreams(
    model: DreamModel, sprites: Pixels, seed: int, count: int, labels: Sequence[float] | None = None
) -> tuple[Pixels, int]:
    """Return the first count dreams (count, H, W) of a seed that copy no sprite (m, H, W), and how many copies were left out.

    ``labels`` holds the value of each label. Tries at most 10 count dreams, and at least 1,000; raises PictureError where too few
    of them are original.
    """
    originals = Originals(sprites)
    kept: list[Pixels] = []
    num_tried = 0
    while len(kept) < count:
        if num_tried >= max(_MIN_TRIED, _MAX_TRIED_PER_DREAM * count):
            raise PictureError(
                f"only {len(kept)} of {num_tried} dreams copy no sprite; give fewer --tiles, or leave --original out"
            )
        z = np.stack([latent(seed, num_tried + k, model.manifest.origin.latent_dim) for k in range(_BATCH)])
        dreams = model.generate(z, labels)
        for dream, verdict in zip(dreams, originals.classify(dreams), strict=True):
            num_tried += len(kept) < count
            if len(kept) < count and not verdict.is_copy:
                kept.append(dream)
    return np.stack(kept), num_tried - count


def sprites_beside(path: Path, palette: tuple[str, ...]) -> Pixels:
    """Return the originals of an exported model, (m, H, W): the sprites in its token's folder, as indices into the model's palette.

    ``path`` is the token folder, its models/ or a snapshot file. Raises PictureError where the sprites are missing, damaged or in
    other colours.
    """
    if path.is_file():
        members = read_snapshot(path).files
        sprites = [_indices(f"{path}: {name}", members[name], palette) for name in members if is_sprite(name)]
        return _stacked(path, sprites)
    folder = path if (path / "token.json").exists() else Path(os.path.abspath(path)).parent
    try:
        names = sorted((folder / "sprites").glob("*.png"), key=lambda name: (len(name.stem), name.stem))[:_MAX_SPRITES]
        if not names:
            raise PictureError(f"{path} has no sprites to compare with; give a token folder, where sprites/ lies beside models/")
        sprites = [_read_sprite(name, palette) for name in names]
    except OSError as error:
        raise PictureError(
            f"the sprites of {path} cannot be read: {error.strerror or error}; see that this user may read them"
        ) from error
    return _stacked(path, sprites)


def _stacked(path: Path, sprites: list[Pixels]) -> Pixels:
    if len({sprite.shape for sprite in sprites}) > 1:
        raise PictureError(f"the sprites of {path} differ in size; draw the token again into another folder")
    return np.stack(sprites)


def _read_sprite(path: Path, palette: tuple[str, ...]) -> Pixels:
    return _indices(str(path), read_regular_file(path, _MAX_BYTES, within=path.parent.parent), palette)


def _indices(path: str, data: bytes, palette: tuple[str, ...]) -> Pixels:
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > 256 * 256:
                raise PictureError(f"{path} is {image.width}x{image.height}; at most 256x256 is read")
            colors = np.array(image.convert("RGBA"))
    except PictureError:
        raise
    except Exception as error:  # Pillow's parsers raise many classes for a damaged file
        raise PictureError(f"{path} is damaged; draw the token again into another folder") from error
    index = {bytes.fromhex(color[1:]): number for number, color in enumerate(palette)}
    try:
        return np.array([[index[color.tobytes()] for color in row] for row in colors], np.uint8)
    except KeyError:
        raise PictureError(f"{path} has a colour that is not in the model's palette; export the model again") from None
