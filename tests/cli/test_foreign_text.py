"""Every command that reads what strangers made, with every text that a terminal would obey: none reaches it."""

import json
import re
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from mint.cli import main as mint
from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.small_model import small_origin, write_models
from tests.small_snapshot import manifest_of, members_of, snapshot_parts
from viewer.cli import main as viewer
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.manifest import canonical_json, describe_members

TEXTS = {
    "window title": "\x1b]0;owned\x07",
    "screen cleared": "\x1b[2J\x1b[H",
    "eight-bit escape": "\x9b2J\x9d0;owned\x9c",
    "from right to left": "gpj.\u202egnp",
    "carriage return": "harmless\rowned",
    "backspaces": "abc\x08\x08\x08\x7f",
    "long": "x" * 5000,
    "long, of words": "x y " * 1500,
    "lines": "one\ntwo\u2028three\u2029four",
}
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LONG = re.compile(r"x{201}|(?:x y ){51}")

Case = Callable[[Path, str], tuple[object, list[str]]]


def file_name(text: str) -> str:
    return text.replace("/", "-")[:100] if len(text.encode()) > 200 else text.replace("/", "-")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mint_token(parse_hash("open sesame"), tmp_path_factory.mktemp("drawn"))


def picture(path: Path) -> Path:
    Image.new("RGB", (4, 4), "red").save(path, "PNG")
    return path


def manifest(**changes: str) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        token = write_models(folder / "model", small_origin())
        path = token / "models" / "manifest.json"
        document = json.loads(path.read_bytes())
        for key in changes:
            document[key] = text
        path.write_text(json.dumps(document))
        return viewer, ["snapshot", str(token), "-o", str(folder / "a.png"), "--device", "cpu"]

    return case


def manifest_key(folder: Path, text: str) -> tuple[object, list[str]]:
    token = write_models(folder / "model", small_origin())
    path = token / "models" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {text: 1}))
    return viewer, ["record", str(token), "-o", str(folder / "a.gif"), "--device", "cpu"]


def model_folder(folder: Path, text: str) -> tuple[object, list[str]]:
    (folder / file_name(text)).mkdir()
    (folder / file_name(text) / "manifest.json").write_text("{}")
    return viewer, ["show", str(folder), "--no-browser"]


def graph_names(folder: Path, text: str) -> tuple[object, list[str]]:
    from tests.small_model import graph_files, small_generator

    origin = small_origin()
    generator = small_generator(origin)
    generator.graph.node[0].op_type = text.encode("utf-8", "replace").decode()
    token = write_models(folder / "model", origin, graph_files(generator))
    return viewer, ["snapshot", str(token), "-o", str(folder / "a.png"), "--device", "cpu"]


def token_value(*keys: str | int) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        path = folder / "drawn" / "token.json"
        document = value = json.loads(path.read_bytes())
        for key in keys[:-1]:
            value = value[key]
        value[keys[-1]] = text
        path.write_text(json.dumps(document))
        return mint, ["show", str(folder / "drawn")]

    return case


def pictures_in_a_folder(folder: Path, text: str) -> tuple[object, list[str]]:
    (folder / "in").mkdir()
    (folder / "in" / f"{file_name(text)}.png").write_bytes(b"broken")
    picture(folder / "in" / f"{file_name(text)}2.png")
    return mint, ["pixelate", str(folder / "in"), "-o", str(folder / "out"), "--plain"]


def archive(command: str) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        with zipfile.ZipFile(folder / "in.zip", "w") as file:
            file.writestr(f"{text}.png".replace("\x00", ""), b"broken")
        arguments = {
            "pixelate": ["-o", str(folder / "out"), "--plain"],
            "import": ["--name", "art", "--tokens-dir", str(folder / "tokens")],
        }
        return mint, [command, str(folder / "in.zip"), *arguments[command]]

    return case


def archive_entry_outside(folder: Path, text: str) -> tuple[object, list[str]]:
    with zipfile.ZipFile(folder / "in.zip", "w") as file:
        file.writestr(f"../{text}.png", b"broken")
    return mint, ["import", str(folder / "in.zip"), "--name", "art", "--tokens-dir", str(folder / "tokens")]


