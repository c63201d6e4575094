"""Messages read back as they were written, and invalid ones are refused. The page's copy: tests/browser."""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.errors import ProtocolError
from viewer.web.frames import HEADER, ORIGINALS, TILE, TileFrame, pack_frame, unpack_frame
from viewer.web.protocol import (
    FROM_PAGE,
    FROM_SERVER,
    MAX_PAGE_MESSAGE_BYTES,
    AckMessage,
    CompareMessage,
    FromPage,
    HelloMessage,
    ReadyMessage,
    RunMessage,
    SetLabelMessage,
    SetModeMessage,
    SetRateMessage,
    SetTilesMessage,
    SetTransitionMessage,
    ShowStepMessage,
    SkipMessage,
    format_message,
    parse_page_message,
)

PAGE_MESSAGES: tuple[FromPage, ...] = (
    ReadyMessage(version=1, reduced_motion=True),
    AckMessage(frame=4_000_000_000),
    RunMessage(running=False),
    SetTilesMessage(tiles=64),
    SetRateMessage(rate=0.5),
    SetModeMessage(mode="walk"),
    SetTransitionMessage(transition="dissolve"),
    SkipMessage(models=-1),
    ShowStepMessage(step=None),
    ShowStepMessage(step=1200),
    CompareMessage(compare=True),
    SetLabelMessage(label=3, value=0.5),
)


@pytest.mark.parametrize("message", PAGE_MESSAGES, ids=str)
def test_a_page_message_reads_back(message: FromPage) -> None:
    text = format_message(message)
    assert parse_page_message(text) == message
    assert len(text.encode()) <= MAX_PAGE_MESSAGE_BYTES


def test_every_kind_is_tested_and_unique() -> None:
    assert {type(message) for message in PAGE_MESSAGES} == set(FROM_PAGE)
    kinds = [message.kind for message in (*FROM_PAGE, *FROM_SERVER)]
    assert len(set(kinds)) == len(kinds)


def test_a_rate_may_be_an_integer() -> None:
    assert parse_page_message('{"kind": "rate", "rate": 4}') == SetRateMessage(rate=4)


def test_a_server_message_is_json_with_its_kind() -> None:
    hello = HelloMessage(
        version=1, abilities=("loss",), modes=("walk",), transitions=("cut",), kiosk=False, max_tiles=9, max_rate=float(2**40)
    )
    document = json.loads(format_message(hello))
    assert document.pop("kind") == "hello"
    assert set(document) == {field.name for field in fields(hello)}
    with pytest.raises(ValueError, match="not JSON compliant"):
        format_message(replace(hello, max_rate=float("nan")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a message is not valid JSON"),
        ("{", "a message is not valid JSON"),
        ("[" * 400, "a message is not valid JSON"),
        ('{"kind": "run", "running": true} x', "a message is not valid JSON"),
        ('{"kind": "ack", "frame": 1, "frame": 2}', "a message is not valid JSON"),
        ('{"kind": "rate", "rate": NaN}', "a message is not valid JSON"),
        ('{"kind": "rate", "rate": Infinity}', "a message is not valid JSON"),
        ("null", "a message is not a JSON object"),
        ('["run"]', "a message is not a JSON object"),
        ("{}", "a message has the unknown kind None"),
        ('{"kind": "state"}', "a message has the unknown kind 'state'"),
        ('{"kind": ["run"], "running": true}', "a message has the unknown kind ['run']"),
        ('{"kind": "run"}', "a message is wrong: run lacks the key 'running'"),
        ('{"kind": "run", "running": true, "more": 1}', "a message is wrong: run has the unknown key 'more'"),
        ('{"kind": "run", "running": 1}', "a message is wrong: run.running is 1, not true or false"),
        ('{"kind": "tiles", "tiles": true}', "a message is wrong: tiles.tiles is True, not an integer"),
        ('{"kind": "tiles", "tiles": 4.0}', "a message is wrong: tiles.tiles is 4.0, not an integer"),
        ('{"kind": "tiles", "tiles": "4"}', "a message is wrong: tiles.tiles is '4', not an integer"),
        ('{"kind": "tiles", "tiles": null}', "a message is wrong: tiles.tiles is None, not an integer"),
        ('{"kind": "rate", "rate": 1e999}', "a message is wrong: rate.rate is inf, not a finite number"),
        ('{"kind": "rate", "rate": true}', "a message is wrong: rate.rate is True, not a finite number"),
        (f'{{"kind": "rate", "rate": 1{"0" * 400}}}', f"a message is wrong: rate.rate is 1{'0' * 36}..., not a finite number"),
        ('{"kind": "mode", "mode": "fly"}', "a message is wrong: mode.mode is 'fly', not one of 'refresh', 'walk'"),
        ('{"kind": "mode", "mode": ["walk"]}', "a message is wrong: mode.mode is ['walk'], not one of 'refresh', 'walk'"),
        ('{"kind": "past", "step": 1.5}', "a message is wrong: past.step is 1.5, not an integer or null"),
        ('{"kind": "ready", "version": 1}', "a message is wrong: ready lacks the key 'reduced_motion'"),
    ],
)
def test_an_invalid_message_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_page_message(text)
    assert str(caught.value) == sentence


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from([message.kind for message in FROM_PAGE]), values=st.lists(json_values, min_size=2, max_size=2))
def test_any_json_is_a_message_or_refused(kind: str, values: list[Any]) -> None:
    names = [field.name for message in FROM_PAGE if message.kind == kind for field in fields(message)]
    text = json.dumps({"kind": kind, **dict(zip(names, values, strict=False))})
    try:
        message = parse_page_message(text)
    except ProtocolError:
        return
    assert parse_page_message(format_message(message)) == message


@given(
    count=st.integers(0, 5),
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    number=st.integers(1, 2**32 - 1),
    seed=st.integers(0, 2**64 - 1),
)
def test_a_frame_reads_back(count: int, size: tuple[int, int], number: int, seed: int) -> None:
    tiles = np.array([(place, seed, place / 2) for place in range(count)], TILE)
    pixels = np.arange(count * size[0] * size[1], dtype=np.uint8).reshape(count, *size)
    frame = TileFrame(frame=number, generation=3, kind=ORIGINALS, tiles=tiles, pixels=pixels)
    data = pack_frame(frame)
    assert len(data) == HEADER.size + count * (TILE.itemsize + size[0] * size[1])
    again = unpack_frame(data)
    assert (again.frame, again.generation, again.kind) == (number, 3, ORIGINALS)
    assert np.array_equal(again.tiles, tiles)
    assert np.array_equal(again.pixels, pixels)
    for wrong in (data[:-1], data + b"\0"):
        with pytest.raises(ProtocolError):
            unpack_frame(wrong)
