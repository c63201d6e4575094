"""Labels: in the manifest, as input of the generator, and requested on the page and in snapshots."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from tests.small_model import LATENT_DIM, write_models
from tests.viewer.web.test_replay import next_event
from viewer.cli import main
from viewer.errors import ManifestError, ModelError
from viewer.exported.labels import format_labels, label_values
from viewer.exported.manifest import GRAPHS, Origin, describe, format_manifest, parse_manifest
from viewer.exported.model import load_model
from viewer.latents.seeds import latents
from viewer.pictures.mosaic import read_provenance
from viewer.web import protocol
from viewer.web.protocol import SetLabelMessage
from viewer.web.replay import ReplaySource
from viewer.web.tile_source import SourceEvent

LABELS = ("tall hat", "beard")
NO_LABEL = "is not NAME=VALUE with a value from 0 to 1, for instance hat=1"


@pytest.fixture
def labelled(tmp_path: Path, origin: Origin) -> Path:
    """The models/ of a token that has learned labels."""
    return write_models(tmp_path / "labelled", replace(origin, labels=LABELS)) / "models"


def test_a_manifest_names_labels_and_each_graph_takes_them(labelled: Path) -> None:
    manifest = parse_manifest((labelled / "manifest.json").read_bytes())
    assert manifest.origin.labels == LABELS
    for name in GRAPHS:
        taken = manifest.files[name].inputs[-1]
        assert (taken.name, taken.type, taken.shape) == ("labels", "float32", ("n", 2))


def test_without_labels_a_manifest_has_no_such_key(origin: Origin) -> None:
    text = format_manifest(describe(origin, dict.fromkeys(GRAPHS, b"graph")))
    assert b"labels" not in text


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (("a", "a"), "labels holds a label twice"),
        (("a\n",), r"labels\[0\] is 'a\\n', not a text"),
        (("a" * 65,), r"labels\[0\] is .*, not a text of 1 to 64"),
        (tuple(str(number) for number in range(257)), "not a list of 1 to 256 values"),
    ],
)
def test_invalid_labels_are_refused(origin: Origin, labels: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ManifestError, match=sentence):
        describe(replace(origin, labels=labels), dict.fromkeys(GRAPHS, b"graph"))


def test_an_empty_list_of_labels_is_refused(origin: Origin) -> None:
    text = format_manifest(describe(origin, dict.fromkeys(GRAPHS, b"graph")))
    with pytest.raises(ManifestError, match=r"labels is \[\], not a list of 1 to 256 values"):
        parse_manifest(text.replace(b'"files"', b'"labels": [],\n "files"', 1))


def test_tiles_depend_on_the_labels_and_not_on_the_batch(labelled: Path) -> None:
    model, z = load_model(labelled, "cpu"), latents(1, 70, LATENT_DIM)
    tiles = {labels: model.generate(z, labels) for labels in ((0.5, 0.5), (1.0, 0.5), (0.0, 0.5), (0.5, 1.0))}
    assert np.array_equal(model.generate(z), tiles[0.5, 0.5])
    assert len({picture.tobytes() for picture in tiles.values()}) == 4
    assert np.array_equal(model.generate(z[:3], (1.0, 0.5)), tiles[1.0, 0.5][:3])
    with pytest.raises(ModelError, match="3 labels are given; this model takes 2"):
        model.generate(z, (1.0, 0.0, 0.0))


def test_labels_are_requested_by_name() -> None:
    assert label_values(LABELS, {"beard": 0}) == (0.5, 0.0)
    assert format_labels({"tall hat": 1.0, "beard": 0.25}) == "tall hat=1, beard=0.25"
    with pytest.raises(ModelError, match="does not know the label 'hat'; it knows 'tall hat', 'beard'"):
        label_values(LABELS, {"hat": 1})
    with pytest.raises(ModelError, match=r"it knows '0', .* and 3 more"):
        label_values([str(number) for number in range(15)], {"hat": 1})


def test_a_snapshot_has_the_requested_labels(labelled: Path, tmp_path: Path) -> None:
    def snapshot(name: str, *arguments: str) -> bytes:
        path = tmp_path / name
        result = CliRunner().invoke(
            main, ["snapshot", str(labelled), "-o", str(path), "--seed", "4", "--device", "cpu", *arguments]
        )
        assert result.exit_code == 0, result.output
        return path.read_bytes()

    plain, hats = snapshot("plain.png"), snapshot("hats.png", "--label", "tall hat=1", "--label", "beard=0")
    assert plain != hats
    assert read_provenance(tmp_path / "plain.png").labels == ""
    assert read_provenance(tmp_path / "hats.png").labels == "tall hat=1, beard=0"


def test_a_film_has_the_requested_labels(labelled: Path, tmp_path: Path) -> None:
    def frames(name: str, *arguments: str) -> tuple[str | None, bytes]:
        path = tmp_path / name
        options = ["--mode", "refresh", "--seconds", "1", "--fps", "2", "--tiles", "4", "--seed", "4", "--device", "cpu"]
        result = CliRunner().invoke(main, ["record", str(labelled), "-o", str(path), *options, *arguments])
        assert result.exit_code == 0, result.output
        with Image.open(path) as image:
            return json.loads(image.info["comment"]).get("labels"), image.convert("RGB").tobytes()

    plain, hats = frames("plain.gif"), frames("hats.gif", "--label", "tall hat=1", "--label", "beard=0")
    unspecified = frames("unspecified.gif", "--label", "tall hat=0.5")
    assert (plain[0], hats[0]) == (None, "tall hat=1, beard=0")
    assert plain[1] == unspecified[1] != hats[1]


@pytest.mark.parametrize("command", ["snapshot", "record"])
@pytest.mark.parametrize(
    ("requested", "code", "sentence"),
    [
        (["tall hat"], 2, f"'tall hat' {NO_LABEL}"),
        (["=1"], 2, f"'=1' {NO_LABEL}"),
        (["beard=1", "beard=0"], 2, "the label 'beard' is given twice; give it once"),
        (["tall hat=2"], 2, f"'tall hat=2' {NO_LABEL}"),
        (["tall hat=nan"], 2, f"'tall hat=nan' {NO_LABEL}"),
        (["tall hat=yes"], 2, f"'tall hat=yes' {NO_LABEL}"),
        (["hat=1"], 1, "this model does not know the label 'hat'; it knows 'tall hat', 'beard'"),
    ],
)
def test_an_invalid_label_is_reported(
    labelled: Path, tmp_path: Path, command: str, requested: list[str], code: int, sentence: str
) -> None:
    output = tmp_path / {"snapshot": "dreams.png", "record": "dreams.gif"}[command]
    labels = [part for label in requested for part in ("--label", label)]
    result = CliRunner().invoke(main, [command, str(labelled), "-o", str(output), *labels])
    assert result.exit_code == code
    assert result.stderr.endswith(f"{sentence}\n")
    assert not output.exists()


def test_a_replay_draws_the_requested_labels(labelled: Path) -> None:
    async def main() -> None:
        source = ReplaySource([labelled], "cpu", minutes=60, shuffle=False, random=Random(1))
        events: AsyncIterator[SourceEvent] = source.events()
        model = await next_event(events, protocol.ModelMessage)
        assert (model.labels, model.asked) == (LABELS, (0.5, 0.5))
        before = await source.draw([1, 2, 3], np.zeros(3))
        source.handle(SetLabelMessage(label=7, value=1.0))  # there is no such label: nothing changes
        source.handle(SetLabelMessage(label=0, value=1.0))
        again = await next_event(events, protocol.ModelMessage)
        assert (again.generation, again.asked) == (model.generation, (1.0, 0.5))
        after = await source.draw([1, 2, 3], np.zeros(3))
        assert before is not None
        assert after is not None
        assert (before.pixels != after.pixels).any()
        z = np.stack([latents(seed, 1, LATENT_DIM)[0] for seed in (1, 2, 3)])
        assert np.array_equal(after.pixels, load_model(labelled, "cpu").generate(z, (1.0, 0.5), batch=4))

    asyncio.run(asyncio.wait_for(main(), 60))
