"""What all pages of a gallery share: a head with a strict policy, and links that stay on the site.

A page loads scripts, styles, pictures and data of its own site alone. There is no script or style inside a page, so that none of
the texts in it could ever become one.
"""

from typing import Final
from xml.etree.ElementTree import Element

from mint.sharing.gallery.elements import Child, element

ENGINE: Final = "engine"
INDEX: Final = "index.html"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_THEMES: Final = {"dark": "#0d0d0f", "light": "#faf9f7"}  # as in gallery.css


def page_frame(
    *, title: str, description: str, root: str, script: str, style: str, body: tuple[Child, ...], links: tuple[Element, ...] = ()
) -> Element:
    """Return a page. ``root`` is the way to the site's folder: "" or "../../"; script and style are files of its engine."""
    engine = f"{root}{ENGINE}"
    head = element(
        "head",
        {},
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1, viewport-fit=cover"}),
        element("meta", {"name": "color-scheme", "content": "dark light"}),
        *(
            element("meta", {"name": "theme-color", "content": color, "media": f"(prefers-color-scheme: {name})"})
            for name, color in _THEMES.items()
        ),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("meta", {"name": "description", "content": description}),
        element("title", {}, title),
        element("link", {"rel": "icon", "type": "image/svg+xml", "href": f"{engine}/icon.svg"}),
        element("link", {"rel": "stylesheet", "href": f"{engine}/gallery.css"}),
        element("link", {"rel": "stylesheet", "href": f"{engine}/{style}"}),
        *links,
        element("script", {"src": f"{engine}/{script}", "defer": ""}),
    )
    return element("html", {"lang": "en"}, head, element("body", {}, *body))
