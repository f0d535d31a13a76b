"""Write the list of all editions as OPML 2.0 (opml.org/spec2.opml), to be imported into a feed reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from syndicator.model import EditionKey
from syndicator.publishing.atom import FILE
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.feed import edition_title
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder
from syndicator.publishing.wording import own_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An edition as a list of editions shows it."""

    key: EditionKey
    title: str
    """What the source calls itself; of a whole language, anything: it goes by the publisher's name."""
    updated: datetime
    count: int | None = None
    """Of the articles in it; None where nobody counted."""


def by_language(outlines: Sequence[Outline], *, masthead: Masthead) -> list[tuple[str, list[Outline]]]:
    """Return the editions of each language, in the configured order: the whole first."""
    order = {language: place for place, language in enumerate(masthead.languages)}
    languages = sorted({line.key.language for line in outlines}, key=lambda tag: (order.get(tag, len(order)), tag))
    return [
        (
            language,
            sorted(
                (line for line in outlines if line.key.language == language),
                key=_place,
            ),
        )
        for language in languages
    ]


def _place(line: Outline) -> tuple[int, str, str]:
    """Return what the editions of a language are sorted by: the whole, that with originals, topics, sources."""
    key = line.key
    rank = 3 if key.source is not None else 2 if key.topic is not None else int(key.is_bilingual)
    return rank, line.title.casefold(), key.source or key.topic or ""


def render_opml(outlines: Sequence[Outline], *, masthead: Masthead) -> bytes:
    """Return the OPML file: a group for each language, in it its own editions, and groups of topics and of sources.

    `xmlUrl` names the Atom feed alone: whoever imports both formats would get everything twice.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = masthead.publisher
    if outlines:
        etree.SubElement(head, "dateModified").text = format_datetime(max(line.updated for line in outlines))
    etree.SubElement(head, "ownerName").text = masthead.publisher
    if masthead.email:
        etree.SubElement(head, "ownerEmail").text = masthead.email
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for language, lines in by_language(outlines, masthead=masthead):
        whole = _group(body, own_name(language))
        _ = catalogue(spoken(language)).gettext
        for line in lines:
            if line.key.topic is None and line.key.source is None:
                _add(whole, line, masthead=masthead)
        for name, inner in (
            (_("Topics"), [line for line in lines if line.key.topic is not None]),
            (_("Sources"), [line for line in lines if line.key.source is not None]),
        ):
            group = _group(whole, name) if inner else whole
            for line in inner:
                _add(group, line, masthead=masthead)
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")


def _group(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, "outline", text=name, title=name)


def _add(group: etree._Element, line: Outline, *, masthead: Masthead) -> None:
    folder = edition_folder(line.key)
    title = edition_title(line.key, line.title, masthead=masthead)
    attributes = {
        "type": "rss",  # of Atom, too (OPML 2.0, subscription lists)
        "text": title,
        "title": title,
        "xmlUrl": masthead.url(folder + FILE),
        "htmlUrl": masthead.url(folder + INDEX),
        "language": line.key.language,
    }
    etree.SubElement(group, "outline", attributes)
