"""Markup that tries to run, through the whole line: read, cleaned, translated, published, and parsed as browsers do."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import html
from support.entries import a_masthead
from support.rules import RULES
from support.store import NOON, sqlite
from support.targets import is_harmless, is_publishable
from support.vectors import vectors

from syndicator import pipeline
from syndicator.allowed import allowed
from syndicator.articles.compose import compose
from syndicator.errors import ExtractError, ParseError
from syndicator.model import Article, Document, Item, ModelRef, Rendering, Route, Source, SourceKind, SourceState
from syndicator.sources.articlefile import ArticleFile, read_article
from syndicator.sources.feed import parse_feed
from syndicator.translation.draft import draft
from syndicator.translation.finishing import finish, prepare

VECTORS = vectors()
ROUTE = Route(models=(ModelRef(from_language="ru", to_language="en", version="0.1", digest="aa"),))
FEED = Source(slug="origin", kind=SourceKind.FEED, url="https://origin.example/feed", language="ru")
INBOX = Source(slug="inbox", kind=SourceKind.INBOX, folder=Path("/nowhere"), language="ru")
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def rss() -> Iterator[Item]:
    """Yield what a feed tells that has a vector wherever text can stand."""
    for number, vector in enumerate(VECTORS):
        text = escape(vector)
        item = (
            f"<item><title>Новость {text}</title><link>https://origin.example/{number}</link>"
            f"<description>{text}<p>Слово дня.</p></description><author>{text}</author><category>{text}</category>"
            f'<enclosure url="https://origin.example/{text}" type="{text}" length="1"/></item>'
        )
        head = f"<channel><title>Лента {text}</title><link>https://origin.example/</link>"
        content = f'<rss version="2.0">{head}{item}</channel></rss>'.encode("utf-8", "replace")
        document = Document(url="https://origin.example/feed", content=content, media_type=None, charset="utf-8")
        with suppress(ParseError):
            yield from parse_feed(document, max_items=10, now=NOON).items


def atom() -> Iterator[Item]:
    """Yield what an Atom feed and a JSON Feed tell that have the vector as content."""
    for number, vector in enumerate(VECTORS):
        text = escape(vector)
        told = f'<title type="html">{text}</title><content type="html">{text} Слово.</content>'
        entry = f"<entry><id>{number}</id>{told}</entry>"
        atom_feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
        json_feed = json.dumps({"items": [{"id": str(number), "title": vector, "content_html": vector + " Слово."}]})
        content = (json_feed if number % 2 else atom_feed).encode("utf-8", "replace")
        document = Document(url="https://origin.example/feed", content=content, media_type=None, charset="utf-8")
        with suppress(ParseError):
            yield from parse_feed(document, max_items=10, now=NOON).items


def files() -> Iterator[Item]:
    """Yield what files in an inbox tell that hold the vector."""
    for number, vector in enumerate(VECTORS):
        suffix = (".html", ".md", ".txt", ".eml")[number % 4]
        head = f"Subject: {vector}\nContent-Type: text/html; charset=utf-8\n\n" if suffix == ".eml" else ""
        text = f"{head}Заголовок {vector}\n\nСлово дня. {vector}\n\nЕщё слово, и много слов, чтобы хватило на статью.\n"
        content = text.encode("utf-8", "replace")
        file = ArticleFile(id=f"{number}{suffix}", url="file:///a", content=content, modified=NOON)
        with suppress(ParseError):
            yield read_article(file, now=NOON)


def composed(items: Iterator[Item], source: Source) -> list[Article]:
    """Return the articles that come of items."""
    articles: list[Article | None] = []
    for item in items:
        with suppress(ExtractError, ParseError):
            articles.append(compose(item, source, known=None, now=NOON))
    return [article for article in articles if article]


def published(articles: Sequence[Article], folder: Path) -> dict[str, bytes]:
    """Keep articles and translations that echo what is asked, publish them, and return the files."""
    maker = sqlite(folder)
    store = maker()
    store.save_reading(SourceState(slug=articles[0].source), articles)
    for article in articles:
        plan = draft(article, to_language="en")
        renderings = {text: Rendering(text=f"T <b>{text}</b> & \x00\ufffe") for text in plan.segments}
        store.save_translation(finish(prepare(plan, RULES), renderings, route=ROUTE, engine="Test", now=NOON))
    masthead = replace(a_masthead(folder / "feeds"), window=10_000)
    pipeline.publish(store=store, masthead=masthead)
    maker.close()
    return {str(path.relative_to(folder)): path.read_bytes() for path in (folder / "feeds").rglob("*.*")}


@pytest.mark.parametrize(("items", "source"), [(atom, FEED), (files, INBOX)], ids=["feeds", "files"])
def test_nothing_that_runs_is_kept(items: Callable[[], Iterator[Item]], source: Source) -> None:
    """Of every vector, as the text of an entry or of a file of any kind, only what the lists let through is kept."""
    articles = composed(items(), source)

    assert len(articles) > len(VECTORS) * 0.9
    for article in articles:
        is_publishable(article.html)


def test_nothing_that_was_published_runs(tmp_path: Path) -> None:
    """Of every vector, in every field and both languages, feeds and pages hold only what the lists let through."""
    articles = composed(rss(), FEED)
    assert len(articles) > len(VECTORS) * 0.9

    files = published(articles, tmp_path)

    fragments = 0
    for name, content in files.items():
        if name.endswith(".html"):
            is_harmless(content)
            for body in html.document_fromstring(content.decode()).find_class("text"):
                inside = (body.text or "") + "".join(html.tostring(child, encoding="unicode") for child in body)
                is_publishable(allowed(inside, base_url=None))
        elif name.endswith(".xml"):
            for told in told_by(content):
                fragments += 1
                is_harmless(f"<!DOCTYPE html><body>{told}".encode())
        elif name.endswith(".json"):
            for item in json.loads(content)["items"]:
                fragments += 1
                is_harmless(f"<!DOCTYPE html><body>{item.get('content_html', '')}".encode())
    assert len([name for name in files if "/stories/" in name]) >= 2 * len(articles)
    assert fragments >= 4 * len(articles)


def told_by(feed: bytes) -> Iterator[str]:
    """Yield what feed readers show as HTML of each entry."""
    root = ET.fromstring(feed)  # noqa: S314 - expat: a parser of another make, on our own bytes
    for element in root.iter(f"{ATOM}content"):
        yield element.text or ""
    for element in root.iter(CONTENT):
        yield element.text or ""
    for element in root.iter("description"):
        yield element.text or ""
    for element in root.iter(f"{ATOM}title"):
        yield element.text or "" if element.get("type") == "html" else escape(element.text or "")


def test_what_is_published_is_safe_whatever_the_store_holds(tmp_path: Path) -> None:
    """Vectors that got into the store past the cleaner, as from an older version of it, still come out harmless."""
    articles = [replace(article, html=vector) for article, vector in zip(composed(atom(), FEED), VECTORS, strict=False)]
    maker = sqlite(tmp_path)
    store = maker()
    store.save_reading(SourceState(slug="origin"), articles)
    masthead = replace(a_masthead(tmp_path / "feeds"), window=10_000)

    pipeline.publish(store=store, masthead=masthead)
    maker.close()

    pages = list((tmp_path / "feeds").rglob("*.html"))
    assert len(pages) > 300
    for page in pages:
        is_harmless(page.read_bytes())
    for feed in (tmp_path / "feeds").rglob("*.xml"):
        for told in told_by(feed.read_bytes()):
            is_harmless(f"<!DOCTYPE html><body>{told}".encode())
