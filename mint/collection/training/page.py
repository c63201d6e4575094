"""The page of a collection's training: its progress, and the mosaic, which grows while one looks.

It is served on loopback alone, and to one browser for each address, by the access control of the viewer's pages. The server has a
thread of its own. The page's style builds on the viewer's, and its modules are joined to one script.
"""

import socket
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import viewer
from mint.collection.folder import CollectionFolder
from mint.collection.training.mosaic import CollectionMosaic
from mint.collection.training.publication import DREAMS_NAME
from mint.collection.training.run import RunProgress
from mint.errors import CollectionError
from mint.module_joiner import join_modules
from mint.token.raster import SIZE
from viewer.web.access import AccessControl

_STATIC: Final = Path(__file__).with_name("static")
_FILES: Final = {
    "/": (_STATIC / "index.html", "text/html"),
    "/style.css": (Path(viewer.__file__).with_name("static") / "style.css", "text/css"),
    "/page.css": (_STATIC / "page.css", "text/css"),
}
_MAX_TILES_PER_ANSWER: Final = 256
_END_WITHIN_S: Final = 3.0


class CollectionPage:
    """Serves the page while it is open; ``progress`` is what it shows."""

    def __init__(
        self,
        folder: CollectionFolder,
        mosaic: CollectionMosaic,
        progress: RunProgress,
        on_new_address: Callable[[str], None],
        port: int = 0,
    ) -> None:
        """Bind a port of the loopback address, 0 for a free one; ``on_new_address`` gets a new address when one has been used.

        Raises CollectionError where the port is not available.
        """
        self.progress = progress
        self._folder = folder
        self._mosaic = mosaic
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise CollectionError(f"port {port} is not available ({reason}); give another --port, or none") from error
        self._port = int(self._socket.getsockname()[1])
        self._script = join_modules(_STATIC / "page.js").script
        files = [Route(path, _file(*file), methods=["GET"]) for path, file in _FILES.items()]
        data = [
            Route("/page.js", self._page_script, methods=["GET"]),
            Route("/state", self._state, methods=["GET"]),
            Route("/tiles/{start:int}", self._tiles, methods=["GET"]),
            Route("/dreams/{tile:int}", self._dreams, methods=["GET"]),
        ]
        hosts = [f"{name}:{self._port}" for name in ("127.0.0.1", "localhost")]
        self._access = AccessControl(Starlette(routes=[*files, *data]), hosts, self._port, lambda: on_new_address(self.address))
        config = uvicorn.Config(
            self._access,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
        )
        self._server = _ThreadServer(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="page", daemon=True)

    def __enter__(self) -> "CollectionPage":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(_END_WITHIN_S)
        self._socket.close()

    @property
    def address(self) -> str:
        """The address to open; it works in one browser."""
        return f"http://127.0.0.1:{self._port}/?{self._access.query}"

    async def _page_script(self, request: Request) -> Response:
        return Response(self._script, media_type="text/javascript")

    async def _state(self, request: Request) -> Response:
        progress, collection = self.progress, self._folder.collection
        left_s = progress.seconds_left
        return JSONResponse(
            {
                "name": collection.name,
                "tokens": progress.num_tokens,
                "trained": progress.num_trained_before + progress.num_trained,
                "setAside": progress.num_set_aside,
                "tokensPerHour": progress.tokens_per_hour,
                "secondsLeft": left_s,
                "tile": SIZE,
                "tiles": self._mosaic.num_tiles,
                "columns": self._mosaic.columns,
                "firstNumber": collection.tokens[0].number,
                "stride": self._mosaic.stride,
                "added": self._mosaic.num_added,
            }
        )

    async def _tiles(self, request: Request) -> Response:
        data = self._mosaic.tiles(request.path_params["start"], _MAX_TILES_PER_ANSWER)
        return Response(data, media_type="application/octet-stream")

    async def _dreams(self, request: Request) -> Response:
        place = request.path_params["tile"] * self._mosaic.stride
        tokens = self._folder.collection.tokens
        if place < len(tokens):
            path = self._folder.token_path(tokens[place].number) / DREAMS_NAME
            if path.is_file():
                # A header holds Latin-1 alone, and a hash may hold anything printable.
                token = tokens[place].hash.encode("unicode-escape").decode("ascii")
                return FileResponse(path, media_type="image/png", headers={"x-token": f"{tokens[place].number}: {token}"})
        return PlainTextResponse("This token is not trained yet.\n", 404)


class _ThreadServer(uvicorn.Server):
    """uvicorn without signal handlers, which belong to the main thread."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _file(path: Path, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        return FileResponse(path, media_type=media_type)

    return respond
