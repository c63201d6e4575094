"""A ``viewer show`` in a process of its own, and small models for it to show."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Browser, Page, expect

from viewer.manifest import GRAPHS, Origin, Recipe, Token, describe, format_manifest

START_WITHIN_S = 60
WAIT_S = 30
_ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):\S+")

Show = Callable[..., "Shown"]
OpenPage = Callable[..., Page]
Launch = Callable[..., Browser]


class Shown:
    """A running ``viewer show``; ``url`` is the address it printed, with the token that only works once."""

    def __init__(self, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", "viewer", "show", *map(str, arguments), "--port", "0", "--no-browser"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.lines: list[str] = []
        self._address_known = threading.Event()
        self.url = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        if not self._address_known.wait(START_WITHIN_S) or not self.url:
            self.end()
            raise AssertionError("viewer show printed no address: " + "".join(self.lines))

    @property
    def base(self) -> str:
        """The address without the token, for a browser that has the cookie."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/"

    def end(self) -> None:
        """End it as a person would; harder if that does not help."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)
                if not self.url and (address := _ADDRESS.search(line)):
                    self.url = address[0]
                    self._address_known.set()
        self._address_known.set()


def write_export(folder: Path, token: str, palette: tuple[str, ...], size: tuple[int, int], labels: tuple[str, ...] = ()) -> Path:
    """Write a token folder with models: a generator of random weights, and beside it two files that only have to be there."""
    origin = Origin(
        token=Token(hash=token, name=folder.name),
        generator_version=1,
        recipe=Recipe(name="vaegan", version=1),
        step=1200,
        images_seen=76800,
        seed=7,
        palette=palette,
        size=size,
        latent_dim=5,
        labels=labels,
    )
    random = np.random.default_rng(len(palette))
    (height, width), colors = size, len(palette)
    constants = {
        "weight": random.standard_normal((colors * height * width // 4, 5 + len(labels)), np.float32),
        "shape": np.array([-1, colors, height // 2, width // 2], np.int64),
        "scales": np.array([1, 1, 2, 2], np.float32),
        "kernel": random.standard_normal((colors, colors, 3, 3), np.float32),
    }
    nodes = [
        helper.make_node("Concat", ["z", *(["labels"] if labels else [])], ["known"], axis=1),
        helper.make_node("Gemm", ["known", "weight"], ["flat"], transB=1),
        helper.make_node("Reshape", ["flat", "shape"], ["small"]),
        helper.make_node("Resize", ["small", "", "scales"], ["large"], mode="nearest"),
        helper.make_node("Conv", ["large", "kernel"], ["logits"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]),
        helper.make_node("ArgMax", ["logits"], ["index"], axis=1, keepdims=0),
        helper.make_node("Cast", ["index"], ["pixels"], to=TensorProto.UINT8),
    ]
    graph = helper.make_graph(
        nodes,
        "generator",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", count])
            for name, count in (("z", 5), ("labels", len(labels)))
            if count
        ],
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", *size])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    generator = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    files = {name: generator.SerializeToString() if name == "generator" else name.encode() for name in GRAPHS}
    (folder / "models").mkdir(parents=True)
    for name, data in files.items():
        (folder / "models" / f"{name}.onnx").write_bytes(data)
    (folder / "models" / "manifest.json").write_bytes(format_manifest(describe(origin, files)))
    return folder


def body(page: Page, name: str, value: str) -> None:
    """Wait until the body tells this value."""
    expect(page.locator("body")).to_have_attribute(f"data-{name}", value, timeout=1000 * WAIT_S)


def until(page: Page, script: str, argument: Any = None) -> None:
    """Wait until a script answers true. Playwright's own wait_for_function needs eval, which the page's policy forbids."""
    eventually(lambda: page.evaluate(script, argument))


def eventually(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ready(page: Page) -> Page:
    """Wait until the page shows a mosaic."""
    body(page, "state", "running")
    expect(page.locator("#empty")).to_be_hidden()
    return page


def told(page: Page, name: str) -> float:
    return float(page.locator("body").get_attribute(f"data-{name}") or "nan")
