"""A folder of many models as a playlist: each is read when it is shown, and forgotten afterwards.

``pytest -s -m slow tests/viewer/test_many_models.py`` shows 1,000 models of real size, and prints the seconds and the memory.
"""

import asyncio
import gc
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.small_model import small_origin, write_models
from tests.viewer.served import Page, has_tiles
from viewer.exported.folder import read_export
from viewer.exported.manifest import FILE_NAME, GRAPHS, TokenInfo, describe, format_manifest
from viewer.exported.model import ExportedModel
from viewer.exported.model_folders import find_model_folders
from viewer.web.protocol import SUBPROTOCOL, ModelMessage, SkipMessage
from viewer.web.replay import ReplaySource

TOKENS = Path(__file__).parents[2] / "tokens"


def test_a_model_is_read_when_it_is_shown_and_forgotten_afterwards(tmp_path: Path) -> None:
    count = 8
    for number in range(count):
        write_models(tmp_path / f"{number:02}", small_origin(token=f"token {number}"))
    source = ReplaySource(find_model_folders([tmp_path]), "cpu", minutes=60, shuffle=False, random=Random(1))
    # Had the last one been read already, this would go unnoticed.
    (tmp_path / f"{count - 1:02}" / "models" / "generator.onnx").write_bytes(b"broken")
    shown: list[str] = []
    most_loaded = 0

    async def show_all() -> None:
        nonlocal most_loaded
        async for event in source.events():
            if isinstance(event, ModelMessage):
                shown.append(event.token)
                assert event.count == count
                gc.collect()
                most_loaded = max(most_loaded, sum(type(thing) is ExportedModel for thing in gc.get_objects()))
                if len(shown) == count:
                    return
                source.handle(SkipMessage(models=1))

    asyncio.run(show_all())
    assert shown == [*(f"token {number}" for number in range(count - 1)), "token 0"]
    assert most_loaded <= 2  # the one that is shown, and the one that has just taken its place


def write_real_models(folder: Path, count: int) -> None:
    """Write models of real size, which differ in their manifests and share the files of their graphs."""
    export = read_export(next(TOKENS.glob("moonrise-*")))
    for number in range(count):
        models = folder / "tokens" / f"{number:04}" / "models"
        models.mkdir(parents=True)
        origin = replace(export.manifest.origin, token=TokenInfo(hash=f"token {number}", name=f"token{number}-0123456789ab"))
        (models / FILE_NAME).write_bytes(format_manifest(describe(origin, export.graphs)))
        for name in GRAPHS:
            first = folder / "tokens" / "0000" / "models" / f"{name}.onnx"
            if number:
                os.link(first, models / first.name)
            else:
                first.write_bytes(export.graphs[name])


@contextmanager
def shown_page(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Page]]:
    """Run ``viewer show``, and connect a page without a browser."""
    command = [sys.executable, "-m", "viewer", "show", str(folder), "--no-browser", "--device", "cpu"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while (match := re.match(r"Open (\S+)", process.stderr.readline())) is None:
            pass
        parts = urlsplit(match[1])
        connection = http.client.HTTPConnection(parts.netloc)
        connection.request("GET", f"/?{parts.query}")
        cookie = connection.getresponse().headers["set-cookie"].partition(";")[0]
        connection.close()
        with connect(
            f"ws://{parts.netloc}/ws",
            origin=Origin(f"http://{parts.netloc}"),
            additional_headers={"Cookie": cookie},
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            proxy=None,
            max_size=None,
        ) as socket:
            yield process, Page(socket)
        process.terminate()


def shows_model(number: int) -> Callable[[Page], bool]:
    return lambda page: page.messages["model"]["position"] == number and len(page.tiles) == 64


def memory_mb(process: subprocess.Popen[str]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_thousand_models_of_real_size(tmp_path: Path) -> None:
    count = 1000
    write_real_models(tmp_path, count)
    started = time.perf_counter()
    with shown_page(tmp_path) as (process, page):
        page.until(has_tiles(64))
        first_s = time.perf_counter() - started
        memory: list[float] = []
        for number in range(1, count):
            page.tiles.clear()
            page.send("skip", models=1)
            page.until(shows_model(number))
            if number in (20, 100, 500, count - 1):
                memory.append(memory_mb(process))
    print(f"first mosaic of {count} models after {first_s:.2f} s; MB after 20, 100, 500 and all: {[round(mb) for mb in memory]}")
    assert page.messages["model"]["count"] == count
    assert max(memory) < 1.1 * memory[0]
