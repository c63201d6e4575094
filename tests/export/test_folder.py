"""The four files, published together: every reader sees a whole export, and no other files are touched."""

import hashlib
import json
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from mint import atomic_write
from mint.errors import ExportError
from mint.export.folder import FILES, publish
from tests.export.tiny_vaegan import LATENT_DIM, Traced
from viewer.exported.folder import read_export
from viewer.exported.manifest import GRAPHS, GraphName, Origin
from viewer.exported.model import load_model
from viewer.latents.seeds import latents

FAKE: dict[GraphName, bytes] = {name: name.encode() for name in GRAPHS}


def file_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_export_reaches_the_viewer(tmp_path: Path, origin: Origin, traced: Traced) -> None:
    manifest = publish(tmp_path / "models", origin, traced.graphs)
    model = load_model(tmp_path, "cpu")
    assert model.manifest == manifest
    z = latents(2, 70, LATENT_DIM)
    assert model.generate(z).shape == (70, 16, 16)
    assert file_names(tmp_path) == ["models"]
    assert file_names(tmp_path / "models") == sorted(FILES)


def test_the_manifest_describes_the_files(tmp_path: Path, origin: Origin) -> None:
    publish(tmp_path / "models", origin, FAKE)
    document = json.loads((tmp_path / "models" / "manifest.json").read_text())
    for name, entry in document["files"].items():
        data = (tmp_path / "models" / name).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_new_export_replaces_the_old(tmp_path: Path, origin: Origin, can_exchange: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not can_exchange:
        monkeypatch.setattr(atomic_write, "_exchange", lambda one, other: False)
    publish(tmp_path / "models", origin, FAKE)
    newer = {name: data * 2 for name, data in FAKE.items()}
    publish(tmp_path / "models", origin, newer)
    assert read_export(tmp_path).graphs == newer
    assert file_names(tmp_path) == ["models"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_reader_never_mixes_two_exports(
    tmp_path: Path, origin: Origin, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr(atomic_write, "_exchange", lambda one, other: False)
    publish(tmp_path / "models", origin, dict.fromkeys(GRAPHS, b"0"))
    stop = threading.Event()

    def export_repeatedly() -> None:
        number = 0
        while not stop.wait(0.002):
            number += 1
            publish(tmp_path / "models", origin, {name: str(number).encode() for name in GRAPHS})

    writer = threading.Thread(target=export_repeatedly)
    writer.start()
    try:
        seen: list[set[bytes]] = []
        while len(seen) < 100 or len(set[bytes]().union(*seen)) < 3:
            assert writer.is_alive()
            seen.append(set(read_export(tmp_path).graphs.values()))
    finally:
        stop.set()
        writer.join()
    assert all(len(contents) == 1 for contents in seen)


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path, origin: Origin) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to mum.txt").write_text("dear mum")
    with pytest.raises(ExportError, match=r"letters contains 'to mum\.txt', which is not part of an export"):
        publish(tmp_path / "letters", origin, FAKE)
    assert (tmp_path / "letters" / "to mum.txt").read_text() == "dear mum"
    assert file_names(tmp_path) == ["letters"]


def test_the_current_folder_is_not_replaced(tmp_path: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExportError, match="is the current folder"):
        publish(Path(), origin, FAKE)


def test_a_file_as_target_is_refused(tmp_path: Path, origin: Origin) -> None:
    (tmp_path / "models").write_text("")
    with pytest.raises(ExportError, match="models is not a folder"):
        publish(tmp_path / "models", origin, FAKE)


def test_a_file_as_parent_of_the_target_is_refused(tmp_path: Path, origin: Origin) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match=r"file/models cannot be written: .*file is a file and no folder; give another place"):
        publish(tmp_path / "file" / "models", origin, FAKE)


def test_a_failing_write_leaves_the_old_export(tmp_path: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "models", origin, FAKE)

    def raise_disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", raise_disk_full)
    with pytest.raises(
        ExportError,
        match=r"the export to .*models cannot be written: No space left on device; give another place with mint export --to$",
    ):
        publish(tmp_path / "models", origin, dict.fromkeys(GRAPHS, b"new"))
    monkeypatch.undo()
    assert read_export(tmp_path).graphs == FAKE
    assert file_names(tmp_path) == ["models"]


def test_temporary_folders_of_killed_exports_are_removed(tmp_path: Path, origin: Origin) -> None:
    stale, recent = tmp_path / ".models-00000000.tmp", tmp_path / ".models-11111111.tmp"
    for folder in (stale, recent):
        folder.mkdir()
        (folder / "encoder.onnx").write_bytes(b"half")
    os.utime(stale, (0, 0))
    publish(tmp_path / "models", origin, FAKE)
    assert file_names(tmp_path) == [recent.name, "models"]


def test_an_origin_out_of_bounds_is_refused(tmp_path: Path, origin: Origin) -> None:
    broken = type(origin)(**{**vars(origin), "step": -1})
    with pytest.raises(ExportError, match=r"the export cannot be described: manifest\.json: step is -1"):
        publish(tmp_path / "models", broken, FAKE)
    assert file_names(tmp_path) == []


def test_tiles_from_the_published_files_equal_the_networks(tmp_path: Path, origin: Origin, traced: Traced) -> None:
    import torch

    publish(tmp_path / "models", origin, traced.graphs)
    z = latents(2, 64, LATENT_DIM)
    with torch.inference_mode():
        expected = traced.networks.generator(torch.from_numpy(z)).numpy()
    assert np.array_equal(load_model(tmp_path, "cpu").generate(z), expected)
