"""What a server serves besides the conversation: its files, an export, and a farewell."""

from pathlib import Path

import pytest

from tests.viewer.served import Serve, farewell, whole
from viewer.errors import ServerError
from viewer.web import protocol
from viewer.web.server import STATIC, Download


def test_every_file_of_the_page_is_served_as_what_it_is(serve: Serve) -> None:
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
def test_nothing_else_is(serve: Serve, target: str) -> None:
    served = serve()
    request = f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\nCookie: {served.cookie}\r\nConnection: close\r\n\r\n"
    with served.raw(request.encode()) as plain, plain.makefile("rb") as answer:
        assert int(answer.readline().split()[1]) in (400, 404)


def test_an_export_is_made_when_it_is_asked_for(serve: Serve) -> None:
    asked = []

    async def export() -> Download:
        asked.append(True)
        if len(asked) > 1:
            raise ServerError("the disk is full; make room")
        return Download("chalk-7.zip", b"zip")

    served = serve(export=export)
    assert served.get("/export.zip", cookie=None)[0] == 403
    assert not asked
    status, headers, content = served.get("/export.zip")
    assert (status, content, headers["content-type"]) == (200, b"zip", "application/zip")
    assert headers["content-disposition"] == 'attachment; filename="chalk-7.zip"'
    status, _, content = served.get("/export.zip")
    assert (status, content) == (503, b"the disk is full; make room")


def test_a_farewell_says_what_has_happened(serve: Serve) -> None:
    served = serve()
    page = served.page()
    page.until(whole(64))
    served.end("The chalk is used up.")
    assert farewell(page) == protocol.CLOSE_LEAVING
    assert (page.told["state"]["state"], page.told["state"]["text"]) == ("ended", "The chalk is used up.")
