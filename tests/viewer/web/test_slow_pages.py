"""Pages that are slow, gone or too many, and do not affect the others. With real sockets throughout."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.exceptions import InvalidStatus

from tests.viewer.served import (
    WAIT_S,
    ColorSource,
    Serve,
    check_alive,
    close_code,
    connect_silently,
    has_tiles,
    masked,
    model,
    running_source,
    wait_for_pages,
)
from viewer.web import client, protocol
from viewer.web.server import MAX_PAGES
from viewer.web.tile_scheduler import DisplaySettings
from viewer.web.tile_source import SourceStatus, TileBatch


def test_one_frame_is_in_flight_and_the_next_holds_the_newest_tiles(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STALLED_AFTER_S", 3 * WAIT_S)
    served = serve(settings=DisplaySettings(tiles=4, rate=400))
    slow, quick = served.page(), served.page()
    slow.until(lambda page: page.frames, acknowledge=False)
    frames = len(slow.frames)
    quick.until(lambda page: len(page.frames) > 30)
    slow.send("transition", transition="cut")
    slow.until(lambda page: page.messages["state"]["transition"] == "cut", acknowledge=False)
    assert len(slow.frames) == frames == 1
    served.send(SourceStatus(state="paused", step=7))
    quick.until(lambda page: page.messages["state"]["state"] == "paused")
    last = served.page()
    last.until(has_tiles(4))
    slow.send("ack", frame=1)
    for page in (slow, quick):
        page.until(lambda page: page.seeds == last.seeds)


def test_only_a_page_that_acknowledges_nothing_is_disconnected(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=50))
    other = served.page()
    other.until(has_tiles(4))
    # Paused, the other page has no frame in flight while the limit is short, however slow this machine is.
    served.send(SourceStatus(state="paused", step=7))
    other.until(lambda page: page.messages["state"]["state"] == "paused")
    latest = served.page()
    latest.until(has_tiles(4))
    other.until(lambda page: page.seeds == latest.seeds)
    latest.socket.close()
    wait_for_pages(served, count=1)
    monkeypatch.setattr(client, "STALLED_AFTER_S", 0.1)
    assert close_code(served.page(), acknowledge=False) == protocol.CLOSE_STALLED
    monkeypatch.setattr(client, "STALLED_AFTER_S", 3 * WAIT_S)
    served.send(SourceStatus(state="running", step=7))
    frames = len(other.frames)
    other.until(lambda page: len(page.frames) > frames + 5)


def test_a_page_that_reads_nothing_is_disconnected(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STALLED_AFTER_S", 0.5)
    monkeypatch.setattr(client, "_CLOSE_TIMEOUT_S", 0.1)
    served = serve(ColorSource(model(1, size=(256, 256)), SourceStatus(state="running", step=7)), DisplaySettings(tiles=256))
    plain = connect_silently(served)
    # Two frames, more than the system buffers, are acknowledged without being read.
    plain.sendall(masked(b'{"kind":"ack","frame":1}'))
    with plain:
        wait_for_pages(served)


def test_a_page_can_reload(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=0.5))
    for _ in range(5):
        page = served.page()
        page.until(has_tiles(4))
        page.socket.close()
    wait_for_pages(served)
    check_alive(served)


def test_without_a_page_nothing_is_drawn(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    source = running_source()
    drawn = 0
    draw = source.draw

    async def counted(seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        nonlocal drawn
        drawn += 1
        return await draw(seeds, positions)

    monkeypatch.setattr(source, "draw", counted)
    served = serve(source, DisplaySettings(tiles=4, rate=1000))
    assert drawn == 0
    page = served.page()
    page.until(lambda page: len(page.frames) > 5)
    page.socket.close()
    wait_for_pages(served)
    before = drawn
    served.get("/")
    served.get("/")
    assert drawn <= before + 1


def test_the_number_of_pages_is_limited(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.web.server.MAX_PAGES", 2)
    served = serve()
    pages = [served.page(), served.page()]
    for page in pages:
        page.until(has_tiles(1))
    with pytest.raises(InvalidStatus):
        served.connect()
    pages[0].socket.close()
    wait_for_pages(served, count=1)
    check_alive(served)
    assert MAX_PAGES >= 17


def test_the_end_is_announced(serve: Serve) -> None:
    served = serve()
    page = served.page()
    page.until(has_tiles(64))
    served.end()
    assert close_code(page) == protocol.CLOSE_LEAVING
    assert page.messages["state"]["state"] == "ended"
    assert page.messages["state"]["text"] == "The program has ended; start it again and open the address it prints."
