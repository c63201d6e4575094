"""Who may come in: this machine's own page, opened by whom the address was given, and nobody else.

A server on loopback is reached by every page in the browser. A page of another site can send requests here (its Origin and
Sec-Fetch-Site betray it), or have its own name resolve to this machine, so that Host and Origin agree and are both the attacker's
(DNS rebinding); so each is compared with the exact list of what is served. Other programs on this machine, other users among them,
know neither the token in the address nor the cookie that it becomes. Pure ASGI, for HTTP and WebSocket alike.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import parse_qsl

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN: Final = "token"
_TOKEN_BYTES = 32
_METHODS = ("GET", "HEAD")
_OPEN_AGAIN = "Open the address that the program printed in its terminal; each is good for one browser."


class AccessDenied(Exception):  # noqa: N818 - an answer
    """Say no, with an HTTP status and a sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class AccessControl:
    """Let a request through to the application, or answer it here.

    hosts are the exact values of Host, with the port. The token of ``address`` is good for one browser, which gets a cookie for
    it; on_entry is called when that has happened, and from then on there is another token.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], port: int, on_entry: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._hosts: Final = frozenset(hosts)
        # Cookies do not tell ports apart: two programs on one machine would take each other's.
        self._cookie: Final = f"pixelmint-{port}"
        self._session: Final = secrets.token_urlsafe(_TOKEN_BYTES)
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._on_entry = on_entry

    @property
    def query(self) -> str:
        """What an address needs after its question mark to be let in now."""
        return f"{TOKEN}={self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        is_websocket = scope["type"] == "websocket"
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        host = ""
        try:
            host = self._check_where(headers, scope, is_websocket=is_websocket)
            entry = None if is_websocket else self._entry(headers, scope)
            if entry is None and not self._has_cookie(headers):
                raise AccessDenied(403, _OPEN_AGAIN)
        except AccessDenied as refusal:
            if is_websocket:
                await send({"type": "websocket.close", "code": 1008})
                return
            entry = PlainTextResponse(f"{refusal.text}\n", refusal.status)
        if is_websocket:
            await self._app(scope, receive, send)
        else:
            await (entry or self._app)(scope, receive, _with_headers(send, host))

    def _check_where(self, headers: Sequence[tuple[bytes, bytes]], scope: Scope, *, is_websocket: bool) -> str:
        """Raise Refusal unless the request is for a host that is served, and not from another site; return the host."""
        host = _only(headers, b"host")
        if host is None or host.lower() not in self._hosts:
            raise AccessDenied(421, "This address is not served here.")
        host = host.lower()
        if not is_websocket and scope["method"] not in _METHODS:
            raise AccessDenied(405, "There is nothing here but to be read.")
        origin = _only(headers, b"origin")
        if origin != f"http://{host}" and (is_websocket or origin is not None):
            raise AccessDenied(403, "Another site's page may not ask this.")
        if not _is_from_here(headers, scope, is_websocket=is_websocket):
            raise AccessDenied(403, "Another site's page may not ask this.")
        return host

    def _entry(self, headers: Sequence[tuple[bytes, bytes]], scope: Scope) -> Response | None:
        """Return the answer to the address with a token, or None where there is none; raise Refusal where it is not the token."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return None
        given = [value for name, value in _query(scope) if name == TOKEN]
        if not given:
            return None
        entered = Response(status_code=303, headers={"location": "/"})
        if len(given) == 1 and secrets.compare_digest(given[0].encode(), self._token.encode()):
            self._token = secrets.token_urlsafe(_TOKEN_BYTES)
            entered.headers["set-cookie"] = f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict"
            self._on_entry()
            return entered
        # Its own browser may open the address again: from the history, or a restored session.
        if self._has_cookie(headers):
            return entered
        raise AccessDenied(403, f"This address has been used. {_OPEN_AGAIN}")

    def _has_cookie(self, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        for name, value in headers:
            if name == b"cookie":
                for part in value.split(b";"):
                    key, _, given = part.strip().partition(b"=")
                    if key == self._cookie.encode() and secrets.compare_digest(given, self._session.encode()):
                        return True
        return False


def _is_from_here(headers: Sequence[tuple[bytes, bytes]], scope: Scope, *, is_websocket: bool) -> bool:
    """Whether the browser, if it says so at all, says that no other site asked (w3.org/TR/fetch-metadata)."""
    if not any(name == b"sec-fetch-site" for name, _ in headers):
        return True  # an older browser, or none; Host, Origin and the cookie remain
    site = _only(headers, b"sec-fetch-site")
    if site in ("same-origin", "none"):
        return True
    # A link to the page, clicked anywhere, is no harm: what it opens needs the cookie or the token still.
    is_link = _only(headers, b"sec-fetch-mode") == "navigate" and _only(headers, b"sec-fetch-dest") == "document"
    return not is_websocket and scope["path"] == "/" and is_link and site in ("same-site", "cross-site")


def _only(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return a header's value, None where it is missing; raise Refusal where it stands twice."""
    values = [value for key, value in headers if key == name]
    if len(values) > 1:
        raise AccessDenied(400, f"The header {name.decode()} stands twice.")
    return values[0].decode("latin-1") if values else None


def _query(scope: Scope) -> list[tuple[str, str]]:
    try:
        return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=16)
    except ValueError:
        raise AccessDenied(400, "This address has too many parts.") from None


def _with_headers(send: Send, host: str) -> Send:
    # Safari before 15.4 does not count a WebSocket of the same host as 'self'.
    websocket = f" ws://{host}" if host else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        f"connect-src 'self'{websocket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    added = {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), fullscreen=(self), screen-wake-lock=(self)",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.decode("latin-1").lower() not in added]
            message = {**message, "headers": kept + [(name.encode(), value.encode()) for name, value in added.items()]}
        await send(message)

    return sent
