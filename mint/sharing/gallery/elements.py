"""Elements of HTML and Atom: every text and every attribute is escaped here, by the serializer of the standard library."""

from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, indent, tostring

ATOM: Final = "http://www.w3.org/2005/Atom"

Child = Element | str
_NO_ATTRIBUTES: Final[Mapping[str, str | int]] = {}


def element(tag: str, attributes: Mapping[str, str | int] = _NO_ATTRIBUTES, *children: Child) -> Element:
    """Return an element with attributes, and texts and elements in it."""
    made = Element(tag, {name: str(value) for name, value in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + child
        else:
            last.tail = (last.tail or "") + child
    return made


def html_document(root: Element) -> bytes:
    """Return an HTML document; equal elements give equal bytes."""
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}\n".encode()


def xml_document(root: Element) -> bytes:
    """Return an XML document; equal elements give equal bytes."""
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()
