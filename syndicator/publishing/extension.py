"""Extend feedgen by what it leaves out: attributes of entry links, `xml:lang`, whole sources, elements of other kinds.

feedgen 1.0.0 writes entry links without rel, type, hreflang, title and length (`entry.py`, `atom_entry`), knows
`xml:lang` only on the feed, and one `atom:link` in RSS. So feeds put such elements together as `Element` and hand them
to this extension, which appends them as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

NAME = "syndicator"
"""What the extension is registered as, and so the attribute of a feedgen feed or entry that holds it."""

ATOM = "{http://www.w3.org/2005/Atom}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An XML element. In Atom, names stand without a namespace, as feedgen writes them."""

    name: str
    text: str | None = None
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    """Those whose value is None are left out."""
    language: str | None = None
    children: tuple["Element", ...] = ()


class Extension:
    """What is added to one feedgen feed or entry. feedgen makes it, and calls its `extend_…` methods."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        """Appended, in this order, to the feed's (in RSS the channel's) or entry's own elements."""
        self.language: str | None = None
        """Of an Atom entry, or of the whole RSS document: its `xml:lang`."""
        self.languages: dict[str, str] = {}
        """By name of an element that feedgen wrote: its `xml:lang`, where it is not the entry's."""
        self.namespaces: dict[str, str] = {}
        """By prefix: what the root declares beyond feedgen's own. Atom's own elements need none."""

    def extend_ns(self) -> dict[str, str]:
        """Return the namespaces that the root element declares, by prefix."""
        return self.namespaces

    def extend_atom(self, parent: etree._Element) -> etree._Element:
        """Append the elements to an Atom feed or entry, and say their languages."""
        if self.language is not None:
            parent.set(_LANG, self.language)
        for name, language in self.languages.items():
            for child in parent.findall(name):
                child.set(_LANG, language)
        for element in self.elements:
            _append(parent, element)
        return parent

    def extend_rss(self, parent: etree._Element) -> etree._Element:
        """Append the elements to an RSS item, or to the channel of the whole document."""
        if self.language is not None:
            parent.set(_LANG, self.language)
        target = parent[0] if parent.tag == "rss" else parent
        for element in self.elements:
            _append(target, element)
        return parent


def _append(parent: etree._Element, element: Element) -> None:
    attributes = {name: value for name, value in element.attributes.items() if value is not None}
    child = etree.SubElement(parent, element.name, attributes)
    child.text = element.text
    if element.language is not None:
        child.set(_LANG, element.language)
    for grandchild in element.children:
        _append(child, grandchild)
