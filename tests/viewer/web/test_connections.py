"""Connections of strangers: half-open, idle, or more than there are descriptors. The owner is answered all the same."""

import asyncio
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.viewer.served import WAIT_S, Serve, Served, check_alive, connect_silently, has_tiles
from viewer.web import connection_limits
from viewer.web.connection_limits import MAX_INCOMPLETE, RareErrors
from viewer.web.server import MAX_PAGES


@contextmanager
def connections(served: Served, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            opened.append(socket.create_connection(("127.0.0.1", served.server.port), timeout=WAIT_S))
            opened[-1].sendall(sent)
        yield opened
    finally:
        for each in opened:
            each.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: ", b"\x16\x03\x01"], ids=["silent", "half", "TLS"])
def test_half_open_connections_leave_room(serve: Serve, sent: bytes) -> None:
    served = serve()
    with connections(served, 300, sent):
        since = time.monotonic()
        check_alive(served)
        page = served.page()
        page.until(has_tiles(4))
        print(f"answered after {time.monotonic() - since:.2f} s beside 300 connections")


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1000) == b""
    except OSError:
        return True


def test_the_oldest_incomplete_request_is_ended(serve: Serve) -> None:
    served = serve()
    with connections(served, MAX_INCOMPLETE + 1, b"GET / HTTP/1.1\r\n") as opened:
        assert is_closed(opened[0])
        opened[-1].settimeout(0.2)
        with pytest.raises(TimeoutError):
            opened[-1].recv(1)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT"], ids=["first", "second"])
def test_a_request_that_is_never_completed_is_ended(serve: Serve, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "REQUEST_WITHIN_S", 0.2)
    served = serve()
    with connections(served, 1, sent) as (connection,):
        while not is_closed(connection):
            pass


def test_a_stranger_gets_one_answer_on_a_connection(serve: Serve) -> None:
    served = serve()
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{served.server.port}\r\n\r\n".encode()
    with connections(served, 1, request) as (connection,):
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"connection: close" in answer.lower()


def test_cookies_of_other_programs_are_named_as_a_reason(serve: Serve) -> None:
    served = serve()
    connection = http.client.HTTPConnection("127.0.0.1", served.server.port, timeout=WAIT_S)
    connection.request("GET", "/", headers={"Cookie": "; ".join(f"other{number}={'x' * 4000}" for number in range(60))})
    response = connection.getresponse()
    assert response.status == 400
    assert b"clear its cookies for this address, which other programs on this machine have set" in response.read()
    connection.close()


