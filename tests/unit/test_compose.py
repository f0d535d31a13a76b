from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syndicator.articles.compose import compose
from syndicator.articles.identity import article_id
from syndicator.errors import ExtractError
from syndicator.model import (
    Article,
    Category,
    Document,
    Enclosure,
    Item,
    Known,
    Source,
    SourceKind,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Source(slug="herald", kind=SourceKind.FEED, url="https://origin.example/feed.xml")
PAGE = Source(slug="herald", kind=SourceKind.PAGE, url="https://origin.example/")
RUSSIAN = "<p>Совет принял решение о новых тарифах после двух лет переговоров, сообщил его председатель.</p>"
ENGLISH = "<p>The council agreed on new tariffs on Wednesday after two years of talks, its chair said.</p>"
ITEM = Item(
    origin_id="1", url="https://origin.example/1?utm_source=rss", title="Совет принял решение о тарифах", html=RUSSIAN
)


def composed(item: Item, source: Source = FEED, *, known: Known | None = None) -> Article:
    article = compose(item, source, known=known, now=NOW)
    assert article is not None
    return article


def held(article: Article) -> Known:
    return Known(
        id=article.id,
        version=article.version,
        content_hash=article.content_hash,
        language=article.language,
        first_seen=article.first_seen,
        published=article.published,
        updated=article.updated,
    )


def page(name: str) -> Document:
    path = Path(__file__).parents[1] / "conformance" / "pages" / f"{name}.html"
    return Document(
        url="https://origin.example/news/page", content=path.read_bytes(), media_type="text/html", charset="utf-8"
    )


def test_a_new_item_becomes_an_article() -> None:
    """It is cleaned, identified, dated, and its language known."""
    article = composed(replace(ITEM, published=NOW - DAY, authors=("  Анна\u202e  Ли ", "Анна Ли"), credit=" ТАСС\n"))
    assert article.id == article_id("herald", "1")
    assert article.version == 1
    assert article.url == "https://origin.example/1"
    assert article.html == RUSSIAN
    assert (article.language, article.title_language) == ("ru", "ru")
    assert article.authors == ("Анна Ли",)
    assert article.credit == "ТАСС"
    assert (article.published, article.updated, article.first_seen) == (NOW - DAY, NOW, NOW)


def test_an_unchanged_item_is_nothing_new() -> None:
    """The same item read again gives no article, whatever the hour."""
    known = held(composed(ITEM))
    assert compose(ITEM, FEED, known=known, now=NOW + DAY) is None
    moved = replace(ITEM, published=NOW + DAY, updated=NOW + DAY)
    assert compose(moved, FEED, known=known, now=NOW + DAY) is None


def test_an_edit_is_the_next_version() -> None:
    """A changed text keeps identity, first sight and date; only `updated` moves."""
    known = held(composed(replace(ITEM, published=NOW - DAY)))
    edited = compose(
        replace(ITEM, title="Совет изменил решение о тарифах", published=NOW), FEED, known=known, now=NOW + DAY
    )
    assert edited is not None
    assert edited.version == 2
    assert edited.id == known.id
    assert (edited.published, edited.first_seen, edited.updated) == (NOW - DAY, NOW, NOW + DAY)


def test_a_date_in_the_future_is_the_first_sight() -> None:
    """No article is published after it was seen."""
    assert composed(replace(ITEM, published=NOW + DAY)).published == NOW
    assert composed(ITEM).published == NOW


def test_the_operators_language_is_believed() -> None:
    """A pinned language wins over the text, and pinning one later takes effect on what is held."""
    assert composed(ITEM, replace(FEED, language="uk")).language == "uk"
    repinned = composed(ITEM, replace(FEED, language="uk"), known=held(composed(ITEM)))
    assert (repinned.version, repinned.language) == (2, "uk")


def test_an_edit_in_doubt_keeps_the_language() -> None:
    """An edited article whose language can't be told any more keeps the one that it had."""
    known = held(composed(ITEM))
    assert composed(replace(ITEM, title="12345", html="<p>2026</p>"), known=known).language == "ru"
    assert composed(replace(ITEM, title="12345", html="<p>2026</p>")).language == "und"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<p>The council agreed on tariffs. It will meet again in May.</p>", "The council agreed on tariffs"),
        ("<p>Will the council agree on new tariffs? Nobody knows.</p>", "Will the council agree on new tariffs?"),
        ("<p>Short text</p><p>and more</p>", "Short text"),
        (ENGLISH, "The council agreed on new tariffs on Wednesday after two years of talks, its…"),
        ("<p>" + "x" * 200 + "</p>", "x" * 80 + "…"),
    ],
)
def test_the_beginning_of_the_body_stands_in_for_a_title(html: str, title: str) -> None:
    """Its first sentence, or as many whole words as fit."""
    assert composed(replace(ITEM, title=" ", html=html)).title == title


