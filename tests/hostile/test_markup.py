"""Markup that tries to run, through the whole line: read, cleaned, translated, published, and parsed as browsers do."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.entries import a_masthead
from support.rules import RULES
from support.store import NOON, sqlite
from support.targets import is_harmless, is_publishable
from support.vectors import vectors

from syndicator import pipeline
from syndicator.articles.compose import compose
from syndicator.errors import ExtractError, ParseError
from syndicator.model import (
    Article,
    Document,
    Item,
    ModelRef,
    Rendering,
    Route,
    Source,
    SourceKind,
    SourceState,
    Translation,
)
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
TEXT = '<div class="text" itemprop="articleBody">'
IN_FEEDS = {"class": "attribution|notice"}
"""Attributes that we add to what strangers wrote, with their values."""
ON_PAGES = {
    "aria-label": ".+",
    "class": "enclosures|flag|image|line|o|row|row fine|s|s doubtful|scroll|t",
    "data-s": r"\d+",
    "decoding": "async",
    "href": r"#d\d+",
    "id": r"s\d+",
    "loading": "lazy",
    "preload": "none",
    "role": "group",
    "tabindex": "0",
}


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


def echo(article: Article) -> Translation:
    """Return a translation that says what it is asked, in markup."""
    plan = draft(article, to_language="en")
    renderings = {text: Rendering(text=f"T <b>{text}</b> & \x00\ufffe") for text in plan.segments}
    return finish(prepare(plan, RULES), renderings, route=ROUTE, engine="Test", now=NOON)


def kept_and_published(
    articles: Sequence[Article], translations: Sequence[Translation], folder: Path
) -> dict[str, bytes]:
    """Keep articles and translations, publish them, and return the files."""
    maker = sqlite(folder)
    store = maker()
    store.save_reading(SourceState(slug=articles[0].source), articles)
    for translation in translations:
        store.save_translation(translation)
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

    files = kept_and_published(articles, [echo(article) for article in articles], tmp_path)

    bodies = are_as_allowed(files)
    assert bodies["html"] >= 2 * len(articles)
    assert bodies["xml"] >= 4 * len(articles)
    assert bodies["json"] >= 2 * len(articles)


def are_as_allowed(files: Mapping[str, bytes]) -> Counter[str]:
    """Assert that what was published, as it was written, is harmless, and each text in it as the lists have it.

    Return how many texts there were in files of each kind.
    """
    found: Counter[str] = Counter()
    for name, content in files.items():
        kind = name.rpartition(".")[2]
        if kind == "html":
            is_harmless(content)
            if "/stories/" in name:
                found[kind] += 1
                is_publishable(article_of(content.decode()), ours=ON_PAGES)
        elif kind == "xml":
            for told in told_by(content):
                found[kind] += 1
                is_publishable(told, ours=IN_FEEDS)
        elif kind == "json":
            for item in json.loads(content)["items"]:
                found[kind] += 1
                is_publishable(item.get("content_html", ""), ours=IN_FEEDS)
    return found


def article_of(page: str) -> str:
    """Return all that stands between the start of an article's text on its page and the end of the article."""
    return page[page.index(TEXT) + len(TEXT) : page.rindex("</article>")].strip().removesuffix("</div>")


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
    """Vectors that got into the store past the cleaner, as from an older version of it, still come out as allowed."""
    clean = composed(atom(), FEED)
    articles = [replace(article, html=vector, summary=vector) for article, vector in zip(clean, VECTORS, strict=False)]
    translations = [
        replace(echo(article), html=vector, summary=vector) for article, vector in zip(clean, VECTORS, strict=False)
    ]

    bodies = are_as_allowed(kept_and_published(articles, translations, tmp_path))

    assert bodies["html"] >= 2 * len(articles) > 600
    assert bodies["xml"] >= 4 * len(articles)
    assert bodies["json"] >= 2 * len(articles)
