from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from support.origin import Origin

from syndicator.config import NetworkSettings
from syndicator.errors import Gone, ParseError
from syndicator.model import Source, SourceKind, SourceState
from syndicator.sources.feed import read_feed
from syndicator.sources.http import HttpFetcher

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FEED = """<rss version="2.0"><channel><title>Вестник</title><link>https://v.example/</link><description/>
<item><title>Новость</title><link>/1</link><guid isPermaLink="false">a</guid></item></channel></rss>"""
FETCHER = HttpFetcher(NetworkSettings(allow_private=("127.0.0.0/8",)), user_agent="Syndicator/0.1")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


def source(origin: Origin, path: str = "/feed.xml", max_items: int = 50) -> Source:
    return Source(slug="v", kind=SourceKind.FEED, url=origin.url(path), max_items=max_items)


def test_a_first_look_brings_items_and_validators(origin: Origin) -> None:
    """A new source is asked for without conditions; what it sent to ask with next time is returned."""
    headers = {"ETag": '"1"', "Last-Modified": "then", "Cache-Control": "max-age=60"}
    origin.add("/feed.xml", body=FEED.encode(), headers=headers, compress=True)
    reading = read_feed(source(origin), SourceState(slug="v"), fetcher=FETCHER, now=NOW)
    assert [(item.origin_id, item.url) for item in reading.items] == [("a", origin.url("/1"))]
    assert reading.about is not None
    assert reading.about.name == "Вестник"
    assert (reading.etag, reading.last_modified, reading.max_age) == ('"1"', "then", timedelta(minutes=1))
    assert origin.requests[0].headers["If-None-Match"] is None


def test_an_unchanged_feed_is_known_by_its_validators(origin: Origin) -> None:
    """A 304 brings no items and tells nothing of the source, so that what is held stays."""
    origin.add("/feed.xml", body=FEED.encode(), headers={"ETag": '"1"'})
    state = SourceState(slug="v", etag='"1"', validators_since=NOW - timedelta(days=7))
    reading = read_feed(source(origin), state, fetcher=FETCHER, now=NOW)
    assert reading.is_unchanged
    assert reading.items == ()
    assert reading.about is None
    assert reading.etag == '"1"'


def test_validators_are_dropped_after_eight_days(origin: Origin) -> None:
    """An origin that wrongly answers 304 for ever is found out."""
    origin.add("/feed.xml", body=FEED.encode(), headers={"ETag": '"1"'})
    state = SourceState(slug="v", etag='"1"', validators_since=NOW - timedelta(days=8))
    reading = read_feed(source(origin), state, fetcher=FETCHER, now=NOW)
    assert len(reading.items) == 1


def test_a_feed_that_has_moved_says_where(origin: Origin) -> None:
    """A permanent redirect is reported; links are relative to where the feed was found."""
    origin.redirect("/feed.xml", to="/news/feed.xml")
    origin.add("/news/feed.xml", body=FEED.replace("<link>/1<", "<link>1<").encode())
    reading = read_feed(source(origin), SourceState(slug="v"), fetcher=FETCHER, now=NOW)
    assert reading.moved_to == origin.url("/news/feed.xml")
    assert reading.items[0].url == origin.url("/news/1")


@pytest.mark.parametrize("body", [b"", b"  ", b"<html><body>Sorry</body></html>", FEED.encode()[:-10], b"\x00\x01\x02"])
def test_a_broken_answer_is_an_error_and_no_empty_feed(origin: Origin, body: bytes) -> None:
    """Nothing that is not a whole feed can make what we hold disappear."""
    origin.add("/feed.xml", body=body, headers={"Content-Type": "application/rss+xml"})
    with pytest.raises(ParseError):
        read_feed(source(origin), SourceState(slug="v"), fetcher=FETCHER, now=NOW)


def test_a_feed_that_is_gone_is_gone(origin: Origin) -> None:
    """A 410 goes through to whoever decides about the source."""
    origin.add("/feed.xml", status=410)
    with pytest.raises(Gone):
        read_feed(source(origin), SourceState(slug="v"), fetcher=FETCHER, now=NOW)


def test_the_charset_of_http_decides_over_the_declaration(origin: Origin) -> None:
    """A server that recodes its feeds is right about them, whatever the file says."""
    text = '<?xml version="1.0" encoding="koi8-r"?>' + FEED.replace("Новость", "Открыли новый мост через реку")
    origin.add("/feed.xml", body=text.encode("cp1251"), headers={"Content-Type": "text/xml; charset=windows-1251"})
    reading = read_feed(source(origin), SourceState(slug="v"), fetcher=FETCHER, now=NOW)
    assert reading.items[0].title == "Открыли новый мост через реку"


def test_a_feed_with_many_items_is_read_to_the_limit(origin: Origin) -> None:
    """max_items of the source is obeyed."""
    items = "".join(f"<item><title>{number}</title><guid>{number}</guid></item>" for number in range(30))
    origin.add("/feed.xml", body=f'<rss version="2.0"><channel><title>M</title>{items}</channel></rss>'.encode())
    reading = read_feed(source(origin, max_items=20), SourceState(slug="v"), fetcher=FETCHER, now=NOW)
    assert [item.title for item in reading.items] == [str(number) for number in range(20)]
