"""Elements: texts keep their places among elements, and nothing in them becomes a tag."""

from xml.etree import ElementTree

from mint.sharing.gallery.elements import element, html_document, xml_document


def test_texts_keep_their_places() -> None:
    made = element("p", {"id": 1}, "a ", element("b", {}, "b"), " c", " d ", element("i"), "e")
    assert html_document(made) == b'<!doctype html>\n<p id="1">a <b>b</b> c d <i></i>e</p>\n'


def test_texts_and_attributes_are_escaped() -> None:
    text = "\"'<b>&amp;"
    data = html_document(element("p", {"title": text}, text, element("br"), text))
    assert (
        data
        == b"""<!doctype html>
<p title="&quot;'<b&gt;&amp;amp;">"'&lt;b&gt;&amp;amp;<br>"'&lt;b&gt;&amp;amp;</p>
"""
    )
    xml = xml_document(element("p", {"title": text}, text))
    read = ElementTree.fromstring(xml)
    assert (read.text, read.attrib["title"]) == (text, text)
