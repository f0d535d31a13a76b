"""What the feeds of an edition share, whatever their format: titles, summaries, sister editions, categories."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from syndicator.allowed import allowed
from syndicator.model import EditionKey, Enclosure, Entry, Extent, primary
from syndicator.publishing.masthead import Masthead
from syndicator.publishing.provenance import provenance
from syndicator.publishing.text import excerpt, iri, link, one_line, plain
from syndicator.publishing.wording import language_name, own_name, phrases

PROVENANCE = "tag:syndicator,2026:provenance"
"""The scheme of the categories that say how a text came about: `original`, `machine-translation`, `reviewed`."""
ENGINE = "tag:syndicator,2026:engine"
"""The scheme of the category that names the program that translated: `CTranslate2`."""
MODEL = "tag:syndicator,2026:model"
"""The scheme of the categories that name the model packages that took part, with their versions: `ru_en 0.1`."""
SECTION = "tag:syndicator,2026:section"
"""The scheme of the category that holds the section word of a press release."""
EXTENT = "tag:syndicator,2026:extent"
"""The scheme of the category that says that less than the whole text is published: `excerpt`, `headline`."""
FOR_PROGRAMS = frozenset({PROVENANCE, ENGINE, MODEL, EXTENT})
"""Schemes of categories whose terms programs are to read."""
UNKNOWN_TYPE = "application/octet-stream"
"""The media type of what is attached without one, in formats that demand one."""
_TITLE_LENGTH = 80
_SUMMARY_LENGTH = 300


def edition_title(key: EditionKey, name: str, *, masthead: Masthead) -> str:
    """Return the title of an edition: `Syndicator — русский`, `Кремль — русский`; `name` is that of its source."""
    if key.topic is not None:
        name = masthead.topic_name(key)
    elif key.source is None:
        name = masthead.publisher
    bilingual = f" ({phrases(key.language).bilingual})" if key.is_bilingual else ""
    return f"{name} — {own_name(key.language)}{bilingual}"


def source_name(key: EditionKey, entries: Sequence[Entry]) -> str:
    """Return what the source of an edition is called; its slug while nothing of it has been published."""
    return next((entry.attribution.display_name for entry in entries), key.source or "")


def edition_subtitle(key: EditionKey, name: str, *, masthead: Masthead) -> str:
    """Return what an edition holds, in its readers' language."""
    words = phrases(key.language)
    language = language_name(key.language, reader=words.language)
    if key.topic is not None:
        return words.about_topic.format(topic=masthead.topic_name(key), language=language, publisher=masthead.publisher)
    if key.is_bilingual:
        return words.about_bilingual.format(language=language)
    if key.source is None:
        return words.about_language.format(language=language)
    return words.about_source.format(source=name, language=language, publisher=masthead.publisher)


def related_editions(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead) -> list[EditionKey]:
    """Return the same edition in each other language in which one of the entries stands, in the configured order."""
    present = {primary(sibling.language) for entry in entries for sibling in entry.siblings}
    present.discard(primary(key.language))
    return [replace(key, language=language) for language in masthead.languages if primary(language) in present]


def title_of(entry: Entry, *, edition: str) -> str:
    """Return an entry's title on one line; the beginning of its text where it has none."""
    return (
        one_line(entry.title)
        or excerpt(one_line(entry.summary) or plain(entry.html), length=_TITLE_LENGTH)
        or phrases(edition).untitled
    )


def summary_of(entry: Entry) -> str:
    """Return an entry's summary as plain text; the beginning of its text where it has none."""
    return entry.summary.strip() or excerpt(plain(entry.html), length=_SUMMARY_LENGTH)


def body_of(entry: Entry) -> str:
    """Return an entry's text as HTML; its summary where it has no more than that.

    Whatever the store holds, nothing comes out that may not be published; what is clean comes out as it is.
    """
    if entry.html.strip() or not entry.summary.strip():
        return allowed(entry.html, base_url=None)
    return f"<p>{escape(entry.summary.strip(), quote=False)}</p>"


def categories(entry: Entry, *, edition: str) -> Iterator[dict[str, str]]:
    """Yield term, scheme and label of an entry's categories: the source's, then what we say of the text ourselves."""
    for category in entry.categories:
        if category.term.strip():
            label = (category.label or "").strip() or None
            yield _category(category.term, iri(category.scheme), label)
    if entry.section and entry.section.strip():
        yield _category(entry.section, SECTION, None)
    if entry.extent is not Extent.FULL:
        yield _category(entry.extent.value, EXTENT, None)
    made = provenance(entry)
    if not made.is_translation:
        yield _category("original", PROVENANCE, None)
        return
    yield _category("machine-translation", PROVENANCE, phrases(edition).translation)
    if made.is_reviewed:
        yield _category("reviewed", PROVENANCE, None)
    if made.engine:
        yield _category(made.engine, ENGINE, None)
    for package in made.packages:
        yield _category(f"{package.name} {package.version}", MODEL, None)


def authors_of(entry: Entry) -> list[str]:
    """Return who wrote an entry; its source where nobody is named."""
    return [name for name in entry.authors if name.strip()] or [entry.attribution.name]


def attached(entry: Entry) -> list[tuple[Enclosure, str]]:
    """Return an entry's enclosures that can be linked to, with their addresses."""
    return [(enclosure, address) for enclosure in entry.enclosures if (address := link(enclosure.url))]


def media_type_of(enclosure: Enclosure) -> str | None:
    """Return an enclosure's media type; None where it states none, or none that is one."""
    stated = (enclosure.media_type or "").strip()
    return stated if re.fullmatch(r"[^\s/;,]+/[^\s/]+", stated) else None


def length_of(enclosure: Enclosure) -> str | None:
    """Return an enclosure's length in bytes as digits; None where it states none."""
    return str(enclosure.length_bytes) if enclosure.length_bytes is not None and enclosure.length_bytes >= 0 else None


def _category(term: str, scheme: str | None, label: str | None) -> dict[str, str]:
    return {"term": term} | ({"scheme": scheme} if scheme else {}) | ({"label": label} if label else {})
