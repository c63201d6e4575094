"""The metadata of a publication: one document a token, and the contract's own, for OpenSea or for Tezos.

OpenSea reads ERC-721 metadata (docs.opensea.io, Media and traits) and ERC-7572 for the contract. Tezos reads TZIP-21 for a token
and TZIP-16 for the contract.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mint.collection.folder import Collection, CollectionToken
from mint.collection.publication.schema_check import check_document
from mint.collection.publication.settings import PublicationSettings
from mint.token.metadata import Json, Traits, opensea, tzip21

COLLECTION_PICTURE: Final = "collection.png"
CONTRACT_DOCUMENT: Final = "contract.json"
_INTERFACES: Final = ("TZIP-012", "TZIP-016", "TZIP-021")  # of a contract whose tokens have this metadata
_MIME_TYPES: Final = {".png": "image/png", ".mp4": "video/mp4"}


@dataclass(frozen=True, kw_only=True)
class MediaFile:
    """A picture or film of a token: its address, its size in bytes and its width and height in pixels (None for films)."""

    uri: str
    num_bytes: int
    dimensions: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class TokenMedia:
    """The files that show one token."""

    image: MediaFile
    thumbnail: MediaFile | None
    animation: MediaFile | None


def token_document(
    collection: Collection, number: int, drawn: CollectionToken, description: str, media: TokenMedia, settings: PublicationSettings
) -> bytes:
    """Return the metadata of a token as JSON. Raises PublicationError where it does not conform to its standard."""
    traits = Traits(
        name=f"{collection.name} #{number}",
        description=description,
        image=media.image.uri,
        thumbnail=media.thumbnail.uri if media.thumbnail else None,
        values=tuple(drawn.traits.items()),
    )
    if settings.platform == "opensea":
        document = opensea(traits)
        if media.animation is not None:
            document["animation_url"] = media.animation.uri
        return _checked(document, "erc721", "opensea")
    document = tzip21(traits)
    shown = [file for file in (media.animation, media.image, media.thumbnail) if file is not None]
    document["artifactUri"] = shown[0].uri
    document["formats"] = [_format(file) for file in shown]
    return _checked(document, "tzip21")


def contract_document(collection: Collection, image_uri: str, settings: PublicationSettings) -> bytes:
    """Return the metadata of the contract as JSON. Raises PublicationError where it does not conform to its standard."""
    document: Json = {
        "name": collection.name,
        "description": f"{len(collection.tokens):,} tokens, each of nine pixel-art sprites that are drawn from its hash.",
    }
    if settings.platform == "opensea":
        return _checked(document | {"image": image_uri}, "erc7572")
    return _checked(document | {"imageUri": image_uri, "interfaces": list(_INTERFACES)}, "tzip16")


def _format(file: MediaFile) -> Json:
    name = file.uri.rpartition("/")[2]
    entry: Json = {
        "uri": file.uri,
        "mimeType": _MIME_TYPES["." + name.rpartition(".")[2]],
        "fileSize": file.num_bytes,
        "fileName": name,
    }
    if file.dimensions is not None:
        width, height = file.dimensions
        entry["dimensions"] = {"value": f"{width}x{height}", "unit": "px"}
    return entry


def _checked(document: Mapping[str, object], *schemas: str) -> bytes:
    check_document(document, *schemas)
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
