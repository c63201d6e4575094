"""Labels of sprites, from the names of their folders or from a label file."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from mint.art.labels.label_file import read_rows
from mint.art.picture_sources import SourcePicture
from mint.errors import ArtError
from viewer.printable import listed

MAX_LABELS: Final = 256
MAX_LENGTH: Final = 64


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
    keys = [_lookup_keys(picture) for picture in pictures]
    known = {key for picture_keys in keys for key in picture_keys}
    rows = read_rows(path, known)
    duplicates = [name for name, count in Counter(row.name for row in rows).items() if count > 1]
    by_name = {row.name: row.labels for row in rows}
    unknown = [name for name in by_name if name not in known]
    missing = [picture.name for picture, names in zip(pictures, keys, strict=True) if not any(name in by_name for name in names)]
    mismatches = [
        f"{problem}: {listed([ascii(name)[1:-1] for name in names])}"
        for problem, names in (
            ("names no picture has", unknown),
            ("duplicate names", duplicates),
            ("pictures without a row", missing),
        )
        if names
    ]
    if mismatches:
        raise ArtError(
            f"the labels {path} do not match the pictures ({'; '.join(mismatches)}); correct the file or rename the pictures"
        )
    labels = [by_name[next(name for name in names if name in by_name)] for names in keys]
    check_labels(labels)
    return labels


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


def _lookup_keys(picture: SourcePicture) -> tuple[str, ...]:
    """Return the names by which a row can refer to a picture, most specific first, the plain name of its file last."""
    path = PurePosixPath(picture.file)
    stem = picture.file[: len(picture.file) - len(path.suffix)]
    sheet, _, frame = picture.name.rpartition("@")
    # A frame of an atlas has a name of its own; a number says nothing without its sheet.
    frame_names = (frame,) if sheet and not frame.isdigit() else ()
    return tuple(dict.fromkeys((picture.name, *frame_names, sheet or picture.name, picture.file, stem, path.name, path.stem)))
