"""Pages that are slow, lost or too many, and what they cannot do to the others. Real sockets throughout."""

import threading
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.viewer.served import Chalk, Serve, chalk, farewell, masked, model, still_well, unread, until_gone, whole
from viewer.web import client, protocol
from viewer.web.server import MAX_PAGES
from viewer.web.tile_scheduler import DisplaySettings
from viewer.web.tile_source import SourceStatus


def test_only_one_frame_is_under_way_and_the_next_holds_the_newest(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=400))
    slow, quick = served.page(), served.page()
    slow.until(lambda page: page.frames, acknowledge=False)
    frames = len(slow.frames)
    quick.until(lambda page: len(page.frames) > 30)
    slow.send("transition", transition="cut")
    slow.until(lambda page: page.told["state"]["transition"] == "cut", acknowledge=False)
    assert len(slow.frames) == frames == 1
    served.tell(SourceStatus(state="paused", step=7))
    quick.until(lambda page: page.told["state"]["state"] == "paused")
    last = served.page()
    last.until(whole(4))
    slow.send("ack", frame=1)
    for page in (slow, quick):
        page.until(lambda page: page.seeds == last.seeds)


def test_a_page_that_acknowledges_nothing_is_dropped_and_the_others_are_not(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STALLED_AFTER_S", 0.5)
    served = serve(settings=DisplaySettings(tiles=4, rate=50))
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
    served = serve(Chalk(model(1, size=(256, 256)), SourceStatus(state="running", step=7)), DisplaySettings(tiles=256))
    plain = unread(served)
    # Two frames, more than the buffers of the system take, are acknowledged unread.
    plain.sendall(masked(b'{"kind":"ack","frame":1}'))
    with plain:
        until_gone(served)


def test_reloading_goes_on_where_it_was(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=0.5))
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
    served = serve(source, DisplaySettings(tiles=4, rate=1000))
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
    monkeypatch.setattr("viewer.web.server.MAX_PAGES", 2)
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
