"""The export of the repository's token, as if a worker had sent it back for another one."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from mint.collection.training.job import Job, TrainedToken
from mint.token.hash import parse_hash
from viewer.exported.folder import Export, read_export
from viewer.exported.manifest import FILE_NAME, GRAPHS, TokenInfo, describe, format_manifest
from viewer.exported.model import load_model
from viewer.latents.seeds import latents

MODELS = next((Path(__file__).parents[3] / "tokens").glob("moonrise-*")) / "models"


@cache
def real_export() -> tuple[Export, TrainedToken]:
    """Return the export, and what a worker would send back for its own token."""
    export, model = read_export(MODELS), load_model(MODELS, "cpu")
    dreams = model.generate(latents(0, 16, model.manifest.origin.latent_dim))
    return export, TrainedToken(files={path.name: path.read_bytes() for path in MODELS.iterdir()}, dreams=dreams)


def trained_as(job: Job) -> TrainedToken:
    """Return what a worker would send back for a job: the files of the repository's token under the name of the job's."""
    export, trained = real_export()
    token = parse_hash(job.hash)
    origin = replace(
        export.manifest.origin,
        token=TokenInfo(hash=token.text, name=token.folder_name),
        step=job.training.steps or 0,
    )
    manifest = format_manifest(describe(origin, {name: export.graphs[name] for name in GRAPHS}))
    return replace(trained, files={**trained.files, FILE_NAME: manifest})
