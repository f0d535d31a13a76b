"""Write the pages that people open in a browser: stories, the front page of an edition, the list of all editions.

Static HTML without scripts; all that it loads is our one style sheet and the images of articles. Links between our
pages are relative, so that the folder can be carried anywhere; only what other programs read (`hreflang`) is absolute.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby

import syndicator
from syndicator.model import EditionKey, Entry
from syndicator.publishing import atom, rss
from syndicator.publishing.attribution import anchor, attribution, source_language
from syndicator.publishing.feed import (
    body_of,
    edition_subtitle,
    edition_title,
    media_type_of,
    related_editions,
    source_name,
    summary_of,
    title_of,
)
from syndicator.publishing.masthead import (
    INDEX,
    STYLE,
    Masthead,
    Version,
    default_version,
    edition_folder,
    original_address,
    story_path,
    versions,
)
from syndicator.publishing.opml import Outline, by_language
from syndicator.publishing.text import excerpt, link, one_line, plain
from syndicator.publishing.wording import (
    count_words,
    day_words,
    direction,
    doubt,
    moment_words,
    own_name,
    phrases,
)

_POLICY = (
    "default-src 'none'; style-src 'self'{files}; img-src http: https:; media-src http: https:; "
    "base-uri 'none'; form-action 'none'"
)
_TEASER_LENGTH = 220


def render_story_page(key: EditionKey, entry: Entry, *, masthead: Masthead) -> bytes:
    """Return a story's page in one language: title, whose it is, text, what is attached, its other languages."""
    found = versions(entry, edition=key.language, masthead=masthead)
    path = found[0].path
    title = title_of(entry, edition=key.language)
    words = phrases(key.language)
    original = original_address(entry, edition=key.language, masthead=masthead)
    head = [
        f'<meta name="description" content="{escape(excerpt(one_line(summary_of(entry)), length=_TEASER_LENGTH))}">',
        *_cluster(found, entry, masthead=masthead),
        *_feed_links(EditionKey(language=key.language), masthead=masthead),
    ]
    body = [
        *_nameplate("../" + INDEX, _switch(found, path), masthead=masthead),
        "<main>",
        f'<article lang="{escape(entry.language)}" dir="{direction(entry.language)}">',
        f'<h1 dir="auto">{escape(title)}</h1>',
        f'<p class="dateline"{_lang(words.language, key.language)}>{_time(entry.published, reader=key.language)}</p>',
        f'<div class="about" lang="{escape(key.language)}">',
        attribution(entry, reader=key.language, original=original),
        *_doubts(entry, reader=key.language),
        "</div>",
        *_lede(entry),
        f'<div class="text">\n{body_of(entry)}\n</div>',
        *_enclosures(entry, reader=key.language),
        "</article>",
        "</main>",
    ]
    return _document(
        f"{title} — {masthead.publisher}", key.language, path=path, head=head, body=body, masthead=masthead
    )


def render_edition_page(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, created: datetime) -> bytes:
    """Return the front page of an edition: its feeds and `entries`, in their order, by day."""
    folder = edition_folder(key)
    name = source_name(key, entries)
    title = edition_title(key, name, masthead=masthead)
    words = phrases(key.language)
    others = related_editions(key, entries, masthead=masthead)
    found = tuple(Version(language=each.language, path=edition_folder(each) + INDEX) for each in [key, *others])
    updated = max((entry.updated for entry in entries), default=created)
    head = [*_feed_links(key, masthead=masthead), *(_alternate(page.language, page.path, masthead) for page in found)]
    tag = _lang(words.language, key.language)
    body = [
        *_nameplate(_root(folder) + INDEX, _switch(found, folder + INDEX), masthead=masthead),
        "<main>",
        f'<h1 dir="auto">{escape(masthead.publisher if key.source is None else name)}</h1>',
        f'<p class="standfirst"{tag}>{escape(edition_subtitle(key, name, masthead=masthead))}</p>',
        f'<ul class="feeds"{tag}><li><a href="{atom.FILE}">Atom</a></li><li><a href="{rss.FILE}">RSS</a></li>',
        f"<li>{escape(words.updated)}: {_time(updated, reader=key.language)}</li></ul>",
        *_days(key, entries),
        *([] if entries else [f"<p{tag}>{escape(words.nothing)}</p>"]),
        "</main>",
    ]
    return _document(title, key.language, path=folder + INDEX, head=head, body=body, masthead=masthead)


