"""Access control: only this server's own page, opened by someone who was given the address, gets in.

Every page in the browser can reach a server on loopback. A page of another site can send requests here, which its Origin and
Sec-Fetch-Site reveal, or have its own name resolve to this machine, so that Host and Origin agree and are both the attacker's (DNS
rebinding); so each is compared with the exact list of what is served. Other programs and users on this machine know neither the
token in the address nor the cookie that replaces it. Pure ASGI, for HTTP and WebSocket alike.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN: Final = "token"
_TOKEN_BYTES = 32
_METHODS = ("GET", "HEAD")
_OPEN_AGAIN = "Open the address that the program printed in its terminal; each works in one browser."


class AccessDenied(Exception):  # noqa: N818 - a response
    """Refuse a request, with an HTTP status and a sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class AccessControl:
    """Pass a request on to the application, or refuse it.

    ``hosts`` are the exact values of Host, with the port. A token works in one browser, which gets a cookie for it; then
    ``on_token_used`` is called, and a new token is valid.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], port: int, on_token_used: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._hosts: Final = frozenset(hosts)
        # Cookies do not distinguish ports: two programs on one machine would overwrite each other's.
        self._cookie: Final = f"pixelmint-{port}"
        self._session: Final = secrets.token_urlsafe(_TOKEN_BYTES)
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._on_token_used = on_token_used

    @property
    def query(self) -> str:
        """The query that an address needs to be let in now."""
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
            host = self._checked_host(headers, scope, is_websocket=is_websocket)
            entry = None if is_websocket else self._exchange_token(headers, scope)
            if entry is None and not self._has_cookie(headers):
                raise AccessDenied(403, _OPEN_AGAIN)
        except AccessDenied as denial:
            if is_websocket:
                await send({"type": "websocket.close", "code": 1008})
                return
            # A stranger gets no second request on a connection.
            entry = PlainTextResponse(f"{denial.text}\n", denial.status, {"connection": "close"})
        if is_websocket:
            await self._app(scope, receive, send)
        else:
            await (entry or self._app)(scope, receive, _with_headers(send, host))

    def _checked_host(self, headers: Sequence[tuple[bytes, bytes]], scope: Scope, *, is_websocket: bool) -> str:
        """Return the host; raise AccessDenied unless it is served and the request comes from no other site."""
        host = _only(headers, b"host")
        if host is None or host.lower() not in self._hosts:
            raise AccessDenied(421, "This address is not served here.")
        host = host.lower()
        if not is_websocket and scope["method"] not in _METHODS:
            raise AccessDenied(405, "Only GET and HEAD are allowed here.")
        origin = _only(headers, b"origin")
        if origin != f"http://{host}" and (is_websocket or origin is not None):
            raise AccessDenied(403, "A page of another site may not request this.")
        if not _is_same_site(headers, scope, is_websocket=is_websocket):
            raise AccessDenied(403, "A page of another site may not request this.")
        return host

    def _exchange_token(self, headers: Sequence[tuple[bytes, bytes]], scope: Scope) -> Response | None:
        """Return the response to an address with the token, None where there is no token; raise AccessDenied where it is wrong."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return None
        given = [value for name, value in _query(scope) if name == TOKEN]
        if not given:
            return None
        entered = _entrance(headers)
        if len(given) == 1 and secrets.compare_digest(given[0].encode(), self._token.encode()):
            self._token = secrets.token_urlsafe(_TOKEN_BYTES)
            entered.headers["set-cookie"] = f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict"
            self._on_token_used()
            return entered
        # The browser that used the address may open it again, from its history or a restored session.
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


def _entrance(headers: Sequence[tuple[bytes, bytes]]) -> Response:
    """Return a response that leads to the page.

    Where a file or another site led to the address, a browser sends no SameSite=Strict cookie on a redirect, but it does from a
    page of this server.
    """
    site = _only(headers, b"sec-fetch-site")
    if site == "none" or (site is None and b"text/html" not in dict(headers).get(b"accept", b"")):
        return Response(status_code=303, headers={"location": "/"})
    return HTMLResponse('<!doctype html>\n<title>Pixelmint</title>\n<meta http-equiv="refresh" content="0; url=/">\n')


def _is_same_site(headers: Sequence[tuple[bytes, bytes]], scope: Scope, *, is_websocket: bool) -> bool:
    """Whether the browser does not say that another site sent the request (w3.org/TR/fetch-metadata)."""
    if not any(name == b"sec-fetch-site" for name, _ in headers):
        return True  # an older browser, or none; Host, Origin and the cookie are checked all the same
    site = _only(headers, b"sec-fetch-site")
    if site in ("same-origin", "none"):
        return True
    # A link to the page on another site is harmless: what it opens still needs the cookie or the token.
    is_link = _only(headers, b"sec-fetch-mode") == "navigate" and _only(headers, b"sec-fetch-dest") == "document"
    return not is_websocket and scope["path"] == "/" and is_link and site in ("same-site", "cross-site")


def _only(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return a header's value, None where it is missing; raise AccessDenied where it occurs twice."""
    values = [value for key, value in headers if key == name]
    if len(values) > 1:
        raise AccessDenied(400, f"The header {name.decode()} occurs twice; send it once.")
    return values[0].decode("latin-1") if values else None


def _query(scope: Scope) -> list[tuple[str, str]]:
    try:
        return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=16)
    except ValueError:
        raise AccessDenied(400, "The query of this address has too many fields.") from None


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

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.decode("latin-1").lower() not in added]
            message = {**message, "headers": kept + [(name.encode(), value.encode()) for name, value in added.items()]}
        await send(message)

    return send_with_headers
