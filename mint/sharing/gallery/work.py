"""A work of a gallery: a snapshot file, checked as the viewer checks it, and what pages say and show of it.

Pages are made of what is read here. Only the snapshot file itself is copied; pictures are decoded and written again.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from mint.errors import GalleryError, TokenError
from mint.sharing.gallery.record import WorkRecord
from mint.sharing.gallery.sprite_features import MAX_SPRITES, FeatureRow, has_odds, palette_row, sprite_rows, sprite_text
from mint.token.folder import TokenFolder, read_token
from mint.token.hash import parse_hash
from mint.token.raster import Pixels
from mint.token.record import token_record
from mint.token.token import Token, draw_token
from viewer.errors import GraphError, PictureError
from viewer.exported.folder import Export, export_of
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import Manifest
from viewer.pictures.receipts import decode_receipts
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.members import (
    HISTORY,
    MANIFEST,
    METADATA,
    MOSAIC,
    SIGNATURE,
    TOKEN,
    is_sprite,
)
from viewer.snapshot_file.signature import Signature, format_signature
from viewer.snapshot_file.snapshot import Snapshot, read_snapshot

ID_DIGITS: Final = 16


@dataclass(frozen=True, kw_only=True)
class SpriteView:
    """A sprite on a page: the size (H, W) of its picture, its features, and the words for those who cannot see it."""

    size: tuple[int, int]
    rows: tuple[FeatureRow, ...]
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkPictures:
    """The pictures of a work as palette indices: ``dreams`` (64, H, W), and the first sprites (n, height, width)."""

    dreams: Pixels
    sprites: Pixels


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the pages of a gallery say of a snapshot."""

    record: WorkRecord
    description: str
    signature: Signature | None
    model: Manifest
    receipts_seed: int
    margin_ppm: int
    has_film: bool
    is_redrawn: bool
    palette: FeatureRow | None
    sprites: tuple[SpriteView, ...]
    num_sprites: int

    @property
    def id(self) -> str:
        """The name of its folder: the first digits of the SHA-256 of its manifest."""
        return self.record.id

    @property
    def title(self) -> str:
        """Its title, or where there is none the name of its token."""
        return self.record.title or self.record.name

    @property
    def picture_text(self) -> str:
        """What its pictures show, for those who cannot see them."""
        return f"Dreams of {self.title}. {self.description}"


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """Return the bytes of a snapshot file, which are the same as those that were read: its layout leaves no choice."""
    signature = {} if snapshot.signature is None else {SIGNATURE: format_signature(snapshot.signature)}
    return b"".join(archive_parts({MANIFEST: snapshot.manifest_bytes, **signature, **snapshot.files}))


def read_work(path: Path) -> tuple[Work, WorkPictures, bytes]:
    """Read a snapshot file; return what pages say and show of it, and its bytes.

    Raises ViewerError where the viewer refuses it, and GalleryError where its token, its pictures or its model are not sound, or
    its token is not the one that its hash draws.
    """
    snapshot = read_snapshot(path)
    export = export_of(snapshot, path)
    try:
        return *_checked_work(snapshot, export), snapshot_bytes(snapshot)
    except _UnsuitableError as error:
        raise GalleryError(f"{path} is refused: {error}; leave it out") from error


class _UnsuitableError(Exception):
    """Say why a snapshot is not fit for a gallery."""


def _checked_work(snapshot: Snapshot, export: Export) -> tuple[Work, WorkPictures]:
    manifest = export.manifest
    for name, data in export.graphs.items():
        try:
            checked_graph(data, manifest.files[name])
        except GraphError as error:
            raise _UnsuitableError(f"models/{name}.onnx cannot be run: {error}") from error
    try:
        dreams = decode_receipts(snapshot.files[MOSAIC], manifest.origin.palette, snapshot.manifest.size)
    except PictureError as error:
        raise _UnsuitableError(f"its {MOSAIC} {error}") from error
    token = _token(snapshot)
    is_redrawn = has_odds(token)
    if is_redrawn:
        _check_drawing(snapshot, token)
    pictures = WorkPictures(dreams=dreams, sprites=token.pixels[:MAX_SPRITES])
    return _work(snapshot, manifest, token, is_redrawn), pictures


def _token(snapshot: Snapshot) -> TokenFolder:
    """Return the token of a snapshot, which has the files of a token folder."""
    with TemporaryDirectory(prefix="pixelmint-") as name:
        folder = Path(name) / "token"
        (folder / "sprites").mkdir(parents=True)
        for file, data in snapshot.files.items():
            if file in (TOKEN, METADATA) or is_sprite(file):
                (folder / file).write_bytes(data)
        try:
            return read_token(folder)
        except TokenError as error:
            # Where it was unpacked, and how to repair that folder, is of no use.
            raise _UnsuitableError(str(error).replace(f"{folder}", "in it").partition(";")[0]) from error


def _check_drawing(snapshot: Snapshot, token: TokenFolder) -> None:
    drawn = _drawn(token.hash.text)
    if json.loads(snapshot.files[TOKEN]) != token_record(drawn) or not np.array_equal(drawn.pixels, token.pixels):
        raise _UnsuitableError(f"its sprites and features are not those that the hash {token.hash.text!r} draws")


@lru_cache(maxsize=32)
def _drawn(text: str) -> Token:
    return draw_token(parse_hash(text))


def _work(snapshot: Snapshot, model: Manifest, token: TokenFolder, is_redrawn: bool) -> Work:
    manifest = snapshot.manifest
    record = WorkRecord(
        id=snapshot.sha256[:ID_DIGITS],
        manifest_sha256=snapshot.sha256,
        title=manifest.title,
        author=manifest.author,
        licence=manifest.licence,
        hash=manifest.hash,
        name=model.origin.token.name,
        recipe=f"{manifest.recipe.name} {manifest.recipe.version}",
        step=manifest.step,
        images=manifest.images,
        size=manifest.size,
        colors=manifest.colors,
        public_key=snapshot.signature.public_key if snapshot.signature else "",
        traits=token.features,
    )
    _, height, width = token.pixels.shape
    return Work(
        record=record,
        description=_description(token),
        signature=snapshot.signature,
        model=model,
        receipts_seed=manifest.receipts.seed,
        margin_ppm=manifest.receipts.margin_ppm,
        has_film=HISTORY in snapshot.files,
        is_redrawn=is_redrawn,
        palette=palette_row(token),
        sprites=tuple(
            SpriteView(size=(height, width), rows=tuple(sprite_rows(token, sprite)), text=sprite_text(sprite))
            for sprite in token.sprites[:MAX_SPRITES]
        ),
        num_sprites=len(token.sprites),
    )


def _description(token: TokenFolder) -> str:
    """Return what the sprites of a token are, in a sentence or two."""
    if token.is_import:
        labels = f", labelled {', '.join(token.labels[:8])}" if token.labels else ""
        return f"{len(token.sprites):,} sprites of imported art in {len(token.rgba)} colours{labels}."
    families = list(dict.fromkeys(sprite.family for sprite in token.sprites))
    counts = ", ".join(f"{sum(sprite.family == family for sprite in token.sprites)} {family}" for family in families)
    rarest = f" The rarest feature is {token.features['Rarest']}." if "Rarest" in token.features else ""
    palette = f" in the palette {token.features['Palette']}" if "Palette" in token.features else ""
    return f"Nine sprites{palette}: {counts}.{rarest}"
