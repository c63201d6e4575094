"""Labels of sprites, from the names of their folders or from a CSV or JSON file."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from mint.art.picture_sources import SourcePicture
from mint.errors import ArtError

MAX_BYTES: Final = 1 << 24
MAX_LABELS: Final = 256
MAX_LENGTH: Final = 64
_MAX_LISTED: Final = 3


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """A row of a label file: the name of a picture, and its labels."""

    name: str
    labels: tuple[str, ...]


def folder_labels(pictures: Sequence[SourcePicture]) -> list[tuple[str, ...]]:
    """Return for each picture the names of its folders. Raises ArtError if no picture is in a folder."""
    labels = [tuple(dict.fromkeys(picture.folders)) for picture in pictures]
    if not any(labels):
        raise ArtError(
            "no picture is in a folder that could be its label; sort the pictures into folders, or give a CSV or JSON file"
        )
    check_labels(labels)
    return labels


def file_labels(pictures: Sequence[SourcePicture], path: Path) -> list[tuple[str, ...]]:
    """Return for each picture its labels in a label file, found by its name, or by its file with or without suffix.

    Raises ArtError, which lists them, for names that no picture has, duplicate names, and pictures without a row.
    """
    rows = read_rows(path)
    names = [row.name for row in rows]
    duplicates = [name for name, count in Counter(names).items() if count > 1]
    by_name = {row.name: row.labels for row in rows}
    keys = [_lookup_keys(picture) for picture in pictures]
    known = {key for picture_keys in keys for key in picture_keys}
    unknown = [name for name in by_name if name not in known]
    missing = [picture.name for picture, names in zip(pictures, keys, strict=True) if not any(name in by_name for name in names)]
    mismatches = [
        f"{problem}: {_listed(listed)}"
        for problem, listed in (
            ("names no picture has", unknown),
            ("duplicate names", duplicates),
            ("pictures without a row", missing),
        )
        if listed
    ]
    if mismatches:
        raise ArtError(
            f"the labels {path} do not match the pictures ({'; '.join(mismatches)}); correct the file or rename the pictures"
        )
    labels = [by_name[next(name for name in names if name in by_name)] for names in keys]
    check_labels(labels)
    return labels


def read_rows(path: Path) -> list[LabelRow]:
    """Read a label file. Raises ArtError.

    CSV: name, label, label...; a first row that begins with "name" is a heading. JSON: {name: label or [label...]}, or a list of
    [name, label...] or of {"name": name, "labels": [label...]}.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES >> 20} MiB")
        text = data.decode("utf-8-sig")
        rows = list(_json_rows(text) if path.suffix.lower() == ".json" else _csv_rows(text))
    except OSError as error:
        raise ArtError(
            f"the labels {path} cannot be read: {error.strerror or error}; give a CSV or JSON file, or folders"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError, csv.Error) as error:
        raise ArtError(f"the labels {path} are not CSV or JSON with names and labels ({error}); correct the file") from error
    if not rows:
        raise ArtError(f"the labels {path} name no picture; give one row per picture: name,label[,label...]")
    return rows


def check_labels(labels: Sequence[tuple[str, ...]]) -> None:
    """Raise ArtError for labels that cannot be displayed, or too many labels."""
    names = {label for picture_labels in labels for label in picture_labels}
    invalid = next((name for name in sorted(names) if not name.isprintable() or len(name) > MAX_LENGTH), None)
    if invalid is not None:
        raise ArtError(
            f"the label {invalid[:MAX_LENGTH]!a} is too long or unprintable; give at most {MAX_LENGTH} printable characters"
        )
    if len(names) > MAX_LABELS:
        raise ArtError(f"the art has {len(names)} labels; give at most {MAX_LABELS}")


def _csv_rows(text: str) -> Iterator[LabelRow]:
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True)):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 0 and cells[0].lower() == "name"):
            continue
        if not cells[0]:
            raise ValueError(f"row {number + 1} has no name")
        yield LabelRow(name=cells[0], labels=tuple(dict.fromkeys(cell for cell in cells[1:] if cell)))


def _json_rows(text: str) -> Iterator[LabelRow]:
    document: Any = json.loads(text, object_pairs_hook=_JsonPairs)
    pairs = document if isinstance(document, _JsonPairs) else [_pair(entry) for entry in document]
    for name, value in pairs:
        labels = [value] if isinstance(value, str) else value
        if (
            not isinstance(name, str)
            or not isinstance(labels, list)
            or not all(isinstance(label, str) and label for label in labels)
        ):
            raise ValueError(f"{str(name)[:40]!r} has labels that are not a text or a list of texts")
        yield LabelRow(name=name, labels=tuple(dict.fromkeys(labels)))


class _JsonPairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, so that duplicate names are kept."""


def _pair(entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, _JsonPairs):
        record = dict(entry)
        return record["name"], record["labels"]
    return entry[0], list(entry[1:])


def _lookup_keys(picture: SourcePicture) -> tuple[str, ...]:
    """Return the names by which a row can refer to a picture, most specific first, the plain name of its file last."""
    path = PurePosixPath(picture.file)
    stem = picture.file[: len(picture.file) - len(path.suffix)]
    sheet = picture.name.rpartition("@")[0] or picture.name
    return tuple(dict.fromkeys((picture.name, sheet, picture.file, stem, path.name, path.stem)))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(ascii(name)[1:-1] for name in names[:_MAX_LISTED])
    return f"{shown} and {len(names) - _MAX_LISTED} more" if len(names) > _MAX_LISTED else shown
