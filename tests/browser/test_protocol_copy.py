"""The page's copy of the messages is the server's."""

from dataclasses import fields

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.viewer_process import OpenPage, Show, ready
from viewer.web import frames, protocol


@pytest.fixture
def page(show: Show, open_page: OpenPage) -> Page:
    return ready(open_page(show()))


def test_messages_and_constants_are_the_same(page: Page) -> None:
    copy = page.evaluate("import('./protocol.js').then(copy => ({ ...copy }))")
    for name, classes in [("FROM_SERVER", protocol.FROM_SERVER), ("FROM_PAGE", protocol.FROM_PAGE)]:
        assert copy[name] == {message.kind: [field.name for field in fields(message)] for message in classes}
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