def palette(content: Callable[[str], bytes], suffix: str) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        (folder / f"colours{suffix}").write_bytes(content(text))
        arguments = ["--palette", str(folder / f"colours{suffix}"), "--plain", "-o", str(folder / "out")]
        return mint, ["pixelate", str(picture(folder / "a.png")), *arguments]

    return case


def labels(content: Callable[[str], str], suffix: str) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        (folder / "in").mkdir()
        picture(folder / "in" / "a.png")
        (folder / f"labels{suffix}").write_text(content(text), errors="replace")
        arguments = ["--name", "art", "--labels", str(folder / f"labels{suffix}"), "--tokens-dir", str(folder / "tokens")]
        return mint, ["import", str(folder / "in"), *arguments]

    return case


def tileset_picture(folder: Path, text: str) -> tuple[object, list[str]]:
    path = folder / f"{file_name(text)}.png"
    path.write_bytes(b"broken")
    return mint, ["tileset", str(path), "-o", str(folder / "out")]


def originality_of(folder: Path, text: str) -> tuple[object, list[str]]:
    path = folder / f"{file_name(text)}.png"
    path.write_bytes(b"broken")
    return mint, ["originality", str(folder / "drawn"), "--of", str(path)]


def checkpoint(folder: Path, text: str) -> tuple[object, list[str]]:
    step = folder / "drawn" / "training" / "checkpoints" / "step-000000001"
    step.mkdir(parents=True)
    (step / "checkpoint.json").write_text(json.dumps({"format": text, "step": text}))
    (step / "tensors.safetensors").write_bytes(struct.pack("<Q", 2) + b"{}")
    return mint, ["export", str(folder / "drawn")]


def collection(folder: Path, text: str) -> tuple[object, list[str]]:
    (folder / "collection.json").write_text(json.dumps({"format": text, text: 1}))
    return mint, ["collection", "show", str(folder)]


def snapshot_file(part: str) -> Case:
    """Put a text where a snapshot file has one of its own; the zip around it is right."""

    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        _, files = snapshot_parts()
        members = members_of(files, manifest_of(files), key=None)
        document = json.loads(members["manifest.json"])
        if part == "key":
            document[text] = 1
        elif part == "name":
            document["files"][text] = document["files"]["mosaic.png"]
        elif part == "hash of the token":
            members["token.json"] = json.dumps({**json.loads(members["token.json"]), "hash": text}).encode()
            document["files"]["token.json"] = asdict(describe_members(members)["token.json"])
        else:
            document[part] = text
        data = b"".join(archive_parts(members | {"manifest.json": canonical_json(document)}))
        (folder / "a.pixelmint").write_bytes(data)
        return viewer, ["check", str(folder / "a.pixelmint"), "--device", "cpu"]

    return case


def snapshot_member(folder: Path, text: str) -> tuple[object, list[str]]:
    with zipfile.ZipFile(folder / "a.pixelmint", "w") as file:
        file.writestr(text.replace("\x00", ""), b"")
    return viewer, ["check", str(folder / "a.pixelmint"), "--json"]


def snapshot_name(folder: Path, text: str) -> tuple[object, list[str]]:
    path = folder / f"{file_name(text)}.pixelmint"
    path.write_bytes(b"broken")
    return viewer, ["check", str(path)]


def shared_text(option: str) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        return mint, ["share", str(folder / "drawn"), "-o", str(folder / "a.pixelmint"), option, text, "--unsigned"]

    return case


def gallery_record(*keys: str | int) -> Case:
    """Put a text into gallery.json."""

    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        work = {"id": "0" * 16}
        document: dict[str | int, object] = {"format": 1, "title": "a", "works": [work]}
        value: object = document
        for key in keys[:-1]:
            value = value[key]  # type: ignore[index]
        value[keys[-1]] = text  # type: ignore[index]
        (folder / "gallery.json").write_text(json.dumps(document))
        return mint, ["gallery", str(folder), "-o", str(folder / "site")]

    return case


