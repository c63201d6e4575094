"""What a publication is to be like."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from mint.errors import PublicationError
from viewer.json_fields import Range

Platform = Literal["opensea", "tezos"]
ImageKind = Literal["nine", "mosaic"]
AnimationKind = Literal["none", "loop", "timelapse"]

PLATFORMS: Final[tuple[Platform, ...]] = ("opensea", "tezos")
IMAGES: Final[tuple[ImageKind, ...]] = ("nine", "mosaic")
ANIMATIONS: Final[tuple[AnimationKind, ...]] = ("none", "loop", "timelapse")
MAX_SCALE: Final = 10
_SCHEMES: Final = ("https", "http", "ipfs", "ar")


@dataclass(frozen=True, kw_only=True)
class PublicationSettings:
    """What a publication is to be like, as publication.json keeps it.

    ``image`` is the nine sprites or a mosaic of dreams, ``animation`` a loop of dreams or a timelapse of the training, for tokens
    that were trained. Pictures have sides of ``scale`` times 320 pixels, mosaics about that. Addresses begin with ``base_uri``,
    or with the CIDs of the folders where it is None. The token at place i shows what place (i + ``starting_index``) of the
    collection drew. ``car`` is whether CAR files are packed.
    """

    platform: Platform
    image: ImageKind = "nine"
    animation: AnimationKind = "none"
    scale: Annotated[int, Range(1, MAX_SCALE)] = 3
    base_uri: str | None = None
    starting_index: Annotated[int, Range(0)] = 0
    car: bool = True

    def __post_init__(self) -> None:
        """Check that addresses can be known. Raises PublicationError."""
        if self.base_uri is None and not self.car:
            raise PublicationError("without CAR files no CIDs are known, and so no addresses; give --base-uri as well as --no-car")
        if self.base_uri is not None:
            _check_base_uri(self.base_uri)

    @property
    def document_suffix(self) -> str:
        """What the names of metadata files end in.

        OpenZeppelin's ERC721.tokenURI is the base URI and the number alone, so OpenSea's have none.
        """
        return "" if self.platform == "opensea" else ".json"


def _check_base_uri(uri: str) -> None:
    """Raise PublicationError where an address cannot be the beginning of others."""
    parts = urlsplit(uri)
    if not uri.isascii() or not uri.isprintable() or any(character in uri for character in ' "<>\\^`{|}'):
        problem = "holds characters that an address cannot hold"
    elif parts.scheme not in _SCHEMES or not parts.netloc:
        problem = "is not a full address"
    elif parts.query or parts.fragment or "?" in uri or "#" in uri:
        problem = "has a query or a fragment, after which no path can follow"
    elif uri.endswith("/"):
        problem = "ends in /, which is added where it is needed"
    else:
        return
    raise PublicationError(f"the base URI {uri!r} {problem}; give one such as https://example.org/moons or ipfs://CID")
