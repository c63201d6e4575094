"""Pages at a server: what they see, share, and cannot do to each other. Real sockets throughout."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from served import WAIT_S, Chalk, Page, Served, chalk, color, model
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode

from viewer import client, protocol
from viewer.errors import ServerError
from viewer.protocol import SUBPROTOCOL, Compare, Past, Run, Skip, Stats
from viewer.server import MAX_PAGES, STATIC, Download
from viewer.source import Fixed, Sprites, Status
from viewer.wall import Settings

Serve = Callable[..., Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(source: Chalk | None = None, settings: Settings | None = None, **options: Any) -> Served:
            served = Served(source or chalk(), settings, **options)
            stack.callback(served.stop)
            return served

        yield start


def whole(count: int) -> Callable[[Page], bool]:
    return lambda page: len(page.tiles) >= count


def farewell(page: Page, *, acknowledge: bool = True) -> int | None:
    """Take what comes until the server closes; return why, or None where it just cut the line."""
    try:
        while True:
            page.receive(acknowledge=acknowledge)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def still_well(served: Served) -> None:
    page = served.page()
    page.until(whole(4))
    page.socket.close()


# What a page sees.


def test_a_page_is_told_what_there_is_and_gets_a_whole_mosaic(serve: Serve) -> None:
    page = serve(settings=Settings(tiles=70), kiosk=True).page()
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
    page = serve(settings=Settings(tiles=8, rate=200)).page()
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


def test_another_model_brings_a_whole_mosaic_of_its_own(serve: Serve) -> None:
    served = serve(settings=Settings(tiles=9))
    page = served.page()
    page.until(whole(9))
    page.tiles.clear()
    served.tell(model(2, size=(5, 4)))
    page.until(lambda page: len(page.tiles) == 9 and all(tile.shape == (5, 4) for tile in page.tiles.values()))
    assert {frame.generation for frame in page.frames if frame.pixels.shape[1:] == (5, 4)} == {2}


def test_another_step_of_the_past_shows_the_same_latents(serve: Serve) -> None:
    served = serve(chalk(abilities=("history",)), Settings(tiles=9))
    page = served.page()
    page.until(whole(9))
    page.send("run", running=False)
    served.tell(Status(state="paused", step=7))
    page.until(lambda page: page.told["state"]["state"] == "paused")
    frames, seeds = len(page.frames), dict(page.seeds)
    served.tell(model(1, step=8))
    page.until(lambda page: sum(len(frame.tiles) for frame in page.frames[frames:]) >= 9)
    assert page.seeds == seeds
    assert all((page.tiles[place] == color(np.array(seeds[place]), np.array(0.0), 8)).all() for place in range(9))


def test_a_walk_goes_on_from_the_tiles_that_hang_there(serve: Serve) -> None:
    page = serve(settings=Settings(tiles=4, rate=2)).page()
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
    monkeypatch.setattr("viewer.wall.MAX_FRAME_BYTES", 10 * (16 + 6))
    page = serve(settings=Settings(tiles=64, rate=0.5)).page()
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
    served.tell(Sprites(kind=1, pixels=pixels))
    served.tell(Sprites(kind=2, pixels=pixels[::-1]))
    page.until(lambda page: {1, 2} <= {frame.kind for frame in page.frames})
    shown = {frame.kind: frame for frame in page.frames}
    assert np.array_equal(shown[1].pixels, pixels)
    assert np.array_equal(shown[2].pixels, pixels[::-1])
    assert shown[1].tiles["number"].tolist() == list(range(9))
    later = served.page()
    later.until(lambda page: {1, 2} <= {frame.kind for frame in page.frames})
    assert source.wishes == [Compare(compare=True)]


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
    page = serve(settings=Settings(tiles=4, rate=0.5)).page()
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
    assert source.wishes == [Run(running=False), Skip(models=-2)]
    assert page.told["state"]["compare"] is False
    assert page.told["state"]["mode"] == "refresh"
    granting = chalk(abilities=("history",))
    page = serve(granting).page()
    page.send("past", step=None)
    page.send("tiles", tiles=3)
    page.until(lambda page: "state" in page.told and page.told["state"]["tiles"] == 3)
    assert granting.wishes == [Past(step=None)]


def test_paused_nothing_changes(serve: Serve) -> None:
    served = serve(settings=Settings(tiles=4, rate=500))
    page = served.page()
    page.until(whole(4))
    served.tell(Status(state="paused", step=7, text="Resting."))
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


# Slow pages, lost pages.


def test_only_one_frame_is_under_way_and_the_next_holds_the_newest(serve: Serve) -> None:
    served = serve(settings=Settings(tiles=4, rate=400))
    slow, quick = served.page(), served.page()
    slow.until(lambda page: page.frames, acknowledge=False)
    frames = len(slow.frames)
    quick.until(lambda page: len(page.frames) > 30)
    slow.send("transition", transition="cut")
    slow.until(lambda page: page.told["state"]["transition"] == "cut", acknowledge=False)
    assert len(slow.frames) == frames == 1
    served.tell(Status(state="paused", step=7))
    quick.until(lambda page: page.told["state"]["state"] == "paused")
    last = served.page()
    last.until(whole(4))
    slow.send("ack", frame=1)
    for page in (slow, quick):
        page.until(lambda page: page.seeds == last.seeds)


def test_a_page_that_acknowledges_nothing_is_dropped_and_the_others_are_not(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STALLED_AFTER_S", 0.5)
    served = serve(settings=Settings(tiles=4, rate=50))
    stalled, well = served.page(), served.page()
    others = threading.Thread(target=well.until, args=(lambda page: served.server.pages == 1,))
    others.start()
    assert farewell(stalled, acknowledge=False) == protocol.CLOSE_STALLED
    others.join()
    frames = len(well.frames)
    well.until(lambda page: len(page.frames) > frames + 5)


def test_a_page_that_reads_nothing_is_cut_off(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STALLED_AFTER_S", 0.5)
    monkeypatch.setattr(client, "_FAREWELL_S", 0.1)
    served = serve(Chalk(model(1, size=(256, 256)), Status(state="running", step=7)), Settings(tiles=256))
    plain = unread(served)
    # Two frames, more than the buffers of the system take, are acknowledged unread.
    plain.sendall(masked(b'{"kind":"ack","frame":1}'))
    with plain:
        until_gone(served)


def test_reloading_goes_on_where_it_was(serve: Serve) -> None:
    served = serve(settings=Settings(tiles=4, rate=0.5))
    for _ in range(5):
        page = served.page()
        page.until(whole(4))
        page.socket.close()
    until_gone(served)
    still_well(served)


def test_while_nobody_looks_nothing_is_drawn(serve: Serve) -> None:
    source = chalk()
    drawn = 0
    draw = source.draw

    async def counted(*arguments: Any) -> Any:
        nonlocal drawn
        drawn += 1
        return await draw(*arguments)

    source.draw = counted  # type: ignore[method-assign]
    served = serve(source, Settings(tiles=4, rate=1000))
    assert drawn == 0
    page = served.page()
    page.until(lambda page: len(page.frames) > 5)
    page.socket.close()
    until_gone(served)
    before = drawn
    served.get("/")
    served.get("/")
    assert drawn <= before + 1


def test_no_more_pages_than_there_is_room_for(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.server.MAX_PAGES", 2)
    served = serve()
    pages = [served.page(), served.page()]
    for page in pages:
        page.until(whole(1))
    with pytest.raises(InvalidStatus):
        served.connect()
    pages[0].socket.close()
    until_gone(served, left=1)
    still_well(served)
    assert MAX_PAGES >= 17


def test_the_end_is_told(serve: Serve) -> None:
    served = serve()
    page = served.page()
    page.until(whole(64))
    served.end()
    assert farewell(page) == protocol.CLOSE_LEAVING
    assert page.told["state"]["state"] == "ended"
    assert page.told["state"]["text"] == "The program has ended; start it again and open the address it prints."


# Abuse. Each ends that connection, and nothing else.


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 1008),
        ("{", 1008),
        ('{"kind":"fly"}', 1008),
        ('{"kind":"run","running":1}', 1008),
        ('{"kind":"ready","version":1,"reduced_motion":false}', 1008),
        ('{"kind":"ack","frame":9}', 1008),
        (f'{{"kind":"ack","frame":{"9" * 400}}}', 1008),
        ("x" * 513, 1009),
        ("x" * 10 * 1024 * 1024, 1009),
        (b"\0\1\2", 1008),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_no_page_says_ends_the_conversation(serve: Serve, text: str | bytes, code: int) -> None:
    served = serve(settings=Settings(tiles=4, rate=0.5))
    other, page = served.page(), served.page()
    for one in (other, page):
        one.until(whole(4))
    with suppress(ConnectionClosed):  # what is very long is cut short
        page.socket.send(text)
    assert farewell(page) in (code, None if len(text) > 1000 else code)
    other.send("transition", transition="cut")
    other.until(lambda page: page.told["state"]["transition"] == "cut")
    still_well(served)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"kind":"run","running":false}', 1008),
        ('{"kind":"ready","version":2,"reduced_motion":false}', protocol.CLOSE_VERSION),
        ('{"kind":"ready","version":1}', 1008),
    ],
)
def test_a_page_first_says_that_it_is_ready(serve: Serve, first: str, code: int) -> None:
    served = serve()
    connection = served.connect()
    connection.send(first)
    with pytest.raises(ConnectionClosed) as caught:
        connection.recv(timeout=WAIT_S)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == code


def test_a_page_that_says_nothing_is_not_waited_for(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "READY_WITHIN_S", 0.2)
    served = serve()
    with pytest.raises(ConnectionClosed):
        served.connect().recv(timeout=WAIT_S)
    still_well(served)


@pytest.mark.parametrize(
    "bytes_",
    [
        pytest.param(b"\x81\xfe\xff\xff", id="a frame that is never finished"),
        pytest.param(b"\x81\x02{}", id="not masked"),
        pytest.param(b"\x83\x80\0\0\0\0", id="an unknown opcode"),
        pytest.param(b"\xf1\x80\0\0\0\0", id="reserved bits"),
        pytest.param(b"\x80\x80\0\0\0\0", id="a continuation of nothing"),
        pytest.param(b"\x89\xfe\0\x80\0\0\0\0" + bytes(128), id="a ping that is too long"),
        pytest.param(b"\x81\xff" + b"\xff" * 12, id="a length of 2**64"),
        pytest.param(b"\x81\x84\0\0\0\0\xff\xfe\xfd\xfc", id="bad UTF-8"),
        pytest.param(b"\x01\x81\0\0\0\0\xc3" + b"\x80\x81\0\0\0\0(", id="bad UTF-8 in two fragments"),
        pytest.param(1_000_000 * b"\x00\x80\0\0\0\0", id="a million empty fragments"),
        pytest.param(b"\x01\x81\0\0\0\0{" + 1_000_000 * b"\x00\x81\0\0\0\0 ", id="a million fragments"),
        pytest.param(b"\x01\x80\0\0\0\0" + 1_000_000 * b"\x00\x80\0\0\0\0", id="a message of a million empty fragments"),
        pytest.param(200_000 * (b"\x89\xfd\0\0\0\0" + bytes(125)), id="pings without end"),
        pytest.param(200_000 * (b"\x8a\xfd\0\0\0\0" + bytes(125)), id="pongs without end"),
        pytest.param(200_000 * (b"\x81\x80\0\0\0\0"), id="empty messages without end"),
    ],
)
def test_what_is_no_websocket_ends_the_connection(serve: Serve, bytes_: bytes, caplog: pytest.LogCaptureFixture) -> None:
    served = serve(settings=Settings(tiles=4, rate=0.5))
    other = served.page()
    other.until(whole(4))
    plain = unread(served)
    with suppress(OSError):  # cut off in the middle
        plain.sendall(bytes_)
        plain.shutdown(socket.SHUT_WR)
    until_gone(served, left=1)
    plain.close()
    other.send("transition", transition="cut")
    other.until(lambda page: page.told["state"]["transition"] == "cut")
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


def test_a_flood_of_messages_ends_the_conversation(serve: Serve) -> None:
    served = serve(settings=Settings(tiles=4, rate=0.5))
    other = served.page()
    other.until(whole(4))
    flood = 10_000 * masked(b'{"kind":"tiles","tiles":4}')
    plain = unread(served)
    with suppress(OSError):
        plain.sendall(flood)
    until_gone(served, left=1)
    plain.close()
    other.send("transition", transition="cut")
    other.until(lambda page: page.told["state"]["transition"] == "cut")


def test_keys_held_down_are_no_flood(serve: Serve) -> None:
    page = serve(settings=Settings(tiles=4, rate=0.5)).page()
    for tiles in range(1, 301):
        page.send("tiles", tiles=tiles)
    page.until(lambda page: page.told.get("state", {}).get("tiles") == 300)


def test_a_page_that_has_gone_without_a_word_is_noticed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.server._PING_EVERY_S", 0.2)
    monkeypatch.setattr("viewer.server._PONG_WITHIN_S", 0.2)
    served = serve(Chalk())
    # It never answers a ping, and nothing is owed to it whose acknowledgement would be missed.
    with unread(served):
        until_gone(served)
    page = served.page()
    page.until(lambda page: "state" in page.told)
    served.tell(model(1))
    served.tell(Status(state="running", step=7))
    page.until(whole(64))


# What a training has besides.


def test_fixed_dreams_hang_place_by_place_and_stay(serve: Serve) -> None:
    served = serve(settings=Settings(tiles=5, rate=1000))
    page = served.page()
    page.until(whole(5))
    served.tell(Fixed(seeds=(11, 12, 13)))
    served.tell(model(1, step=8))
    page.until(lambda page: [page.seeds[place] for place in range(5)] == [11, 12, 13, 11, 12])
    page.send("transition", transition="cut")  # what follows would be a change of a tile
    page.until(lambda page: page.told["state"]["transition"] == "cut")
    assert [page.seeds[place] for place in range(5)] == [11, 12, 13, 11, 12]
    for place in range(5):
        assert (page.tiles[place] == color(np.array(page.seeds[place]), np.array(0.0), 8)).all()
    served.tell(Fixed(seeds=()))
    served.tell(model(1, step=9))
    page.until(lambda page: not {11, 12, 13} & set(page.seeds.values()))


def test_a_page_that_comes_late_is_told_the_numbers(serve: Serve) -> None:
    served = serve()
    first = served.page()
    served.tell(Stats(loss=(2.5, 1.25), gpu=(), cpu=(50.0,)))
    for page in (first, served.page()):
        page.until(lambda page: "stats" in page.told)
        assert page.told["stats"] == {"kind": "stats", "loss": [2.5, 1.25], "gpu": [], "cpu": [50.0]}


def test_an_export_is_made_when_it_is_asked_for(serve: Serve) -> None:
    asked = []

    async def export() -> Download:
        asked.append(True)
        if len(asked) > 1:
            raise ServerError("the disk is full; make room")
        return Download("chalk-7.zip", b"zip")

    served = serve(export=export)
    assert served.get("/export.zip", cookie=None)[0] == 403
    assert not asked
    status, headers, content = served.get("/export.zip")
    assert (status, content, headers["content-type"]) == (200, b"zip", "application/zip")
    assert headers["content-disposition"] == 'attachment; filename="chalk-7.zip"'
    status, _, content = served.get("/export.zip")
    assert (status, content) == (503, b"the disk is full; make room")


def test_a_farewell_says_what_has_happened(serve: Serve) -> None:
    served = serve()
    page = served.page()
    page.until(whole(64))
    served.end("The chalk is used up.")
    assert farewell(page) == protocol.CLOSE_LEAVING
    assert (page.told["state"]["state"], page.told["state"]["text"]) == ("ended", "The chalk is used up.")


# Files.


def test_every_file_of_the_page_is_served_as_what_it_is(serve: Serve) -> None:
    served = serve()
    types = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
    names = sorted(path.name for path in STATIC.iterdir())
    assert {"index.html", "main.js", "protocol.js", "style.css"} <= set(names)
    for name in names:
        status, headers, body = served.get(f"/{name}")
        assert status == 200
        assert body == (STATIC / name).read_bytes()
        assert headers["content-type"].partition(";")[0] == types[Path(name).suffix]
    assert served.get("/")[2] == (STATIC / "index.html").read_bytes()


@pytest.mark.parametrize(
    "target",
    [
        "/nothing.js",
        "/../cli.py",
        "/%2e%2e/cli.py",
        "/..%2fcli.py",
        "/..%5ccli.py",
        "/static/main.js",
        "/main.js/",
        "/main.js%00",
        "/.js",
        "/main",
        "//main.js",
        "/C:main.js",
        "http://evil.example/main.js",
        "*",
        "/export.zip",
    ],
)
def test_nothing_else_is(serve: Serve, target: str) -> None:
    served = serve()
    request = f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\nCookie: {served.cookie}\r\nConnection: close\r\n\r\n"
    with served.raw(request.encode()) as plain, plain.makefile("rb") as answer:
        assert int(answer.readline().split()[1]) in (400, 404)


# Bytes as a page's browser would send them.


def unread(served: Served) -> socket.socket:
    """Return the socket of a page that is ready, and reads nothing."""
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: {served.host}",
        f"Origin: {served.base}",
        f"Cookie: {served.cookie}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
    ]
    pages = served.server.pages
    plain = served.raw("\r\n".join([*lines, "", ""]).encode())
    assert plain.recv(12) == b"HTTP/1.1 101"
    assert served.server.pages == pages + 1
    plain.sendall(masked(b'{"kind":"ready","version":1,"reduced_motion":false}'))
    return plain


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """Return a frame, masked with zeros."""
    length = struct.pack("!BB", 0x80 | opcode, 0x80 | min(len(payload), 126))
    return length + (struct.pack("!H", len(payload)) if len(payload) >= 126 else b"") + bytes(4) + payload


def until_gone(served: Served, *, left: int = 0) -> None:
    """Wait until the server has only so many pages left, and as many connections."""
    deadline = time.monotonic() + WAIT_S
    while served.server.pages > left:
        assert time.monotonic() < deadline, f"{served.server.pages} pages are still there"
        time.sleep(0.01)
