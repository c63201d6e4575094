"""Labels in JSON: names and labels, dataset.json of NVLabs, the metadata of NFT generators, and the tags of Aseprite."""

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from mint.art.labels.label_row import LabelRow

# Attributes that are numbers are unlike for nearly every picture; OpenSea counts only texts as traits.
_NUMERIC_DISPLAYS: Final = ("number", "boost_number", "boost_percentage", "date")
_FRAME_SUFFIXES: Final = (".aseprite", ".ase", ".png", ".gif")


class JsonPairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, so that duplicate names are kept."""

    def get(self, key: str) -> Any:
        """Return the last value of a key, or None."""
        return dict(self).get(key)


def json_rows(document: object, known: Collection[str], stem: str) -> list[LabelRow]:
    """Return the rows of a JSON document. Raises ValueError, KeyError, IndexError or TypeError.

    {name: label or [label...]}; a list of [name, label...] or of {"name": name, "labels": [label...]}; dataset.json of NVLabs; one
    or a list of the metadata of tokens, with attributes; or a sheet of Aseprite, whose tags are the labels of its frames.

    ``known`` are the names that pictures have, ``stem`` is the name of the file: metadata of one picture may name nothing else.
    """
    if isinstance(document, JsonPairs):
        if document.get("frames") is not None and isinstance(document.get("meta"), JsonPairs):
            return _aseprite_rows(document)
        if _is_dataset(document):
            return [_dataset_row(entry) for entry in document.get("labels")]
        if isinstance(document.get("attributes"), list):
            return [_metadata_row(document, known, stem)]
        return [_row(name, value) for name, value in document]
    if not isinstance(document, list):
        raise ValueError("it is neither an object nor a list")
    if document and all(isinstance(entry, JsonPairs) and isinstance(entry.get("attributes"), list) for entry in document):
        return [_metadata_row(entry, known, "") for entry in document]
    return [_row(*_pair(entry)) for entry in document]


def _row(name: object, value: object) -> LabelRow:
    labels = [value] if isinstance(value, str) else value
    if (
        not isinstance(name, str)
        or isinstance(labels, JsonPairs)
        or not isinstance(labels, list)
        or not all(isinstance(label, str) and label for label in labels)
    ):
        raise ValueError(f"{str(name)[:40]!r} has labels that are not a text or a list of texts")
    return LabelRow(name=name, labels=tuple(dict.fromkeys(labels)))


def _pair(entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, JsonPairs):
        record = dict(entry)
        return record["name"], record["labels"]
    if not isinstance(entry, list) or not entry:
        raise ValueError(f"the entry {str(entry)[:40]!r} is no list of a name and its labels")
    return entry[0], list(entry[1:])


def _is_dataset(document: JsonPairs) -> bool:
    """Whether a document is NVLabs' dataset.json: {"labels": [[file, class], ...]}, or null without labels."""
    labels = document.get("labels")
    if len(document) == 1 and "labels" in dict(document) and labels is None:
        raise ValueError("its labels are null: the data set has none")
    return isinstance(labels, list) and bool(labels) and all(isinstance(entry, list) and len(entry) == 2 for entry in labels)


def _dataset_row(entry: Sequence[Any]) -> LabelRow:
    """Return the row of a file and its class, a number, or of a vector with a value above a half for each of its classes."""
    name, value = entry
    numbers = value if isinstance(value, list) else [value]
    if not isinstance(name, str) or not all(isinstance(number, int | float) for number in numbers):
        raise ValueError(f"{str(name)[:40]!r} has a class that is no number")
    classes = [str(index) for index, number in enumerate(value) if number > 0.5] if isinstance(value, list) else [str(int(value))]
    return LabelRow(name=name, labels=tuple(classes))


def _metadata_row(record: JsonPairs, known: Collection[str], stem: str) -> LabelRow:
    """Return the row of a token's metadata: its picture's name, and a label like "Eyes: Red" for each trait."""
    labels = []
    for attribute in record.get("attributes"):
        if not isinstance(attribute, JsonPairs):
            raise ValueError(f"the attribute {str(attribute)[:40]!r} is no trait_type and value")
        trait = attribute.get("trait_type") or attribute.get("name")  # TZIP-21 calls it name
        value = attribute.get("value")
        if value is None or attribute.get("display_type") in _NUMERIC_DISPLAYS:
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value).strip()
        labels.append(f"{trait}: {text}" if trait else text)
    names = _metadata_names(record, stem)
    if not names:
        raise ValueError("metadata has neither image, edition nor name")
    return LabelRow(name=next((name for name in names if name in known), names[0]), labels=tuple(dict.fromkeys(labels)))


def _metadata_names(record: JsonPairs, stem: str) -> list[str]:
    """Return the names by which metadata may mean its picture: the file of its image, its own file, its number, its name."""
    names = []
    for key in ("image", "file", "artifactUri"):
        if isinstance(value := record.get(key), str) and (file := PurePosixPath(value.split("?")[0]).name):
            names += [file, PurePosixPath(file).stem]
    names += [stem] if stem else []
    names += [str(value) for key in ("edition", "tokenId", "token_id", "id") if isinstance(value := record.get(key), int | str)]
    if isinstance(name := record.get("name"), str):
        names += [name, name.rpartition("#")[2].strip()]
    return [name for name in names if name]


def _aseprite_rows(document: JsonPairs) -> list[LabelRow]:
    """Return a row for each frame of a sheet that Aseprite exported, with the tags that hold it."""
    frames = document.get("frames")
    names = [name for name, _ in frames] if isinstance(frames, JsonPairs) else [str(frame.get("filename")) for frame in frames]
    labels = frame_tags(document.get("meta"), len(names))
    if not any(labels):
        raise ValueError("it is a sheet without tags; export it from Aseprite with tags")
    return [LabelRow(name=frame_name(name), labels=tags) for name, tags in zip(names, labels, strict=True)]


def frame_tags(meta: JsonPairs, num_frames: int) -> list[tuple[str, ...]]:
    """Return for each frame of a sheet of Aseprite the tags that hold it, each once. Raises ValueError or TypeError."""
    tags: list[list[str]] = [[] for _ in range(num_frames)]
    for entry in meta.get("frameTags") or []:
        name, first, last = str(entry.get("name")), int(entry.get("from")), int(entry.get("to"))
        if not 0 <= first <= last < num_frames:
            raise ValueError(f"the tag {name[:40]!r} has the frames {first} to {last} of {num_frames}")
        for number in range(first, last + 1):
            tags[number].append(name)
    return [tuple(dict.fromkeys(names)) for names in tags]


def frame_name(text: str) -> str:
    """Return the name of a frame without the suffix of a picture."""
    path = PurePosixPath(text)
    return text[: -len(path.suffix)] if path.suffix.lower() in _FRAME_SUFFIXES and path.stem else text
