"""One page at the other end of a WebSocket: what it says, what it is told, and whether it is still there.

At most one frame of tiles is on its way: the next is made from the newest tiles when the page says that it has drawn the last. A
page that does not say so in time is dropped.
"""

import asyncio
import logging

import numpy as np
from numpy.typing import NDArray
from starlette.websockets import WebSocket, WebSocketDisconnect

from viewer.errors import ProtocolError
from viewer.web.frames import TILE, TileFrame, pack_frame
from viewer.web.protocol import (
    CLOSE_LEAVING,
    CLOSE_REFUSED,
    CLOSE_STALLED,
    CLOSE_VERSION,
    MAX_TILES,
    READY_WITHIN_S,
    SUBPROTOCOL,
    VERSION,
    AckMessage,
    FromPage,
    FromServer,
    ReadyMessage,
    format_message,
    parse_page_message,
)
from viewer.web.tile_scheduler import TileScheduler
from viewer.web.tile_source import SpriteImages
from viewer.web.websocket_limits import LINE

STALLED_AFTER_S = 8.0
# How long a page has to answer a farewell before the line is cut.
_FAREWELL_S = 1.0

_log = logging.getLogger("viewer")


class _Disconnect(Exception):  # noqa: N818 - no error, a way out
    """Leave the conversation, with a close code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Client:
    """A page that looks at the wall."""

    def __init__(self, websocket: WebSocket, wall: TileScheduler) -> None:
        self._websocket = websocket
        self._wall = wall
        self._messages: dict[str, FromServer] = {}  # to be sent, the newest of each kind
        self._sprites: dict[int, SpriteImages] = {}
        self._owed = np.zeros(MAX_TILES, bool)
        self._wake = asyncio.Event()
        self._frame = 0  # the last one sent
        self._deadline_s: float | None = None  # for its acknowledgement
        self._is_leaving = False

    @property
    def is_owed(self) -> bool:
        """Whether some change has not been sent yet."""
        return bool(self._owed.any())

    def tell(self, message: FromServer) -> None:
        """Have a message sent; a newer one of its kind replaces one that still waits."""
        # To the end of the queue: a model told after a state is newer than that.
        self._messages.pop(message.kind, None)
        self._messages[message.kind] = message
        self._wake.set()

    def owe(self, places: NDArray[np.intp]) -> None:
        """Have the tiles at these places sent as soon as the page can take them."""
        self._owed[places] = True
        self._wake.set()

    def show(self, sprites: SpriteImages) -> None:
        """Have originals or reconstructions sent."""
        self._sprites[sprites.kind] = sprites
        self._wake.set()

    def dismiss(self) -> None:
        """Say farewell once all messages are sent: the program ends."""
        self._is_leaving = True
        self._wake.set()

    async def serve(self) -> None:
        """Talk with the page until one of the two leaves."""
        try:
            offered = self._websocket.scope["subprotocols"]
            await self._websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
            ready = await self._greeting()
            self._wall.welcome(self, reduced_motion=ready.reduced_motion)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read())
                group.create_task(self._write())
        except* _Disconnect as farewells:
            farewell = farewells.exceptions[0]
            assert isinstance(farewell, _Disconnect)
            await self._close(farewell.code, farewell.reason)
        except* WebSocketDisconnect:
            pass  # it has left by itself
        finally:
            self._wall.leave(self)

    async def _greeting(self) -> ReadyMessage:
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                message = await self._receive()
        except TimeoutError:
            raise _Disconnect(CLOSE_STALLED, "the page did not say that it is ready") from None
        if not isinstance(message, ReadyMessage):
            raise _Disconnect(CLOSE_REFUSED, "a page first says that it is ready")
        if message.version != VERSION:
            raise _Disconnect(CLOSE_VERSION, f"this server speaks version {VERSION}; reload the page")
        return message

    async def _receive(self) -> FromPage:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event["code"])
        try:
            return parse_page_message(event.get("text") or "")
        except ProtocolError as error:
            raise _Disconnect(CLOSE_REFUSED, str(error)) from None

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            match message:
                case ReadyMessage():
                    raise _Disconnect(CLOSE_REFUSED, "a page says only once that it is ready")
                case AckMessage():
                    if self._deadline_s is None or message.frame != self._frame:
                        raise _Disconnect(CLOSE_REFUSED, "a frame was acknowledged that is not under way")
                    self._deadline_s = None
                    self._wake.set()
                case _:
                    self._wall.take(message)

    async def _write(self) -> None:
        while True:
            await self._until_woken()
            while self._messages:
                await self._send(format_message(self._messages.pop(next(iter(self._messages)))))
            if self._is_leaving:
                raise _Disconnect(CLOSE_LEAVING, "the program has ended")
            if self._deadline_s is None and (frame := self._next_frame()) is not None:
                self._deadline_s = asyncio.get_running_loop().time() + STALLED_AFTER_S
                await self._send(pack_frame(frame))
                self._wall.wake()

    async def _until_woken(self) -> None:
        try:
            async with asyncio.timeout_at(self._deadline_s):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()
        # Asked here once more: who is woken all the time never waits, and so is never interrupted.
        if self._deadline_s is not None and asyncio.get_running_loop().time() >= self._deadline_s:
            raise _Disconnect(CLOSE_STALLED, f"frame {self._frame} was not drawn within {STALLED_AFTER_S:g} s")

    def _next_frame(self) -> TileFrame | None:
        if self._sprites:
            sprites = self._sprites.pop(next(iter(self._sprites)))
            tiles = np.zeros(len(sprites.pixels), TILE)
            tiles["number"] = np.arange(len(tiles))
            self._frame += 1
            generation = self._wall.generation
            return TileFrame(frame=self._frame, generation=generation, kind=sprites.kind, tiles=tiles, pixels=sprites.pixels)
        places = np.flatnonzero(self._owed)
        hanging = self._wall.hanging(places)
        if not len(hanging):
            # What was taken down meanwhile is owed to nobody, and what is empty will be owed when it is filled.
            self._owed[places] = False
            return None
        self._owed[hanging] = False
        self._frame += 1
        return self._wall.frame(self._frame, hanging)

    async def _send(self, data: str | bytes) -> None:
        try:
            async with asyncio.timeout(STALLED_AFTER_S):
                if isinstance(data, str):
                    await self._websocket.send_text(data)
                else:
                    await self._websocket.send_bytes(data)
        except TimeoutError:
            raise _Disconnect(CLOSE_STALLED, "the page takes nothing any more") from None

    async def _close(self, code: int, reason: str) -> None:
        _log.debug("closing a page's connection: %s", reason)
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._websocket.close(code, reason)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            pass  # it takes nothing any more, or has left
        cut = self._websocket.scope["extensions"][LINE]["cut"]
        asyncio.get_running_loop().call_later(_FAREWELL_S, cut)
