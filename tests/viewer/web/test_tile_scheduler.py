"""What pages receive, set and share. With real sockets throughout."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.viewer.served import ColorSource, Page, Serve, color, has_tiles, model, running_source
from viewer.web.protocol import (
    SUBPROTOCOL,
    CompareMessage,
    LearningCurvesMessage,
    ProblemMessage,
    RunMessage,
    ShowStepMessage,
    SkipMessage,
    StatsMessage,
)
from viewer.web.tile_scheduler import DisplaySettings
from viewer.web.tile_source import FixedSeeds, SourceStatus, SpriteImages


def test_a_page_gets_the_current_state_and_all_tiles(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=70), kiosk=True).page()
    page.until(has_tiles(70))
    assert page.kinds[:3] == ["hello", "state", "model"]
    assert page.messages["hello"]["abilities"] == []
    assert page.messages["hello"]["kiosk"] is True
    assert page.messages["state"]["state"] == "running"
    assert page.messages["model"]["generation"] == 1
    assert page.socket.subprotocol == SUBPROTOCOL
    assert [frame.frame for frame in page.frames] == list(range(1, len(page.frames) + 1))
    for place, pixels in page.tiles.items():
        assert (pixels == color(np.array(page.seeds[place]), np.array(0.0), 7)).all()
        assert pixels.shape == (2, 3)


def test_every_tile_is_refreshed(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=8, rate=200)).page()
    page.until(has_tiles(8))
    first = dict(page.seeds)
    page.until(lambda page: all(page.seeds[place] != first[place] for place in range(8)))


def test_without_a_model_the_display_waits(serve: Serve) -> None:
    served = serve(ColorSource())
    page = served.page()
    page.until(lambda page: "state" in page.messages)
    assert page.messages["state"]["state"] == "waiting"
    served.send(model(5))
    page.until(has_tiles(64))
    assert page.frames[-1].generation == 5


def test_an_unseen_problem_is_sent_only_to_the_first_page(serve: Serve) -> None:
    source = running_source()
    source.send(ProblemMessage(text="refused"))
    source.send(ProblemMessage(text="the newest that is refused"))
    served = serve(source)
    first = served.page()
    first.until(lambda page: "problem" in page.messages)
    assert first.messages["problem"]["text"] == "the newest that is refused"
    second = served.page()
    second.until(has_tiles(4))
    assert "problem" not in second.messages


def test_a_new_model_replaces_all_tiles(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=9))
    page = served.page()
    page.until(has_tiles(9))
    page.tiles.clear()
    served.send(model(2, size=(5, 4)))
    page.until(lambda page: len(page.tiles) == 9 and all(tile.shape == (5, 4) for tile in page.tiles.values()))
    assert {frame.generation for frame in page.frames if frame.pixels.shape[1:] == (5, 4)} == {2}


def test_another_past_step_shows_the_same_latents(serve: Serve) -> None:
    served = serve(running_source(abilities=("history",)), DisplaySettings(tiles=9))
    page = served.page()
    page.until(has_tiles(9))
    page.send("run", running=False)
    served.send(SourceStatus(state="paused", step=7))
    page.until(lambda page: page.messages["state"]["state"] == "paused")
    frames, seeds = len(page.frames), dict(page.seeds)
    served.send(model(1, step=8))
    page.until(lambda page: sum(len(frame.tiles) for frame in page.frames[frames:]) >= 9)
    assert page.seeds == seeds
    assert all((page.tiles[place] == color(np.array(seeds[place]), np.array(0.0), 8)).all() for place in range(9))


def test_a_walk_starts_from_the_displayed_tiles(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=4, rate=2)).page()
    page.until(has_tiles(4))
    page.send("mode", mode="walk")
    page.until(lambda page: page.messages["state"]["mode"] == "walk")
    frames = len(page.frames)
    page.until(lambda page: len(page.frames) >= frames + 12)
    walked = np.concatenate([frame.tiles for frame in page.frames[frames:]])
    assert (walked["position"][4:] > 0).all()
    for place in range(4):
        steps = walked[walked["number"] == place]
        assert len(set(steps["seed"].tolist())) <= 2  # one refresh may have been in progress
        assert (np.diff(steps["position"][steps["seed"] == steps["seed"][-1]]) > 0).all()
    assert all((page.tiles[tile["number"]] == color(tile["seed"], tile["position"], 7)).all() for tile in walked[-4:])


def test_a_large_change_takes_several_frames(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.web.tile_grid.MAX_FRAME_BYTES", 10 * (16 + 6))
    page = serve(settings=DisplaySettings(tiles=64, rate=0.5)).page()
    page.until(has_tiles(64))
    assert max(len(frame.tiles) for frame in page.frames) == 10


def test_originals_and_reconstructions_have_frames_of_their_own(serve: Serve) -> None:
    source = running_source(abilities=("originals",))
    served = serve(source)
    page = served.page()
    page.until(has_tiles(64))
    page.send("compare", compare=True)
    page.until(lambda page: page.messages["state"]["compare"])
    pixels = np.arange(54, dtype=np.uint8).reshape(9, 2, 3)
    served.send(SpriteImages(kind=1, pixels=pixels))
    served.send(SpriteImages(kind=2, pixels=pixels[::-1]))
    page.until(lambda page: {1, 2} <= {frame.kind for frame in page.frames})
    shown = {frame.kind: frame for frame in page.frames}
    assert np.array_equal(shown[1].pixels, pixels)
    assert np.array_equal(shown[2].pixels, pixels[::-1])
    assert shown[1].tiles["number"].tolist() == list(range(9))
    later = served.page()
    later.until(lambda page: {1, 2} <= {frame.kind for frame in page.frames})
    assert source.commands == [CompareMessage(compare=True)]


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
def test_a_setting_is_sent_to_all_pages(serve: Serve, kind: str, value: Any, becomes: Any) -> None:
    served = serve()
    one, other = served.page(), served.page()
    for page in (one, other):
        page.until(has_tiles(1))
    one.send(kind, **{kind: value})
    for page in (one, other):
        page.until(lambda page: page.messages["state"][kind] == becomes)
    later = served.page()
    later.until(lambda page: "state" in page.messages)
    assert later.messages["state"][kind] == becomes


def test_more_tiles_keep_the_displayed_ones(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=4, rate=0.5)).page()
    page.until(has_tiles(4))
    page.send("run", running=False)
    page.send("tiles", tiles=30)
    page.until(has_tiles(30))
    page.send("tiles", tiles=2)
    page.until(lambda page: page.messages["state"]["tiles"] == 2)
    later = len(page.frames)
    page.send("tiles", tiles=6)
    page.until(lambda page: {tile["number"] for frame in page.frames[later:] for tile in frame.tiles} >= {2, 3, 4, 5})


def test_commands_reach_the_source_if_it_has_the_ability(serve: Serve) -> None:
    source = running_source(abilities=("playlist",), modes=("refresh",))
    page = serve(source).page()
    page.until(has_tiles(1))
    requests: dict[str, dict[str, Any]] = {
        "run": {"running": False},
        "skip": {"models": -2},
        "past": {"step": 3},
        "compare": {"compare": True},
        "mode": {"mode": "walk"},
        "tiles": {"tiles": 3},
    }
    for kind, fields in requests.items():
        page.send(kind, **fields)
    page.until(lambda page: page.messages["state"]["tiles"] == 3)
    assert source.commands == [RunMessage(running=False), SkipMessage(models=-2)]
    assert page.messages["state"]["compare"] is False
    assert page.messages["state"]["mode"] == "refresh"
    historic = running_source(abilities=("history",))
    page = serve(historic).page()
    page.send("past", step=None)
    page.send("tiles", tiles=3)
    page.until(lambda page: "state" in page.messages and page.messages["state"]["tiles"] == 3)
    assert historic.commands == [ShowStepMessage(step=None)]


def test_a_paused_display_does_not_change(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=500))
    page = served.page()
    page.until(has_tiles(4))
    served.send(SourceStatus(state="paused", step=7, text="Paused."))
    page.until(lambda page: page.messages["state"]["state"] == "paused")
    assert page.messages["state"]["text"] == "Paused."
    later = served.page()
    later.until(has_tiles(4))
    # Changes from before the pause still reach the first page, and then nothing.
    page.until(lambda page: page.seeds == later.seeds)
    frames = len(page.frames) + len(later.frames)
    for transition in ("cut", "fade", "dissolve"):
        later.send("transition", transition=transition)
        for one in (page, later):
            one.until(has_transition(transition))
    assert len(page.frames) + len(later.frames) == frames


def has_transition(transition: str) -> Callable[[Page], bool]:
    return lambda page: bool(page.messages["state"]["transition"] == transition)


@pytest.mark.parametrize(("first", "rate"), [(True, 1.0), (False, 4.0)])
def test_a_first_page_that_prefers_reduced_motion_starts_slow(serve: Serve, first: bool, rate: float) -> None:
    served = serve()
    for reduced in (first, not first):
        page = served.page(reduced_motion=reduced)
        page.until(lambda page: "state" in page.messages)
        assert (page.messages["state"]["rate"], page.messages["state"]["transition"]) == (rate, "fade")


# What only a training has.


def test_fixed_seeds_fill_the_places_and_stay(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=5, rate=1000))
    page = served.page()
    page.until(has_tiles(5))
    served.send(FixedSeeds(seeds=(11, 12, 13)))
    served.send(model(1, step=8))
    page.until(lambda page: [page.seeds[place] for place in range(5)] == [11, 12, 13, 11, 12])
    page.send("transition", transition="cut")  # a changed tile would come before its answer
    page.until(lambda page: page.messages["state"]["transition"] == "cut")
    assert [page.seeds[place] for place in range(5)] == [11, 12, 13, 11, 12]
    for place in range(5):
        assert (page.tiles[place] == color(np.array(page.seeds[place]), np.array(0.0), 8)).all()
    served.send(FixedSeeds(seeds=()))
    served.send(model(1, step=9))
    page.until(lambda page: not {11, 12, 13} & set(page.seeds.values()))


def test_a_late_page_gets_the_statistics(serve: Serve) -> None:
    served = serve()
    first = served.page()
    served.send(LearningCurvesMessage(steps=(20, 40), seconds=(1, 2), accuracy=(0.5, 0.75), losses={"recon": (2.5, None)}))
    served.send(StatsMessage(interval_s=0.5, gpu=(), cpu=(50.0,)))
    for page in (first, served.page()):
        page.until(lambda page: {"curves", "stats"} <= set(page.messages))
        curves = {"steps": [20, 40], "seconds": [1.0, 2.0], "accuracy": [0.5, 0.75], "losses": {"recon": [2.5, None]}}
        assert page.messages["curves"] == {"kind": "curves", **curves}
        assert page.messages["stats"] == {"kind": "stats", "interval_s": 0.5, "gpu": [], "cpu": [50.0]}