def render_editions_page(outlines: Sequence[Outline], *, masthead: Masthead, opml: str) -> bytes:
    """Return the list of all editions, each language's in its own words; `opml` is the name of the same as OPML."""
    language = masthead.languages[0] if masthead.languages else "en"
    groups = by_language(outlines, masthead=masthead)
    words = phrases(language)
    tag = _lang(words.language, language)
    found = tuple(Version(language=each, path=edition_folder(EditionKey(language=each)) + INDEX) for each, _ in groups)
    body = [
        *_nameplate(INDEX, _switch(found, INDEX), masthead=masthead),
        "<main>",
        f'<h1 dir="auto">{escape(masthead.publisher)}</h1>',
        f'<p class="standfirst"{tag}>{escape(words.about_index)} <a href="{escape(opml)}">OPML</a></p>',
    ]
    for each, lines in groups:
        body += [f'<section class="editions" lang="{escape(each)}" dir="{direction(each)}">']
        body += [f"<h2>{escape(own_name(each))}</h2>", "<ul>", *map(_edition_line, lines), "</ul>", "</section>"]
    if not outlines:
        body.append(f"<p{tag}>{escape(words.nothing)}</p>")
    body.append("</main>")
    head = [line for each, _ in groups for line in _feed_links(EditionKey(language=each), masthead=masthead)]
    return _document(masthead.publisher, language, path=INDEX, head=head, body=body, masthead=masthead)


