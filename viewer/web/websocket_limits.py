"""The line of a WebSocket: uvicorn's, with limits where it has none.

uvicorn bounds a message's size and waits for slow readers. What it leaves open is closed here: how many frames a page may send in a
second (fragments, pings and pongs too, each of which costs time or is answered), text that is no UTF-8 without a traceback in the
terminal, and a line that is cut when the page does not take part in closing it.
"""

from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

# A browser that draws 144 pictures a second acknowledges as many; keys and sliders come on top.
MAX_FRAMES_A_SECOND: Final = 600
# The ASGI extension under which a line can be cut: scope["extensions"][LINE]["cut"]().
LINE: Final = "pixelmint.line"

_PORTION_BYTES = 4096
_CUT_AFTER_S = 2.0
_POLICY_VIOLATION, _INVALID_DATA = 1008, 1007


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket connection that no page can misuse much."""

    _second = 0.0
    _frames_in_second = 0

    def data_received(self, data: bytes) -> None:
        """Take what has arrived, in portions, so that a refusal comes before the rest has been parsed."""
        for start in range(0, len(data), _PORTION_BYTES):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + _PORTION_BYTES])

    def handle_connect(self, event: object) -> None:
        """Begin, with a way to cut the line in the application's scope."""
        super().handle_connect(event)  # type: ignore[arg-type]
        if hasattr(self, "scope"):
            self.scope["extensions"][LINE] = {"cut": self.transport.abort}

    def handle_cont(self, event: Frame) -> None:
        """Take a further fragment."""
        if self._is_welcome():
            super().handle_cont(event)

    def handle_text(self, event: Frame) -> None:
        """Take a text, or its first fragment."""
        if self._is_welcome():
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Take binary data, or its first fragment."""
        if self._is_welcome():
            super().handle_bytes(event)

    def handle_ping(self) -> None:
        """Answer a ping."""
        if self._is_welcome():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Take a pong."""
        if self._is_welcome():
            super().handle_pong(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a message on."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self._refuse(_INVALID_DATA, "a text is not UTF-8")
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """End a conversation that breaks the rules of WebSockets."""
        super().handle_parser_exception()
        self.loop.call_later(_CUT_AFTER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """End a conversation with someone who does not answer pings, without waiting for anything to be taken."""
        super().keepalive_timeout()
        self.transport.abort()

    def _is_welcome(self) -> bool:
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
        self.loop.call_later(_CUT_AFTER_S, self.transport.abort)
