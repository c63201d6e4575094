"""What a worker sent back is checked before it is written, and written as a whole."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mint.collection.training.job import Job, TokenTraining, TrainedToken
from mint.collection.training.publication import is_trained, publish_token
from mint.errors import CollectionError, ExportError
from tests.collection.training.real_export import real_export
from viewer.pictures.mosaic import read_provenance

EXPORT, TRAINED = real_export()
STEP = EXPORT.manifest.origin.step
JOB = Job(number=3, hash="moonrise", training=TokenTraining(steps=STEP))


def test_a_token_is_published_with_its_dreams(tmp_path: Path) -> None:
    assert not is_trained(tmp_path)
    origin = publish_token(tmp_path, JOB, TRAINED)
    assert is_trained(tmp_path)
    assert (origin.token.hash, origin.step) == ("moonrise", STEP)
    assert {path.name: path.read_bytes() for path in (tmp_path / "models").iterdir()} == TRAINED.files
    provenance = read_provenance(tmp_path / "dreams.png")
    assert (provenance.token, provenance.seed, provenance.tiles, provenance.step) == ("moonrise", 0, 16, STEP)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dreams.png", "models"]


Change = Callable[[TrainedToken], TrainedToken]


def with_file(name: str, data: bytes) -> Change:
    return lambda trained: replace(trained, files={**trained.files, name: data})


@pytest.mark.parametrize(
    ("change", "job", "sentence"),
    [
        (with_file("generator.onnx", b"other"), JOB, "generator.onnx that came back is not the file that its manifest describes"),
        (with_file("manifest.json", b"{}"), JOB, "the export that came back is refused: manifest.json"),
        (with_file("more.onnx", b""), JOB, "the export that came back has 5 files, not 4"),
        (lambda trained: replace(trained, files={}), JOB, "the export that came back lacks manifest.json"),
        (lambda trained: replace(trained, dreams=trained.dreams[:0]), JOB, "the dreams that came back have the shape"),
        (lambda trained: replace(trained, dreams=trained.dreams + np.uint8(200)), JOB, "a dream that came back has colour 2"),
        (lambda trained: trained, replace(JOB, hash="sunset"), "the export that came back for sunset is that of moonrise"),
        (lambda trained: trained, replace(JOB, training=TokenTraining(steps=7)), "the export that came back is of step"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_written(tmp_path: Path, change: Change, job: Job, sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        publish_token(tmp_path, job, change(TRAINED))
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_is_one_sentence_and_leaves_no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    folder = tmp_path / "3"
    folder.mkdir()
    original = os.fsync
    # The dreams and the four files are each synced with their folder; after that the export is renamed, as a whole.
    for number_of_calls in range(2 + 4 * 2):
        calls = iter([*[original] * number_of_calls, full])
        monkeypatch.setattr(os, "fsync", lambda descriptor, calls=calls: next(calls, full)(descriptor))
        with pytest.raises(CollectionError) as caught:
            publish_token(folder, JOB, TRAINED)
        assert str(caught.value) == (
            f"token 3 cannot be written into {folder}: No space left on device; "
            "see that there is space and permission, and run the command again"
        )
        assert not (folder / "models").exists()
        assert not list(tmp_path.rglob("*.tmp"))
