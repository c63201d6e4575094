"""Finding exported models below a folder: a collection, or any folder of token folders. Nothing is read but names."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from viewer.exported.manifest import FILE_NAME

# A collection's token folders are in its folder ``tokens``.
_MAX_DEPTH: Final = 2


def find_model_folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return each path that is a token folder or its models/, and in place of another folder the models below it, sorted by name.

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
                entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
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
    return (path / "models" / FILE_NAME).exists() or (path / FILE_NAME).exists()
