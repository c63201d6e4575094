"""A server in its own thread, a source of tiles without a model, and pages without a browser."""

import asyncio
import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from viewer.latents.modes import Mode
from viewer.web.frames import TileFrame, unpack_frame
from viewer.web.protocol import SUBPROTOCOL, VERSION, Ability, ModelMessage
from viewer.web.server import Server
from viewer.web.tile_scheduler import DisplaySettings, TileScheduler
from viewer.web.tile_source import SourceCommand, SourceEvent, SourceStatus, TileBatch

WAIT_S = 20
COLORS = 4


def model(generation: int, *, size: tuple[int, int] = (2, 3), step: int = 7) -> ModelMessage:
    return ModelMessage(
        generation=generation,
        name="colors-0123456789ab",
        token="colors",
        features={},
        recipe="colors 1",
        step=step,
        palette=("#000000ff", "#ff0000ff", "#00ff00ff", "#0000ffff"),
        size=size,
        device="CPU",
        note="",
        position=0,
        count=1,
    )


class ColorSource:
    """Draws tiles of one colour, determined by the seed, the position and the model's step; yields the events it is given."""

    def __init__(
        self, *events: SourceEvent, abilities: tuple[Ability, ...] = (), modes: tuple[Mode, ...] = ("refresh", "walk")
    ) -> None:
        self.abilities = abilities
        self.modes = modes
        self.commands: list[SourceCommand] = []
        self._events: asyncio.Queue[SourceEvent] = asyncio.Queue()
        self._model: ModelMessage | None = None
        for event in events:
            self._events.put_nowait(event)

    def send(self, event: SourceEvent) -> None:
        self._events.put_nowait(event)

    async def events(self) -> AsyncIterator[SourceEvent]:
        while True:
            event = await self._events.get()
            if isinstance(event, ModelMessage):
                self._model = event
            yield event

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        if self._model is None:
            return None
        colors = color(np.array(seeds, np.int64), positions, self._model.step)
        pixels = np.broadcast_to(colors[:, None, None], (len(seeds), *self._model.size))
        return TileBatch(generation=self._model.generation, pixels=pixels)

    def handle(self, command: SourceCommand) -> None:
        self.commands.append(command)


def color(seeds: NDArray[Any], positions: NDArray[Any], step: int) -> NDArray[np.uint8]:
    """Return the colours of the tiles of ``ColorSource``; in a walk they change thirty times a segment."""
    return ((seeds.astype(np.int64) + (positions * 30).astype(np.int64) + step) % COLORS).astype(np.uint8)


class Page:
    """A page without a browser: sends ready, records messages and frames, and acknowledges frames if told to."""

    def __init__(self, socket_: ClientConnection, **ready: Any) -> None:
        self.socket = socket_
        self.messages: dict[str, dict[str, Any]] = {}  # the newest of each kind
        self.kinds: list[str] = []
        self.frames: list[TileFrame] = []
        self.tiles: dict[int, NDArray[np.uint8]] = {}
        self.seeds: dict[int, int] = {}
        self.send("ready", **{"version": VERSION, "reduced_motion": False, **ready})

    def send(self, kind: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"kind": kind, **fields}))

    def receive(self, *, acknowledge: bool = True) -> None:
        """Receive one message or frame."""
        data = self.socket.recv(timeout=WAIT_S)
        if isinstance(data, str):
            message = json.loads(data)
            self.kinds.append(message["kind"])
            self.messages[message["kind"]] = message
            return
        frame = unpack_frame(data)
        self.frames.append(frame)
        if frame.kind == 0:
            for tile, pixels in zip(frame.tiles, frame.pixels, strict=True):
                self.tiles[int(tile["number"])] = pixels
                self.seeds[int(tile["number"])] = int(tile["seed"])
        if acknowledge:
            self.send("ack", frame=frame.frame)

    def until(self, condition: Callable[["Page"], object], *, acknowledge: bool = True) -> None:
        """Receive messages and frames until the condition holds."""
        deadline = time.monotonic() + WAIT_S
        while not condition(self):
            assert time.monotonic() < deadline, f"the condition never held; received {self.messages}"
            self.receive(acknowledge=acknowledge)


