"""A token's metadata in the three forms that marketplaces read: ERC-721 with OpenSea's attributes, TZIP-21, and fxhash features.

All three say the same, from one ``Traits``. Nothing here draws, counts or writes files.
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
    """What is said of a token: its name, a description, where its picture lies, and its traits in the order in which to show them.

    ``image`` is a URI or a path relative to the metadata (ERC-721 advises 320 to 1080 pixels of width), ``thumbnail`` the same of a
    picture of at most 350 pixels (TZIP-21); without one the image stands for it. ``background`` is ``#rrggbb``. Counts and
    scores are int, all else is str.
    """

    name: str
    description: str
    image: str
    values: tuple[tuple[str, Value], ...]
    thumbnail: str | None = None
    background: str | None = None

    def __post_init__(self) -> None:
        names = [name for name, _ in self.values]
        assert len(set(names)) == len(names), f"{self.name}: a trait is named once"
        assert not any("" in pair for pair in self.values), f"{self.name}: no name and no value is empty"
        assert not any(isinstance(value, bool) for _, value in self.values), f"{self.name}: a value is text or a count"
        assert self.background is None or re.fullmatch("#[0-9a-f]{6}", self.background), f"{self.name}: {self.background}"


def opensea(traits: Traits) -> Json:
    """Return ERC-721 metadata with OpenSea's attributes (docs.opensea.io, Metadata Standards).

    Only text traits count for rarity there; numbers are shown as such, by ``display_type``. The background has no ``#``.
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

    ``decimals`` 0 and ``isBooleanAmount`` say that one owns it or not. The value of an attribute is text, of a count too.
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
    """Return fxhash features: the value of each trait by its name (what ``$fx.features`` takes)."""
    return dict(traits.values)


FORMATS: dict[str, Callable[[Traits], Json]] = {"opensea": opensea, "tzip21": tzip21, "fxhash": fxhash}


def _opensea_attribute(name: str, value: Value) -> Json:
    attribute: Json = {"trait_type": name, "value": value}
    return attribute if isinstance(value, str) else attribute | {"display_type": "number"}


def _tzip21_attribute(name: str, value: Value) -> Json:
    attribute: Json = {"name": name, "value": str(value)}
    return attribute if isinstance(value, str) else attribute | {"type": "integer"}
