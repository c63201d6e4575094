"""Where each key of a TOML document is, which the parser of the standard library does not tell.

A TOML document is a sequence of statements: headers and pairs of a key and a value. Each statement is a TOML document of its own,
so the same parser says where it ends and which key it has.
"""

import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]


def key_lines(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every table and key of a TOML document by its path.

    Tables of an array are counted from 0: the second ``[[forbid]]`` is ``("forbid", 1)``. Keys of an inline table have the line of
    that table's key. Raises tomllib.TOMLDecodeError where the text is not TOML.
    """
    tomllib.loads(text)
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        head = statement.lstrip()
        path = _only_path(tomllib.loads(statement))
        if not head.startswith("["):
            _note(lines, table + path, line)
        elif head.startswith("[["):
            array = _within_arrays(path[:-1], counts) + path[-1:]
            table = (*array, counts.setdefault(array, 0))
            counts[array] += 1
            _note(lines, table, line)
        else:
            table = _within_arrays(path, counts)
            _note(lines, table, line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    start, statement = 1, ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        statement += line
        if not statement.strip() or statement.lstrip().startswith("#"):
            start, statement = number + 1, ""
            continue
        try:
            tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # a value of several lines
        yield start, statement
        start, statement = number + 1, ""


def _only_path(document: object) -> Path:
    """Return the path of the one key that a statement sets; its value, if an inline table, is part of it."""
    path: list[str | int] = []
    while isinstance(document, dict | list) and len(document) == 1:
        if isinstance(document, list):
            document = document[0]
            continue
        key, document = next(iter(document.items()))
        path.append(key)
    return tuple(path)


def _within_arrays(path: Path, counts: dict[Path, int]) -> Path:
    """Return a path of keys with the place of the newest table after each that is an array of tables."""
    out: Path = ()
    for key in path:
        out = (*out, key)
        if out in counts:
            out = (*out, counts[out] - 1)
    return out


def _note(lines: dict[Path, int], path: Path, line: int) -> None:
    """Note the line of a path and of those above it that have none, such as ``quota`` in ``[quota.Palette]``."""
    for end in range(1, len(path) + 1):
        lines.setdefault(path[:end], line)
