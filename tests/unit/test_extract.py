from datetime import UTC, datetime

import pytest

from syndicator.articles.extract import extract
from syndicator.errors import ExtractError
from syndicator.model import Document

RUSSIAN = "Рабочая группа собралась в столице, чтобы обсудить поправки к договору о границе. Заседание длилось долго. "
WESTERN = "Les délégués se sont réunis à l’hôtel de ville après l’été, où ils ont débattu d’un traité très ancien. "


def page(
    body: str, *, head: str = "", encoding: str = "utf-8", charset: str | None = None, media_type: str = "text/html"
) -> Document:
    html = f"<html><head><title>T</title>{head}</head><body><article><h1>Headline</h1>{body}</article></body></html>"
    return Document(
        url="https://origin.example/news/1",
        content=html.encode(encoding, "replace"),
        media_type=media_type,
        charset=charset,
    )


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "iso-8859-1", "nonsense", None])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r"])
def test_russian_is_read_whatever_the_server_says(encoding: str, charset: str | None) -> None:
    """A wrong charset in HTTP, or a missing one, does not spoil the text."""
    assert RUSSIAN.strip() in extract(page(f"<p>{RUSSIAN * 3}</p>", encoding=encoding, charset=charset)).html


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_western_text_is_not_mistaken_for_russian(charset: str) -> None:
    """Accents between other letters are accents."""
    assert WESTERN.strip() in extract(page(f"<p>{WESTERN * 3}</p>", encoding="windows-1252", charset=charset)).html


def test_a_few_damaged_characters_do_not_spoil_a_page() -> None:
    """Mostly valid UTF-8 is UTF-8."""
    whole = page(f"<p>{RUSSIAN * 3}</p>").content
    damaged = Document(
        url="https://origin.example/1",
        content=whole.replace("границе".encode(), b"\xd0"),
        media_type=None,
        charset=None,
    )
    assert "Заседание длилось долго" in extract(damaged).html


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ('<meta property="article:published_time" content="2024-03-05T10:00:00+03:00">', "", (2024, 3, 5, 7)),
        ('<meta name="date" content="5 марта 2024">', "", (2024, 3, 5)),
        (
            '<script type="application/ld+json">[{"a":{"datePublished":"2024-03-05T10:00:00Z"}}]</script>',
            "",
            (2024, 3, 5, 10),
        ),
        (
            '<script type="application/ld+json">{"broken</script>',
            "<p class=date>5 марта 2024 г., 10:30</p>",
            (2024, 3, 5, 10, 30),
        ),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', "<time>5 мая 2024</time>", (2024, 5, 5)),
        ("", '<time datetime="2024-03-05">yesterday</time>', (2024, 3, 5)),
        ("", '<span class="news-date"><b>5</b> <i>марта</i> <i>2024</i></span>', (2024, 3, 5)),
        ("", '<span class="news-date">05.03.2024</span>', (2024, 3, 5)),
        ("", '<div class="info">July 5, 2023</div>', (2023, 7, 5)),
    ],
)
def test_dates_are_found_where_pages_put_them(head: str, body: str, published: tuple[int, int, int]) -> None:
    """Metadata, linked data, time elements and what is shown as a date, in Russian and English."""
    assert extract(page(f"{body}<p>{RUSSIAN * 3}</p>", head=head)).published == datetime(*published, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    ["<footer>© 2013—2024</footer>", "<p>В 2019 году, 12 мая, всё было иначе.</p>", "<p class=date>35 марта 2024</p>"],
)
def test_no_date_is_made_up(body: str) -> None:
    """A copyright year, a date in running text or one that does not exist says nothing."""
    assert extract(page(f"<p>{RUSSIAN * 3}</p>{body}")).published is None


def test_comments_and_menus_stay_out() -> None:
    """Only the article is taken."""
    around = "<nav><a href=/>Home</a></nav><div class=comments><p>A reader's own long opinion on all of this.</p></div>"
    html = extract(page(f"<p>{RUSSIAN * 5}</p>{around}")).html
    assert "opinion" not in html
    assert "Home" not in html


def test_a_canonical_address_on_another_site_is_not_believed() -> None:
    """A page can't send our readers elsewhere, nor to a home page."""
    for href in ("https://evil.example/a", "/", "javascript:alert(1)"):
        head = f'<link rel="canonical" href="{href}">'
        assert extract(page(f"<p>{RUSSIAN * 3}</p>", head=head)).url is None
    head = '<base href="/archive/"><link rel="canonical" href="a?utm_source=x">'
    assert extract(page(f"<p>{RUSSIAN * 3}</p>", head=head)).url == "https://origin.example/archive/a"


def test_the_declared_language_is_a_tag_or_nothing() -> None:
    """`<html lang>` first, then what Open Graph says; nonsense is no language."""
    text = f"<p>{RUSSIAN * 3}</p>"
    assert extract(page(text, head='<meta property="og:locale" content="ru_RU">')).language == "ru-RU"
    content = page(text).content.replace(b"<html>", b'<html lang="{{ lang }}">')
    assert extract(Document(url="https://o.example/", content=content, media_type=None, charset=None)).language is None


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (page("x", media_type="application/pdf"), "is application/pdf, not a web page"),
        (page("<p>Not found</p>"), "there is no article in"),
        (page("<div>" * 300 + RUSSIAN * 3), "nested too deep"),
        (Document(url="https://o.example/", content=b"", media_type="text/html", charset=None), "is empty"),
        (Document(url="https://o.example/", content=b"\x00\xff" * 500, media_type=None, charset=None), "o.example"),
    ],
)
def test_what_is_no_article_is_refused(document: Document, reason: str) -> None:
    """The reason is one that an operator understands; nothing is taken in part."""
    with pytest.raises(ExtractError, match=reason):
        extract(document)


@pytest.mark.parametrize("tag", ["b", "ul><li", "table><tr><td", "blockquote", "a href=x", "p><span"])
def test_nesting_within_limits_does_no_harm(tag: str) -> None:
    """What lxml takes is an article or a clear refusal, in any shape."""
    levels = 240 // (tag.count("<") + 1)
    try:
        assert "Заседание" in extract(page(f"<{tag}>" * levels + RUSSIAN * 3)).html
    except ExtractError as error:
        assert "origin.example" in str(error)  # noqa: PT017 - either outcome is right


def test_an_address_with_control_characters_stops_nothing() -> None:
    """What XML can't hold in a link, or in the base element, is left out; the article is read."""
    body = f'<base href="/x\x02/"><p>{RUSSIAN * 3}<a href="/a\x01\x0cb">more</a> <img src="&#1;/p.jpg"></p>'
    assert 'href="https://origin.example/ab"' in extract(page(body)).html


def test_a_base_element_that_leads_nowhere_is_passed_over() -> None:
    """Links count from the page where its base element names a script."""
    body = f'<base href="javascript:1"><p>{RUSSIAN * 3}<a href="y">more</a></p>'
    assert 'href="https://origin.example/news/y"' in extract(page(body)).html


def test_a_listing_of_code_stands_in_one_block() -> None:
    """`<pre><code>` comes out once, not as a block in a block."""
    html = extract(page(f"<p>{RUSSIAN * 3}</p><pre><code>make run</code></pre><p>{RUSSIAN}</p>")).html
    assert html.count("<pre>") == 1
    assert "make run" in html