def _document(
    title: str, language: str, *, path: str, head: Iterable[str], body: Iterable[str], masthead: Masthead
) -> bytes:
    # Browsers differ on whether a page read from the disk is the style sheet's 'self'.
    policy = _POLICY.format(files=" file:" if masthead.base_url.startswith("file:") else "")
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(language)}" dir="{direction(language)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f'<meta name="generator" content="syndicator {syndicator.__version__}">',
        f"<title>{escape(title)}</title>",
        f'<link rel="stylesheet" href="{_root(path)}{STYLE}">',
        *head,
        "</head>",
        "<body>",
        *body,
        *([f"<footer>\n<p>{escape(masthead.rights)}</p>\n</footer>"] if masthead.rights else []),
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _nameplate(home: str, languages: list[str], *, masthead: Masthead) -> Iterator[str]:
    yield '<header class="nameplate">'
    yield f'<a class="name" href="{home}">{escape(masthead.publisher)}</a>'
    if languages:
        yield f"<nav><ul>{''.join(languages)}</ul></nav>"
    yield "</header>"


def _switch(found: Sequence[Version], path: str) -> list[str]:
    """Return the links to the same page in other languages, as list items."""
    items = []
    for page in sorted(found, key=lambda page: page.path):
        language, name = escape(page.language), escape(own_name(page.language))
        if page.path == path:
            items.append(f'<li><span lang="{language}" aria-current="page">{name}</span></li>')
        else:
            address = _root(path) + page.path
            items.append(f'<li><a href="{address}" lang="{language}" hreflang="{language}">{name}</a></li>')
    return items


def _cluster(found: tuple[Version, ...], entry: Entry, *, masthead: Masthead) -> Iterator[str]:
    """Yield the links that tell search engines and browsers of a story's other languages."""
    if len(found) > 1:
        for version in sorted(found, key=lambda version: version.language):
            yield _alternate(version.language, version.path, masthead)
        yield _alternate("x-default", default_version(found, entry=entry, masthead=masthead).path, masthead)


def _alternate(language: str, path: str, masthead: Masthead) -> str:
    return f'<link rel="alternate" hreflang="{escape(language)}" href="{escape(masthead.url(path))}">'


def _feed_links(key: EditionKey, *, masthead: Masthead) -> Iterator[str]:
    """Yield the links by which browsers and readers find the feeds of a page."""
    folder = edition_folder(key)
    for name, file, media_type in (("Atom", atom.FILE, atom.MEDIA_TYPE), ("RSS", rss.FILE, rss.MEDIA_TYPE)):
        address, title = escape(masthead.url(folder + file)), escape(f"{own_name(key.language)}: {name}")
        yield f'<link rel="alternate" type="{media_type}" title="{title}" href="{address}">'


def _lede(entry: Entry) -> Iterator[str]:
    """Yield the summary, unless the text begins with it or is it."""
    summary = one_line(entry.summary)
    text = plain(entry.html)
    if summary and text and not text.startswith(summary[:40]):
        yield f'<p class="lede" dir="auto">{escape(summary)}</p>'


def _doubts(entry: Entry, *, reader: str) -> Iterator[str]:
    """Yield what checks found doubtful, folded away: who wants to know opens it."""
    if entry.marks:
        words = phrases(reader)
        lines = "".join(f"<li>{escape(doubt(mark, reader=reader))}</li>" for mark in entry.marks)
        yield f'<details class="doubts"{_lang(words.language, reader)}><summary>{escape(words.doubts)}</summary>'
        yield f"<ul>{lines}</ul></details>"


def _enclosures(entry: Entry, *, reader: str) -> Iterator[str]:
    attached = [(enclosure, address) for enclosure in entry.enclosures if (address := link(enclosure.url))]
    if not attached:
        return
    words = phrases(reader)
    yield f'<section class="enclosures"><h2{_lang(words.language, entry.language)}>{escape(words.enclosures)}</h2><ul>'
    for enclosure, address in attached:
        media_type = media_type_of(enclosure)
        facts = f" ({escape(media_type)})" if media_type else ""
        yield f"<li>{anchor(address, one_line(enclosure.title or '') or address)}{facts}</li>"
    yield "</ul></section>"


def _days(key: EditionKey, entries: Sequence[Entry]) -> Iterator[str]:
    for day, stories in groupby(entries, key=lambda entry: entry.published.date()):
        yield f'<h2 class="day"><time datetime="{day}">{escape(day_words(day, reader=key.language))}</time></h2>'
        yield '<ul class="stories">'
        yield from (_teaser(key, entry) for entry in stories)
        yield "</ul>"


def _teaser(key: EditionKey, entry: Entry) -> str:
    folder = edition_folder(key)
    address = _root(folder) + story_path(key.language, entry.story)
    title = escape(title_of(entry, edition=key.language))
    source = entry.attribution
    language = source_language(entry)
    whose = f"<span{_lang(language or '', key.language) if language else ''}>{escape(source.name)}</span>"
    summary = excerpt(one_line(summary_of(entry)), length=_TEASER_LENGTH)
    return (
        f'<li lang="{escape(entry.language)}"><h3 dir="auto"><a href="{address}">{title}</a></h3>\n'
        f'<p class="whose">{whose}</p>\n<p dir="auto">{escape(summary)}</p></li>'
    )


def _edition_line(line: Outline) -> str:
    language = line.key.language
    words = phrases(language)
    folder = edition_folder(line.key)
    name = words.all_sources if line.key.source is None else line.title
    facts = _time(line.updated, reader=language)
    if line.count is not None:
        facts = f"{escape(count_words(line.count, reader=language))} · {facts}"
    whole = ' class="whole"' if line.key.source is None else ""
    return (
        f'<li><span><a{whole} href="{folder}{INDEX}" dir="auto">{escape(name)}</a> '
        f'<span class="facts"{_lang(words.language, language)}>{facts}</span></span>\n'
        f'<span class="links"><a href="{folder}{atom.FILE}">Atom</a> <a href="{folder}{rss.FILE}">RSS</a></span></li>'
    )


def _time(moment: datetime, *, reader: str) -> str:
    return f'<time datetime="{moment.isoformat()}">{escape(moment_words(moment, reader=reader))}</time>'


def _lang(language: str, around: str) -> str:
    """Return a `lang` attribute for text in another language than what stands around it."""
    return f' lang="{escape(language)}"' if language != around else ""


def _root(path: str) -> str:
    """Return the way from a page up to the directory of all editions."""
    return "../" * path.count("/")
