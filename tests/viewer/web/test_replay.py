"""Exported models as a source: what is drawn, the playlist, and models that are broken."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import pytest
from onnx import ModelProto, helper, numpy_helper

from viewer.errors import DeviceError, ManifestError, ModelError
from viewer.exported.manifest import format_manifest, parse_manifest
from viewer.exported.model import load_model
from viewer.latents.seeds import latents
from viewer.web.protocol import ModelMessage, ProblemMessage, RunMessage, SkipMessage
from viewer.web.replay import Replay
from viewer.web.tile_source import SourceEvent, SourceStatus

WriteExport = Callable[..., Path]
Item = TypeVar("Item", bound=SourceEvent)

WAIT_S = 20


@pytest.fixture
def tokens(write_export: WriteExport, tmp_path: Path) -> list[Path]:
    """Three token folders with the same model."""
    first = write_export()
    return [first, *(Path(shutil.copytree(first, tmp_path / name)) for name in ("second", "third"))]


def replay(*paths: Path, minutes: float = 60, shuffle: bool = False) -> Replay:
    return Replay(paths, "cpu", minutes=minutes, shuffle=shuffle, random=Random(1))


def spoil(token: Path) -> Path:
    (token / "models" / "generator.onnx").write_bytes(b"no graph")
    return token


async def next_(news: AsyncIterator[SourceEvent], kind: type[Item]) -> Item:
    """Return the next news of a kind."""
    async with asyncio.timeout(WAIT_S):
        async for item in news:
            if isinstance(item, kind):
                return item
    raise AssertionError("the news ended")


def test_a_model_is_told_and_draws_its_dreams(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay(tokens[0])
        model = await next_(source.news(), ModelMessage)
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
def test_however_many_are_drawn_at_once_a_tile_is_the_same(tokens: list[Path], count: int) -> None:
    drawing = asyncio.run(replay(tokens[0]).draw(range(1, count + 1), np.zeros(count)))
    assert drawing is not None
    known = load_model(tokens[0], "cpu").generate(np.concatenate([latents(seed, 1, 5) for seed in range(1, count + 1)]))
    # Elsewhere rounded otherwise, a pixel may fall to a colour that is as near.
    assert (drawing.pixels != known).mean() < 0.01


def test_the_playlist_goes_on_and_back_and_round(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay(*tokens)
        assert source.abilities == ("playlist",)
        news = source.news()
        shown = [await next_(news, ModelMessage)]
        for models in (1, 1, 1, -1, 5):
            source.wish(SkipMessage(models=models))
            shown.append(await next_(news, ModelMessage))
        assert [model.position for model in shown] == [0, 1, 2, 0, 2, 1]
        assert all(model.count == 3 for model in shown)

    asyncio.run(main())


def test_after_its_minutes_comes_the_next_unless_paused(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay(*tokens, minutes=0.001)
        news = source.news()
        assert [(await next_(news, ModelMessage)).position for _ in range(4)] == [0, 1, 2, 0]
        source.wish(RunMessage(running=False))
        while (await next_(news, SourceStatus)).state != "paused":
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(news)

    asyncio.run(main())


def test_a_huge_skip_is_no_long_one(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay(*tokens)
        news = source.news()
        await next_(news, ModelMessage)
        source.wish(SkipMessage(models=3 * 10**400 + 1))
        assert (await next_(news, ModelMessage)).position == 1
        source.wish(SkipMessage(models=-3 * 10**400 - 1))
        assert (await next_(news, ModelMessage)).position == 0

    asyncio.run(main())


def test_a_newer_export_is_shown_when_its_turn_comes(tokens: list[Path], write_newer: Callable[[Path], None]) -> None:
    async def main() -> None:
        source = replay(tokens[0], minutes=0.002)
        news = source.news()
        first = await next_(news, ModelMessage)
        write_newer(tokens[0])
        second = await next_(news, ModelMessage)
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


# Models that are broken.


def test_a_path_that_does_not_exist_is_told_at_once(tokens: list[Path]) -> None:
    with pytest.raises(ModelError, match="nowhere does not exist; give a token folder or its models/"):
        replay(*tokens, Path("nowhere"))


def test_a_device_that_is_not_there_is_told_at_once(tokens: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(DeviceError, match="this onnxruntime knows no CUDA"):
        Replay(tokens, "cuda", minutes=1, shuffle=False, random=Random(1))


def test_with_no_whole_model_nothing_begins(tokens: list[Path]) -> None:
    with pytest.raises(ModelError, match="has 8 bytes where"):
        replay(spoil(tokens[0]))
    (tokens[1] / "models" / "manifest.json").write_text("{}")
    with pytest.raises(ManifestError):
        replay(tokens[0], tokens[1])


def test_a_broken_one_is_told_and_passed_over(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay(spoil(tokens[0]), tokens[1], tokens[2])
        news = source.news()
        assert (await next_(news, ModelMessage)).position == 1
        assert "generator.onnx has 8 bytes" in (await next_(news, ProblemMessage)).text
        source.wish(SkipMessage(models=-1))
        assert "generator.onnx has 8 bytes" in (await next_(news, ProblemMessage)).text
        assert (await next_(news, ModelMessage)).position == 2
        shutil.rmtree(tokens[1])
        source.wish(SkipMessage(models=-1))
        assert "does not exist" in (await next_(news, ProblemMessage)).text

    asyncio.run(main())


def test_what_is_shown_stays_where_no_other_can_be(tokens: list[Path]) -> None:
    async def main() -> None:
        source = replay(*tokens[:2])
        news = source.news()
        first = await next_(news, ModelMessage)
        for token in tokens[:2]:
            spoil(token)
        source.wish(SkipMessage(models=1))
        await next_(news, ProblemMessage)
        await next_(news, ProblemMessage)
        drawing = await source.draw([1], np.zeros(1))
        assert drawing is not None
        assert drawing.generation == first.generation

    asyncio.run(main())


@pytest.fixture
def beyond_palette(generator: ModelProto) -> ModelProto:
    """A model that passes every check and then draws a colour that is not in its palette."""
    generator.graph.node[-1].output[0] = "small_index"
    generator.graph.initializer.append(numpy_helper.from_array(np.array(9, np.uint8), "nine"))
    generator.graph.node.append(helper.make_node("Add", ["small_index", "nine"], ["pixels"]))
    return generator


def test_one_that_fails_at_work_gives_way_to_the_next(
    write_export: WriteExport, tokens: list[Path], beyond_palette: ModelProto, tmp_path: Path
) -> None:
    shutil.rmtree(tokens[0])
    bad = write_export(beyond_palette)

    async def main() -> None:
        source = replay(bad, tokens[1])
        news = source.news()
        await next_(news, ModelMessage)
        assert await source.draw([1], np.zeros(1)) is None
        assert await source.draw([1], np.zeros(1)) is None
        assert "of a palette of 4; export it again" in (await next_(news, ProblemMessage)).text
        good = await next_(news, ModelMessage)
        assert good.position == 1
        drawing = await source.draw([1], np.zeros(1))
        assert drawing is not None
        assert drawing.generation == good.generation

    asyncio.run(main())


def test_one_alone_that_fails_at_work_ends_the_show(write_export: WriteExport, beyond_palette: ModelProto) -> None:
    async def main() -> None:
        source = replay(write_export(beyond_palette))
        news = source.news()
        await next_(news, SourceStatus)
        assert await source.draw([1], np.zeros(1)) is None
        ended = await next_(news, SourceStatus)
        assert (ended.state, ended.text) == ("ended", "None of these models can be shown; export one again and start anew.")

    asyncio.run(main())
