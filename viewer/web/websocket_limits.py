"""Limits on a WebSocket connection that uvicorn lacks.

uvicorn bounds a message's size and waits for slow readers. This adds a limit on the frames that a page may send per second
(including fragments, pings and pongs, each of which costs time or is answered), refuses text that is not UTF-8 without a traceback
in the terminal, and aborts a connection when the page does not take part in closing it.
"""

from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

# A browser that draws 144 frames per second acknowledges as many; keys and sliders come on top.
MAX_FRAMES_A_SECOND: Final = 600
# The ASGI extension that aborts a connection: scope["extensions"][ABORT]["abort"]().
ABORT: Final = "pixelmint.abort"

_CHUNK_BYTES = 4096
_ABORT_AFTER_S = 2.0
_POLICY_VIOLATION, _INVALID_DATA = 1008, 1007


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket connection with limits on what a page can send."""

    _second = 0.0
    _frames_in_second = 0

    def data_received(self, data: bytes) -> None:
        """Parse data in chunks, so that a refusal comes before the rest is parsed."""
        for start in range(0, len(data), _CHUNK_BYTES):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + _CHUNK_BYTES])

    def handle_connect(self, event: object) -> None:
        """Open the connection, with a way to abort it in the application's scope."""
        super().handle_connect(event)  # type: ignore[arg-type]
        if hasattr(self, "scope"):
            self.scope["extensions"][ABORT] = {"abort": self.transport.abort}

    def handle_cont(self, event: Frame) -> None:
        """Handle a further fragment."""
        if self._is_within_limit():
            super().handle_cont(event)

    def handle_text(self, event: Frame) -> None:
        """Handle a text, or its first fragment."""
        if self._is_within_limit():
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Handle binary data, or its first fragment."""
        if self._is_within_limit():
            super().handle_bytes(event)

    def handle_ping(self) -> None:
        """Answer a ping."""
        if self._is_within_limit():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Handle a pong."""
        if self._is_within_limit():
            super().handle_pong(event)

    def send_receive_event_to_app(self) -> None:
        """Pass a message to the application."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self._refuse(_INVALID_DATA, "a text is not UTF-8")
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """End a connection that violates the WebSocket protocol."""
        super().handle_parser_exception()
        self.loop.call_later(_ABORT_AFTER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """Abort a connection whose page does not answer pings; unsent data is lost."""
        super().keepalive_timeout()
        self.transport.abort()

    def _is_within_limit(self) -> bool:
        if self.transport.is_closing():
            return False
        now = self.loop.time()
        if now - self._second >= 1:
            self._second, self._frames_in_second = now, 0
        self._frames_in_second += 1
        if self._frames_in_second > MAX_FRAMES_A_SECOND:
            self._refuse(_POLICY_VIOLATION, "too many messages")
            return False
        return True

    def _refuse(self, code: int, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.transport.close()
        self.loop.call_later(_ABORT_AFTER_S, self.transport.abort)
