"""How each platform opens an artwork: in which frame, under which policy, with which address, and how large it may be."""

from dataclasses import dataclass
from typing import Final

from mint.browser.bundle.formats import FORMATS
from mint.browser.bundle.output import Container

# Of teia.art: what it adds to each page that it unpacks, without the addresses of other sites that it allows.
_TEIA_POLICY: Final = (
    "default-src 'none'; frame-src 'self'; child-src 'self' 'unsafe-inline' blob:; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' blob: data:; manifest-src 'self'; base-uri 'self'; form-action 'none'; "
    "media-src 'self' data: blob:; worker-src 'self' blob:"
)


@dataclass(frozen=True, kw_only=True)
class PlatformRules:
    """The rules of one platform.

    ``sandbox`` are the permissions of its frame, None where the page is opened by itself. ``hash_name`` is the name of the hash in
    the address, and ``query`` what else the address says. ``max_zip_bytes`` is 0 where it takes no zip.
    """

    name: str
    containers: tuple[Container, ...]
    sandbox: str | None = None
    policy: str = ""
    hash_name: str = "hash"
    query: str = ""
    max_zip_bytes: int = 0
    is_file: bool = False


PLATFORMS: Final = (
    PlatformRules(name="file", containers=("html", "zip", "folder"), is_file=True),
    PlatformRules(name="objkt", containers=("html", "zip", "folder"), sandbox="allow-scripts"),
    PlatformRules(
        name="teia",
        containers=("zip", "folder"),
        sandbox="allow-scripts allow-same-origin allow-modals allow-pointer-lock",
        policy=_TEIA_POLICY,
        query="creator=false&viewer=false&objkt=1",
        max_zip_bytes=FORMATS["teia"].max_zip_bytes,
    ),
    PlatformRules(
        name="fxhash",
        containers=("zip", "folder"),
        sandbox="allow-scripts allow-same-origin",
        hash_name="fxhash",
        query="fxiteration=1&fxcontext=capture&preview=1",
        max_zip_bytes=FORMATS["fxhash"].max_zip_bytes,
    ),
)
