"""Put the files of a bundle together: of one token, or of any token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mint.browser.bundle.artwork_page import ArtworkPage, Part
from mint.browser.bundle.engine_script import STATIC
from mint.browser.bundle.output import INDEX
from mint.browser.bundle.token_bundle import FORMAT, build_name, token_page
from mint.errors import TokenError
from mint.token.folder import TokenFolder
from mint.token.token import GENERATOR_VERSION
from viewer.regular_file import read_regular_file

COVER: Final = "cover.png"
SDK: Final = "fxhash.min.js"
_MAX_COVER_BYTES: Final = 1 << 25

_GENERATIVE_TITLE: Final = "Pixelmint"
_GENERATIVE_DESCRIPTION: Final = "Nine sprites of a token, and a network that learns them while you watch and dreams of them."


@dataclass(frozen=True, kw_only=True)
class BundleEngine:
    """What trains in a page: its parts, by name, and its recipe's name and version; ``has_model`` where it has trained before."""

    parts: Mapping[str, Part]
    recipe: str
    has_model: bool = False


def token_files(
    token: TokenFolder, engine: BundleEngine, *, autostart: bool, sdk: str | None, has_cover: bool = True
) -> dict[str, bytes]:
    """Return the files of a token's bundle by name; ``sdk`` is the script of a platform that goes with them, the cover a picture.

    Raises TokenError where the token's metadata or its preview cannot be read.
    """
    cover = {COVER: _preview(token)} if has_cover else {}
    page = token_page(
        token, engine.parts, engine.recipe, autostart=autostart, has_model=engine.has_model, cover=COVER if cover else ""
    )
    return {**_page_files(page, sdk), **cover}


def _preview(token: TokenFolder) -> bytes:
    path = token.path / "preview.png"
    try:
        return read_regular_file(path, _MAX_COVER_BYTES, within=token.path)
    except OSError as error:
        raise TokenError(f"{path} cannot be read: {error.strerror}; draw the token again into another folder") from error


def generative_files(drawing: str, engine: BundleEngine, *, autostart: bool, sdk: str | None) -> dict[str, bytes]:
    """Return the files of a bundle that draws the token of any hash, with the ES module that draws tokens."""
    page = ArtworkPage(
        title=_GENERATIVE_TITLE,
        description=_GENERATIVE_DESCRIPTION,
        parts=engine.parts,
        documents={
            "artwork": {
                "format": FORMAT,
                "generatorVersion": GENERATOR_VERSION,
                "recipe": engine.recipe,
                "autostart": autostart,
                "build": build_name(engine.parts),
            }
        },
        replaced={STATIC / "artwork.js": STATIC / "generative.js"},
        modules={STATIC / "token_drawing.js": drawing},
    )
    return _page_files(page, sdk)


def _page_files(page: ArtworkPage, sdk: str | None) -> dict[str, bytes]:
    if sdk is None:
        return {INDEX: page.html(()).encode()}
    return {INDEX: page.html((f"./{SDK}",)).encode(), SDK: sdk.encode()}
