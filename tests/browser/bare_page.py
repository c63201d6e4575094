"""A page without a browser: it sends and receives messages, and draws nothing."""

import json
import threading
from contextlib import ExitStack
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.browser.training_process import TrainingProcess
from viewer.web.frames import unpack_frame
from viewer.web.protocol import SUBPROTOCOL, VERSION


class BarePage:
    """A page without a browser that receives and acknowledges everything."""

    def __init__(self, socket: ClientConnection) -> None:
        self.tiles = 0
        self.has_tiles = threading.Event()
        self.socket = socket
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        try:
            for data in self.socket:
                if isinstance(data, bytes):
                    frame = unpack_frame(data)
                    self.tiles += len(frame.tiles) if frame.kind == 0 else 0
                    self.socket.send(json.dumps({"kind": "ack", "frame": frame.frame}))
                if self.tiles >= 64:
                    self.has_tiles.set()
        except ConnectionClosed:
            pass


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *given: object) -> None:
        return None


def log_in(url: str) -> str:
    """Open the address, and return the value of the Cookie header."""
    try:
        build_opener(_NoRedirect).open(Request(url))
    except HTTPError as response:  # 303
        return str(response.headers["set-cookie"]).partition(";")[0]
    raise AssertionError("no cookie")


def connect_page(training: TrainingProcess, cookie: str, stack: ExitStack) -> ClientConnection:
    host = training.base.removeprefix("http://").rstrip("/")
    socket: ClientConnection = stack.enter_context(
        connect(
            f"ws://{host}/ws",
            origin=Origin(f"http://{host}"),
            additional_headers={"Cookie": cookie},
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            proxy=None,
            max_size=None,
        )
    )
    socket.send(json.dumps({"kind": "ready", "version": VERSION, "reduced_motion": False}))
    return socket


def is_closed(socket: ClientConnection) -> bool:
    try:
        while True:
            socket.recv(timeout=0)
    except TimeoutError:
        return False
    except ConnectionClosed:
        return True
