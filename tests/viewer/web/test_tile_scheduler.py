"""What pages see of a wall, set and share. Real sockets throughout."""

from typing import Any

import numpy as np
import pytest

from tests.viewer.served import Chalk, Serve, chalk, color, model, whole
from viewer.web.protocol import SUBPROTOCOL, CompareMessage, ProblemMessage, RunMessage, ShowStepMessage, SkipMessage, StatsMessage
from viewer.web.tile_scheduler import DisplaySettings
from viewer.web.tile_source import FixedSeeds, SourceStatus, SpriteImages


def test_a_page_is_told_what_there_is_and_gets_a_whole_mosaic(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=70), kiosk=True).page()
    page.until(whole(70))
    assert page.kinds[:3] == ["hello", "state", "model"]
    assert page.told["hello"]["abilities"] == []
    assert page.told["hello"]["kiosk"] is True
    assert page.told["state"]["state"] == "running"
    assert page.told["model"]["generation"] == 1
    assert page.socket.subprotocol == SUBPROTOCOL
    assert [frame.frame for frame in page.frames] == list(range(1, len(page.frames) + 1))
    for place, pixels in page.tiles.items():
        assert (pixels == color(np.array(page.seeds[place]), np.array(0.0), 7)).all()
        assert pixels.shape == (2, 3)


def test_tiles_are_refreshed_each_in_its_turn(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=8, rate=200)).page()
    page.until(whole(8))
    first = dict(page.seeds)
    page.until(lambda page: all(page.seeds[place] != first[place] for place in range(8)))


def test_a_source_without_a_model_waits(serve: Serve) -> None:
    served = serve(Chalk())
    page = served.page()
    page.until(lambda page: "state" in page.told)
    assert page.told["state"]["state"] == "waiting"
    served.tell(model(5))
    page.until(whole(64))
    assert page.frames[-1].generation == 5


def test_what_nobody_heard_is_told_to_the_first_page_and_to_no_other(serve: Serve) -> None:
    source = chalk()
    source.tell(ProblemMessage(text="refused"))
    source.tell(ProblemMessage(text="the newest that is refused"))
    served = serve(source)
    first = served.page()
    first.until(lambda page: "problem" in page.told)
    assert first.told["problem"]["text"] == "the newest that is refused"
    second = served.page()
    second.until(whole(4))
    assert "problem" not in second.told


def test_another_model_brings_a_whole_mosaic_of_its_own(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=9))
    page = served.page()
    page.until(whole(9))
    page.tiles.clear()
    served.tell(model(2, size=(5, 4)))
    page.until(lambda page: len(page.tiles) == 9 and all(tile.shape == (5, 4) for tile in page.tiles.values()))
    assert {frame.generation for frame in page.frames if frame.pixels.shape[1:] == (5, 4)} == {2}


def test_another_step_of_the_past_shows_the_same_latents(serve: Serve) -> None:
    served = serve(chalk(abilities=("history",)), DisplaySettings(tiles=9))
    page = served.page()
    page.until(whole(9))
    page.send("run", running=False)
    served.tell(SourceStatus(state="paused", step=7))
    page.until(lambda page: page.told["state"]["state"] == "paused")
    frames, seeds = len(page.frames), dict(page.seeds)
    served.tell(model(1, step=8))
    page.until(lambda page: sum(len(frame.tiles) for frame in page.frames[frames:]) >= 9)
    assert page.seeds == seeds
    assert all((page.tiles[place] == color(np.array(seeds[place]), np.array(0.0), 8)).all() for place in range(9))


def test_a_walk_goes_on_from_the_tiles_that_hang_there(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=4, rate=2)).page()
    page.until(whole(4))
    page.send("mode", mode="walk")
    page.until(lambda page: page.told["state"]["mode"] == "walk")
    frames = len(page.frames)
    page.until(lambda page: len(page.frames) >= frames + 12)
    walked = np.concatenate([frame.tiles for frame in page.frames[frames:]])
    assert (walked["position"][4:] > 0).all()
    for place in range(4):
        steps = walked[walked["number"] == place]
        assert len(set(steps["seed"].tolist())) <= 2  # one refresh may have been under way
        assert (np.diff(steps["position"][steps["seed"] == steps["seed"][-1]]) > 0).all()
    assert all((page.tiles[tile["number"]] == color(tile["seed"], tile["position"], 7)).all() for tile in walked[-4:])


