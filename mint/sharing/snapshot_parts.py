"""The parts of a snapshot: what a token's folder holds, and what is drawn from it: 64 dreams and the film of its past."""

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mint.errors import SharingError
from mint.export.timelapse import make_timelapse
from mint.token.folder import MAX_TOKEN_BYTES, TokenFolder
from mint.token.png import MAX_SHEET_BYTES, MAX_SHEET_SIDE, indexed_png, read_indexed_png
from mint.training.saving.history import History
from viewer.exported.folder import Export, read_export
from viewer.exported.manifest import FILE_NAME, GRAPHS, Origin, format_manifest, parse_manifest
from viewer.exported.model import load_export
from viewer.latents.seeds import latents
from viewer.pictures.film import encode_webp
from viewer.pictures.receipts import encode_receipts
from viewer.regular_file import read_regular_file
from viewer.snapshot_file.manifest import NUM_DREAMS, Receipts, SnapshotManifest, describe_members
from viewer.snapshot_file.members import HISTORY, METADATA, MOSAIC, TOKEN, is_sprite

RECEIPT_SEED: Final = 0
# Where two colours are nearly tied, rounding decides. On a CPU no pixel differed with other batches, threads and optimisations, at
# most 0.003 % with every weight changed by four units in its last place. With weights rounded as TF32 rounds them, 0.46 % did.
MARGIN_PPM: Final = 10_000
_FILM_TILES: Final = 16
_FILM_SCALE: Final = 2


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What the sharer says of a snapshot; an empty text says nothing."""

    title: str = ""
    author: str = ""
    licence: str = ""


def collect_parts(
    token: TokenFolder, texts: Texts, step: int | None, on_stage: Callable[[str], None], on_skip: Callable[[str], None]
) -> tuple[SnapshotManifest, dict[str, bytes]]:
    """Return the manifest and the members of a snapshot of a token, to be written by ``write_snapshot``.

    Without a step it is the token's export, or, where there is none, one of the newest checkpoint; with a step that of its
    checkpoint. ``on_stage`` is called with what is done next, ``on_skip`` with a message for each damaged step of the history.
    Raises SharingError, and what opening a training, exporting and drawing raise.
    """
    on_stage("reading the models" if step is None and _is_exported(token) else "exporting the training")
    export = _export(token, step)
    origin = export.manifest.origin
    if origin.token.hash != token.hash.text:
        raise SharingError(
            f"{token.models} holds the export of another token; export this one: mint export {shlex.quote(str(token.path))}"
        )
    files = _token_files(token)
    files |= {f"models/{name}.onnx": export.graphs[name] for name in GRAPHS}
    files[f"models/{FILE_NAME}"] = format_manifest(export.manifest)
    on_stage(f"drawing {NUM_DREAMS} dreams")
    model = load_export(export, token.path, "cpu")
    files[MOSAIC] = encode_receipts(model.generate(latents(RECEIPT_SEED, NUM_DREAMS, origin.latent_dim)), origin.palette)
    if len([recorded for recorded in History(token.training / "history").steps if recorded <= origin.step]) > 1:
        on_stage("filming its past")
        files[HISTORY] = _film(token, origin.step, on_skip)
    return _manifest(origin, texts, files), files


def _manifest(origin: Origin, texts: Texts, files: dict[str, bytes]) -> SnapshotManifest:
    return SnapshotManifest(
        hash=origin.token.hash,
        generator=origin.generator_version,
        recipe=origin.recipe,
        step=origin.step,
        images=origin.images_seen,
        size=origin.size,
        colors=len(origin.palette),
        latent_dim=origin.latent_dim,
        files=describe_members(files),
        receipts=Receipts(seed=RECEIPT_SEED, dreams=NUM_DREAMS, margin_ppm=MARGIN_PPM),
        title=texts.title,
        author=texts.author,
        licence=texts.licence,
    )


def _is_exported(token: TokenFolder) -> bool:
    return (token.models / FILE_NAME).exists()


def _export(token: TokenFolder, step: int | None) -> Export:
    if step is None and _is_exported(token):
        return read_export(token.models)
    from mint.live.run_config import open_trained

    session, publisher = open_trained(token, step=step)
    if session.networks.pixelator is not None:
        raise SharingError(
            f"{token.path} has learned to make pixel art of photographs and has no dreams; share a token that dreams"
        )
    exported = publisher.export(session.networks, session.progress)
    return Export(parse_manifest(exported[FILE_NAME]), {name: exported[f"{name}.onnx"] for name in GRAPHS})


def _token_files(token: TokenFolder) -> dict[str, bytes]:
    """Return token.json, metadata.json and the sprites. These are encoded anew, so that a picture holds nothing but its pixels."""
    files: dict[str, bytes] = {}
    try:
        for name in (TOKEN, METADATA):
            files[name] = read_regular_file(token.path / name, MAX_TOKEN_BYTES, within=token.path)
        for name in sorted({os.path.normpath(sprite.file) for sprite in token.sprites}):
            if not is_sprite(name):
                raise SharingError(
                    f"the sprite {name} of {token.path} has a name of its own; name it sprites/0.png, in token.json too"
                )
            pixels = read_indexed_png(token.path / name, token.rgba, MAX_SHEET_SIDE, MAX_SHEET_BYTES, within=token.path)
            files[name] = indexed_png(pixels, token.rgba)
    except (OSError, ValueError) as error:
        problem = error.strerror if isinstance(error, OSError) else str(error)
        raise SharingError(f"{token.path / name} cannot be read: {problem}; draw the token again into another folder") from error
    return files


def _film(token: TokenFolder, step: int, on_skip: Callable[[str], None]) -> bytes:
    timelapse = make_timelapse(token, _FILM_TILES, on_skip, scale=_FILM_SCALE, last_step=step)
    return encode_webp(timelapse.frames(), timelapse.film)
