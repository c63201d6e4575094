"""Finding exported models below a folder: a collection, or any folder of token folders and snapshot files. Only names are read."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from viewer.exported.manifest import FILE_NAME
from viewer.snapshot_file.snapshot import SUFFIX

# A collection's token folders are in its folder ``tokens``.
_MAX_DEPTH: Final = 2


def find_model_folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return each path that is a model or a snapshot file, and in place of another folder those below it, sorted by name.

    Models are looked for in the folders of a folder and in theirs. A path below which there is none is returned as it is.
    """
    found: list[Path] = []
    for path in paths:
        below = [] if _is_model(path) else list(_models_below(path, _MAX_DEPTH))
        found += below or [path]
    return tuple(found)


def _models_below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and (entry.is_dir(follow_symlinks=False) or (entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)))
            )
    except OSError:
        return  # what cannot be looked into holds nothing to show
    for name in names:
        path = folder / name
        if _is_model(path):
            yield path
        elif depth > 1:
            yield from _models_below(path, depth - 1)


def _is_model(path: Path) -> bool:
    return path.is_file() or (path / "models" / FILE_NAME).exists() or (path / FILE_NAME).exists()
