"""Hostile models in a playlist: each is refused with a sentence on the page, and the page continues.

Run with ``-s`` to see how long each refusal takes, from the key to the sentence on the page.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from onnx import ModelProto
from playwright.sync_api import expect

from tests.browser.viewer_process import WAIT_S, OpenPage, Show, body, ready, until
from tests.hostile_graphs import REFUSED
from tests.small_model import graph_files, small_generator, small_origin, write_models
from viewer.exported.manifest import Origin
from viewer.exported.protobuf_limits import MAX_STRUCTURE_BYTES

TWO_GIB = 2**31
HOSTILE = small_origin(token="a stranger", name="hostile")

# Press N and wait for a sentence; returns the sentence and the time in milliseconds until it appeared.
NEXT = """longest => new Promise((done) => {
    const notice = document.querySelector("#notice");
    const since = performance.now();
    const observer = new MutationObserver(() => {
        if (notice.textContent) done([notice.textContent, performance.now() - since]);
    });
    observer.observe(notice, { childList: true });
    setTimeout(() => done(["no sentence appeared", longest]), longest);
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
})"""

Damage = Callable[[Path], object]


def generator_file(folder: Path) -> Path:
    return folder / "models" / "generator.onnx"


def with_generator(data: bytes) -> Damage:
    """Replace the generator by these bytes, with a matching manifest."""
    files = graph_files(small_generator(HOSTILE))
    return lambda folder: write_models(folder, HOSTILE, {**files, "generator": data})


def with_change(change: Callable[[ModelProto], object]) -> Damage:
    generator = small_generator(HOSTILE)
    change(generator)
    return with_generator(generator.SerializeToString())


def cut_in_half(folder: Path) -> None:
    os.truncate(generator_file(folder), generator_file(folder).stat().st_size // 2)


def flip_a_bit(folder: Path) -> None:
    data = bytearray(generator_file(folder).read_bytes())
    data[len(data) // 2] ^= 1
    generator_file(folder).write_bytes(data)


def claim_two_gib(folder: Path) -> None:
    path = folder / "models" / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["sha256"]
    manifest["files"]["generator.onnx"]["bytes"] = TWO_GIB
    path.write_text(json.dumps(manifest))


def link_elsewhere(folder: Path) -> None:
    generator_file(folder).rename(folder / "elsewhere.onnx")
    generator_file(folder).symlink_to(folder / "elsewhere.onnx")


def be_a_pipe(folder: Path) -> None:
    generator_file(folder).unlink()
    os.mkfifo(generator_file(folder))


VALID = small_generator(HOSTILE).SerializeToString()
# A graph (field 7) that claims 2**31 bytes and has none; and a short graph of very many empty nodes (field 1).
HUGE_FIELD = b"\x3a\x80\x80\x80\x80\x08"
EMPTY_NODES = b"\x3a\x80\x80\x80\x02" + b"\x0a\x00" * 2 * MAX_STRUCTURE_BYTES

FILES: dict[str, tuple[Damage, str]] = {
    "truncated": (cut_in_half, r"/generator\.onnx has \d+ bytes where manifest\.json says \d+; export the model again"),
    "truncated, with a matching manifest": (with_generator(VALID[: len(VALID) // 2]), "is refused: it ends too early"),
    "hash mismatch": (flip_a_bit, r"/generator\.onnx is not the file that manifest\.json describes \(its SHA-256 differs\)"),
    "no graph": (with_generator(b"\xffno graph"), "is refused: it is not an ONNX file|is refused: it ends too early"),
    "manifest claims 2 GiB": (
        claim_two_gib,
        r"/manifest\.json: files\.generator\.onnx\.bytes is 2147483648, not an integer from 1 to 67108864",
    ),
    "file of 2 GiB": (
        lambda folder: os.truncate(generator_file(folder), TWO_GIB),
        r"/generator\.onnx is larger than 64 MiB; export the model again",
    ),
    "manifest of 2 GiB": (
        lambda folder: os.truncate(folder / "models" / "manifest.json", TWO_GIB),
        r"/manifest\.json is larger than 64 KiB; export the model again",
    ),
    "field claims 2 GiB": (with_generator(HUGE_FIELD), "is refused: it ends too early"),
    "weight claims 2 GiB": (
        with_change(lambda model: model.graph.initializer.add(name="vast", data_type=1, dims=[2**29], raw_data=b"\0\0\0\0")),
        "is refused: its tensor vast does not hold the 536870912 values of its shape",
    ),
    "millions of empty nodes": (
        with_generator(EMPTY_NODES),
        "is refused: it holds more than 1048576 bytes besides its raw weights",
    ),
    "link": (link_elsewhere, r"/generator\.onnx is a link; put the file itself there"),
    "pipe": (be_a_pipe, r"/generator\.onnx is not a regular file"),
    "missing": (lambda folder: generator_file(folder).unlink(), r"/generator\.onnx is missing; export the model again"),
}
CASES: dict[str, tuple[Damage, str]] = {
    **FILES,
    **{name: (with_change(change), f"is refused: .*{sentence}") for name, (change, sentence) in REFUSED.items()},
}


def put(folder: Path, origin: Origin, damage: Damage = lambda folder: None) -> None:
    """Write a valid model, and damage it."""
    generator_file(folder).unlink(missing_ok=True)
    write_models(folder, origin)
    damage(folder)


def test_each_hostile_model_is_refused_and_the_page_continues(show: Show, open_page: OpenPage, tmp_path: Path) -> None:
    good = small_origin(name="good")
    put(tmp_path / "good", good)
    put(tmp_path / "hostile", HOSTILE)
    shown = show(tmp_path / "good", tmp_path / "hostile", "--device", "cpu")
    page = ready(open_page(shown))
    times_ms: dict[str, float] = {}
    for name, (damage, expected) in CASES.items():
        put(tmp_path / "hostile", HOSTILE, damage)
        sentence, times_ms[name] = page.evaluate(NEXT, 1000 * WAIT_S)
        assert re.search(expected, sentence), (name, sentence)
        assert str(tmp_path / "hostile") in sentence, (name, sentence)
        assert "\n" not in sentence, name
        body(page, "state", "running")
        expect(page.locator("#name")).to_have_text(good.token.hash)
        expect(page.locator("#model")).to_have_text("1 of 2")
    for name, time_ms in sorted(times_ms.items(), key=lambda item: -item[1]):
        print(f"{time_ms:6.0f} ms  {name}")
    print(f"{len(times_ms)} hostile models refused on the page, each within {max(times_ms.values()):.0f} ms of the key")

    page.evaluate("() => { window.before = document.querySelector('#mosaic').toDataURL(); }")
    until(page, "window.before !== document.querySelector('#mosaic').toDataURL()")
    # The same folder with a valid model is shown, so only what was wrong was refused.
    put(tmp_path / "hostile", HOSTILE)
    page.keyboard.press("n")
    expect(page.locator("#name")).to_have_text(HOSTILE.token.hash)
    expect(page.locator("#model")).to_have_text("2 of 2")


def test_the_first_page_shows_what_was_refused_before(show: Show, open_page: OpenPage, tmp_path: Path) -> None:
    put(tmp_path / "hostile", HOSTILE, cut_in_half)
    put(tmp_path / "good", small_origin(name="good"))
    page = ready(open_page(show(tmp_path / "hostile", tmp_path / "good")))
    expect(page.get_by_role("status")).to_have_text(re.compile(r"hostile/models/generator\.onnx has \d+ bytes"))
    expect(page.locator("#model")).to_have_text("2 of 2")
