"""A crowd of connections that never become a request."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def crowd(port: int, count: int, sent: bytes, *, comes_back: bool) -> Iterator[None]:
    """Hold so many connections open that have sent some bytes, and send one byte more on each now and then.

    Those that are closed are opened again, if the crowd comes back.
    """
    opened: list[socket.socket] = []
    stop = threading.Event()

    def live() -> None:
        place = 0
        while not stop.wait(0.001):
            place = (place + 1) % count
            if _is_open(opened[place]):
                with suppress(OSError):  # it is not accepted yet
                    opened[place].send(sent[:1])
            elif comes_back:
                opened[place].close()
                opened[place] = _connect(port)

    with _many_descriptors():
        thread = threading.Thread(target=live)
        try:
            opened += [_connect(port) for _ in range(count)]
            stop.wait(0.2)  # until they are connected
            for each in opened:
                with suppress(OSError):
                    each.send(sent)
            thread.start()
            yield
        finally:
            stop.set()
            thread.join()
            for each in opened:
                each.close()


@contextmanager
def _many_descriptors() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, before[1]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _connect(port: int) -> socket.socket:
    stranger = socket.socket()
    stranger.setblocking(False)
    stranger.connect_ex(("127.0.0.1", port))
    return stranger


def _is_open(stranger: socket.socket) -> bool:
    try:
        return stranger.recv(1000) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
