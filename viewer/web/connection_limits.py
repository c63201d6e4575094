"""Limits on HTTP connections that uvicorn lacks, so that those of strangers leave room for the owner's.

A connection whose request is not complete in time is aborted, and so is the oldest of those when there are too many: a browser
sends its request as soon as it is connected. Errors of accepting connections, of which asyncio makes a traceback each, and the
warnings of uvicorn about requests are told once in a while.
"""

import asyncio
import errno
import logging
import time
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_WITHIN_S: Final = 5.0
MAX_INCOMPLETE: Final = 64
TELL_EVERY_S: Final = 60.0
_REFUSED_FOR_S: Final = 1.0
_TOO_LONG: Final = (
    "This request is not valid HTTP, or its headers are too long. If a browser sent it, clear its cookies for this address, "
    "which other programs on this machine have set, and open the address again.\n"
)
_LOG: Final = logging.getLogger(__name__)


class IncompleteRequests:
    """The connections of a server on which a request has begun, or the first has not even done that; the oldest first."""

    def __init__(self) -> None:
        self._deadlines: dict[H11Protocol, asyncio.TimerHandle] = {}

    def add(self, connection: H11Protocol) -> None:
        """Abort a connection unless ``discard`` follows in time, or at once the oldest, if there are too many."""
        if connection in self._deadlines:
            return
        self._deadlines[connection] = connection.loop.call_later(REQUEST_WITHIN_S, self._abort, connection)
        if len(self._deadlines) > MAX_INCOMPLETE:
            self._abort(next(iter(self._deadlines)))

    def discard(self, connection: H11Protocol) -> None:
        """Note that a request is complete, or the connection closed."""
        deadline = self._deadlines.pop(connection, None)
        if deadline is not None:
            deadline.cancel()

    def _abort(self, connection: H11Protocol) -> None:
        self.discard(connection)
        connection.transport.abort()


def limited_http(incomplete: IncompleteRequests) -> type[H11Protocol]:
    """Return the class of a server's HTTP connections."""
    logger = logging.Logger("viewer.web.requests")
    logger.parent = logging.getLogger("uvicorn.error")
    logger.addFilter(RareWarnings())

    class LimitedHttp(H11Protocol):
        """An HTTP connection with limits on how long a request may take."""

        _is_refused = False

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Wait for the first request."""
            self.logger = logger
            super().connection_made(transport)
            incomplete.add(self)

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget the connection."""
            incomplete.discard(self)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Parse a part of a request."""
            if self._is_refused:
                return
            super().data_received(data)
            # One that was refused stays for a moment, and has to make room for others, too.
            if self._is_refused or (self.conn.their_state is h11.IDLE and not self.transport.is_closing()):
                incomplete.add(self)
            else:
                incomplete.discard(self)

        def handle_websocket_upgrade(self, event: h11.Request) -> None:
            """Hand the connection over to the WebSocket."""
            incomplete.discard(self)
            super().handle_websocket_upgrade(event)

        def on_response_complete(self) -> None:
            """Wait for the next request, as long as uvicorn keeps a connection alive."""
            super().on_response_complete()
            incomplete.discard(self)

        def send_400_response(self, msg: str) -> None:
            """Say what may have made a request too long, and take the rest: a browser shows no answer before it has sent all."""
            self._is_refused = True
            lines = (
                "HTTP/1.1 400 Bad Request",
                "content-type: text/plain",
                f"content-length: {len(_TOO_LONG)}",
                "connection: close",
            )
            head = "".join(f"{line}\r\n" for line in (*lines, ""))
            self.transport.write((head + _TOO_LONG).encode())
            self.loop.call_later(_REFUSED_FOR_S, self.transport.close)

    return LimitedHttp


class RareWarnings(logging.Filter):
    """Lets the same warning through once in ``TELL_EVERY_S``, and all that is no warning."""

    def __init__(self) -> None:
        super().__init__()
        self._told_s: dict[str, float] = {}  # by message, of which uvicorn has few

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is told."""
        if record.levelno != logging.WARNING:
            return True
        now_s = time.monotonic()
        if now_s - self._told_s.get(record.msg, -TELL_EVERY_S) < TELL_EVERY_S:
            return False
        self._told_s[record.msg] = now_s
        return True


class RareErrors:
    """Tells errors of accepting connections in one line, at most once in ``TELL_EVERY_S``; passes others on."""

    def __init__(self) -> None:
        self._told_s = -TELL_EVERY_S

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle what asyncio reports."""
        error = context.get("exception")
        is_rare = isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
        message = context.get("message", "")
        if "_start_serving" in message and isinstance(error, ValueError):
            return  # asyncio waits a second after an error, and accepts again on a socket that was closed meanwhile
        if not is_rare and "socket.accept()" not in message:
            loop.default_exception_handler(context)
        elif loop.time() - self._told_s >= TELL_EVERY_S:
            self._told_s = loop.time()
            reason = getattr(error, "strerror", None) or error
            _LOG.warning("New connections cannot be accepted now (%s); close other programs or pages.", reason)
