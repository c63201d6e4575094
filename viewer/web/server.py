"""The server of the page: the files of ``static``, the WebSocket, and uvicorn, which runs them.

It binds its port before anything else, so that the address it prints is the one that works.
"""

import asyncio
import ipaddress
import re
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from viewer.errors import ServerError, ViewerError
from viewer.web.access import AccessControl
from viewer.web.client import Client
from viewer.web.connection_limits import IncompleteRequests, RareErrors, limited_http
from viewer.web.protocol import MAX_PAGE_MESSAGE_BYTES
from viewer.web.tile_scheduler import TileScheduler
from viewer.web.websocket_limits import LimitedWebSocket

STATIC: Final = Path(__file__).parents[1] / "static"
MAX_PAGES: Final = 64

# Stated, not guessed: a system may map .js to another type, which a browser refuses.
_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript"}
_FILE = re.compile(r"[0-9a-z][0-9a-z_-]*(\.[0-9a-z]+)")
# A page that vanished without closing its connection is noticed after both.
_PING_EVERY_S, _PONG_WITHIN_S = 4.0, 4.0
_FINISH_TIMEOUT_S = 0.5
_ENDED = "The program has ended; start it again and open the address it prints."
_SHUTDOWN_S = 3
_BACKLOG = 128


@dataclass(frozen=True)
class Download:
    """A file to download from the page."""

    name: str
    content: bytes


# Makes the zip of the four files, or raises ViewerError, whose sentence is the response.
MakeExport = Callable[[], Awaitable[Download]]


class Server:
    """Serves the tiles of a scheduler to pages, at an address.

    ``host`` is an address or a name of this machine; port 0 takes a free one. ``on_new_address`` gets a new address each time one
    has been used; the result of ``export`` is served as export.zip. Raises ServerError where the port is not available.
    """

    def __init__(
        self,
        scheduler: TileScheduler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        on_new_address: Callable[[str], None],
        export: MakeExport | None = None,
    ) -> None:
        self._scheduler: Final = scheduler
        self._export: Final = export
        self._ending = _ENDED
        self._socket: Final = _bound(host, port)
        self.port: Final = int(self._socket.getsockname()[1])
        self._host: Final = f"[{host}]" if ":" in host else host
        self._clients: set[Client] = set()
        self._stopping = asyncio.Event()
        routes = [
            Route("/", _file, methods=["GET"]),
            *([Route("/export.zip", self._download, methods=["GET"])] if export else []),
            Route("/{name}", _file, methods=["GET"]),
            WebSocketRoute("/ws", self._serve_page),
        ]
        app = Starlette(routes=routes)
        app.router.redirect_slashes = False
        names = ("127.0.0.1", "[::1]", "localhost") if is_loopback(host) else (self._host,)
        # A browser leaves the usual port out.
        hosts = [f"{name.lower()}{end}" for name in names for end in (f":{self.port}", "" if self.port == 80 else f":{self.port}")]
        self._access: Final = AccessControl(app, hosts, self.port, lambda: on_new_address(self.address))

    @property
    def address(self) -> str:
        """The address to open; it works in one browser."""
        return f"http://{self._host}:{self.port}/?{self._access.query}"

    @property
    def pages(self) -> int:
        """The number of connected pages."""
        return len(self._clients)

    def stop(self, text: str = _ENDED) -> None:
        """Tell all pages that the program ends, with a sentence, and stop serving."""
        self._ending = text
        self._stopping.set()

    async def run(self, on_start: Callable[[], None] = lambda: None, on_signal: Callable[[], None] | None = None) -> None:
        """Serve until ``stop`` is called. SIGINT, SIGTERM and SIGHUP call ``on_signal``, or else ``stop``."""
        config = uvicorn.Config(
            self._access,
            loop="asyncio",
            http=limited_http(IncompleteRequests()),
            ws=LimitedWebSocket,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            # asyncio accepts as many connections at once, and reports as many errors.
            backlog=_BACKLOG,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=2 * MAX_PAGES,
            timeout_graceful_shutdown=_SHUTDOWN_S,
            ws_max_size=MAX_PAGE_MESSAGE_BYTES,
            ws_ping_interval=_PING_EVERY_S,
            ws_ping_timeout=_PONG_WITHIN_S,
            ws_per_message_deflate=False,
        )
        server = _Uvicorn(config)
        asyncio.get_running_loop().set_exception_handler(RareErrors())
        with _signals(on_signal or self.stop):
            async with asyncio.TaskGroup() as group:
                drawing = group.create_task(self._scheduler.run())
                ending = group.create_task(self._end(server))
                self._socket.listen()
                on_start()
                await server.serve(sockets=[self._socket])
                drawing.cancel()
                ending.cancel()

    async def _end(self, server: uvicorn.Server) -> None:
        await self._stopping.wait()
        self._scheduler.end(self._ending)
        for client in self._clients:
            client.finish()
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + _FINISH_TIMEOUT_S
        while self._clients and loop.time() < deadline_s:
            await asyncio.sleep(0.01)
        server.should_exit = True

    async def _download(self, request: Request) -> Response:
        assert self._export is not None
        try:
            download = await self._export()
        except ViewerError as error:
            return PlainTextResponse(str(error), 503)
        disposition = {"content-disposition": f'attachment; filename="{download.name}"'}
        return Response(download.content, media_type="application/zip", headers=disposition)

    async def _serve_page(self, websocket: WebSocket) -> None:
        if len(self._clients) >= MAX_PAGES:
            await websocket.close()
            return
        client = Client(websocket, self._scheduler)
        self._clients.add(client)
        try:
            await client.serve()
        finally:
            self._clients.discard(client)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address or a name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class _Uvicorn(uvicorn.Server):
    """uvicorn without signal handlers: a program that was told to end has not failed."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _file(request: Request) -> Response:
    name = request.path_params.get("name", "index.html")
    match = _FILE.fullmatch(name)
    media_type = _TYPES.get(match[1]) if match else None
    path = STATIC / name
    if media_type is None or not path.is_file():
        return Response("There is no such file here.\n", 404, media_type="text/plain")
    return FileResponse(path, media_type=media_type)


def _bound(host: str, port: int) -> socket.socket:
    if host in ("0.0.0.0", "::", ""):
        # A request's Host is compared with the exact address that is served; for these there is none.
        raise ServerError(
            f"{host or 'an empty --host'} is not a single address; give the one that others use, for example --host 192.168.1.5"
        )
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise ServerError(f"--host {host} is not an address of this machine; give 127.0.0.1, or leave it out") from error
    bound = socket.socket(family, kind)
    try:
        if hasattr(signal, "SIGHUP"):  # elsewhere this option lets two programs share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except (OSError, OverflowError) as error:
        bound.close()
        reason = error.strerror if isinstance(error, OSError) else error
        raise ServerError(f"port {port} of {host} is not available ({reason}); give another --port, or none") from error
    return bound


@contextmanager
def _signals(stop: Callable[[], None]) -> Generator[None, None, None]:
    """Call ``stop`` on SIGINT, SIGTERM and SIGHUP, which a closed terminal sends; only the main thread can handle signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
