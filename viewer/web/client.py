"""One page's connection: its messages, the messages and frames sent to it, and whether it is still alive.

At most one frame of tiles is in flight. When the page acknowledges it, the next frame is made from the newest tiles. A page that
does not acknowledge a frame in time is disconnected.
"""

import asyncio
import logging

import numpy as np
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
from viewer.web.tile_grid import Places
from viewer.web.tile_scheduler import TileScheduler
from viewer.web.tile_source import SpriteImages
from viewer.web.websocket_limits import ABORT

STALLED_AFTER_S = 8.0
# How long a page has to answer a close before the connection is aborted.
_CLOSE_TIMEOUT_S = 1.0
_MAX_REASON_BYTES = 123  # of a close frame (RFC 6455, section 5.5)

_log = logging.getLogger("viewer")


class _Disconnect(Exception):  # noqa: N818 - not an error, but control flow
    """End the connection, with a close code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Client:
    """A page that subscribes to a scheduler."""

    def __init__(self, websocket: WebSocket, scheduler: TileScheduler) -> None:
        self._websocket = websocket
        self._scheduler = scheduler
        self._messages: dict[str, FromServer] = {}  # unsent, the newest of each kind
        self._sprites: dict[int, SpriteImages] = {}
        self._changed = np.zeros(MAX_TILES, bool)  # by place: whether a change is unsent
        self._wake = asyncio.Event()
        self._frame = 0  # the number of the last frame sent
        self._deadline_s: float | None = None  # for its acknowledgement, None where no frame is in flight
        self._is_finishing = False

    @property
    def has_unsent_tiles(self) -> bool:
        """Whether a changed tile has not been sent yet."""
        return bool(self._changed.any())

    def queue_message(self, message: FromServer) -> None:
        """Queue a message; it replaces an unsent one of the same kind."""
        # At the end of the queue, so that messages of different kinds stay in order.
        self._messages.pop(message.kind, None)
        self._messages[message.kind] = message
        self._wake.set()

    def mark_changed(self, places: Places) -> None:
        """Queue the tiles at these places; their newest pictures are sent as soon as the page is ready for them."""
        self._changed[places] = True
        self._wake.set()

    def queue_sprites(self, sprites: SpriteImages) -> None:
        """Queue originals or reconstructions; they replace unsent ones of the same kind."""
        self._sprites[sprites.kind] = sprites
        self._wake.set()

    def finish(self) -> None:
        """Close the connection once all messages are sent, because the program ends."""
        self._is_finishing = True
        self._wake.set()

    async def serve(self) -> None:
        """Serve the page until it or the program ends the connection."""
        try:
            offered = self._websocket.scope["subprotocols"]
            await self._websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
            ready = await self._receive_ready()
            self._scheduler.subscribe(self, reduced_motion=ready.reduced_motion)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read())
                group.create_task(self._write())
        except* _Disconnect as disconnects:
            disconnect = disconnects.exceptions[0]
            assert isinstance(disconnect, _Disconnect)
            await self._close(disconnect.code, disconnect.reason)
        except* WebSocketDisconnect:
            pass  # the page has closed the connection
        finally:
            self._scheduler.unsubscribe(self)

    async def _receive_ready(self) -> ReadyMessage:
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                message = await self._receive()
        except TimeoutError:
            raise _Disconnect(CLOSE_STALLED, "the page did not send ready in time") from None
        if not isinstance(message, ReadyMessage):
            raise _Disconnect(CLOSE_REFUSED, "the first message must be ready")
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
                    raise _Disconnect(CLOSE_REFUSED, "ready was sent twice")
                case AckMessage():
                    if self._deadline_s is None or message.frame != self._frame:
                        raise _Disconnect(CLOSE_REFUSED, "a frame was acknowledged that is not in flight")
                    self._deadline_s = None
                    self._wake.set()
                case _:
                    self._scheduler.handle(message)

    async def _write(self) -> None:
        while True:
            await self._until_woken()
            while self._messages:
                await self._send(format_message(self._messages.pop(next(iter(self._messages)))))
            if self._is_finishing:
                raise _Disconnect(CLOSE_LEAVING, "the program has ended")
            if self._deadline_s is None and (frame := self._next_frame()) is not None:
                self._deadline_s = asyncio.get_running_loop().time() + STALLED_AFTER_S
                await self._send(pack_frame(frame))
                self._scheduler.wake()

    async def _until_woken(self) -> None:
        try:
            async with asyncio.timeout_at(self._deadline_s):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()
        # A task that is woken all the time never waits, and so never times out above.
        if self._deadline_s is not None and asyncio.get_running_loop().time() >= self._deadline_s:
            raise _Disconnect(CLOSE_STALLED, f"frame {self._frame} was not drawn within {STALLED_AFTER_S:g} s")

    def _next_frame(self) -> TileFrame | None:
        if self._sprites:
            sprites = self._sprites.pop(next(iter(self._sprites)))
            tiles = np.zeros(len(sprites.pixels), TILE)
            tiles["number"] = np.arange(len(tiles))
            self._frame += 1
            generation = self._scheduler.generation
            return TileFrame(frame=self._frame, generation=generation, kind=sprites.kind, tiles=tiles, pixels=sprites.pixels)
        places = np.flatnonzero(self._changed)
        sendable = self._scheduler.sendable(places)
        if not len(sendable):
            # These places were removed, or are blank and will be marked again when they are filled.
            self._changed[places] = False
            return None
        self._changed[sendable] = False
        self._frame += 1
        return self._scheduler.frame(self._frame, sendable)

    async def _send(self, data: str | bytes) -> None:
        try:
            async with asyncio.timeout(STALLED_AFTER_S):
                if isinstance(data, str):
                    await self._websocket.send_text(data)
                else:
                    await self._websocket.send_bytes(data)
        except TimeoutError:
            raise _Disconnect(CLOSE_STALLED, "the page no longer receives data") from None

    async def _close(self, code: int, reason: str) -> None:
        _log.debug("closing a page's connection: %s", reason)
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._websocket.close(code, reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore"))
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            pass  # the page no longer receives data, or is gone
        abort = self._websocket.scope["extensions"][ABORT]["abort"]
        asyncio.get_running_loop().call_later(_CLOSE_TIMEOUT_S, abort)
