import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.articles.identity import article_id, canonical_url, content_hash
from syndicator.model import Article, Category, Enclosure
from syndicator.urls import is_same_site

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ARTICLE = Article(
    id="a",
    source="s",
    origin_id="o",
    version=1,
    url="https://o.example/1",
    title="T",
    html="<p>t</p>",
    summary="s",
    language="ru",
    title_language="ru",
    authors=("A",),
    published=NOW,
    updated=NOW,
    first_seen=NOW,
    categories=(Category(term="c"),),
    enclosures=(Enclosure(url="https://o.example/a.mp3"),),
    rights="r",
    credit="c",
    section="n",
    content_hash="",
)


def test_an_id_is_made_of_letters_and_digits_and_never_changes() -> None:
    """The id of an item is the same on every machine and in every version of this program."""
    assert article_id("kremlin", "https://o.example/1") == "5x47tnn2rnpm45egju7mgfmwgw"
    assert re.fullmatch("[a-z0-9]{26}", article_id("s", "\ud800 ы"))


def test_ids_differ_by_source_and_item() -> None:
    """The same item id in two sources is two articles; slug and id can't run into each other."""
    assert len({article_id("a", "bc"), article_id("ab", "c"), article_id("a", "c"), article_id("b", "c")}) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"url": None},
        {"title": "t"},
        {"html": "<p>t.</p>"},
        {"summary": ""},
        {"authors": ("A", "B")},
        {"categories": ()},
        {"enclosures": (Enclosure(url="https://o.example/a.mp3", length_bytes=1),)},
        {"rights": None},
        {"credit": None},
        {"section": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_hash_changes_with_all_that_is_published(change: dict[str, object]) -> None:
    """An edit of any field that a reader sees is a change."""
    assert content_hash(replace(ARTICLE, **change)) != content_hash(ARTICLE)  # type: ignore[arg-type]


def test_the_hash_does_not_change_with_what_we_add() -> None:
    """Dates, versions and languages are ours, and no reason to publish a text again."""
    later = NOW + timedelta(days=1)
    other = replace(ARTICLE, version=2, updated=later, language="en", published=later, content_hash="x")
    assert content_hash(other) == content_hash(ARTICLE)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Origin.Example:443/A?b=1#c", "https://origin.example/A?b=1"),
        ("http://o.example:80", "http://o.example/"),
        ("http://o.example:8080/a", "http://o.example:8080/a"),
        ("https://o.example/?b=2&utm_source=x&a=1&fbclid=y", "https://o.example/?b=2&a=1"),
        ("https://o.example/a?ysclid=1", "https://o.example/a"),
        ("https://o.example/a?reference=utm_source", "https://o.example/a?reference=utm_source"),
        ("https://o.example/a%2fb/%D0%B0", "https://o.example/a%2fb/%D0%B0"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        ("  https://o.example/a ", "https://o.example/a"),
        ("http://[bad", "http://[bad"),
        ("tag:o.example,2026:1", "tag:o.example,2026:1"),
    ],
)
def test_equal_pages_have_one_address(url: str, canonical: str) -> None:
    """Scheme, host, port, fragment and tracking are normalised; path and query are left as the server knows them."""
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_a_site_is_a_host_and_what_lies_below_it() -> None:
    """`www.` and subdomains belong to the site; other hosts do not."""
    assert is_same_site("https://www.o.example/a", "http://o.example/")
    assert is_same_site("https://news.o.example/a", "https://o.example/")
    assert not is_same_site("https://evil-o.example/a", "https://o.example/")
    assert not is_same_site("mailto:a@o.example", "https://o.example/")
