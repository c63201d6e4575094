"""The wall of a gallery: all works, each a link in the page itself, so that they are found and reached without scripts."""

from xml.etree.ElementTree import Element

from mint.sharing.gallery.elements import element
from mint.sharing.gallery.feed import FILE_NAME as FEED
from mint.sharing.gallery.page_frame import INDEX, page_frame
from mint.sharing.gallery.record import FILE_NAME as RECORD
from mint.sharing.gallery.wall_picture import SIDE
from mint.sharing.gallery.work import Work

# Beyond these, pictures are loaded when they come near the window.
_NUM_AT_ONCE = 12
_SCALE = 2


def wall_page(title: str, works: tuple[Work, ...]) -> Element:
    """Return the page of works in their order."""
    count = "1 work" if len(works) == 1 else f"{len(works):,} works"
    header = element(
        "header",
        {"class": "wall-head"},
        element("h1", {"dir": "auto"}, title),
        element("p", {"id": "count", "role": "status"}, count),
        # Filled by the script, which has gallery.json, in the room that its style keeps.
        element(
            "form", {"id": "filters", "role": "search", "aria-label": "Filters and order", "data-choices": _num_choices(works)}
        ),
    )
    cards = [_card(work, is_first=place < _NUM_AT_ONCE) for place, work in enumerate(works)]
    main = element(
        "main",
        {"id": "main"},
        element("ul", {"id": "works", "role": "list", "aria-label": "Works"}, *cards),
        element("p", {"id": "empty", "hidden": ""}, "No work has all of these."),
    )
    footer = element(
        "footer",
        {"class": "site-foot"},
        element("a", {"href": FEED}, "Feed"),
        element("a", {"href": RECORD}, "gallery.json"),
        element("span", {}, "Every work is a snapshot of a trained network, and dreams in your browser."),
    )
    feed = element("link", {"rel": "alternate", "type": "application/atom+xml", "title": title, "href": FEED})
    return page_frame(
        title=title,
        description=f"{count}: dreams of networks that learned nine sprites of pixel art each.",
        root="",
        script="wall.js",
        style="wall.css",
        body=(header, main, footer),
        links=(feed,),
    )


def _num_choices(works: tuple[Work, ...]) -> int:
    """Return how many choices static/facets.js has to offer: those with more than one value, traits, and the order."""
    records = [work.record for work in works]
    values = (
        {record.traits["Palette"] for record in records if "Palette" in record.traits},
        {record.recipe for record in records},
        {record.author for record in records if record.author},
    )
    return 0 if len(works) == 1 else 2 + sum(len(each) > 1 for each in values)


def _card(work: Work, *, is_first: bool) -> Element:
    side = _SCALE * SIDE
    loading = "eager" if is_first else "lazy"
    picture = element(
        "img",
        {
            "src": f"works/{work.id}/wall.png",
            "alt": work.picture_text,
            "width": side,
            "height": side,
            "loading": loading,
            "decoding": "async",
        },
    )
    name = element("span", {"class": "name", "dir": "auto"}, work.title)
    by = [element("span", {"class": "by", "dir": "auto"}, work.record.author)] if work.record.author else []
    facts = element("span", {"class": "facts"}, f"{work.record.recipe}, step {work.record.step:,}")
    link = element("a", {"href": f"works/{work.id}/{INDEX}"}, picture, name)
    return element("li", {"class": "card", "data-id": work.id}, link, *by, facts)
