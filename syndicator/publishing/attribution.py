"""Say whose text an entry is, in the reader's language, as HTML: the same words in feeds and on pages."""

from collections.abc import Iterator
from html import escape

from syndicator.model import Entry, primary
from syndicator.publishing.text import language_tag, link
from syndicator.publishing.wording import from_language, language_name, phrases


def attribution(entry: Entry, *, reader: str, original: str | None) -> str:
    """Return an entry's attribution as HTML paragraphs: whose it is, then, of a translation, that a machine made it.

    `reader` is the language of those who read it, `original` the address of the original. Nothing in it is relative.
    """
    words = phrases(reader)
    tag = f' lang="{words.language}"' if words.language != primary(reader) else ""
    paragraphs = [f'<p class="attribution"{tag}>{" · ".join(_facts(entry, reader=reader, original=original))}</p>']
    if entry.route is not None:
        paragraphs.append(f'<p class="notice"{tag}>{_notice(entry, reader=reader, original=original)}</p>')
    return "\n".join(paragraphs)


def anchor(address: str | None, text: str, *, language: str | None = None, hreflang: str | None = None) -> str:
    """Return an HTML link, or the text alone where there is no address.

    `language` is that of the text, `hreflang` that of what the link leads to.
    """
    tag = f' lang="{escape(language)}"' if language else ""
    if address is None:
        return f"<span{tag}>{escape(text)}</span>" if tag else escape(text)
    leads_to = f' hreflang="{escape(hreflang)}"' if hreflang else ""
    return f'<a href="{escape(address)}"{tag}{leads_to}>{escape(text)}</a>'


def rights_of(entry: Entry) -> str | None:
    """Return the rights of an entry: its own, else those of its source."""
    return entry.rights or entry.attribution.rights


def source_language(entry: Entry) -> str | None:
    """Return the language that an entry's source names itself in; None where it is not known."""
    return language_tag(entry.attribution.language) or language_tag(entry.original_language)


def _facts(entry: Entry, *, reader: str, original: str | None) -> Iterator[str]:
    words = phrases(reader)
    source = entry.attribution
    theirs = source_language(entry)
    language = theirs if theirs is not None and primary(theirs) != primary(reader) else None
    local = f" ({escape(source.local_name)})" if source.local_name else ""
    yield f"{words.source}: {anchor(link(source.home_url), source.name, language=language)}{local}"
    label = words.original.format(language=language_name(entry.original_language, reader=reader))
    yield anchor(original, label, hreflang=language_tag(entry.original_language))
    if authors := [author for author in entry.authors if author.strip() and author != source.name]:
        yield f"{words.author}: {escape(', '.join(authors))}"
    if entry.credit:
        yield f"{words.stated}: {escape(entry.credit)}"
    if rights := rights_of(entry):
        yield f"{words.rights}: {escape(rights)}"


def _notice(entry: Entry, *, reader: str, original: str | None) -> str:
    words = phrases(reader)
    language = from_language(entry.original_language, reader=reader)
    sentences = [escape(words.notice.format(language=language, engine=entry.engine or entry.route))]
    if entry.marks:
        sentences.append(escape(words.doubtful))
    if original is not None:
        sentences.append(anchor(original, words.read_original, hreflang=language_tag(entry.original_language)) + ".")
    return " ".join(sentences)
