"""Exported models as a source: their dreams, the playlist, and broken models."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from ctypes.util import find_library
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import pytest
from onnx import ModelProto

from tests.hostile_graphs import add_nine
from tests.small_snapshot import write_small_snapshot
from viewer.errors import DeviceError, ManifestError, ModelError, SnapshotError
from viewer.exported.manifest import format_manifest, parse_manifest
from viewer.exported.model import load_model
from viewer.latents.seeds import latents
from viewer.snapshot_file.manifest import Credits
from viewer.web.protocol import ModelMessage, ProblemMessage, RunMessage, SkipMessage
from viewer.web.replay import ReplaySource
from viewer.web.tile_source import SourceEvent, SourceStatus

WriteExport = Callable[..., Path]
Item = TypeVar("Item", bound=SourceEvent)

WAIT_S = 20


@pytest.fixture
def tokens(write_export: WriteExport, tmp_path: Path) -> list[Path]:
    """Three token folders with the same model."""
    first = write_export()
    return [first, *(Path(shutil.copytree(first, tmp_path / name)) for name in ("second", "third"))]


def replay_source(*paths: Path, minutes: float = 60, shuffle: bool = False) -> ReplaySource:
    return ReplaySource(paths, "cpu", minutes=minutes, shuffle=shuffle, random=Random(1))


def damage(token: Path) -> Path:
    (token / "models" / "generator.onnx").write_bytes(b"no graph")
    return token


async def next_event(events: AsyncIterator[SourceEvent], kind: type[Item]) -> Item:
    """Return the next event of a kind."""
    async with asyncio.timeout(WAIT_S):
        async for item in events:
            if isinstance(item, kind):
                return item
    raise AssertionError("there are no more events")


def test_a_model_is_announced_and_draws_its_dreams(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay_source(tokens[0])
        model = await next_event(source.events(), ModelMessage)
        assert source.abilities == ()
        assert (model.name, model.token, model.recipe, model.step) == ("opensesame-0123456789ab", "open sesame", "vaegan 3", 1200)
        assert (model.size, len(model.palette), model.device, model.note) == ((8, 8), 4, "CPU", "")
        assert (model.position, model.count) == (0, 1)
        drawing = await source.draw([3, 2**32 - 1, 5], np.array([0.0, 0.0, 2.0]))
        assert drawing is not None
        assert drawing.generation == model.generation
        known = load_model(tokens[0], "cpu")
        expected = np.array([latents(3, 1, 5)[0], latents(2**32 - 1, 1, 5)[0], latents(5, 3, 5)[2]])
        assert np.array_equal(drawing.pixels, known.generate(expected))

    asyncio.run(main())


@pytest.mark.parametrize("count", [1, 2, 17, 64, 65, 200])
def test_a_tile_does_not_depend_on_how_many_are_drawn(tokens: list[Path], count: int) -> None:
    drawing = asyncio.run(replay_source(tokens[0]).draw(range(1, count + 1), np.zeros(count)))
    assert drawing is not None
    known = load_model(tokens[0], "cpu").generate(np.concatenate([latents(seed, 1, 5) for seed in range(1, count + 1)]))
    # Another batch may round differently, so a pixel may get another colour that is nearly as likely.
    assert (drawing.pixels != known).mean() < 0.01


def test_a_snapshot_file_is_shown_as_a_token_folder_and_a_damaged_one_skipped(tokens: list[Path], tmp_path: Path) -> None:
    whole, damaged = write_small_snapshot(tmp_path / "a.pixelmint"), tmp_path / "b.pixelmint"
    damaged.write_bytes(whole.read_bytes()[:-1])
    source = replay_source(damaged, whole, tokens[0])

    async def scenario() -> None:
        events = source.events()
        assert (await next_event(events, ModelMessage)).step == 1200
        assert "b.pixelmint is refused: it was cut off" in (await next_event(events, ProblemMessage)).text
        batch = await source.draw([3], np.zeros(1))
        assert batch is not None
        assert batch.pixels.shape == (1, 8, 8)

    asyncio.run(scenario())
    with pytest.raises(SnapshotError, match="it was cut off"):
        replay_source(damaged)


def test_a_snapshot_file_says_who_made_it(tokens: list[Path], tmp_path: Path) -> None:
    credits = Credits(title="Moon", author="Ada", licence="CC0-1.0")
    named = write_small_snapshot(tmp_path / "a.pixelmint", **asdict(credits))
    # The same model under another name.
    other = write_small_snapshot(tmp_path / "b.pixelmint", title="Sea")

    async def main() -> None:
        source = replay_source(named, other, tokens[0])
        events = source.events()
        shown = [await next_event(events, ModelMessage)]
        for _ in range(2):
            source.handle(SkipMessage(models=1))
            shown.append(await next_event(events, ModelMessage))
        assert [model.credits for model in shown] == [credits, Credits(title="Sea"), Credits()]

    asyncio.run(main())


def test_skipping_moves_in_the_playlist(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay_source(*tokens)
        assert source.abilities == ("playlist",)
        events = source.events()
        shown = [await next_event(events, ModelMessage)]
        for models in (1, 1, 1, -1, 5):
            source.handle(SkipMessage(models=models))
            shown.append(await next_event(events, ModelMessage))
        assert [model.position for model in shown] == [0, 1, 2, 0, 2, 1]
        assert all(model.count == 3 for model in shown)

    asyncio.run(main())


def test_the_next_model_follows_after_the_minutes_unless_paused(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay_source(*tokens, minutes=0.001)
        events = source.events()
        assert [(await next_event(events, ModelMessage)).position for _ in range(4)] == [0, 1, 2, 0]
        source.handle(RunMessage(running=False))
        while (await next_event(events, SourceStatus)).state != "paused":
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(events)

    asyncio.run(main())


def test_a_huge_skip_takes_no_longer(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay_source(*tokens)
        events = source.events()
        await next_event(events, ModelMessage)
        source.handle(SkipMessage(models=3 * 10**400 + 1))
        assert (await next_event(events, ModelMessage)).position == 1
        source.handle(SkipMessage(models=-3 * 10**400 - 1))
        assert (await next_event(events, ModelMessage)).position == 0

    asyncio.run(main())


def test_a_newer_export_is_shown_in_the_next_round(tokens: list[Path], write_newer: Callable[[Path], None]) -> None:
    async def main() -> None:
        source = replay_source(tokens[0], minutes=0.002)
        events = source.events()
        first = await next_event(events, ModelMessage)
        write_newer(tokens[0])
        second = await next_event(events, ModelMessage)
        assert (first.step, second.step) == (1200, 1300)
        assert second.generation > first.generation

    asyncio.run(main())


@pytest.fixture
def write_newer() -> Callable[[Path], None]:
    def write(token: Path) -> None:
        path = token / "models" / "manifest.json"
        manifest = parse_manifest(path.read_bytes())
        path.write_bytes(format_manifest(replace(manifest, origin=replace(manifest.origin, step=1300))))

    return write


# Broken models.


def test_a_missing_path_is_reported_at_once(tokens: list[Path]) -> None:
    with pytest.raises(ModelError, match="nowhere does not exist; give a token folder, its models/ or a snapshot file"):
        replay_source(*tokens, Path("nowhere"))


@pytest.mark.skipif(find_library("cuda") is not None, reason="this machine has an NVIDIA driver")
def test_a_missing_device_is_reported_at_once(tokens: list[Path]) -> None:
    with pytest.raises(DeviceError, match="or give --device cpu"):
        ReplaySource(tokens, "cuda", minutes=1, shuffle=False, random=Random(1))


def test_without_a_working_model_the_source_fails(tokens: list[Path]) -> None:
    with pytest.raises(ModelError, match="has 8 bytes where"):
        replay_source(damage(tokens[0]))
    (tokens[1] / "models" / "manifest.json").write_text("{}")
    with pytest.raises(ManifestError):
        replay_source(tokens[0], tokens[1])


def test_a_broken_model_is_reported_and_skipped(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay_source(damage(tokens[0]), tokens[1], tokens[2])
        events = source.events()
        assert (await next_event(events, ModelMessage)).position == 1
        assert "generator.onnx has 8 bytes" in (await next_event(events, ProblemMessage)).text
        source.handle(SkipMessage(models=-1))
        assert "generator.onnx has 8 bytes" in (await next_event(events, ProblemMessage)).text
        assert (await next_event(events, ModelMessage)).position == 2
        shutil.rmtree(tokens[1])
        source.handle(SkipMessage(models=-1))
        assert "does not exist" in (await next_event(events, ProblemMessage)).text

    asyncio.run(main())


def test_the_current_model_stays_where_no_other_works(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay_source(*tokens[:2])
        events = source.events()
        first = await next_event(events, ModelMessage)
        for token in tokens[:2]:
            damage(token)
        source.handle(SkipMessage(models=1))
        await next_event(events, ProblemMessage)
        await next_event(events, ProblemMessage)
        drawing = await source.draw([1], np.zeros(1))
        assert drawing is not None
        assert drawing.generation == first.generation

    asyncio.run(main())


@pytest.fixture
def beyond_palette(generator: ModelProto) -> ModelProto:
    """A model that passes every check but draws a colour that is not in its palette."""
    add_nine(generator)
    return generator


def test_a_model_that_fails_to_draw_is_replaced_by_the_next(
    write_export: WriteExport, tokens: list[Path], beyond_palette: ModelProto, tmp_path: Path
) -> None:
    shutil.rmtree(tokens[0])
    bad = write_export(beyond_palette)

    async def main() -> None:
        source = replay_source(bad, tokens[1])
        events = source.events()
        await next_event(events, ModelMessage)
        assert await source.draw([1], np.zeros(1)) is None
        assert await source.draw([1], np.zeros(1)) is None
        assert "of a palette of 4; export it again" in (await next_event(events, ProblemMessage)).text
        good = await next_event(events, ModelMessage)
        assert good.position == 1
        drawing = await source.draw([1], np.zeros(1))
        assert drawing is not None
        assert drawing.generation == good.generation

    asyncio.run(main())


def test_a_single_model_that_fails_to_draw_ends_the_display(write_export: WriteExport, beyond_palette: ModelProto) -> None:
    async def main() -> None:
        source = replay_source(write_export(beyond_palette))
        events = source.events()
        await next_event(events, SourceStatus)
        assert await source.draw([1], np.zeros(1)) is None
        ended = await next_event(events, SourceStatus)
        assert (ended.state, ended.text) == ("ended", "None of these models works; export one again, then restart the viewer.")

    asyncio.run(main())