def test_a_large_change_comes_in_several_frames(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.web.tile_scheduler.MAX_FRAME_BYTES", 10 * (16 + 6))
    page = serve(settings=DisplaySettings(tiles=64, rate=0.5)).page()
    page.until(whole(64))
    assert max(len(frame.tiles) for frame in page.frames) == 10


def test_originals_and_reconstructions_come_in_frames_of_their_own(serve: Serve) -> None:
    source = chalk(abilities=("originals",))
    served = serve(source)
    page = served.page()
    page.until(whole(64))
    page.send("compare", compare=True)
    page.until(lambda page: page.told["state"]["compare"])
    pixels = np.arange(54, dtype=np.uint8).reshape(9, 2, 3)
    served.tell(SpriteImages(kind=1, pixels=pixels))
    served.tell(SpriteImages(kind=2, pixels=pixels[::-1]))
    page.until(lambda page: {1, 2} <= {frame.kind for frame in page.frames})
    shown = {frame.kind: frame for frame in page.frames}
    assert np.array_equal(shown[1].pixels, pixels)
    assert np.array_equal(shown[2].pixels, pixels[::-1])
    assert shown[1].tiles["number"].tolist() == list(range(9))
    later = served.page()
    later.until(lambda page: {1, 2} <= {frame.kind for frame in page.frames})
    assert source.wishes == [CompareMessage(compare=True)]


# Settings.


@pytest.mark.parametrize(
    ("kind", "value", "becomes"),
    [
        ("tiles", 1, 1),
        ("tiles", 1024, 1024),
        ("tiles", 0, 1),
        ("tiles", -5, 1),
        ("tiles", 10**30, 1024),
        ("rate", 12, 12.0),
        ("rate", 0, 0.5),
        ("rate", -1e308, 0.5),
        ("rate", 1e308, 10240.0),
        ("mode", "walk", "walk"),
        ("transition", "dissolve", "dissolve"),
    ],
)
def test_a_setting_is_told_to_all_pages(serve: Serve, kind: str, value: Any, becomes: Any) -> None:
    served = serve()
    one, other = served.page(), served.page()
    for page in (one, other):
        page.until(whole(1))
    one.send(kind, **{kind: value})
    for page in (one, other):
        page.until(lambda page: page.told["state"][kind] == becomes)
    later = served.page()
    later.until(lambda page: "state" in page.told)
    assert later.told["state"][kind] == becomes


def test_more_tiles_keep_those_that_are_there(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=4, rate=0.5)).page()
    page.until(whole(4))
    page.send("run", running=False)
    page.send("tiles", tiles=30)
    page.until(whole(30))
    page.send("tiles", tiles=2)
    page.until(lambda page: page.told["state"]["tiles"] == 2)
    later = len(page.frames)
    page.send("tiles", tiles=6)
    page.until(lambda page: {tile["number"] for frame in page.frames[later:] for tile in frame.tiles} >= {2, 3, 4, 5})


def test_wishes_reach_the_source_if_it_can_grant_them(serve: Serve) -> None:
    source = chalk(abilities=("playlist",), modes=("refresh",))
    page = serve(source).page()
    page.until(whole(1))
    for kind, fields in {
        "run": {"running": False},
        "skip": {"models": -2},
        "past": {"step": 3},
        "compare": {"compare": True},
        "mode": {"mode": "walk"},
        "tiles": {"tiles": 3},
    }.items():
        page.send(kind, **fields)
    page.until(lambda page: page.told["state"]["tiles"] == 3)
    assert source.wishes == [RunMessage(running=False), SkipMessage(models=-2)]
    assert page.told["state"]["compare"] is False
    assert page.told["state"]["mode"] == "refresh"
    granting = chalk(abilities=("history",))
    page = serve(granting).page()
    page.send("past", step=None)
    page.send("tiles", tiles=3)
    page.until(lambda page: "state" in page.told and page.told["state"]["tiles"] == 3)
    assert granting.wishes == [ShowStepMessage(step=None)]


def test_paused_nothing_changes(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=500))
    page = served.page()
    page.until(whole(4))
    served.tell(SourceStatus(state="paused", step=7, text="Resting."))
    page.until(lambda page: page.told["state"]["state"] == "paused")
    assert page.told["state"]["text"] == "Resting."
    later = served.page()
    later.until(whole(4))
    # What was owed to the first page when it was paused still comes, and then nothing.
    page.until(lambda page: page.seeds == later.seeds)
    frames = len(page.frames) + len(later.frames)
    for transition in ("cut", "fade", "dissolve"):
        later.send("transition", transition=transition)
        for one in (page, later):
            one.until(lambda page, transition=transition: page.told["state"]["transition"] == transition)
    assert len(page.frames) + len(later.frames) == frames


@pytest.mark.parametrize(("first", "rate"), [(True, 1.0), (False, 4.0)])
def test_a_first_page_that_prefers_less_motion_starts_slow(serve: Serve, first: bool, rate: float) -> None:
    served = serve()
    for reduced in (first, not first):
        page = served.page(reduced_motion=reduced)
        page.until(lambda page: "state" in page.told)
        assert (page.told["state"]["rate"], page.told["state"]["transition"]) == (rate, "fade")


# What a training has besides.


def test_fixed_dreams_hang_place_by_place_and_stay(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=5, rate=1000))
    page = served.page()
    page.until(whole(5))
    served.tell(FixedSeeds(seeds=(11, 12, 13)))
    served.tell(model(1, step=8))
    page.until(lambda page: [page.seeds[place] for place in range(5)] == [11, 12, 13, 11, 12])
    page.send("transition", transition="cut")  # what follows would be a change of a tile
    page.until(lambda page: page.told["state"]["transition"] == "cut")
    assert [page.seeds[place] for place in range(5)] == [11, 12, 13, 11, 12]
    for place in range(5):
        assert (page.tiles[place] == color(np.array(page.seeds[place]), np.array(0.0), 8)).all()
    served.tell(FixedSeeds(seeds=()))
    served.tell(model(1, step=9))
    page.until(lambda page: not {11, 12, 13} & set(page.seeds.values()))


def test_a_page_that_comes_late_is_told_the_numbers(serve: Serve) -> None:
    served = serve()
    first = served.page()
    served.tell(StatsMessage(loss=(2.5, 1.25), gpu=(), cpu=(50.0,)))
    for page in (first, served.page()):
        page.until(lambda page: "stats" in page.told)
        assert page.told["stats"] == {"kind": "stats", "loss": [2.5, 1.25], "gpu": [], "cpu": [50.0]}
