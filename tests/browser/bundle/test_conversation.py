"""A server and a bundle speak to their pages alike: one test is the page of both."""

import base64
import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Protocol, get_args, get_origin, get_type_hints

import pytest
from websockets.sync.client import ClientConnection

from tests.browser.bare_page import connect_page, log_in
from tests.browser.bundle.stand_in import TOKEN, small_artwork
from tests.browser.training_process import TrainingProcess
from tests.browser.viewer_process import WAIT_S
from tests.small_token import small_token
from viewer.web.frames import ORIGINALS, RECONSTRUCTIONS, TILES, TileFrame, unpack_frame
from viewer.web.protocol import FROM_SERVER, MAX_TILES, VERSION, FromServer, HelloMessage, ModelMessage, StateMessage

KINDS: dict[str, type[FromServer]] = {message.kind: message for message in FROM_SERVER}


def _read(kind: Any, value: Any) -> Any:
    """Return a JSON value as a message, or as one of its fields, and assert that it has that type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        hints = {name: hint for name, hint in get_type_hints(kind).items() if name != "kind"}
        assert set(value) == set(hints), (kind, set(value) ^ set(hints))
        return kind(**{name: _read(hints[name], entry) for name, entry in value.items()})  # type: ignore[operator]
    if origin is Literal:
        assert value in arguments
    elif origin is tuple:
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_read(each, entry) for each, entry in zip(kinds, value, strict=True))
    elif origin is dict:
        return {name: _read(arguments[1], entry) for name, entry in value.items()}
    elif origin is UnionType:
        return None if value is None else _read(arguments[0], value)
    else:
        assert type(value) is kind or (kind is float and type(value) is int), (kind, value)
    return value


class Line(Protocol):
    """What carries texts and frames."""

    def send(self, text: str) -> None: ...
    def receive(self) -> str | bytes: ...


class Socket:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def send(self, text: str) -> None:
        self._socket.send(text)

    def receive(self) -> str | bytes:
        data: str | bytes = self._socket.recv(timeout=WAIT_S)
        return data


class Bundle:
    def __init__(self, artwork: dict[str, Any]) -> None:
        command = ["node", str(Path(__file__).with_name("talk.js")), json.dumps(artwork)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def send(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def receive(self) -> str | bytes:
        line = self._lines.get(timeout=WAIT_S)
        return base64.b64decode(line[6:]) if line.startswith("frame ") else line


class Page:
    """A page that reads strictly: every message has exactly the fields of the protocol, each of its type."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.frame = 0
        self.kinds: list[str] = []

    def send(self, kind: str, **fields: object) -> None:
        self._line.send(json.dumps({"kind": kind, **fields}))

    def receive(self) -> FromServer | TileFrame:
        data = self._line.receive()
        if isinstance(data, bytes):
            frame = unpack_frame(data)
            assert frame.frame == self.frame + 1
            self.frame = frame.frame
            self.kinds.append("frame")
            return frame
        document = json.loads(data)
        kind = document.pop("kind")
        self.kinds.append(kind)
        message: FromServer = _read(KINDS[kind], document)
        return message

    def until(self, holds: Any, *, acknowledging: bool = True) -> Any:
        """Receive until something holds, and return it; frames are acknowledged."""
        while True:
            received = self.receive()
            if isinstance(received, TileFrame) and acknowledging:
                self.send("ack", frame=received.frame)
            if holds(received):
                return received

    def state(self, **values: object) -> StateMessage:
        """Wait for a state with these values."""

        def holds(received: object) -> bool:
            return isinstance(received, StateMessage) and all(getattr(received, name) == value for name, value in values.items())

        message: StateMessage = self.until(holds)
        return message

    def tiles(self, kind: int) -> TileFrame:
        frame: TileFrame = self.until(lambda received: isinstance(received, TileFrame) and received.kind == kind)
        return frame


@pytest.fixture(params=["server", "bundle"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    if request.param == "bundle":
        if shutil.which("node") is None:
            pytest.skip("no Node.js found")
        bundle = Bundle(small_artwork(tmp_path))
        connected = Page(bundle)
        connected.send("ready", version=VERSION, reduced_motion=False)  # as connect_page does it for a server
        yield connected
        assert bundle.process.stdin is not None
        assert bundle.process.stdout is not None
        bundle.process.stdin.close()
        assert bundle.process.wait(WAIT_S) == 0
        bundle.process.stdout.close()
        return
    small_token(TOKEN, tmp_path / "tokens")
    training = TrainingProcess(tmp_path, TOKEN, "--paused")
    with ExitStack() as stack:
        stack.callback(training.end)
        socket = connect_page(training, log_in(training.url), stack)
        connected = Page(Socket(socket))
        yield connected


def test_a_server_and_a_bundle_speak_to_their_pages_alike(page: Page) -> None:
    hello = page.receive()
    assert isinstance(hello, HelloMessage)
    assert (hello.version, hello.max_tiles) == (VERSION, MAX_TILES)
    assert {"loss", "originals", "history", "export"} <= set(hello.abilities)
    first = page.receive()
    assert isinstance(first, StateMessage)
    assert (first.state, first.step) == ("paused", 0)
    assert "play button" in first.text
    model = page.until(lambda received: isinstance(received, ModelMessage))
    assert (model.token, model.size) == (TOKEN, (16, 16))

    # A frame is acknowledged before the next one comes.
    first_frame = page.until(lambda received: isinstance(received, TileFrame), acknowledging=False)
    page.send("transition", transition="dissolve")
    page.until(lambda received: not isinstance(received, TileFrame) or pytest.fail("a second frame"), acknowledging=False)
    page.send("ack", frame=first_frame.frame)
    originals = first_frame if first_frame.kind == ORIGINALS else page.tiles(ORIGINALS)
    assert originals.pixels.shape == (9, 16, 16)

    # Settings are answered, and limited.
    page.send("rate", rate=1e9)
    assert page.state(rate=hello.max_rate)
    page.send("rate", rate=4)
    page.send("tiles", tiles=5000)
    assert page.state(tiles=MAX_TILES)
    page.send("tiles", tiles=12)
    assert page.state(tiles=12)

    # The training runs, and all tiles are drawn.
    page.send("run", running=True)
    running = page.state(state="running")
    assert running.step > 0
    seen: set[int] = set()
    while seen != set(range(12)):
        tiles = page.tiles(TILES)
        assert tiles.pixels.shape[1:] == (16, 16)
        seen |= {int(number) for number in tiles.tiles["number"]} & set(range(12))
    page.send("compare", compare=True)
    assert page.state(compare=True)
    assert page.tiles(RECONSTRUCTIONS).pixels.shape == (9, 16, 16)
    while "curves" not in page.kinds or "history" not in page.kinds:
        page.until(lambda received: True)

    # The past is shown, and the present again.
    page.send("past", step=0)
    assert page.until(lambda received: isinstance(received, ModelMessage)).step == 0
    chosen = page.until(lambda received: getattr(received, "kind", "") == "history" and received.chosen == 0)
    assert 0 in chosen.steps
    page.send("past", step=None)
    assert page.until(lambda received: getattr(received, "kind", "") == "history" and received.chosen is None)
    page.send("run", running=False)
    assert page.state(state="paused").text == ""
