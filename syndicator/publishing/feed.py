"""What the feeds of an edition share, whatever their format: titles, summaries, sister editions, categories."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from syndicator.model import EditionKey, Enclosure, Entry, primary
from syndicator.publishing.masthead import Masthead
from syndicator.publishing.text import excerpt, iri, one_line, plain
from syndicator.publishing.wording import language_name, own_name, phrases

PROVENANCE = "tag:syndicator,2026:provenance"
"""The scheme of the category that says how a text came about; its term is `machine-translation`."""
SECTION = "tag:syndicator,2026:section"
"""The scheme of the category that holds the section word of a press release."""
_TITLE_LENGTH = 80
_SUMMARY_LENGTH = 300


def edition_title(key: EditionKey, name: str, *, masthead: Masthead) -> str:
    """Return the title of an edition: `Syndicator — русский`, `Кремль — русский`; `name` is that of its source."""
    return f"{masthead.publisher if key.source is None else name} — {own_name(key.language)}"


def source_name(key: EditionKey, entries: Sequence[Entry]) -> str:
    """Return what the source of an edition calls itself; its slug while nothing of it has been published."""
    return next((entry.attribution.name for entry in entries), key.source or "")


def edition_subtitle(key: EditionKey, name: str, *, masthead: Masthead) -> str:
    """Return what an edition holds, in its readers' language."""
    words = phrases(key.language)
    language = language_name(key.language, reader=words.language)
    if key.source is None:
        return words.about_language.format(language=language)
    return words.about_source.format(source=name, language=language, publisher=masthead.publisher)


def related_editions(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead) -> list[EditionKey]:
    """Return the same edition in each other language in which one of the entries stands, in the configured order."""
    present = {primary(sibling.language) for entry in entries for sibling in entry.siblings}
    present.discard(primary(key.language))
    return [
        EditionKey(language=language, source=key.source)
        for language in masthead.languages
        if primary(language) in present
    ]


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
    """Return an entry's text as HTML; its summary where it has no more than that."""
    if entry.html.strip() or not entry.summary.strip():
        return entry.html
    return f"<p>{escape(entry.summary.strip(), quote=False)}</p>"


def categories(entry: Entry, *, edition: str) -> Iterator[dict[str, str]]:
    """Yield term, scheme and label of an entry's categories: the source's, then what we say of the text ourselves."""
    for category in entry.categories:
        if category.term.strip():
            yield _category(category.term, iri(category.scheme), category.label)
    if entry.section and entry.section.strip():
        yield _category(entry.section, SECTION, None)
    if entry.route is not None:
        yield _category("machine-translation", PROVENANCE, phrases(edition).translation)


def media_type_of(enclosure: Enclosure) -> str | None:
    """Return an enclosure's media type; None where it states none, or none that is one."""
    stated = (enclosure.media_type or "").strip()
    return stated if re.fullmatch(r"[^\s/;,]+/[^\s/]+", stated) else None


def length_of(enclosure: Enclosure) -> str | None:
    """Return an enclosure's length in bytes as digits; None where it states none."""
    return str(enclosure.length_bytes) if enclosure.length_bytes is not None and enclosure.length_bytes >= 0 else None


def _category(term: str, scheme: str | None, label: str | None) -> dict[str, str]:
    return {"term": term} | ({"scheme": scheme} if scheme else {}) | ({"label": label} if label else {})
