"""The exported folder: read completely or refused, even while a new export replaces it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.forbidden import forbid
from viewer.errors import ModelError
from viewer.exported import folder
from viewer.exported.folder import read_export
from viewer.exported.manifest import GraphName, Origin, describe, format_manifest, parse_manifest


def test_a_token_folder_and_its_models_read_alike(write_export: Callable[[], Path], graphs: dict[GraphName, bytes]) -> None:
    token = write_export()
    assert read_export(token) == read_export(token / "models")
    assert read_export(token).graphs == graphs


def truncate(models: Path) -> None:
    data = (models / "generator.onnx").read_bytes()
    (models / "generator.onnx").write_bytes(data[:-1])


def flip_a_bit(models: Path) -> None:
    data = bytearray((models / "discriminator.onnx").read_bytes())
    data[3] ^= 1
    (models / "discriminator.onnx").write_bytes(data)


def link(models: Path) -> None:
    (models / "encoder.onnx").rename(models / "elsewhere.onnx")
    (models / "encoder.onnx").symlink_to("elsewhere.onnx")


def link_manifest(models: Path) -> None:
    (models / "manifest.json").rename(models / "elsewhere.json")
    (models / "manifest.json").symlink_to("elsewhere.json")


def pipe(models: Path) -> None:
    (models / "encoder.onnx").unlink()
    os.mkfifo(models / "encoder.onnx")


def directory(models: Path) -> None:
    (models / "encoder.onnx").unlink()
    (models / "encoder.onnx").mkdir()


def remove(models: Path) -> None:
    (models / "encoder.onnx").unlink()


def remove_manifest(models: Path) -> None:
    (models / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (truncate, "generator.onnx has .* bytes where manifest.json says"),
        (flip_a_bit, "discriminator.onnx is not the file that manifest.json describes"),
        (link, "encoder.onnx is a link; put the file itself there"),
        (link_manifest, "manifest.json is a link; put the file itself there"),
        (pipe, "encoder.onnx is not a regular file"),
        (directory, "encoder.onnx is not a regular file|encoder.onnx cannot be read"),
        (remove, "encoder.onnx is missing; export the model again"),
        (remove_manifest, "holds no exported model"),
    ],
)
def test_a_broken_folder_is_refused(write_export: Callable[[], Path], damage: Callable[[Path], None], sentence: str) -> None:
    token = write_export()
    damage(token / "models")
    with pytest.raises(ModelError, match=sentence):
        read_export(token)


def test_an_unreadable_file_is_reported(write_export: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    token = write_export()
    forbid(monkeypatch, os, "open", "encoder.onnx")
    with pytest.raises(ModelError, match=r"encoder\.onnx cannot be read: Permission denied; see that this user may read it$"):
        read_export(token)


def test_a_huge_file_is_not_read_to_its_end(write_export: Callable[[], Path]) -> None:
    token = write_export()
    with (token / "models" / "manifest.json").open("ab") as file:
        file.truncate(2**40)  # sparse: a terabyte that takes no space
    with pytest.raises(ModelError, match=r"manifest\.json is larger than 64 KiB"):
        read_export(token)


def test_a_folder_of_tokens_names_one_of_them(write_export: Callable[[], Path], tmp_path: Path) -> None:
    token = write_export()
    for name in ("all/b", "all/a", "moons/tokens/2"):
        shutil.copytree(token, tmp_path / name)
    for parent, named in (("all", "all/a"), ("moons", "moons/tokens/2")):
        with pytest.raises(ModelError, match=f"; give one of the tokens in it, such as {tmp_path / named}$"):
            read_export(tmp_path / parent)


def test_a_folder_of_snapshot_files_names_one_of_them(tmp_path: Path) -> None:
    for name in ("b.pixelmint", "a.pixelmint"):
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=f"; give one of the tokens in it, such as {tmp_path / 'a.pixelmint'}$"):
        read_export(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere does not exist; give a token folder, its models/ or a snapshot file"):
        read_export(tmp_path / "nowhere")


def test_a_reader_between_two_exports_gets_the_whole_new_one(
    write_export: Callable[[], Path], origin: Origin, graphs: dict[GraphName, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder changes between the reading of the manifest and of the files."""
    token = write_export()
    newer = {name: data + b"!" for name, data in graphs.items()}

    def parse_and_swap(text: bytes) -> object:
        for name, data in newer.items():
            (token / "models" / f"{name}.onnx").write_bytes(data)
        (token / "models" / "manifest.json").write_bytes(format_manifest(describe(origin, newer)))
        return parse_manifest(text)

    monkeypatch.setattr(folder, "parse_manifest", parse_and_swap)
    assert read_export(token).graphs == newer
