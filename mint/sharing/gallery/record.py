"""gallery.json: what a gallery holds, for machines, and for this program when galleries are joined."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

from mint.errors import GalleryError
from viewer.json_fields import JsonFieldError, Length, Pattern, Printable, Range, parse_json, read_record
from viewer.regular_file import read_regular_file

FORMAT: Final = 1
FILE_NAME: Final = "gallery.json"
MAX_WORKS: Final = 10_000
MAX_BYTES: Final = 1 << 26
MAX_TITLE: Final = 200

Trait = str | int
_Sha256 = Annotated[str, Pattern("[0-9a-f]{64}")]
_Count = Annotated[int, Range(0)]
_Text = Annotated[str, Pattern("[^\\x00-\\x1f\\x7f]{0,256}")]


@dataclass(frozen=True, kw_only=True)
class WorkRecord:
    """A work of a gallery. Texts are empty where they are not given; ``public_key`` is in hex, and empty where it is not signed."""

    id: Annotated[str, Pattern("[0-9a-f]{16}")]
    manifest_sha256: _Sha256
    title: _Text
    author: _Text
    licence: _Text
    hash: Annotated[str, Printable(256)]
    name: _Text
    recipe: _Text
    step: _Count
    images: _Count
    size: tuple[Annotated[int, Range(1, 256)], Annotated[int, Range(1, 256)]]  # (H, W)
    colors: Annotated[int, Range(2, 256)]
    public_key: Annotated[str, Pattern("(?:[0-9a-f]{64})?")]
    traits: Mapping[str, Trait]


@dataclass(frozen=True, kw_only=True)
class GalleryRecord:
    """All of gallery.json; the works are in the order of the wall."""

    format: Annotated[int, Range(FORMAT, FORMAT)] = FORMAT
    title: Annotated[str, Printable(MAX_TITLE)]
    works: Annotated[tuple[WorkRecord, ...], Length(1, MAX_WORKS)]


def format_record(record: GalleryRecord) -> bytes:
    """Return the text of gallery.json; equal records give equal bytes."""
    return (json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n").encode()


def read_gallery(folder: Path) -> GalleryRecord:
    """Read gallery.json of a folder. Raises GalleryError where it is missing, malformed or of another format."""
    path = folder / FILE_NAME
    try:
        record = read_record(GalleryRecord, parse_json(read_regular_file(path, MAX_BYTES, within=folder)))
    except FileNotFoundError as error:
        raise GalleryError(
            f"{folder} is not a gallery: it has no {FILE_NAME}; make one with: mint gallery FILE.pixelmint -o {folder}"
        ) from error
    except OSError as error:
        raise GalleryError(f"{path} cannot be read: {error.strerror}; see that this user may read it") from error
    except (JsonFieldError, ValueError, RecursionError) as error:
        raise GalleryError(f"{path} cannot be read: {error}; make the gallery again of its snapshot files") from error
    if len({work.id for work in record.works}) < len(record.works):
        raise GalleryError(f"{path} names a work twice; make the gallery again of its snapshot files")
    return record
