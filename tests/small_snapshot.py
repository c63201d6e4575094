"""A snapshot file of a drawn token with a small model, made in memory without torch."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import onnxruntime

from mint.token.folder import draw_files
from tests.small_model import LATENT_DIM, small_origin, whole_graph_files
from viewer.exported.manifest import GRAPHS, describe, format_manifest
from viewer.latents.seeds import latents
from viewer.pictures.receipts import encode_receipts
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.manifest import NUM_DREAMS, Receipts, SnapshotManifest, describe_members
from viewer.snapshot_file.manifest import format_manifest as format_snapshot_manifest
from viewer.snapshot_file.members import MANIFEST, SIGNATURE
from viewer.snapshot_file.signature import Signature, format_signature, signed_message

HASH = "open sesame"


@lru_cache
def snapshot_parts(token: str = HASH) -> tuple[SnapshotManifest, dict[str, bytes]]:
    """Return the manifest and the files of a small snapshot; the dreams are those of its model."""
    drawn = draw_files(token)
    files = {name: data for name, data in drawn.items() if name != "preview.png"}
    origin = small_origin(token=token, palette=tuple(json.loads(drawn["token.json"])["palette"]))
    graphs = whole_graph_files(origin)
    files |= {f"models/{name}.onnx": graphs[name] for name in GRAPHS}
    files["models/manifest.json"] = format_manifest(describe(origin, graphs))
    session = onnxruntime.InferenceSession(graphs["generator"], providers=["CPUExecutionProvider"])
    (dreams,) = session.run(None, {"z": latents(0, NUM_DREAMS, LATENT_DIM)})
    files["mosaic.png"] = encode_receipts(dreams, origin.palette)
    return manifest_of(files, token), files


def manifest_of(
    files: Mapping[str, bytes], token: str = HASH, *, title: str = "", author: str = "", licence: str = ""
) -> SnapshotManifest:
    """Return the manifest of a small snapshot with these files, and with a title, an author or a licence."""
    origin = small_origin()
    return SnapshotManifest(
        hash=token,
        generator=origin.generator_version,
        recipe=origin.recipe,
        step=origin.step,
        images=origin.images_seen,
        size=origin.size,
        colors=len(json.loads(files["models/manifest.json"])["palette"]),
        latent_dim=origin.latent_dim,
        files=describe_members(files),
        receipts=Receipts(seed=0, dreams=NUM_DREAMS, margin_ppm=1000),
        title=title,
        author=author,
        licence=licence,
    )


def sign(manifest: bytes, seed: int = 1) -> Signature:
    """Sign the bytes of a manifest with the key of a seed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))
    signature = key.sign(signed_message(manifest)).hex()
    return Signature(public_key=key.public_key().public_bytes_raw().hex(), signature=signature)


def members_of(files: Mapping[str, bytes], manifest: SnapshotManifest, *, key: int | None = 1) -> dict[str, bytes]:
    """Return all members of a snapshot, signed with the key of a seed, or unsigned."""
    text = format_snapshot_manifest(manifest)
    signature = {} if key is None else {SIGNATURE: format_signature(sign(text, key))}
    return {MANIFEST: text, **signature, **files}


def write_small_snapshot(path: Path, *, key: int | None = 1, token: str = HASH, **texts: str) -> Path:
    """Write a small snapshot file, with a title, an author or a licence, and return its path."""
    _, files = snapshot_parts(token)
    path.write_bytes(b"".join(archive_parts(members_of(files, manifest_of(files, token, **texts), key=key))))
    return path
