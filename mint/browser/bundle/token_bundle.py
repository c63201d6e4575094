"""The artwork of one token: a page that shows its sprites and learns them."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

from mint.browser.bundle.artwork_page import ArtworkPage, Part
from mint.token.folder import TokenFolder

FORMAT: Final = 1  # of what a page says of its artwork


def token_page(
    token: TokenFolder, parts: Mapping[str, Part], recipe: str, *, autostart: bool, has_model: bool, cover: str = ""
) -> ArtworkPage:
    """Return the page of a token; ``parts`` are those of the engine, and ``recipe`` its recipe's name and version.

    Raises TokenError where the token's metadata cannot be read.
    """
    _, height, width = token.pixels.shape
    traits = token.traits()
    return ArtworkPage(
        title=traits.name,
        description=traits.description,
        parts=parts,
        documents={
            "artwork": {
                "format": FORMAT,
                "token": token.hash.text,
                "name": token.name,
                "features": token.features,
                "generatorVersion": token.generator_version,
                "recipe": recipe,
                "palette": [f"#{bytes(color).hex()}" for color in token.rgba],
                "size": [height, width],
                "pixels": base64.b64encode(token.pixels.tobytes()).decode(),
                "autostart": autostart,
                "hasModel": has_model,
                "build": build_name(parts),
            }
        },
        cover=cover,
    )


def build_name(parts: Mapping[str, Part]) -> str:
    """Return a name of what trains: a browser's storage of one build is of no use to another."""
    return hashlib.sha256("".join(part.sha256 for part in parts.values()).encode()).hexdigest()[:16]