def test_a_media_file_alone_is_an_article() -> None:
    """It is called by its title, or else by its file name."""
    sound = Enclosure(url="/a/Program%201.mp3", media_type="Audio/MPEG", length_bytes=0, title=None)
    article = composed(replace(ITEM, title="", html="", enclosures=(sound,)))
    assert article.title == "Program 1.mp3"
    assert article.enclosures == (Enclosure(url="https://origin.example/a/Program%201.mp3", media_type="audio/mpeg"),)


def test_an_item_with_nothing_in_it_is_refused() -> None:
    """Neither title nor text nor media file: nothing to publish."""
    with pytest.raises(ExtractError, match="no title, no text"):
        composed(replace(ITEM, title="\u200b", html="<p><script>x</script></p>"))


@pytest.mark.parametrize(
    "beginning",
    ["<h1>Совет принял решение о тарифах</h1>", "<div><p> Совет <b>принял</b> решение о тарифах\n</p></div>"],
)
def test_a_title_that_the_body_repeats_is_removed_from_it(beginning: str) -> None:
    """The heading that says the title again goes."""
    assert composed(replace(ITEM, html=beginning + RUSSIAN)).html == RUSSIAN


def test_a_first_line_that_says_more_than_the_title_stays() -> None:
    """Only an exact repetition goes."""
    html = "<p>Совет принял решение о тарифах на газ</p>" + RUSSIAN
    assert composed(replace(ITEM, html=html)).html == html


def test_a_summary_is_plain_text() -> None:
    """Markup is gone; one that only begins the body is none."""
    assert composed(replace(ITEM, summary="<p>О &amp; <b>тарифах</b></p><p>Кратко</p>")).summary == "О & тарифах Кратко"
    assert composed(replace(ITEM, summary="<p>Совет принял решение о новых […]</p>")).summary == ""


def test_rights_are_the_items_or_the_operators() -> None:
    """What the item says of its rights outranks what the operator says of the whole source."""
    source = replace(FEED, rights="CC BY")
    assert composed(ITEM, source).rights == "CC BY"
    assert composed(replace(ITEM, rights="© A"), source).rights == "© A"
    assert composed(ITEM).rights is None


def test_only_web_addresses_are_published() -> None:
    """A script address is none, nor is an enclosure's."""
    article = composed(replace(ITEM, url="javascript:alert(1)", enclosures=(Enclosure(url="file:///etc/passwd"),)))
    assert article.url is None
    assert article.enclosures == ()


def test_categories_are_clean_and_each_is_there_once() -> None:
    """White space and empty terms are gone."""
    given = (Category(term=" a  b "), Category(term="a b"), Category(term="\u00ad"))
    assert composed(replace(ITEM, categories=given)).categories == (Category(term="a b"),)


def test_a_page_gives_what_the_item_lacks() -> None:
    """Of a listing's item, text, title, authors, date and rights are the page's."""
    article = composed(
        Item(origin_id="1", url="https://origin.example/x", title="Тарифы", page=page("russian-news")), PAGE
    )
    assert article.title == "Совет принял решение о тарифах"
    assert article.html.startswith("<p>Первый абзац")
    assert article.authors == ("Иван Петров",)
    assert article.published == datetime(2024, 3, 5, 7, tzinfo=UTC)
    assert article.rights == "© Вестник, 2024"
    assert article.url == "https://origin.example/news/1"
    assert article.language == "ru"


def test_a_feeds_title_outranks_its_page() -> None:
    """The feed's title is the editor's; the page's text is fuller."""
    item = replace(ITEM, title="О тарифах", page=page("russian-news"))
    article = composed(item)
    assert article.title == "О тарифах"
    assert "Последний абзац" in article.html


def test_a_feeds_text_that_is_fuller_than_its_page_stays() -> None:
    """A page that shows only the beginning does not replace what the feed gave whole."""
    html = RUSSIAN * 20
    assert composed(replace(ITEM, html=html, page=page("russian-news"))).html == html


def test_a_page_without_an_article_leaves_the_feeds_text() -> None:
    """Where the page holds no article, what the feed gave stands; without that, the item is refused."""
    empty = Document(url="https://origin.example/1", content=b"<p>Not found</p>", media_type="text/html", charset=None)
    assert composed(replace(ITEM, page=empty)).html == RUSSIAN
    with pytest.raises(ExtractError, match="no article in"):
        composed(replace(ITEM, page=empty, html=""))


def test_of_authors_categories_and_media_files_the_first_are_kept() -> None:
    """An item that names thousands does not swell every feed that it stands in."""
    item = replace(
        ITEM,
        authors=tuple(f"Автор {number}" for number in range(5000)),
        categories=tuple(Category(term=str(number)) for number in range(5000)),
        enclosures=tuple(Enclosure(url=f"https://origin.example/{number}.mp3") for number in range(5000)),
    )
    article = composed(item)
    assert [len(one) for one in (article.authors, article.categories, article.enclosures)] == [100, 100, 100]
    assert article.authors[0] == "Автор 0"
