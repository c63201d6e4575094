"""Labels: named by the manifest, taken by the generator, asked for on the page and in snapshots."""

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
from tests.viewer.web.test_replay import next_
from viewer.cli import main
from viewer.errors import ManifestError, ModelError
from viewer.exported.labels import asked_of, written
from viewer.exported.manifest import GRAPHS, Origin, describe, format_manifest, parse_manifest
from viewer.exported.model import load_model
from viewer.latents.seeds import latents
from viewer.pictures.mosaic import read_provenance
from viewer.web import protocol
from viewer.web.protocol import SetLabelMessage
from viewer.web.replay import Replay
from viewer.web.tile_source import SourceEvent

LABELS = ("tall hat", "beard")


@pytest.fixture
def labelled(tmp_path: Path, origin: Origin) -> Path:
    """The models/ of a token that has learnt labels."""
    return write_models(tmp_path / "labelled", replace(origin, labels=LABELS)) / "models"


def test_a_manifest_names_labels_and_each_graph_takes_them(labelled: Path) -> None:
    manifest = parse_manifest((labelled / "manifest.json").read_bytes())
    assert manifest.origin.labels == LABELS
    for name in GRAPHS:
        taken = manifest.files[name].inputs[-1]
        assert (taken.name, taken.type, taken.shape) == ("labels", "float32", ("n", 2))


def test_without_labels_a_manifest_is_as_it_ever_was(origin: Origin) -> None:
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
def test_labels_that_cannot_be_are_refused(origin: Origin, labels: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ManifestError, match=sentence):
        describe(replace(origin, labels=labels), dict.fromkeys(GRAPHS, b"graph"))


def test_a_list_of_no_labels_is_left_out_or_refused(origin: Origin) -> None:
    text = format_manifest(describe(origin, dict.fromkeys(GRAPHS, b"graph")))
    with pytest.raises(ManifestError, match=r"labels is \[\], not a list of 1 to 256 values"):
        parse_manifest(text.replace(b'"files"', b'"labels": [],\n "files"', 1))


def test_what_is_asked_changes_the_tiles_and_nothing_else_does(labelled: Path) -> None:
    model, z = load_model(labelled, "cpu"), latents(1, 70, LATENT_DIM)
    tiles = {asked: model.generate(z, asked) for asked in ((0.5, 0.5), (1.0, 0.5), (0.0, 0.5), (0.5, 1.0))}
    assert np.array_equal(model.generate(z), tiles[0.5, 0.5])
    assert len({picture.tobytes() for picture in tiles.values()}) == 4
    assert np.array_equal(model.generate(z[:3], (1.0, 0.5)), tiles[1.0, 0.5][:3])
    with pytest.raises(ModelError, match="3 labels are given; this model takes 2"):
        model.generate(z, (1.0, 0.0, 0.0))


def test_wishes_are_found_by_name() -> None:
    assert asked_of(LABELS, {"beard": 0}) == (0.5, 0.0)
    assert written({"tall hat": 1.0, "beard": 0.25}) == "tall hat=1, beard=0.25"
    with pytest.raises(ModelError, match="does not know the label 'hat'; it knows 'tall hat', 'beard'"):
        asked_of(LABELS, {"hat": 1})
    with pytest.raises(ModelError, match=r"it knows '0', .* and 3 more"):
        asked_of([str(number) for number in range(15)], {"hat": 1})


def test_a_snapshot_is_of_what_was_asked(labelled: Path, tmp_path: Path) -> None:
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


def test_a_film_is_of_what_was_asked(labelled: Path, tmp_path: Path) -> None:
    def frames(name: str, *arguments: str) -> tuple[str | None, bytes]:
        path = tmp_path / name
        options = ["--mode", "refresh", "--seconds", "1", "--fps", "2", "--tiles", "4", "--seed", "4", "--device", "cpu"]
        result = CliRunner().invoke(main, ["record", str(labelled), "-o", str(path), *options, *arguments])
        assert result.exit_code == 0, result.output
        with Image.open(path) as image:
            return json.loads(image.info["comment"]).get("labels"), image.convert("RGB").tobytes()

    plain, hats = frames("plain.gif"), frames("hats.gif", "--label", "tall hat=1", "--label", "beard=0")
    open_ones = frames("open.gif", "--label", "tall hat=0.5")
    assert (plain[0], hats[0]) == (None, "tall hat=1, beard=0")
    assert plain[1] == open_ones[1] != hats[1]


@pytest.mark.parametrize("command", ["snapshot", "record"])
@pytest.mark.parametrize(
    ("wishes", "code", "sentence"),
    [
        (["tall hat"], 2, "'tall hat' is no NAME=VALUE, for instance hat=1"),
        (["=1"], 2, "'=1' is no NAME=VALUE, for instance hat=1"),
        (["beard=1", "beard=0"], 2, "the label 'beard' stands twice; give it once"),
        (["tall hat=2"], 2, "2.0 is not in the range 0<=x<=1."),
        (["tall hat=nan"], 2, "nan is no number."),
        (["tall hat=yes"], 2, "'yes' is not a valid float range."),
        (["hat=1"], 1, "this model does not know the label 'hat'; it knows 'tall hat', 'beard'"),
    ],
)
def test_what_cannot_be_wished_is_told(
    labelled: Path, tmp_path: Path, command: str, wishes: list[str], code: int, sentence: str
) -> None:
    output = tmp_path / {"snapshot": "dreams.png", "record": "dreams.gif"}[command]
    labels = [part for wish in wishes for part in ("--label", wish)]
    result = CliRunner().invoke(main, [command, str(labelled), "-o", str(output), *labels])
    assert result.exit_code == code
    assert result.stderr.endswith(f"{sentence}\n")
    assert not output.exists()


def test_a_replay_draws_what_a_page_asks_for(labelled: Path) -> None:
    async def scene() -> None:
        replay = Replay([labelled], "cpu", minutes=60, shuffle=False, random=Random(1))
        news: AsyncIterator[SourceEvent] = replay.news()
        told = await next_(news, protocol.ModelMessage)
        assert (told.labels, told.asked) == (LABELS, (0.5, 0.5))
        before = await replay.draw([1, 2, 3], np.zeros(3))
        replay.wish(SetLabelMessage(label=7, value=1.0))  # there is no such label: nothing changes
        replay.wish(SetLabelMessage(label=0, value=1.0))
        again = await next_(news, protocol.ModelMessage)
        assert (again.generation, again.asked) == (told.generation, (1.0, 0.5))
        after = await replay.draw([1, 2, 3], np.zeros(3))
        assert before is not None
        assert after is not None
        assert (before.pixels != after.pixels).any()
        z = np.stack([latents(seed, 1, LATENT_DIM)[0] for seed in (1, 2, 3)])
        assert np.array_equal(after.pixels, load_model(labelled, "cpu").generate(z, (1.0, 0.5), batch=4))

    asyncio.run(asyncio.wait_for(scene(), 60))
