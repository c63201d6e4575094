"""Label files: tables as spreadsheets save them, JSON of names and labels, dataset.json of NVLabs, and the metadata of tokens."""

import codecs
import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mint.art.labels.label_json import JsonPairs, json_rows
from mint.art.labels.label_row import LabelRow
from mint.errors import ArtError
from viewer.regular_file import read_regular_file

MAX_BYTES: Final = 1 << 24
MAX_FILES: Final = 100_000
MAX_ROWS: Final = 200_000
FORM: Final = 'rows of name,label,... like cat.png,animal,grey, or JSON like {"cat.png": ["animal", "grey"]}'

_SEPARATORS: Final = (",", ";", "\t")
_HEADINGS: Final = ("name", "file", "filename", "file name", "file_name", "image", "picture", "sprite", "path", "id")
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class _Table:
    """The rows of a table: its cells, without white space around them."""

    rows: list[list[str]]

    def score(self, known: Collection[str]) -> tuple[int, int]:
        """Return how many rows begin with a known name, and how many have more than one cell."""
        return sum(row[0] in known for row in self.rows if row), sum(len(row) > 1 for row in self.rows)


def read_rows(path: Path, known: Collection[str] = ()) -> list[LabelRow]:
    """Read a label file, or a folder of one file of metadata for each picture. Raises ArtError, which shows the form expected.

    Tables: name, label, label..., separated by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252; a first row that
    begins with "name" or the like is a heading. JSON: see ``label_json``. ``known`` are the names that pictures have; they decide
    what a separator is, and which of the names in metadata is meant.
    """
    try:
        if path.is_dir():
            rows = [row for file in _metadata_files(path) for row in json_rows(_json(_decoded(_read(file))), known, file.stem)]
        else:
            data = _read(path)
            text = _decoded(data)
            rows = json_rows(_json(text), known, path.stem) if _is_json(text, path) else list(_table_rows(text, known))
    except OSError as error:
        raise ArtError(
            f"the labels {path} cannot be read: {error.strerror or error}; give a CSV or JSON file, or folders"
        ) from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError, csv.Error) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise ArtError(f"the labels {path} are not CSV or JSON with names and labels ({reason}); give {FORM}") from error
    if len(rows) > MAX_ROWS:
        raise ArtError(f"the labels {path} have more than {MAX_ROWS} rows; give a row for each picture")
    if not rows:
        raise ArtError(f"the labels {path} name no picture; give {FORM}")
    return rows


def _read(path: Path) -> bytes:
    data = read_regular_file(path, MAX_BYTES)
    if data.startswith(_WORKBOOKS):
        raise ValueError("it is a workbook, which can be saved as CSV")
    return data


def _metadata_files(folder: Path) -> list[Path]:
    """Return the files of a folder with metadata, one for each picture; files that hold all of them begin with an underscore."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ("", ".json") and path.is_file())
    files = [path for path in files if not path.name.startswith(("_", "."))]
    if len(files) > MAX_FILES:
        raise ValueError(f"it holds more than {MAX_FILES} files")
    if not files:
        raise ValueError("the folder holds no JSON files")
    return files


def _decoded(data: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16, else Windows-1252, which spreadsheets of western Europe write."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    # Every second byte of western text in UTF-16 is zero.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(data) >= 4 and 2 * data[start::2].count(0) > len(data[start::2]):
            return data.decode(encoding)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            raise ValueError("its encoding is neither UTF-8, UTF-16 nor Windows-1252") from None


def _is_json(text: str, path: Path) -> bool:
    if path.suffix.lower() == ".json":
        return True
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _json(text: str) -> object:
    return json.loads(text, object_pairs_hook=JsonPairs)


def _table_rows(text: str, known: Collection[str]) -> Iterator[LabelRow]:
    # Excel names the separator in a first line like sep=;
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"')
    separators: Sequence[str] = _SEPARATORS
    if named.lower().startswith("sep=") and len(named) == 5:
        separators, text = (named[4],), rest
    if text.count("\n") + text.count("\r") > 2 * MAX_ROWS:
        raise ValueError(f"it has more than {MAX_ROWS} lines")
    table = _best_table(text, separators, known)
    for number, cells in enumerate(table.rows):
        is_heading = (
            number == 0 and cells and (cells[0].lower() == "name" or (cells[0].lower() in _HEADINGS and cells[0] not in known))
        )
        if not any(cells) or is_heading:
            continue
        if not cells[0]:
            raise ValueError(f"row {number + 1} has no name")
        yield LabelRow(name=cells[0], labels=tuple(dict.fromkeys(cell for cell in cells[1:] if cell)))


def _best_table(text: str, separators: Sequence[str], known: Collection[str]) -> _Table:
    """Return the rows by the separator after which most rows begin with the name of a picture, then by which most are separated."""
    tables: list[_Table] = []
    problems: list[csv.Error] = []
    for separator in separators:
        # A space after a quoted cell is no part of it, as a space before it is none.
        trimmed = re.sub(f'" +(?=[{re.escape(separator)}\r\n]|$)', '"', text)
        reader = csv.reader(io.StringIO(trimmed, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
        try:
            tables.append(_Table([[cell.strip() for cell in row] for row in reader]))
        except csv.Error as error:
            problems.append(csv.Error(f"line {reader.line_num}: {error}"))
    # Of equals, the first is taken: commas before semicolons.
    best = max(tables, key=lambda table: table.score(known), default=_Table([]))
    if problems and not best.score(known)[0]:
        raise problems[0]
    return best
