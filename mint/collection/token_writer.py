"""Write the token folders of a collection, in all processes; what is there already is kept."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from mint import atomic_write
from mint.collection.worker_pool import WorkerPool
from mint.errors import TokenError
from mint.token.folder import read_token, write_token
from mint.token.hash import parse_hash
from mint.token.token import GENERATOR_VERSION, draw_token

_TOKENS_PER_TASK = 8


@dataclass(frozen=True)
class TokenTask:
    """A token folder to be written: where, and the hash of its token."""

    path: Path
    hash: str


def write_tokens(tasks: list[TokenTask], pool: WorkerPool, on_progress: Callable[[int], None]) -> None:
    """Write token folders. Raises OSError; folders that are there are whole."""
    parts = [tasks[start : start + _TOKENS_PER_TASK] for start in range(0, len(tasks), _TOKENS_PER_TASK)]
    done = 0
    for number in pool.ordered_map(_write_part, parts):
        done += number
        on_progress(done)


def _write_part(tasks: list[TokenTask]) -> int:
    for task in tasks:
        if not _is_written(task):
            token = draw_token(parse_hash(task.hash))
            atomic_write.write_folder(task.path, partial(write_token, token), replace=True)
    return len(tasks)


def _is_written(task: TokenTask) -> bool:
    """Whether the folder has the token, whole and by this version."""
    try:
        token = read_token(task.path)
        token.traits()
    except TokenError:
        return False
    return token.hash.text == task.hash and token.generator_version == GENERATOR_VERSION


def remove_others(folder: Path, names: Iterable[str]) -> None:
    """Remove what an earlier draw left in a folder beside these token folders. Raises OSError."""
    kept = set(names)
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path)


def rewrite_token(folder: Path, token_hash: str, *, metadata_only: bool = False) -> None:
    """Write the files of a token anew, each atomically; what training left in the folder stays. Raises OSError."""
    token = draw_token(parse_hash(token_hash))
    with TemporaryDirectory() as temporary:
        write_token(token, Path(temporary))
        for path in sorted(Path(temporary).rglob("*")):
            target = folder / path.relative_to(temporary)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            elif not metadata_only or path.name == "metadata.json":
                target.parent.mkdir(parents=True, exist_ok=True)
                atomic_write.write_bytes(target, path.read_bytes())
