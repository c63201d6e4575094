"""Access control: every case over real sockets, and once more without an HTTP parser in front of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from tests.viewer.served import ColorSource, Served, running_source
from viewer.web.access import AccessControl

Headers = tuple[tuple[str, str], ...]
Outcome = Literal["in", "entry", "no"]

HOST = ("Host", "{host}")
ORIGIN = ("Origin", "http://{host}")
COOKIE = ("Cookie", "pixelmint-{port}={session}")
WEBSOCKET: Headers = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg=="),
)
LINK: Headers = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"))


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    outcome: Outcome
    target: str = "/"
    headers: Headers = (HOST, COOKIE)
    method: str = "GET"
    websocket: bool = field(default=False)


def site(value: str) -> tuple[str, str]:
    return ("Sec-Fetch-Site", value)


def http_cases() -> Iterator[Case]:
    yield Case(name="the page", outcome="in")
    yield Case(name="a file", target="/main.js", outcome="in")
    yield Case(name="HEAD", method="HEAD", outcome="in")
    for name, host in {
        "localhost": "localhost:{port}",
        "capital letters": "LocalHost:{port}",
        "IPv6": "[::1]:{port}",
    }.items():
        yield Case(name=f"Host {name}", headers=(("Host", host), COOKIE), outcome="in")
        yield Case(
            name=f"Host and Origin {name}", headers=(("Host", host), ("Origin", f"http://{host.lower()}"), COOKIE), outcome="in"
        )
    for name, host in {
        "of the attacker": "evil.example",
        "of the attacker, our port": "evil.example:{port}",
        "that begins like ours": "127.0.0.1.evil.example:{port}",
        "that ends like ours": "evil.localhost:{port}",
        "without a port": "127.0.0.1",
        "with another port": "127.0.0.1:1",
        "with two ports": "127.0.0.1:{port}:{port}",
        "with a longer port": "127.0.0.1:{port}0",
        "with zeros before the port": "127.0.0.1:0{port}",
        "with a dot at the end": "localhost.:{port}",
        "IPv6 without brackets": "::1:{port}",
        "IPv6 written out": "[0:0:0:0:0:0:0:1]:{port}",
        "IPv6 holding IPv4": "[::ffff:127.0.0.1]:{port}",
        "IPv6 with a zone": "[::1%25lo]:{port}",
        "another address of loopback": "127.0.0.2:{port}",
        "as a number": "2130706433:{port}",
        "short": "127.1:{port}",
        "any address": "0.0.0.0:{port}",
        "with a user": "user@127.0.0.1:{port}",
        "two in one": "127.0.0.1:{port}, evil.example",
        "empty": "",
    }.items():
        yield Case(name=f"Host {name}", headers=(("Host", host), COOKIE), outcome="no")
    yield Case(
        name="DNS rebinding",
        headers=(("Host", "evil.example:{port}"), ("Origin", "http://evil.example:{port}"), COOKIE),
        outcome="no",
    )
    yield Case(name="no Host", headers=(COOKIE,), outcome="no")
    yield Case(name="Host twice, ours first", headers=(HOST, ("Host", "evil.example"), COOKIE), outcome="no")
    yield Case(name="Host twice, ours last", headers=(("Host", "evil.example"), HOST, COOKIE), outcome="no")
    yield Case(name="Host twice, the same", headers=(HOST, HOST, COOKIE), outcome="no")
    for name, origin, outcome in origin_cases():
        yield Case(name=f"Origin {name}", headers=(HOST, ("Origin", origin), COOKIE), outcome=outcome)
    yield Case(name="Origin twice", headers=(HOST, ORIGIN, ORIGIN, COOKIE), outcome="no")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        yield Case(name=method, method=method, headers=(HOST, COOKIE, ("Content-Length", "0")), outcome="no")
    for value in ("same-origin", "none"):
        yield Case(name=f"fetched {value}", target="/main.js", headers=(HOST, site(value), COOKIE), outcome="in")
    for value in ("same-site", "cross-site", "", "unheard-of", "Same-Origin"):
        yield Case(name=f"fetched {value or 'empty'}", target="/main.js", headers=(HOST, site(value), COOKIE), outcome="no")
        yield Case(name=f"the page fetched {value or 'empty'}", headers=(HOST, site(value), COOKIE), outcome="no")
    for value in ("same-site", "cross-site"):
        yield Case(name=f"a link {value}", headers=(HOST, site(value), *LINK, COOKIE), outcome="in")
        yield Case(name=f"a link {value} without the cookie", headers=(HOST, site(value), *LINK), outcome="no")
        yield Case(name=f"a link {value} to a file", target="/main.js", headers=(HOST, site(value), *LINK, COOKIE), outcome="no")
        frame = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe"))
        yield Case(name=f"a frame {value}", headers=(HOST, site(value), *frame, COOKIE), outcome="no")
    yield Case(name="fetched twice", target="/main.js", headers=(HOST, site("none"), site("none"), COOKIE), outcome="no")
    for name, values, outcome in cookie_cases():
        yield Case(name=f"cookie {name}", headers=(HOST, *(("Cookie", one) for one in values)), outcome=outcome)
    yield Case(name="the address", target="/?token={token}", headers=(HOST,), outcome="entry")
    # A page that leads to the page, because a redirect would not send the cookie.
    yield Case(name="the address from a link", target="/?token={token}", headers=(HOST, site("cross-site"), *LINK), outcome="in")
    yield Case(name="the address used, with the cookie", target="/?token={used}", outcome="entry")
    for name, target in {
        "used": "/?token={used}",
        "wrong": "/?token=0123456789",
        "empty": "/?token=",
        "cut short": "/?token={short}",
        "twice": "/?token={token}&token={token}",
        "for a file": "/main.js?token={token}",
        "in capitals": "/?TOKEN={token}",
        "not ASCII": "/?token=%C3%A9{token}",
        "no UTF-8": "/?token=%FF",
        "among many": "/?token={token}" + 20 * "&a=1",
    }.items():
        yield Case(name=f"the token {name}", target=target, headers=(HOST,), outcome="no")
    yield Case(name="the token fetched by another site", target="/?token={token}", headers=(HOST, site("cross-site")), outcome="no")
    yield Case(name="the token at another host", target="/?token={token}", headers=(("Host", "evil.example"),), outcome="no")
    yield Case(name="the token in HEAD", target="/?token={token}", method="HEAD", headers=(HOST,), outcome="no")


def websocket_cases() -> Iterator[Case]:
    for name, host in {"127.0.0.1": "127.0.0.1:{port}", "localhost": "localhost:{port}", "IPv6": "[::1]:{port}"}.items():
        yield websocket_case(f"at {name}", (("Host", host), ("Origin", f"http://{host}"), COOKIE), "in")
    yield websocket_case("same-origin", (HOST, ORIGIN, site("same-origin"), COOKIE), "in")
    yield websocket_case("Host and Origin differ", (("Host", "localhost:{port}"), ORIGIN, COOKIE), "no")
    yield websocket_case("DNS rebinding", (("Host", "evil.example:{port}"), ("Origin", "http://evil.example:{port}"), COOKIE), "no")
    yield websocket_case("Host begins like ours", (("Host", "127.0.0.1.evil.example:{port}"), ORIGIN, COOKIE), "no")
    yield websocket_case("no Host", (ORIGIN, COOKIE), "no")
    yield websocket_case("Host twice", (HOST, HOST, ORIGIN, COOKIE), "no")
    yield websocket_case("Origin missing", (HOST, COOKIE), "no")
    yield websocket_case("Origin twice", (HOST, ORIGIN, ORIGIN, COOKIE), "no")
    yield websocket_case("Origin twice, one of the attacker", (HOST, ORIGIN, ("Origin", "http://evil.example"), COOKIE), "no")
    for name, origin, outcome in origin_cases():
        yield websocket_case(f"Origin {name}", (HOST, ("Origin", origin), COOKIE), outcome)
    for value in ("same-site", "cross-site", ""):
        yield websocket_case(f"from {value or 'nowhere'}", (HOST, ORIGIN, site(value), COOKIE), "no")
    yield websocket_case("like a link", (HOST, ORIGIN, site("cross-site"), *LINK, COOKIE), "no")
    yield websocket_case("like a link to the page", (HOST, ORIGIN, site("cross-site"), *LINK, COOKIE), "no", target="/")
    for name, values, outcome in cookie_cases():
        yield websocket_case(f"cookie {name}", (HOST, ORIGIN, *(("Cookie", one) for one in values)), outcome)
    yield websocket_case("the token in place of the cookie", (HOST, ORIGIN), "no", target="/ws?token={token}")


def websocket_case(name: str, headers: Headers, outcome: Outcome, target: str = "/ws") -> Case:
    return Case(name=f"WebSocket {name}", target=target, headers=headers, outcome=outcome, websocket=True)


def origin_cases() -> Iterator[tuple[str, str, Outcome]]:
    yield "ours", "http://{host}", "in"
    yield "null", "null", "no"
    yield "empty", "", "no"
    yield "of the attacker", "http://evil.example", "no"
    yield "of the attacker, our port", "http://evil.example:{port}", "no"
    yield "that begins like ours", "http://127.0.0.1.evil.example:{port}", "no"
    yield "with another port", "http://127.0.0.1:1", "no"
    yield "without a port", "http://127.0.0.1", "no"
    yield "https", "https://{host}", "no"
    yield "without a scheme", "{host}", "no"
    yield "with a path", "http://{host}/", "no"
    yield "with a user", "http://user@{host}", "no"
    yield "of another name of ours", "http://localhost:{port}", "no"
    yield "a file", "file://", "no"


def cookie_cases() -> Iterator[tuple[str, tuple[str, ...], Outcome]]:
    yield "among others", ("a=1; pixelmint-{port}={session}; b=2",), "in"
    yield "in a second header", ("a=1", "pixelmint-{port}={session}"), "in"
    yield "beside a wrong one", ("pixelmint-{port}=wrong; pixelmint-{port}={session}",), "in"
    yield "absent", (), "no"
    yield "empty", ("",), "no"
    yield "wrong", ("pixelmint-{port}=0123456789",), "no"
    yield "without a value", ("pixelmint-{port}=",), "no"
    yield "without a name", ("{session}",), "no"
    yield "of another port", ("pixelmint-1={session}",), "no"
    yield "in capitals", ("PIXELMINT-{port}={session}",), "no"
    yield "longer", ("pixelmint-{port}={session}0",), "no"
    yield "shorter", ("pixelmint-{port}={short}",), "no"
    yield "quoted", ('pixelmint-{port}="{session}"',), "no"
    yield "with the token", ("pixelmint-{port}={token}",), "no"
    yield "not ASCII", ("pixelmint-{port}=\xe9",), "no"


CASES = [*http_cases(), *websocket_cases()]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(running_source())
    yield served
    served.stop()


def test_there_are_many_cases_with_unique_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_access_over_sockets(served: Served, case: Case) -> None:
    session = served.cookie.partition("=")[2]
    used, token = served.token, None
    served.log_in()
    token = served.token
    values = {"host": served.host, "port": served.port, "session": session, "token": token, "used": used, "short": session[:-1]}
    if "token={short}" in case.target:
        values["short"] = token[:-1]
    headers = (*case.headers, *(WEBSOCKET if case.websocket else (("Connection", "close"),)))
    lines = [f"{case.method} {case.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    with served.raw("\r\n".join(lines).format(**values).encode("latin-1")) as plain, plain.makefile("rb") as answer:
        status = int(answer.readline().split()[1])
        head = b"".join(iter(answer.readline, b"\r\n")).decode("latin-1").lower()
        body = b"" if status == 101 else answer.read()
    assert outcome_of(status) == case.outcome
    assert ("set-cookie" in head) == (case.outcome != "no" and "{token}" in case.target)
    assert (served.token == token) == ("set-cookie" not in head), "only logging in uses up a token"
    if case.outcome == "no":
        assert session.encode() not in body
        assert token.encode() not in body


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_access_without_an_http_parser(case: Case) -> None:
    control = AccessControl(accept, ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"], 8000)
    _, entered = asyncio.run(request(control, f"/?{control.query}", (("Host", "127.0.0.1:8000"),)))
    session = entered["set-cookie"].partition("=")[2].partition(";")[0]
    asyncio.run(request(control, f"/?{control.query}", (("Host", "127.0.0.1:8000"),)))
    used, token = "used" + session, control.query.partition("=")[2]
    short = token[:-1] if "token={short}" in case.target else session[:-1]
    values = {"host": "127.0.0.1:8000", "port": 8000, "session": session, "token": token, "used": used, "short": short}
    headers = tuple((name, value.format(**values)) for name, value in case.headers)
    status, _ = asyncio.run(request(control, case.target.format(**values), headers, method=case.method, websocket=case.websocket))
    assert outcome_of(status) == case.outcome


def outcome_of(status: int) -> Outcome | Literal["?"]:
    if status in (200, 101):
        return "in"
    if status == 303:
        return "entry"
    return "no" if 400 <= status < 500 else "?"


async def accept(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("in")(scope, receive, send)


async def request(
    control: AccessControl, target: str, headers: Headers, *, method: str = "GET", websocket: bool = False
) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of a response."""
    path, _, query = target.partition("?")
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope: Scope = {"type": "websocket" if websocket else "http", "path": path, "query_string": query.encode(), "headers": raw}
    if not websocket:
        scope["method"] = method
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await control(scope, receive, send)
    if websocket:
        return (101 if sent[0]["type"] == "websocket.accept" else 403), {}
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_a_token_works_once_and_is_replaced(served: Served) -> None:
    first, count = served.token, len(served.new_addresses)
    assert served.get(f"/?token={first}", cookie=None)[0] == 303
    assert served.get(f"/?token={first}", cookie=None)[0] == 403
    assert served.token != first
    assert served.new_addresses[count:] == [served.server.address]
    assert served.get(f"/?token={served.token}", cookie=None)[0] == 303


def test_the_cookie_is_restricted_to_the_site(served: Served) -> None:
    _, headers, _ = served.get(f"/?token={served.token}", cookie=None)
    name, *attributes = headers["set-cookie"].split("; ")
    assert name.startswith(f"pixelmint-{served.port}=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert headers["location"] == "/"


@pytest.mark.parametrize(("target", "cookie"), [("/", ""), ("/main.js", ""), ("/nothing.js", ""), ("/", None)])
def test_every_response_has_the_security_headers(served: Served, target: str, cookie: str | None) -> None:
    _, headers, _ = served.get(target, cookie=cookie)
    policy = headers.get_all("content-security-policy")
    assert policy is not None
    assert len(policy) == 1
    rules = dict(rule.partition(" ")[::2] for rule in policy[0].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["connect-src"] == f"'self' ws://{served.host}"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_a_denial_names_its_repair(served: Served) -> None:
    status, _, body = served.get("/", cookie=None)
    assert (status, body) == (403, b"Open the address that the program printed in its terminal; each works in one browser.\n")


def test_a_denied_request_does_not_reach_the_source() -> None:
    source: ColorSource = running_source()
    served = Served(source)
    served.get("/?run=false", cookie=None)
    served.stop()
    assert source.commands == []
