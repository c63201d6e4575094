"""publication.json: what a publication is like, what it holds, and the addresses and hashes that its owner needs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

from mint.checksummed_json import dump_checksummed, load_checksummed
from mint.collection.publication.settings import PublicationSettings
from mint.errors import PublicationError
from viewer.json_fields import JsonFieldError, Pattern, Range, read_record
from viewer.regular_file import read_regular_file

FORMAT: Final = 1
FILE_NAME: Final = "publication.json"
MAX_BYTES: Final = 1 << 20
PUBLISHED: Final = "published"  # the folder of all publications of a collection


@dataclass(frozen=True, kw_only=True)
class PublishedFolder:
    """A folder of a publication: how many files and bytes it holds, and the CID of its CAR file, None without one."""

    files: Annotated[int, Range(1)]
    bytes: Annotated[int, Range(1)]
    cid: Annotated[str | None, Pattern("b[a-z2-7]{58}")]


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What publication.json says.

    ``collection_sha256`` is the digest of collection.json. ``folders`` are by name. ``token_uri`` is what every token's address
    begins with, and its number follows, with ".json" for Tezos; ``contract_uri`` is the address of the contract's metadata.
    """

    format: Annotated[int, Range(FORMAT, FORMAT)] = FORMAT
    settings: PublicationSettings
    collection_sha256: Annotated[str, Pattern("[0-9a-f]{64}")]
    size: Annotated[int, Range(1)]
    animations: Annotated[int, Range(0)]
    provenance: Annotated[str, Pattern("[0-9a-f]{64}")]
    token_uri: str
    contract_uri: str
    folders: Mapping[str, PublishedFolder]


def publication_path(collection: Path, platform: str) -> Path:
    """Return the folder of a collection's publication for a marketplace."""
    return collection / PUBLISHED / platform


def format_publication(publication: Publication) -> bytes:
    """Return the text of publication.json."""
    return dump_checksummed(asdict(publication))


def read_publication(folder: Path) -> Publication:
    """Read the publication.json of a publication. Raises PublicationError where it is missing, changed or of another format."""
    path = folder / FILE_NAME
    try:
        return read_record(Publication, load_checksummed(read_regular_file(path, MAX_BYTES, within=folder)))
    except FileNotFoundError as error:
        raise PublicationError(
            f"{folder} is not a publication: it has no {FILE_NAME}; "
            f"make one with: mint collection publish FOLDER --for {folder.name}"
        ) from error
    except OSError as error:
        raise PublicationError(f"{path} cannot be read: {error.strerror}; see that this user may read it") from error
    except (JsonFieldError, ValueError) as error:
        raise PublicationError(f"{path} cannot be read: {error}; publish the collection again") from error
