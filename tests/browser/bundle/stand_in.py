"""Bundles with an engine that tests understand: its dreams are the sprites, with fewer wrong pixels at each step."""

from pathlib import Path
from typing import Any

from mint.browser.bundle.artwork_page import Part
from mint.browser.bundle.bundling import BundleEngine, token_files
from mint.browser.bundle.token_bundle import token_page
from mint.module_joiner import join_modules
from mint.token.folder import read_token
from tests.small_token import small_token

ENGINE = Path(__file__).with_name("stand_in_engine.js")
TOKEN = "open sesame"


def stand_in_script() -> str:
    joined = join_modules(ENGINE)
    return f'"use strict";\n(() => {{\n{joined.script}{joined.names[ENGINE]}.start();\n}})();\n'


def stand_in_engine(*, damaged: bool = False, has_model: bool = False) -> BundleEngine:
    part = Part.of(stand_in_script().encode())
    if damaged:
        part = Part(part.compressed, 64 * "0")
    return BundleEngine(parts={"code": part}, recipe="vaegan 3", has_model=has_model)


def write_small_bundle(
    folder: Path, text: str = TOKEN, *, autostart: bool = False, sdk: str | None = None, engine: BundleEngine | None = None
) -> Path:
    """Write the page of a token of small sprites, and return its file."""
    token = read_token(small_token(text, folder / "tokens"))
    (folder / "bundle").mkdir(exist_ok=True)
    for name, data in token_files(token, engine or stand_in_engine(), autostart=autostart, sdk=sdk).items():
        (folder / "bundle" / name).write_bytes(data)
    return folder / "bundle" / "index.html"


def small_artwork(folder: Path) -> dict[str, Any]:
    """Return what the page of a token of small sprites says of it."""
    token = read_token(small_token(TOKEN, folder / "tokens"))
    page = token_page(token, {}, "vaegan 3", autostart=False, has_model=False)
    artwork = page.documents["artwork"]
    assert isinstance(artwork, dict)
    return {**artwork, "isPreview": False}