class Served:
    """A running server; ``send`` and ``stop`` may be called from the test's thread."""

    def __init__(self, source: Any, settings: DisplaySettings | None = None, **options: Any) -> None:
        self.new_addresses: list[str] = []
        self._connections = ExitStack()
        self._source = source
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(settings or DisplaySettings(), options))
        self._thread.start()
        assert self._started.wait(WAIT_S)
        self.port: int = self.server.port
        self.host = f"127.0.0.1:{self.port}"
        self.base = f"http://{self.host}"
        self.cookie = self.log_in()

    def _run(self, settings: DisplaySettings, options: dict[str, Any]) -> None:
        export = options.pop("export", None)
        scheduler = TileScheduler(self._source, settings, **options)
        self.server = Server(scheduler, on_new_address=self.new_addresses.append, export=export)

        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            await self.server.run(self._started.set)

        asyncio.run(main())

    @property
    def token(self) -> str:
        return self.server.address.partition("token=")[2]

    def log_in(self) -> str:
        """Open the address, and return the value of the Cookie header."""
        status, headers, _ = self.get(f"/?token={self.token}", cookie=None)
        assert status == 303
        return headers["set-cookie"].partition(";")[0]

    def get(self, target: str, *, cookie: str | None = "") -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=WAIT_S)
        try:
            value = self.cookie if cookie == "" else cookie
            connection.request("GET", target, headers={"Cookie": value} if value else {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def raw(self, request: bytes) -> socket.socket:
        """Send bytes, and return the socket to read the response from."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)
        plain.sendall(request)
        return plain

    def connect(self, **options: Any) -> ClientConnection:
        """Open a WebSocket as the page does; ``stop`` closes it."""
        connection: ClientConnection = self._connections.enter_context(
            connect(
                f"ws://{self.host}/ws",
                origin=Origin(self.base),
                additional_headers={"Cookie": self.cookie},
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                proxy=None,
                max_size=None,
                **options,
            )
        )
        return connection

    def page(self, **ready: Any) -> Page:
        return Page(self.connect(), **ready)

    def send(self, event: SourceEvent) -> None:
        """Have the source yield an event."""
        self._loop.call_soon_threadsafe(self._source.send, event)

    def end(self, text: str | None = None) -> None:
        """Stop the server, and wait for its end; pages can still read what was sent to them."""
        self._loop.call_soon_threadsafe(lambda: self.server.stop() if text is None else self.server.stop(text))
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()

    def stop(self) -> None:
        """Close all connections, and stop the server."""
        self._connections.close()
        if self._thread.is_alive():
            self.end()


def running_source(**options: Any) -> ColorSource:
    """Return a source that has a model and is running."""
    return ColorSource(model(1), SourceStatus(state="running", step=7), **options)


def has_tiles(count: int) -> Callable[[Page], bool]:
    return lambda page: len(page.tiles) >= count


def close_code(page: Page, *, acknowledge: bool = True) -> int | None:
    """Receive until the server closes the connection; return the close code, None where it was aborted."""
    try:
        while True:
            page.receive(acknowledge=acknowledge)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def check_alive(served: Served) -> None:
    page = served.page()
    page.until(has_tiles(4))
    page.socket.close()


# Bytes as a browser sends them.


def connect_silently(served: Served) -> socket.socket:
    """Return the socket of a page that sends ready, and reads nothing."""
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
    plain = served.raw("\r\n".join([*lines, "", ""]).encode())
    assert plain.recv(12) == b"HTTP/1.1 101"
    plain.sendall(masked(json.dumps({"kind": "ready", "version": VERSION, "reduced_motion": False}).encode()))
    return plain


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """Return a WebSocket frame, masked with zeros."""
    length = struct.pack("!BB", 0x80 | opcode, 0x80 | min(len(payload), 126))
    return length + (struct.pack("!H", len(payload)) if len(payload) >= 126 else b"") + bytes(4) + payload


def wait_for_pages(served: Served, *, count: int = 0) -> None:
    """Wait until the server has at most this many pages."""
    deadline = time.monotonic() + WAIT_S
    while served.server.pages > count:
        assert time.monotonic() < deadline, f"{served.server.pages} pages are still connected"
        time.sleep(0.01)


Serve = Callable[..., Served]