def test_errors_of_accepting_are_told_rarely(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.new_event_loop()
    errors = RareErrors()
    context = {
        "message": "socket.accept() out of system resource",
        "exception": OSError(24, "Too many open files"),
    }
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            errors(loop, context)
        assert [record.getMessage() for record in caplog.records] == [
            "New connections cannot be accepted now (Too many open files); close other programs or pages."
        ]
        late = "Exception in callback BaseSelectorEventLoop._start_serving()"
        errors(loop, {"message": late, "exception": ValueError("Invalid file descriptor: -1")})
        assert len(caplog.records) == 1
        errors(loop, {"message": "something else"})
        assert "something else" in caplog.text
    loop.close()


LIMITED = """
import resource, sys
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
from viewer.cli import main
main(["show", sys.argv[1], "--no-browser", "--device", "cpu"])
"""


@contextmanager
def limited_viewer(export: Path, descriptors: int, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Run ``viewer show`` with so many descriptors; yield its port and token. ``lines`` gets what the terminal gets after these."""
    command = [sys.executable, "-c", LIMITED, str(export), str(descriptors)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        while not (line := program.stderr.readline()).startswith("Open "):
            assert line
        reader = threading.Thread(target=lambda stream=program.stderr: lines.extend(stream))
        reader.start()
        try:
            yield int(line.split(":")[2].split("/")[0]), line.partition("token=")[2].split()[0]
        finally:
            program.send_signal(signal.SIGHUP)
            code = program.wait(WAIT_S)
            reader.join()
    assert code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
def test_without_descriptors_the_terminal_gets_a_line(write_export: Callable[[], Path]) -> None:
    lines: list[str] = []
    with limited_viewer(write_export(), 90, lines) as (port, _):
        opened = []
        for _ in range(200):
            opened.append(socket.socket())
            opened[-1].setblocking(False)
            opened[-1].connect_ex(("127.0.0.1", port))
        time.sleep(1)
        for each in opened:
            each.close()
    assert len(lines) <= 3, sorted(set(lines))


def asked(port: int, target: str, cookie: str = "") -> tuple[int, str]:
    """Return the status of an answer, and the cookie that it sets."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    try:
        connection.request("GET", target, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        response.read()
        return response.status, (response.headers["set-cookie"] or "").partition(";")[0]
    finally:
        connection.close()


HALF = b"GET / HTTP/1.1\r\nHost: "
CROWDS: dict[str, tuple[int, bytes]] = {
    "500 half-open": (500, HALF),
    "500 TLS": (500, b"\x16\x03\x01"),
    "1,100 idle": (1100, b""),
    "1,100 half-open": (1100, HALF),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
@pytest.mark.parametrize("comes_back", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("crowd", CROWDS)
def test_a_crowd_of_connections_leaves_the_owner_room(crowd: str, comes_back: bool, write_export: Callable[[], Path]) -> None:
    """A program with 1,024 descriptors is asked by its owner for 5 s, beside connections that are silent, or send byte by byte."""
    from tests.viewer.web.crowd import crowd as held  # POSIX

    count, sent = CROWDS[crowd]
    lines: list[str] = []
    with limited_viewer(write_export(), 1024, lines) as (port, token):
        status, cookie = asked(port, f"/?token={token}")
        assert status == 303
        with held(port, count, sent, comes_back=comes_back):
            answers, until = [], time.monotonic() + 5
            while time.monotonic() < until:
                since = time.monotonic()
                assert asked(port, "/", cookie)[0] == 200
                answers.append(time.monotonic() - since)
    print(f"{crowd}: {len(answers)} answers, the slowest in {max(answers):.2f} s, {len(lines)} lines in the terminal")
    assert len(lines) <= 10, sorted(set(lines))


def test_refused_requests_leave_room_and_are_told_once(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """What is no HTTP is answered, and its connection kept for a moment, so that a browser shows the answer."""
    served = serve()
    with connections(served, 300, b"\x16\x03\x01\r\n\r\n"):
        assert served.get("/")[0] == 200
    assert [record.getMessage() for record in caplog.records] == ["Invalid HTTP request received."]


def test_pages_that_read_nothing_leave_the_owner_room(serve: Serve) -> None:
    served = serve()
    silent = [connect_silently(served) for _ in range(MAX_PAGES - 1)]
    try:
        for _ in range(5):
            since = time.monotonic()
            check_alive(served)
            print(f"answered after {time.monotonic() - since:.2f} s beside {served.server.pages} pages that read nothing")
    finally:
        for each in silent:
            each.close()


CLOSED_TERMINAL = """
import os, pty, sys
number, terminal = pty.fork()
if number == 0:
    os.execv(sys.executable, [sys.executable, "-m", "mint", "train", sys.argv[1], "--headless", "--recipe", "autoencoder"])
seen = b""
while b"step" not in seen:
    seen += os.read(terminal, 1000)
os.close(terminal)
_, status = os.waitpid(number, 0)
print(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
def test_a_training_is_saved_when_its_terminal_is_closed(tmp_path: Path) -> None:
    from mint.token.folder import mint_token
    from mint.token.hash import parse_hash

    token = mint_token(parse_hash("open sesame"), tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "80"}
    command = [sys.executable, "-c", CLOSED_TERMINAL, str(token)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.stdout.strip() in ("0", "1"), done.stderr
    assert list((token / "training" / "checkpoints").glob("step-*/checkpoint.json"))
