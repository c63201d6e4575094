"""What the server serves besides messages: its files, an export, and the end."""

from pathlib import Path

import pytest

from tests.viewer.served import Serve, close_code, has_tiles
from viewer.errors import ServerError
from viewer.web import protocol
from viewer.web.server import STATIC, Download


def test_every_file_of_the_page_is_served_with_its_type(serve: Serve) -> None:
    served = serve()
    types = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
    names = sorted(path.name for path in STATIC.iterdir())
    assert {"index.html", "main.js", "protocol.js", "style.css"} <= set(names)
    for name in names:
        status, headers, body = served.get(f"/{name}")
        assert status == 200
        assert body == (STATIC / name).read_bytes()
        assert headers["content-type"].partition(";")[0] == types[Path(name).suffix]
    assert served.get("/")[2] == (STATIC / "index.html").read_bytes()


@pytest.mark.parametrize(
    "target",
    [
        "/nothing.js",
        "/../cli.py",
        "/%2e%2e/cli.py",
        "/..%2fcli.py",
        "/..%5ccli.py",
        "/static/main.js",
        "/main.js/",
        "/main.js%00",
        "/.js",
        "/main",
        "//main.js",
        "/C:main.js",
        "http://evil.example/main.js",
        "*",
        "/export.zip",
    ],
)
def test_nothing_else_is_served(serve: Serve, target: str) -> None:
    served = serve()
    request = f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\nCookie: {served.cookie}\r\nConnection: close\r\n\r\n"
    with served.raw(request.encode()) as plain, plain.makefile("rb") as answer:
        assert int(answer.readline().split()[1]) in (400, 404)


def test_an_export_is_made_on_request(serve: Serve) -> None:
    asked = []

    async def export() -> Download:
        asked.append(True)
        if len(asked) > 1:
            raise ServerError("the disk is full; make room")
        return Download("colors-7.zip", b"zip")

    served = serve(export=export)
    assert served.get("/export.zip", cookie=None)[0] == 403
    assert not asked
    status, headers, content = served.get("/export.zip")
    assert (status, content, headers["content-type"]) == (200, b"zip", "application/zip")
    assert headers["content-disposition"] == 'attachment; filename="colors-7.zip"'
    status, _, content = served.get("/export.zip")
    assert (status, content) == (503, b"the disk is full; make room")


def test_the_end_is_announced_with_a_sentence(serve: Serve) -> None:
    served = serve()
    page = served.page()
    page.until(has_tiles(64))
    served.end("All colours are used up.")
    assert close_code(page) == protocol.CLOSE_LEAVING
    assert (page.messages["state"]["state"], page.messages["state"]["text"]) == ("ended", "All colours are used up.")
