"""Packages from npm that are in the user's cache: tests load nothing from a network."""

from contextlib import suppress
from pathlib import Path

from mint.cache_folder import cache_folder

# The user's, before the tests get a cache of their own.
_CACHE = cache_folder("")


def is_installed(name: str) -> bool:
    """Tell whether the user's cache has a package."""
    return (_CACHE / name).is_dir()


def link_installed(name: str) -> None:
    """Put a package of the user's cache into that of the tests, which the processes of a run share."""
    folder: Path = cache_folder(name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.symlink_to(_CACHE / name)
