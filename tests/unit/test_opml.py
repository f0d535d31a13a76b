"""Lists of sources as other feed readers write them: groups, encodings, and files that mean harm."""

import pytest

from syndicator.errors import ParseError
from syndicator.model import Source, SourceKind
from syndicator.sources.opml import DEEPEST, parse_opml, write_opml

HEAD = '<opml version="2.0"><head><title>x</title></head><body>'
FOOT = "</body></opml>"
NESTED = """
<outline text="News"><outline text="Russia &amp; more" title="Россия">
<outline type="rss" text="Вестник" xmlUrl="https://vestnik.example/feed"/></outline>
<outline type="rss" text="Weekly" xmlUrl=" https://weekly.example/feed "/></outline>
<outline text="AC/DC"><outline text=""><outline text="Rock" xmlUrl="https://rock.example/"/></outline></outline>
<outline text="No group" xmlUrl="https://alone.example/"/><outline text="empty" htmlUrl="https://x.example/"/>
"""


def a_feed(slug: str, group: str | None = None, name: str | None = None) -> Source:
    return Source(slug=slug, kind=SourceKind.FEED, url=f"https://{slug}.example/", group=group, name=name)


def test_groups_are_paths() -> None:
    """Groups in groups become one path; a slash within a name is another sign; a nameless group is none."""
    found = [(one.url, one.title, one.group) for one in parse_opml((HEAD + NESTED + FOOT).encode())]
    assert found == [
        ("https://vestnik.example/feed", "Вестник", "News/Россия"),
        ("https://weekly.example/feed", "Weekly", "News"),
        ("https://rock.example/", "Rock", "AC∕DC"),
        ("https://alone.example/", "No group", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r"])
def test_encodings(encoding: str) -> None:
    """The declared encoding is believed, and a byte order mark."""
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n'
    text = declared + HEAD + '<outline text="Новости"><outline text="Вестник" xmlUrl="https://a.example/"/></outline>'
    [found] = parse_opml((text + FOOT).encode(encoding))
    assert (found.title, found.group) == ("Вестник", "Новости")


def test_round_trip() -> None:
    """What was exported is imported with the same addresses, names and groups, in the order of the groups."""
    sources = [
        a_feed("a", "News/Россия", "Вестник «А» <&>"),
        a_feed("b"),
        a_feed("c", "News"),
        a_feed("d", "News/Россия"),
        Source(slug="e", kind=SourceKind.PAGE, url="https://page.example/", group="News"),
    ]
    found = {one.url: (one.title, one.group) for one in parse_opml(write_opml(sources))}
    assert found == {one.url: (one.name or one.slug, one.group) for one in sources[:4]}
    again = [
        Source(slug=one.slug, kind=SourceKind.FEED, url=one.url, group=one.group, name=one.title)
        for one in parse_opml(write_opml(sources))
    ]
    assert write_opml(again) == write_opml(sources)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html/>",
        b"\x00\x01",
        (HEAD + "<outline>").encode(),
        ('<!DOCTYPE opml SYSTEM "file:///etc/passwd">' + HEAD + FOOT).encode(),
        ('<!DOCTYPE opml [<!ENTITY a "aa">]>' + HEAD + FOOT).encode("utf-16"),
        ('<?xml version="1.0" encoding="utf-7"?>' + HEAD + FOOT).encode() + b"+ADw-",
        (HEAD + '<outline text="x">' * (DEEPEST + 2) + "</outline>" * (DEEPEST + 2) + FOOT).encode(),
        (HEAD + "<outline>" * 100_000 + "</outline>" * 100_000 + FOOT).encode(),
        (HEAD + "<outline/>" * 20_001 + FOOT).encode(),
        b" " * 10_000_001,
    ],
    ids=["empty", "html", "binary", "cut", "dtd", "entities", "utf-7", "deep", "very-deep", "many", "large"],
)
def test_hostile(content: bytes) -> None:
    """What is no OPML, declares anything, or is too deep, too long or too large, is refused."""
    with pytest.raises(ParseError):
        parse_opml(content)
