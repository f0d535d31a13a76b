"""Tell search engines of our pages: site maps (sitemaps.org 0.9) and news site maps (Google News 0.9).

A site map is of one volume of a language's stories (`VOLUME` of them; the protocol allows 50,000 in 50 MB, so few are
quick to write anew). What was published long ago thus stays in the file where it is: when a story comes or changes, one
such file changes, however many there are. One index names them all.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import takewhile

from syndicator.model import EditionKey, Entry, Listed, Sibling, Volume, primary
from syndicator.publishing.feed import title_of
from syndicator.publishing.masthead import Masthead, edition_folder, story_path

INDEX_FILE = "sitemap.xml"
NEWS_FILE = "sitemap-news.xml"
NEWS_AGE = timedelta(days=2)
NEWS_LIMIT = 1000
"""What Google takes of a news site map: https://developers.google.com/search/docs/crawling-indexing/sitemaps."""
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def sitemap_path(language: str, volume: int) -> str:
    """Return where a site map of stories lies below the directory: `ru/stories/sitemap-0001.xml` for volume 0."""
    return f"{edition_folder(EditionKey(language=language))}stories/sitemap-{volume + 1:04}.xml"


def news_path(language: str) -> str:
    """Return where a language's news site map lies below the directory."""
    return edition_folder(EditionKey(language=language)) + NEWS_FILE


def render_sitemap(language: str, stories: Sequence[Listed], *, masthead: Masthead) -> bytes:
    """Return a site map of story pages, each with its pages in all languages."""
    lines = (line for story in stories for line in _page(language, story, masthead=masthead))
    return _document("urlset", f"{_SITEMAP} {_XHTML}", lines)


def newest(entries: Sequence[Entry]) -> list[Entry]:
    """Return what a news site map holds of entries, newest first: two days, as of the newest; now plays no part."""
    if not entries:
        return []
    oldest = entries[0].published - NEWS_AGE
    return list(takewhile(lambda entry: entry.published >= oldest, entries[:NEWS_LIMIT]))


def render_news_sitemap(language: str, entries: Sequence[Entry], *, masthead: Masthead) -> bytes:
    """Return the news site map of a language; `entries`, newest first, are looked at no further than it reaches."""
    lines = (line for entry in newest(entries) for line in _article(language, entry, masthead=masthead))
    return _document("urlset", f"{_SITEMAP} {_NEWS}", lines)


def render_sitemap_index(volumes: Mapping[str, Sequence[Volume]], *, masthead: Masthead) -> bytes:
    """Return the index of all site maps, news included; `volumes` by language."""
    found: list[tuple[str, datetime]] = []
    for language, parts in volumes.items():
        if parts:
            found.append((news_path(language), max(part.updated for part in parts)))
        found += [(sitemap_path(language, part.number), part.updated) for part in parts]
    lines = (
        f"<sitemap><loc>{escape(masthead.url(path))}</loc><lastmod>{updated.isoformat()}</lastmod></sitemap>"
        for path, updated in found
    )
    return _document("sitemapindex", _SITEMAP, lines)


def _page(language: str, story: Listed, *, masthead: Masthead) -> Iterator[str]:
    yield "<url>"
    yield f"<loc>{_address(language, story.story, masthead)}</loc>"
    yield f"<lastmod>{story.updated.isoformat()}</lastmod>"
    others = [(sibling, masthead.edition(sibling.language)) for sibling in story.siblings]
    published = [(sibling, edition) for sibling, edition in others if edition is not None and edition != language]
    if published:
        itself = Sibling(story=story.story, language=story.language)
        for each, edition in sorted([(itself, language), *published], key=lambda pair: pair[0].language):
            address = _address(edition, each.story, masthead)
            yield f'<xhtml:link rel="alternate" hreflang="{escape(each.language)}" href="{address}"/>'
    yield "</url>"


def _article(language: str, entry: Entry, *, masthead: Masthead) -> Iterator[str]:
    yield "<url>"
    yield f"<loc>{_address(language, entry.story, masthead)}</loc>"
    yield "<news:news>"
    yield f"<news:publication><news:name>{escape(masthead.publisher)}</news:name>"
    yield f"<news:language>{escape(primary(language))}</news:language></news:publication>"
    yield f"<news:publication_date>{entry.published.isoformat()}</news:publication_date>"
    yield f"<news:title>{escape(title_of(entry, edition=language))}</news:title>"
    yield "</news:news>"
    yield "</url>"


def _address(language: str, story: str, masthead: Masthead) -> str:
    return escape(masthead.url(story_path(language, story)))


def _document(root: str, namespaces: str, lines: Iterator[str]) -> bytes:
    return "\n".join([_DECLARATION, f"<{root} {namespaces}>", *lines, f"</{root}>", ""]).encode()
