"""The Atom feed of a gallery (RFC 4287).

A feed's address need not be known: entries are named by the SHA-256 of their manifests (RFC 6920) and their links are relative.
Snapshots hold no dates, and equal works make an equal site, so every entry has the date of the snapshot's zip.
"""

import base64
import hashlib
from typing import Final

from mint.sharing.gallery.elements import ATOM, element, xml_document
from mint.sharing.gallery.page_frame import INDEX
from mint.sharing.gallery.work import Work

FILE_NAME: Final = "feed.xml"
_DATE: Final = "1980-01-01T00:00:00Z"
_UNKNOWN: Final = "unknown"


def atom_feed(title: str, works: tuple[Work, ...]) -> bytes:
    """Return the feed of works in their order."""
    entries = [
        element(
            "entry",
            {},
            element("id", {}, _name(bytes.fromhex(work.record.manifest_sha256))),
            element("title", {}, work.title),
            element("updated", {}, _DATE),
            element("author", {}, element("name", {}, work.record.author or _UNKNOWN)),
            *([element("rights", {}, work.record.licence)] if work.record.licence else []),
            element("link", {"rel": "alternate", "type": "text/html", "href": f"works/{work.id}/{INDEX}"}),
            element("summary", {}, work.description),
        )
        for work in works
    ]
    feed = element(
        "feed",
        {"xmlns": ATOM},
        element("id", {}, _name(hashlib.sha256(b"pixelmint gallery\n" + title.encode()).digest())),
        element("title", {}, title),
        element("updated", {}, _DATE),
        element("link", {"rel": "self", "type": "application/atom+xml", "href": FILE_NAME}),
        element("link", {"rel": "alternate", "type": "text/html", "href": INDEX}),
        element("generator", {}, "Pixelmint"),
        *entries,
    )
    return xml_document(feed)


def _name(sha256: bytes) -> str:
    return f"ni:///sha-256;{base64.urlsafe_b64encode(sha256).decode().rstrip('=')}"
