"""Label files: tables as spreadsheets save them, and the JSON of data sets, NFT generators and Aseprite."""

import json
from pathlib import Path

import numpy as np
import pytest

from mint.art.labels.label_file import FORM
from mint.art.labels.sprite_labels import file_labels
from mint.art.picture_sources import SourcePicture
from mint.errors import ArtError

PICTURES = [SourcePicture(name=str(number), file=f"{number}.png", rgba=np.zeros((1, 1, 4), np.uint8)) for number in range(1, 5)]
ANIMALS = [("Kröte", "groß"), ("Hund", "klein"), ("Bär", "groß"), ("Hund",)]
ROWS = ["name;Tier;Größe", "1;Kröte;groß", "2;Hund;klein", "3;Bär;groß", "4;Hund;"]


def _table(separator: str, encoding: str, newline: str = "\r\n", first: str = "") -> bytes:
    return (first + newline.join(ROWS).replace(";", separator) + newline).encode(encoding)


def _token(number: int, *attributes: dict[str, object], **fields: object) -> dict[str, object]:
    return {"name": f"Frogs #{number}", "image": f"ipfs://abc/{number}.png", "attributes": list(attributes), **fields}


def _trait(trait_type: str, value: object, **fields: object) -> dict[str, object]:
    return {"trait_type": trait_type, "value": value, **fields}


