"""Feeds that attack the parser: entities, depth, size, attributes, lies. Each is refused or read, quickly, in words."""

import gzip
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from syndicator.errors import ParseError
from syndicator.model import Document, Reading
from syndicator.sources.feed import parse_feed
from syndicator.sources.sitemap import parse_sitemap

NOW = datetime(2026, 11, 24, tzinfo=UTC)
pytestmark = pytest.mark.timeout(100)  # without our limits, some of these take minutes, some for ever
ITEM = "<item><title>t</title><link>https://origin.example/1</link></item>"


def rss(inside: str = ITEM, *, before: str = "", after: str = "") -> str:
    """Return an RSS feed."""
    return f'{before}<rss version="2.0"><channel><title>v</title>{inside}</channel></rss>{after}'


def look(content: str | bytes, *, charset: str | None = None) -> Reading:
    """Read a feed."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return parse_feed(
        Document(url="https://o.example/f", content=raw, charset=charset, media_type=None), max_items=50, now=NOW
    )


LAUGHS = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))
REFUSED: dict[str, str | bytes] = {
    "a billion laughs": rss("&l9;", before=f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>'),
    "one laugh": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a "b">]>'),
    "quadratic growth": rss("&a;" * 1000, before='<!DOCTYPE rss [<!ENTITY a "' + "x" * 10_000 + '">]>'),
    "a file": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "a device": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///dev/zero">]>'),
    "an address": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a SYSTEM "http://127.0.0.1:1/">]>'),
    "a public name": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a PUBLIC "x" "http://127.0.0.1:1/">]>'),
    "a parameter entity": rss("x", before='<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd"> %a;]>'),
    "a parameter within": rss("x", before="<!DOCTYPE rss [<!ENTITY % a '<!ENTITY b \"c\">'> %a;]>"),
    "an unparsed entity": rss("x", before='<!DOCTYPE rss [<!NOTATION n SYSTEM "x"><!ENTITY a SYSTEM "y" NDATA n>]>'),
    "a default attribute": rss("x", before='<!DOCTYPE rss [<!ATTLIST title onclick CDATA "x">]>'),
    "an element declared": rss("x", before="<!DOCTYPE rss [<!ELEMENT rss ANY>]>"),
    "a conditional section": rss("x", before="<!DOCTYPE rss [<![INCLUDE[<!ENTITY a 'b'>]]>]>"),
    "an empty subset": rss("x", before="<!DOCTYPE rss []>"),
    "behind a comment": rss("&a;", before='<!-- > --><!DOCTYPE rss [<!ENTITY a "b">]>'),
    "behind an instruction": rss("&a;", before='<?x <rss> ?><!DOCTYPE rss [<!ENTITY a "b">]>'),
    "with a bracket in the system name": rss("&a;", before='<!DOCTYPE rss SYSTEM "a>b" [<!ENTITY a "b">]>'),
    "in small letters": rss("&a;", before='<!doctype rss [<!entity a "b">]>'),
    "in UTF-16": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a "b">]>').encode("utf-16"),
    "in UTF-16 without a mark": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a "b">]>').encode("utf-16-be"),
    "in UTF-32": rss("&a;", before='<!DOCTYPE rss [<!ENTITY a "b">]>').encode("utf-32"),
    "in EBCDIC": ('<?xml version="1.0" encoding="cp037"?>' + rss()).encode("cp037"),
    "without an end": '<rss version="2.0"><channel><item>',
    "with another root": "<html><body>x</body></html>",
    "nothing": " \n ",
    "ten thousand categories": rss(ITEM[:-7] + "".join(f"<category>{n}</category>" for n in range(10_000)) + "</item>"),
    "ten thousand subjects": rss(
        "<item><title>t</title>" + "".join(f"<d:subject>{n}</d:subject>" for n in range(10_000)) + "</item>",
    ).replace("<rss ", '<rss xmlns:d="http://purl.org/dc/elements/1.1/" '),
    "ten thousand keywords": rss(
        ITEM[:-7] + "<keywords><![CDATA[<b></b></tags>]]>" + ",".join(map(str, range(10_000))) + "</keywords></item>"
    ),
    "an open comment": "<!-- <rss>",
    "an open declaration": "<!DOCTYPE rss ",
    "zeros": b"\0" * 10_000,
    "an open instruction": "<?xml ",
    "too deep": rss("<a>" * 5000 + "</a>" * 5000),
    "too deep without an end": rss("<a>" * 100_000),
    "too many attributes": rss("<a" + "".join(f' a{n}=""' for n in range(5000)) + "/>"),
    "the same attribute without end": rss("<a " + 'a="" ' * 50_000 + "/>"),
    "too many elements": rss("<a/>" * 1_000_000),
    "too many references": rss("&lt;" * 1_500_000),
    "100,000 namespaces": rss("".join(f'<a xmlns:n{n}="u{n}"/>' for n in range(100_000)) + ITEM),
    "a JSON feed too deep": '{"items":' + "[" * 100_000,
    "a JSON feed with too many items": '{"items":[' + ",".join(["{}"] * 30_000) + "]}",
}
READ: dict[str, str | bytes] = {
    "a name of 100,000 letters": rss(f"<{'a' * 100_000}/>{ITEM}"),
    "an attribute of a megabyte": rss('<a b="' + "x" * 1_000_000 + f'"/>{ITEM}'),
    "a title of a megabyte": rss(f"<item><title>{'x' * 1_000_000}</title><guid>1</guid></item>"),
    "a comment of a megabyte": rss(f"<!--{'x' * 1_000_000}-->{ITEM}"),
    "100,000 open brackets": rss(f"{'&lt;' * 100_000}{ITEM}"),
    "two thousand categories": rss(ITEM[:-7] + "".join(f"<category>{n}</category>" for n in range(2_000)) + "</item>"),
    "CDATA in CDATA": rss(f"<item><title><![CDATA[<![CDATA[]]]]><![CDATA[>]]></title><guid>1</guid></item>{ITEM}"),
    "an entity that nobody declared": rss(f"&evil;{ITEM}"),
    "an external DTD": rss(before='<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss.dtd">'),
    "a stylesheet": rss(before='<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:1/x.xsl"?>'),
    "an inclusion": rss(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>{ITEM}'),
    "a declaration in UTF-7": rss(
        before='<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE rss [+ADwAIQ-ENTITY a "b"+AD4AXQA+-'
    ),
    "characters that XML has not": rss("<item><title>a\x00\x0b\ufffeb</title><guid>1</guid></item>"),
    "references to what XML has not": rss("<item><title>a&#0;&#11;&#xfffe;&#xd800;b</title><guid>1</guid></item>"),
    "dates out of all bounds": rss(f"<item><guid>1</guid><title>t</title><pubDate>{'9' * 90}</pubDate></item>"),
    "a length of 5,000 digits": rss(
        '<item><guid>1</guid><title>t</title><enclosure url="https://o.example/a" length="' + "9" * 5000 + '"/></item>'
    ),
    "an id of a megabyte among others": rss(f"<item><guid>{'x' * 1_000_000}</guid><title>t</title></item>{ITEM}"),
    "markup that takes the square": rss(f"<item><guid>1</guid><title>{'&lt;!--' * 50_000}</title></item>"),
    "names that take the square": rss(f"<item><guid>1</guid><title>t</title><author>{'a@' * 50_000}</author></item>"),
    "a JSON number of 100,000 digits": '{"items":[{"id":' + "9" * 100_000 + ',"title":"t"},{"id":"1","title":"t"}]}',
    "JSON keys twice": '{"items":[{"id":"1","id":"2","title":"t"}]}',
    "JSON of other kinds": '{"items":[1,null,[],{"id":[],"title":{}},{"id":"1","title":"t","tags":{},"authors":[1]}]}',
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    """What declares, breaks off or is monstrous is refused with a reason, and nothing is opened or fetched for it."""
    with pytest.raises(ParseError, match=r"\w+ \w+") as refusal:
        look(REFUSED[what])
    assert len(str(refusal.value)) < 1000


@pytest.mark.parametrize("what", READ)
def test_read(what: str) -> None:
    """What is only odd is read, without anything that was not in the text of the document."""
    reading = look(READ[what])
    assert reading.items
    assert "root:" not in f"{reading}"


@pytest.mark.parametrize("what", [name for name in REFUSED if "JSON" not in name and name != "too many elements"])
def test_sitemap_refused(what: str) -> None:
    """A sitemap may do as little."""
    content = REFUSED[what]
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    raw = raw.replace(b"<rss", b"<urlset").replace(b"</rss", b"</urlset")
    with suppress(ParseError):
        parse_sitemap(Document(url="https://o.example/s", content=raw, charset=None, media_type=None))


@pytest.mark.parametrize("piece", [b"<a/>", b"<a b='' c='' d=''/>"], ids=["elements", "attributes"])
def test_a_packed_sitemap_of_countless_elements_is_refused(piece: bytes) -> None:
    """50 kB that unpack to millions of elements, a hundred bytes each in a tree, are refused before there is a tree."""
    document = Document(
        url="https://origin.example/sitemap.xml.gz",
        content=gzip.compress(b"<urlset>" + piece * 2_000_000 + b"</urlset>"),
        media_type="application/gzip",
        charset=None,
    )
    with pytest.raises(ParseError, match="more tags and attributes"):
        parse_sitemap(document)
