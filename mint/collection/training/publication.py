"""The publication of a trained token: what a worker sent back is checked, and written durably into the token's folder.

models/      the four files of the export; where they are, the token is trained
dreams.png   a mosaic of 16 dreams, the same as ``viewer snapshot --tiles 16 --seed 0`` draws
"""

import hashlib
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.collection.training.job import Job, TrainedToken
from mint.errors import CollectionError, ExportError
from mint.export.folder import publish_files
from mint.token.hash import parse_hash
from viewer.errors import GraphError, ManifestError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import FILE_NAME, GRAPHS, Manifest, Origin, parse_manifest
from viewer.pictures.mosaic import Provenance, darkest, encode_png, mosaic

DREAMS_NAME: Final = "dreams.png"


def is_trained(token_folder: Path) -> bool:
    """Whether the token in a folder is trained: its export is there, which is written as a whole."""
    return (token_folder / "models" / FILE_NAME).exists()


def publish_token(token_folder: Path, job: Job, trained: TrainedToken) -> Origin:
    """Check the export and the dreams of a job's token, write them into its folder, and return where the export comes from.

    Raises ExportError where they are not what the job asked for, and CollectionError where they cannot be written; then the folder
    has no models.
    """
    origin = _check(job, trained).origin
    recipe = f"{origin.recipe.name} {origin.recipe.version}"
    provenance = Provenance(token=origin.token.hash, step=origin.step, seed=0, tiles=len(trained.dreams), recipe=recipe)
    picture = mosaic(trained.dreams, background=darkest(origin.palette))
    try:
        atomic_write.write_bytes(token_folder / DREAMS_NAME, encode_png(picture, origin.palette, provenance, scale=4))
        publish_files(token_folder / "models", trained.files)
    except (OSError, ExportError) as error:
        cause = error.__cause__ if isinstance(error, ExportError) else error
        if not isinstance(cause, OSError):
            raise
        raise CollectionError(
            f"token {job.number} cannot be written into {token_folder}: {cause.strerror or cause}; "
            "see that there is space and permission, and run the command again"
        ) from error
    return origin


def _check(job: Job, trained: TrainedToken) -> Manifest:
    try:
        manifest = parse_manifest(trained.files[FILE_NAME])
        if manifest.origin.token.hash != parse_hash(job.hash).text:
            raise ExportError(f"the export that came back for {job.hash} is that of {manifest.origin.token.hash}")
        steps = job.training.steps
        if steps is not None and manifest.origin.step != steps:
            raise ExportError(f"the export that came back is of step {manifest.origin.step}, not {steps}")
        for name in GRAPHS:
            data, expected = trained.files[f"{name}.onnx"], manifest.files[name]
            if hashlib.sha256(data).hexdigest() != expected.sha256:
                raise ExportError(f"the {name}.onnx that came back is not the file that its manifest describes")
            checked_graph(data, expected)
    except KeyError as error:
        raise ExportError(f"the export that came back lacks {error.args[0]}") from error
    except (ManifestError, GraphError) as error:
        raise ExportError(f"the export that came back is refused: {error}") from error
    if len(trained.files) != len(GRAPHS) + 1:
        raise ExportError(f"the export that came back has {len(trained.files)} files, not {len(GRAPHS) + 1}")
    if trained.dreams.ndim != 3 or trained.dreams.shape[1:] != manifest.origin.size or not len(trained.dreams):
        raise ExportError(f"the dreams that came back have the shape {trained.dreams.shape}")
    if trained.dreams.max() >= len(manifest.origin.palette):
        raise ExportError(f"a dream that came back has colour {trained.dreams.max()} of {len(manifest.origin.palette)}")
    return manifest