TABLES = {
    "excel.csv": _table(";", "cp1252"),
    "calc.csv": _table(",", "utf-8", "\n"),
    "excel utf-8.csv": _table(";", "utf-8-sig"),
    "excel unicode.txt": _table("\t", "utf-16"),
    "utf-16 without mark.csv": _table("\t", "utf-16-le"),
    "big-endian.csv": _table(",", "utf-16-be"),
    "separator named.csv": _table("|", "utf-8", first="sep=|\r\n"),
    "blank lines.tsv": _table("\t", "utf-8", "\n\n\t\n"),
    "quoted after a space.csv": 'name, a, b\n1.png, "Kröte", groß\n2.png,"Hund" , klein\n3 , Bär,"groß"\n4,Hund\n'.encode(),
    "image as heading.csv": "Image,Animal,Size\n1,Kröte,groß\n2,Hund,klein\n3,Bär,groß\n4,Hund,,\n".encode(),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_as_spreadsheets_save_it(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(TABLES[name])
    assert file_labels(PICTURES, tmp_path / name) == ANIMALS


def test_a_comma_in_a_cell_separates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text('name;label\n1;big, dog\n2;dog, cat\n3;a, b, c\n4;"x; y"\n')
    assert file_labels(PICTURES, path) == [("big, dog",), ("dog, cat",), ("a, b, c",), ("x; y",)]
    path.write_text('name, label\n1.png, "big, dog"\n2.png, dog; cat\n3.png, c;d\n4.png, e;f\n')
    assert file_labels(PICTURES, path) == [("big, dog",), ("dog; cat",), ("c;d",), ("e;f",)]


DOCUMENTS: dict[str, tuple[object, list[tuple[str, ...]]]] = {
    "dataset.json": ({"labels": [["4.png", 1], ["1.png", 0], ["2.png", 1], ["3.png", 2]]}, [("0",), ("1",), ("2",), ("1",)]),
    "vectors.json": (
        {"labels": [["1.png", [1, 0, 1]], ["2.png", [0, 0, 0]], ["3.png", [0.0, 1.0, 0.0]], ["4.png", [0, 1, 1]]]},
        [("0", "2"), (), ("1",), ("1", "2")],
    ),
    "_metadata.json": (
        [_token(number, _trait("Eyes", "Red"), _trait("Back", "Red" if number > 2 else "None")) for number in (3, 1, 4, 2)],
        [*[("Eyes: Red", "Back: None")] * 2, *[("Eyes: Red", "Back: Red")] * 2],
    ),
    "by edition.json": (
        [_token(9, _trait("Eyes", "Red"), edition=number, image="ipfs://abc") for number in range(1, 5)],
        [("Eyes: Red",)] * 4,
    ),
    "by the number in the name.json": (
        [{"name": f"Frog #{number}", "attributes": [{"value": "Red"}]} for number in range(1, 5)],
        [("Red",)] * 4,
    ),
    "numbers.json": (
        [
            _token(
                number,
                _trait("Level", number, display_type="number"),
                _trait("Legs", 4),
                _trait("Dead", True),
                {"name": "Hat", "value": "A"},
            )
            for number in range(1, 5)
        ],
        [("Legs: 4", "Dead: true", "Hat: A")] * 4,
    ),
    "walk.json": (
        {
            "frames": {f"{number}.aseprite": {"duration": 100} for number in range(1, 5)},
            "meta": {"frameTags": [{"name": "walk", "from": 0, "to": 1}, {"name": "all", "from": 0, "to": 3}]},
        },
        [("walk", "all"), ("walk", "all"), ("all",), ("all",)],
    ),
    "array.json": (
        {
            "frames": [{"filename": f"{number}.png"} for number in range(1, 5)],
            "meta": {"frameTags": [{"name": "jump", "from": 3, "to": 3}]},
        },
        [(), (), (), ("jump",)],
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_json_of_data_sets_and_generators_is_read(name: str, tmp_path: Path) -> None:
    document, labels = DOCUMENTS[name]
    (tmp_path / name).write_text(json.dumps(document))
    assert file_labels(PICTURES, tmp_path / name) == labels


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_a_folder_of_metadata_has_a_file_for_each_picture(suffix: str, tmp_path: Path) -> None:
    for number in range(1, 5):
        token = {"description": "x", "attributes": [_trait("Eyes", "Red" if number % 2 else "Blue")]}
        (tmp_path / f"{number}{suffix}").write_text(json.dumps(token))
    (tmp_path / "_metadata.json").write_text("[]")
    assert file_labels(PICTURES, tmp_path) == [("Eyes: Red",), ("Eyes: Blue",)] * 2


@pytest.mark.parametrize(
    ("file", "data", "reason"),
    [
        ("l.csv", b",red\n", "row 1 has no name"),
        ("l.csv", b'1,"red\n', "line 1: unexpected end of data"),
        ("l.csv", b"PK\x03\x04xl/workbook.xml", "it is a workbook, which can be saved as CSV"),
        ("l.csv", b"1,\x81\x8d\n", "its encoding is neither UTF-8, UTF-16 nor Windows-1252"),
        ("l.json", b'{"1": 3}', "'1' has labels that are not a text or a list of texts"),
        ("l.json", b'[{"name": "1"}]', "it lacks 'labels'"),
        ("l.json", b"[3]", "the entry '3' is no list of a name and its labels"),
        ("l.json", b"3", "it is neither an object nor a list"),
        ("l.json", b'{"labels": null}', "its labels are null: the data set has none"),
        ("l.json", b'{"labels": [["1.png", "x"]]}', "'1.png' has a class that is no number"),
        ("l.json", b'[{"attributes": []}]', "metadata has neither image, edition nor name"),
        ("l.json", b'[{"name": "1", "attributes": ["Red"]}]', "the attribute 'Red' is no trait_type and value"),
        ("l.json", b'{"frames": {"1": {}}, "meta": {}}', "it is a sheet without tags; export it from Aseprite with tags"),
        (
            "l.json",
            b'{"frames": {"1": {}}, "meta": {"frameTags": [{"name": "walk", "from": 0, "to": 7}]}}',
            "the tag 'walk' has the frames 0 to 7 of 1",
        ),
    ],
)
def test_what_holds_no_labels_is_refused_with_the_form_expected(
    file: str, data: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(file).write_bytes(data)
    with pytest.raises(ArtError) as error:
        file_labels(PICTURES, Path(file))
    assert str(error.value) == f"the labels {file} are not CSV or JSON with names and labels ({reason}); give {FORM}"


def test_a_file_that_names_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("name,label\n\n,\n")
    with pytest.raises(ArtError) as error:
        file_labels(PICTURES, tmp_path / "l.csv")
    assert str(error.value).endswith(f"l.csv name no picture; give {FORM}")
