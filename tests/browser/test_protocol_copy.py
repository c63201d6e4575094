"""The page's copy of the messages is the server's."""

import re
from dataclasses import is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from playwright.sync_api import Page

import viewer
from tests.browser.viewer_process import OpenPage, ViewerProcess, ready
from viewer.web import frames, protocol

COPY = Path(viewer.__file__).parent / "static" / "protocol.js"
SIMPLE = {int: "number", float: "number", str: "string", bool: "boolean", NoneType: "null"}


@pytest.fixture
def page(shown: ViewerProcess, open_page: OpenPage) -> Page:
    return ready(open_page(shown))


def typescript(hint: Any) -> str:
    """Return a type of the server's protocol as the page's copy writes it, without aliases."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return typescript_object({name: typescript(hints[name]) for name in hints if name != "kind"})
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        return typescript_array(typescript(arguments[0]))
    parts = ", ".join(map(typescript, arguments))
    if origin is UnionType:
        return " | ".join(map(typescript, arguments))
    return {None: SIMPLE.get(hint, ""), tuple: f"[{parts}]", dict: f"Record<{parts}>"}[origin]


def typescript_array(item: str) -> str:
    return f"({item})[]" if " | " in item else f"{item}[]"


def typescript_object(properties: dict[str, str]) -> str:
    return f"{{ {', '.join(f'{name}: {kind}' for name, kind in properties.items())} }}"


def copied_messages(source: str, name: str) -> dict[str, str]:
    """Return the messages by kind that an object of the copy defines, with all aliases replaced by what they stand for."""
    aliases = {alias: kind for kind, alias in re.findall(r"/\*\* @typedef \{(.*)\} (\w+)", source)}
    messages: dict[str, str] = {}
    for comment in re.findall(r"/\*\*\n.*?\*/", source, re.DOTALL):
        properties = {field: kind for kind, field in re.findall(r"@property \{(.*)\} (\w+)", comment)}
        for defined in re.findall(r"@typedef \{object\} (\w+)", comment):
            if defined == name:
                messages = properties
            aliases[defined] = typescript_object(properties)

    def replaced(match: re.Match[str]) -> str:
        item = resolved(aliases[match[1]]) if match[1] in aliases else match[1]
        return typescript_array(item) if match[2] else item

    def resolved(kind: str) -> str:
        return re.sub(r"\b([A-Z]\w+)\b(\[\])?", replaced, kind)

    return {kind: resolved(message) for kind, message in messages.items()}


@pytest.mark.parametrize(
    ("name", "messages"), [("ServerMessages", protocol.FROM_SERVER), ("PageMessages", protocol.FROM_PAGE)], ids=["server", "page"]
)
def test_messages_have_the_same_fields_and_types(name: str, messages: tuple[Any, ...]) -> None:
    assert copied_messages(COPY.read_text(), name) == {message.kind: typescript(message) for message in messages}


def test_constants_are_the_same(page: Page) -> None:
    copy = page.evaluate("import('./protocol.js').then(copy => ({ ...copy }))")
    constants = {name: value for name, value in copy.items() if isinstance(value, int | float | str)}
    assert {"VERSION", "SUBPROTOCOL", "CLOSE_STALLED", "TILES", "MIN_RATE"} <= set(constants)
    assert constants == {name: getattr(frames if hasattr(frames, name) else protocol, name) for name in constants}


def test_the_page_reads_a_frame(page: Page) -> None:
    tiles = np.array([(3, 2**63 + 5, 0.5), (70, 7, 0)], frames.TILE)
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    frame = frames.TileFrame(frame=9, generation=2**32 - 1, kind=frames.RECONSTRUCTIONS, tiles=tiles, pixels=pixels)
    read = """data => import("./protocol.js").then(({ readFrame }) => {
        const { tiles, ...rest } = readFrame(Uint8Array.from(data).buffer);
        return { ...rest, tiles: tiles.map(tile => ({ ...tile, seed: String(tile.seed), pixels: [...tile.pixels] })) };
    })"""
    assert page.evaluate(read, list(frames.pack_frame(frame))) == {
        "frame": 9,
        "generation": 2**32 - 1,
        "kind": frames.RECONSTRUCTIONS,
        "tiles": [
            {"number": 3, "seed": str(2**63 + 5), "position": 0.5, "pixels": list(range(12))},
            {"number": 70, "seed": "7", "position": 0, "pixels": list(range(12, 24))},
        ],
    }
