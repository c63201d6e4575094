"""A token's metadata in the three forms that marketplaces read: ERC-721 with OpenSea's attributes, TZIP-21, and fxhash features.

All three are built from one ``Traits`` and carry the same information. This module does not draw, count or write files.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Value = str | int
Json = dict[str, object]

SYMBOL = "PIXELMINT"
TAGS = ("pixel art", "generative art", "token")


@dataclass(frozen=True, kw_only=True)
class Traits:
    """A token's metadata: its name, a description, the location of its picture, and its traits in display order.

    ``image`` is a URI or a path relative to the metadata (ERC-721 advises a width of 320 to 1080 pixels). ``thumbnail`` is the
    same for a picture of at most 350 pixels (TZIP-21); without one the image is used. ``background`` is ``#rrggbb``. Counts and
    scores are int, all other values are str.
    """

    name: str
    description: str
    image: str
    values: tuple[tuple[str, Value], ...]
    thumbnail: str | None = None
    background: str | None = None

    def __post_init__(self) -> None:
        names = [name for name, _ in self.values]
        assert len(set(names)) == len(names), f"{self.name}: trait names must be unique"
        assert not any("" in pair for pair in self.values), f"{self.name}: names and values must not be empty"
        assert not any(isinstance(value, bool) for _, value in self.values), f"{self.name}: a value must be text or a count"
        assert self.background is None or re.fullmatch("#[0-9a-f]{6}", self.background), (
            f"{self.name}: {self.background} is not #rrggbb"
        )


def opensea(traits: Traits) -> Json:
    """Return ERC-721 metadata with OpenSea's attributes (docs.opensea.io, Metadata Standards).

    OpenSea counts only text traits for rarity; ``display_type`` marks numbers. The background is written without ``#``.
    """
    document: Json = {
        "name": traits.name,
        "description": traits.description,
        "image": traits.image,
        "attributes": [_opensea_attribute(name, value) for name, value in traits.values],
    }
    return document if traits.background is None else document | {"background_color": traits.background[1:]}


def tzip21(traits: Traits) -> Json:
    """Return TZIP-21 rich metadata of a non-fungible token (gitlab.com/tezos/tzip, proposals/tzip-21).

    ``decimals`` 0 and ``isBooleanAmount`` mean that it is owned or not, never in part. Attribute values are text, counts included.
    """
    return {
        "name": traits.name,
        "symbol": SYMBOL,
        "decimals": 0,
        "isBooleanAmount": True,
        "shouldPreferSymbol": False,
        "description": traits.description,
        "artifactUri": traits.image,
        "displayUri": traits.image,
        "thumbnailUri": traits.thumbnail or traits.image,
        "formats": [{"uri": traits.image, "mimeType": "image/png"}],
        "tags": list(TAGS),
        "attributes": [_tzip21_attribute(name, value) for name, value in traits.values],
    }


def fxhash(traits: Traits) -> Json:
    """Return fxhash features: trait values by trait name, as ``$fx.features`` expects them."""
    return dict(traits.values)


FORMATS: dict[str, Callable[[Traits], Json]] = {"opensea": opensea, "tzip21": tzip21, "fxhash": fxhash}


def _opensea_attribute(name: str, value: Value) -> Json:
    attribute: Json = {"trait_type": name, "value": value}
    return attribute if isinstance(value, str) else attribute | {"display_type": "number"}


def _tzip21_attribute(name: str, value: Value) -> Json:
    attribute: Json = {"name": name, "value": str(value)}
    return attribute if isinstance(value, str) else attribute | {"type": "integer"}
