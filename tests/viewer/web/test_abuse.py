"""Invalid messages and frames: they end their connection and nothing else. With real sockets throughout."""

import socket
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.viewer.served import (
    WAIT_S,
    ColorSource,
    Serve,
    check_alive,
    close_code,
    connect_silently,
    has_tiles,
    masked,
    wait_for_pages,
)
from viewer.web import client, protocol
from viewer.web.tile_scheduler import DisplaySettings


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
def test_an_invalid_message_ends_the_connection(serve: Serve, text: str | bytes, code: int) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=0.5))
    other, page = served.page(), served.page()
    for one in (other, page):
        one.until(has_tiles(4))
    with suppress(ConnectionClosed):  # the server closes before all of a long message is sent
        page.socket.send(text)
    assert close_code(page) in (code, None if len(text) > 1000 else code)
    other.send("transition", transition="cut")
    other.until(lambda page: page.messages["state"]["transition"] == "cut")
    check_alive(served)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"kind":"run","running":false}', 1008),
        ('{"kind":"ready","version":1,"reduced_motion":false}', protocol.CLOSE_VERSION),
        ('{"kind":"ready","version":1}', 1008),
    ],
)
def test_the_first_message_must_be_ready(serve: Serve, first: str, code: int) -> None:
    served = serve()
    connection = served.connect()
    connection.send(first)
    with pytest.raises(ConnectionClosed) as caught:
        connection.recv(timeout=WAIT_S)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == code


def test_a_page_that_sends_nothing_is_disconnected(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "READY_WITHIN_S", 0.2)
    served = serve()
    with pytest.raises(ConnectionClosed):
        served.connect().recv(timeout=WAIT_S)
    monkeypatch.setattr(client, "READY_WITHIN_S", WAIT_S)
    check_alive(served)


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
def test_invalid_frames_end_the_connection(serve: Serve, bytes_: bytes, caplog: pytest.LogCaptureFixture) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=0.5))
    other = served.page()
    other.until(has_tiles(4))
    plain = connect_silently(served)
    with suppress(OSError):  # the server closes in the middle
        plain.sendall(bytes_)
        plain.shutdown(socket.SHUT_WR)
    wait_for_pages(served, count=1)
    plain.close()
    other.send("transition", transition="cut")
    other.until(lambda page: page.messages["state"]["transition"] == "cut")
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


def test_a_flood_of_messages_ends_the_connection(serve: Serve) -> None:
    served = serve(settings=DisplaySettings(tiles=4, rate=0.5))
    other = served.page()
    other.until(has_tiles(4))
    flood = 10_000 * masked(b'{"kind":"tiles","tiles":4}')
    plain = connect_silently(served)
    with suppress(OSError):
        plain.sendall(flood)
    wait_for_pages(served, count=1)
    plain.close()
    other.send("transition", transition="cut")
    other.until(lambda page: page.messages["state"]["transition"] == "cut")


def test_held_keys_are_not_a_flood(serve: Serve) -> None:
    page = serve(settings=DisplaySettings(tiles=4, rate=0.5)).page()
    for tiles in range(1, 301):
        page.send("tiles", tiles=tiles)
    page.until(lambda page: page.messages.get("state", {}).get("tiles") == 300)


def test_a_page_that_vanished_is_noticed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.web.server._PING_EVERY_S", 0.2)
    monkeypatch.setattr("viewer.web.server._PONG_WITHIN_S", 0.2)
    served = serve(ColorSource())
    # It never answers a ping, and no frame is in flight whose acknowledgement would time out.
    with connect_silently(served):
        wait_for_pages(served)
    assert served.get("/")[0] == 200
