from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.errors import ParseError
from syndicator.model import Document, Item
from syndicator.sources.feed import identified, newest, parse_feed
from syndicator.sources.feedfields import parse_date, plain_title

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CASES = [
    path.read_bytes()
    for path in sorted((Path(__file__).parents[1] / "conformance" / "feeds_in").iterdir())
    if not path.name.endswith(".expected.json")
]
PIECES = [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<item>", b"</item>", b"</channel>", b"\xff", b"\0"]
PIECES += [
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;",
    b"{",
    b"[",
    b"null",
    b'"',
    b"<entry>",
    b"<guid>",
    b"&#0;",
    b"&#xd800;",
]

edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=8)), max_size=6
)


@given(st.sampled_from(CASES), edits)
@settings(max_examples=150)
def test_no_feed_however_damaged_does_worse_than_a_parse_error(
    content: bytes, damage: list[tuple[float, int, bytes]]
) -> None:
    """Whatever is cut out of a feed or put into it: a Reading with ids all different, or a ParseError."""
    for place, length, piece in damage:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + length :]
    document = Document(url="https://origin.example/feed", content=content, media_type=None, charset=None)
    try:
        reading = parse_feed(document, max_items=10, now=NOW)
    except ParseError:
        return
    ids = [item.origin_id for item in reading.items]
    assert len(set(ids)) == len(ids) <= 10
    assert all(ids)
    for item in reading.items:
        assert item.url is None or item.url.startswith(("http://", "https://"))
        f"{item}".encode()  # no half of a surrogate pair gets in


words = st.text(alphabet="ab Яё\n<>&;/\"'lt#1x\u2028\xa0", max_size=30)
written = st.tuples(words, st.booleans()).map(
    lambda both: f"<![CDATA[{both[0].replace(']]>', '')}]]>" if both[1] else escape(both[0])
)
fields = st.fixed_dictionaries(
    {"link": st.sampled_from(["https://x.example/1", "/a?b=1&amp;c=2", " https://x.example/2 "])},
    optional={
        "title": written,
        "description": written,
        "content:encoded": written,
        "guid": written,
        "author": written,
        "category": written,
        "pubDate": st.sampled_from(["Mon, 01 Jan 2024 00:00:00 GMT", "1 января 2024", "7", ""]),
    },
)


@given(st.lists(fields, min_size=1, max_size=3))
def test_both_parsers_read_plain_rss_alike(entries: list[dict[str, str]]) -> None:
    """An item keeps its id and its text when its feed begins to need the other parser."""
    items = ["".join(f"<{name}>{value}</{name}>" for name, value in entry.items()) for entry in entries]
    feed = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title>{}</channel></rss>'
    fast, thorough = (
        parse_feed(
            Document(url="https://x.example/f", content=feed.format(text).encode(), media_type=None, charset=None),
            max_items=10,
            now=NOW,
        )
        for text in (
            "".join(f"<item>{item}</item>" for item in items),
            "".join(f"<item>{item}<x/></item>" for item in items),
        )
    )
    assert fast == thorough


items = st.builds(
    Item,
    origin_id=st.sampled_from(["", "a", "b"]),
    url=st.sampled_from([None, "https://x.example/1", "https://x.example/2"]),
    title=st.just("t"),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(items, max_size=8), st.integers(1, 8))
def test_an_item_keeps_its_id_when_newer_ones_come(found: list[Item], limit: int) -> None:
    """An id is made of the item alone unless others claim the same; the limit keeps the order of the feed."""
    known, _ = identified(found)
    assert len({item.origin_id for item in known}) == len(known)
    kept = newest(known, limit)
    assert kept == [item for item in known if item in kept]
    assert len(kept) == min(limit, len(known))


@given(st.text(max_size=120))
def test_any_text_may_stand_for_a_date(text: str) -> None:
    """What is no date is None, never an error; what is one lies between 1970 and tomorrow, in UTC."""
    moment = parse_date(text, now=NOW)
    assert moment is None or (moment.tzinfo is UTC and moment.year >= 1970 and moment <= NOW + timedelta(days=1))


@given(st.text(alphabet="ab <>&;/lt#1", max_size=60))
def test_a_title_is_one_line(text: str) -> None:
    """A title has no line ends, and no space at its ends or twice in a row."""
    title = plain_title(text, is_escaped_twice=True)
    assert title == " ".join(title.split())