def gallery_of_snapshot(part: str) -> Case:
    def case(folder: Path, text: str) -> tuple[object, list[str]]:
        snapshot_file(part)(folder, text)
        return mint, ["gallery", str(folder / "a.pixelmint"), "-o", str(folder / "site"), "--title", "a"]

    return case


def gallery_title(folder: Path, text: str) -> tuple[object, list[str]]:
    (folder / "a.pixelmint").write_bytes(b"broken")
    return mint, ["gallery", str(folder / "a.pixelmint"), "-o", str(folder / "site"), "--title", text]


CASES: dict[str, Case] = {
    "a manifest's format": manifest(format=""),
    "a manifest's palette": manifest(palette=""),
    "a manifest's token": manifest(token=""),
    "a manifest's key": manifest_key,
    "a model's folder": model_folder,
    "an operator": graph_names,
    "a token's format": token_value("format"),
    "a token's hash": token_value("hash"),
    "a token's generator": token_value("generator"),
    "a token's palette": token_value("palette", 0),
    "a token's feature": token_value("features", "Family"),
    "a sprite's file": token_value("sprites", 0, "file"),
    "a sprite's family": token_value("sprites", 0, "family"),
    "pictures in a folder": pictures_in_a_folder,
    "pictures in an archive, pixelated": archive("pixelate"),
    "pictures in an archive, imported": archive("import"),
    "an entry that points outside": archive_entry_outside,
    "a palette of lines": palette(lambda text: text.encode("utf-8", "replace"), ".hex"),
    "a palette of GIMP": palette(lambda text: f"GIMP Palette\nName: {text}\n{text}\n".encode("utf-8", "replace"), ".gpl"),
    "a palette of JASC": palette(lambda text: f"JASC-PAL\n0100\n{text}\n".encode("utf-8", "replace"), ".pal"),
    "labels of JSON": labels(lambda text: json.dumps({text: 1, "a": text}), ".json"),
    "labels of a table": labels(lambda text: f"file,label\n{text},{text}\na.png,{text}\n", ".csv"),
    "a picture of tiles": tileset_picture,
    "a picture to compare with": originality_of,
    "a checkpoint": checkpoint,
    "a collection": collection,
    "a snapshot's title": snapshot_file("title"),
    "a snapshot's author": snapshot_file("author"),
    "a snapshot's licence": snapshot_file("licence"),
    "a snapshot's hash": snapshot_file("hash"),
    "a snapshot's recipe": snapshot_file("recipe"),
    "a key in a snapshot's manifest": snapshot_file("key"),
    "a file that a snapshot's manifest names": snapshot_file("name"),
    "a hash in a snapshot's token": snapshot_file("hash of the token"),
    "a member of a snapshot": snapshot_member,
    "a snapshot file's name": snapshot_name,
    "a title to share": shared_text("--title"),
    "a key to sign with": shared_text("--key"),
    "a gallery's title": gallery_record("title"),
    "a work's id in a gallery": gallery_record("works", 0, "id"),
    "a key in a gallery's work": gallery_record("works", 0, "a"),
    "a title for a gallery": gallery_title,
    "a snapshot's author in a gallery": gallery_of_snapshot("author"),
    "a hash in a snapshot's token in a gallery": gallery_of_snapshot("hash of the token"),
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_of_strangers_reaches_the_terminal_as_it_is(case: str, drawn: Path, tmp_path: Path) -> None:
    for number, (name, text) in enumerate(TEXTS.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copytree(drawn, folder / "drawn")
        group, arguments = CASES[case](folder, text)
        result = CliRunner().invoke(group, arguments)  # type: ignore[arg-type]
        assert isinstance(result.exception, SystemExit | None), (name, result.exception)
        assert not HARMFUL.search(result.output), (name, result.output[:400])
        assert not LONG.search(result.output), (name, len(result.output))
        assert len(result.output) < 12_000, name
