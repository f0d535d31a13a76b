"""Copies of the images of articles: fetched beforehand, within limits, shown, kept as long as a page shows them."""

import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from support.desk import Desk
from support.entries import a_masthead
from support.origin import Origin
from support.picture import png
from support.store import NOON, StoppedClock, make_article, save, sqlite

from syndicator.config_tables import NetworkSettings
from syndicator.errors import ParseError
from syndicator.model import Extent
from syndicator.pipeline import Gathering, PictureReport, gather, publish
from syndicator.publishing.pictures import Pictures
from syndicator.sources.http import HttpFetcher
from syndicator.sources.picture import Measured, measure
from syndicator.store.sql import SqlStore

LOOPBACK = NetworkSettings(allow_private=("127.0.0.0/8",))


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Serve pictures."""
    with Origin() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Give an empty store."""
    opened = sqlite(tmp_path)()
    yield opened
    opened.close()


@pytest.fixture
def work(store: SqlStore, tmp_path: Path) -> Gathering:
    """Give what fetching works with."""
    return Gathering(
        store=store,
        fetcher=HttpFetcher(LOOPBACK, user_agent="syndicator/test"),
        clock=StoppedClock(NOON),
        masthead=a_masthead(tmp_path / "feeds", images="cache", languages=("ru",)),
        sources={},
        most_bytes=100_000,
        most_bytes_in_all=1_000_000,
    )


def fill(work: Gathering, *addresses: str, number: int = 1, version: int = 1) -> None:
    """Put a story with these images into the store."""
    images = "".join(f'<p>Вид: <img src="{each}" alt="Мост" width="9"></p>' for each in addresses)
    save(work.store, make_article(number, html=images, version=version, content_hash=f"{number}/{version}"))


def page(work: Gathering, number: int = 1) -> html.HtmlElement:
    """Publish, and return the page of a story."""
    publish(store=work.store, masthead=work.masthead)
    path = work.masthead.directory / "ru" / "stories" / f"{make_article(number).id}.html"
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def copies(work: Gathering) -> list[str]:
    """Return the names of the copies that are there."""
    return sorted(path.name for path in (work.masthead.directory / "media").glob("*") if path.suffix != ".json")


def later(work: Gathering, wait: timedelta) -> Gathering:
    """Return the same after a while."""
    return replace(work, clock=StoppedClock(work.clock.now() + wait))


def test_a_page_shows_the_copy(work: Gathering, origin: Origin) -> None:
    """With its true size, from our own place, and nothing from elsewhere may be loaded; feeds name the original."""
    origin.add("/a", body=png(30, 20), headers={"Content-Type": "text/html"})  # what it says it is counts for nothing
    fill(work, origin.url("/a"))
    assert gather(work) == PictureReport(fetched=1)
    shown = page(work)
    (image,) = shown.xpath("//img")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("30", "20", "Мост")
    assert image.get("src") == f"../../media/{copies(work)[0]}"
    policy = shown.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "img-src 'self';" in policy
    assert "http" not in policy
    assert origin.url("/a") in (work.masthead.directory / "ru" / "atom.xml").read_text()
    assert gather(work) == PictureReport()
    assert origin.paths().count("/a") == 1


def test_a_picture_that_comes_late(work: Gathering, origin: Origin) -> None:
    """Until it is there the page has a link; it is asked for again later, not at once, and then the page shows it."""
    fill(work, origin.url("/a.png"))
    origin.add("/a.png", status=503)
    assert gather(work).failed == 1
    shown = page(work)
    assert not shown.xpath("//img")
    assert shown.xpath("//a[@class='image']/@href") == [origin.url("/a.png")]
    updated = (work.masthead.directory / "ru" / "atom.xml").read_bytes()
    origin.add("/a.png", body=png())
    assert gather(work) == PictureReport()
    assert gather(later(work, timedelta(minutes=11))).fetched == 1
    assert page(work).xpath("//img")
    assert (work.masthead.directory / "ru" / "atom.xml").read_bytes() == updated


def test_a_crash_after_fetching(work: Gathering, origin: Origin) -> None:
    """A copy that came just before a crash, whose page was written without it, is shown after the next round."""
    fill(work, origin.url("/a.png"))
    page(work)
    Pictures(directory=work.masthead.directory).keep(origin.url("/a.png"), png(), suffix=".png", size=(3, 2))
    assert not page(work).xpath("//img")
    assert gather(work) == PictureReport()
    assert page(work).xpath("//img")


@pytest.mark.parametrize(
    "body",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>',
        b"<html>GIF89a</html>",
        b"GIF89a",
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\xff\xd8\xff" * 9,
        png(0, 1),
        png()[:20],
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 15_000, 15_000),
        b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 20,
        b"\0\0\0\x10ftypavif\0\0\0\0",
        b"",
    ],
)
def test_what_is_no_picture(body: bytes) -> None:
    """Scripts, damage and bombs are told by the bytes."""
    with pytest.raises(ParseError):
        measure(body)


@pytest.mark.parametrize(
    ("body", "suffix"),
    [
        (png(7, 5), ".png"),
        (b"GIF89a" + struct.pack("<HH", 7, 5), ".gif"),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x0b\x08" + struct.pack(">HH", 5, 7), ".jpg"),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\6\0\0\4\0\0", ".webp"),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 6 | 4 << 14), ".webp"),
        (b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0abc\x9d\x01\x2a" + struct.pack("<HH", 7, 5), ".webp"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", 7, 5), ".avif"),
    ],
)
def test_sizes(body: bytes, suffix: str) -> None:
    """Of each format, the size that its bytes tell."""
    assert measure(body) == Measured(suffix=suffix, width=7, height=5)


def test_a_picture_that_is_too_large(work: Gathering, origin: Origin) -> None:
    """It is given up while it comes, and asked for again next week."""
    origin.add("/big.png", body=png(filler=200_000))
    fill(work, origin.url("/big.png"))
    assert gather(work).failed == 1
    assert gather(later(work, timedelta(days=6))) == PictureReport()
    assert gather(later(work, timedelta(days=8))).failed == 1
    assert copies(work) == []


def test_addresses_are_guarded(work: Gathering, origin: Origin) -> None:
    """A picture in our own network is not fetched, unless the configuration says so, and holds up no other."""
    with Origin("127.0.0.2") as other:
        other.add("/a.png", body=png())
        origin.add("/b.png", body=png())
        fill(work, other.url("/a.png"), origin.url("/b.png"))
        allowed = NetworkSettings(allow_private=("127.0.0.1/32",))
        report = gather(replace(work, fetcher=HttpFetcher(allowed, user_agent="syndicator/test")))
        assert other.requests == []
    assert (report.fetched, report.failed) == (1, 1)


def test_without_a_network(work: Gathering, origin: Origin) -> None:
    """Where nothing may be fetched nothing is, and it is asked for again soon."""
    fill(work, origin.url("/a.png"))
    sealed = HttpFetcher(NetworkSettings(allow="none"), user_agent="syndicator/test")
    assert gather(replace(work, fetcher=sealed)).failed == 1
    assert origin.requests == []
    origin.add("/a.png", body=png())
    assert gather(later(work, timedelta(minutes=11))).fetched == 1


def test_rights(work: Gathering, origin: Origin) -> None:
    """Nothing is copied of a source that shows headlines alone, or whose own setting is another."""
    fill(work, origin.url("/a.png"))
    slug = make_article(1).source
    for other in ({"extents": {slug: Extent.HEADLINE}}, {"source_images": {slug: "link"}}, {"images": "none"}):
        assert gather(replace(work, masthead=replace(work.masthead, **other))) == PictureReport()
    assert origin.requests == []


def test_room_is_made_of_what_no_page_shows(work: Gathering, origin: Origin) -> None:
    """What is shown stays, however old; an edit sets a copy free; where nothing is free, no more come."""
    for number in range(1, 5):
        origin.add(f"/{number}.png", body=png(filler=30_000 + number))
    work = replace(work, most_bytes_in_all=80_000)
    fill(work, origin.url("/1.png"), origin.url("/2.png"))
    assert gather(work).fetched == 2
    kept = copies(work)
    fill(work, origin.url("/3.png"), number=2)
    assert gather(work) == PictureReport(failed=1)
    assert copies(work) == kept
    fill(work, origin.url("/2.png"), version=2)
    work = later(work, timedelta(days=2))
    assert gather(work).fetched == 1
    assert len(copies(work)) == 2
    assert [len(page(work, number).xpath("//img")) for number in (1, 2)] == [1, 1]


def test_the_same_picture_at_two_addresses(work: Gathering, origin: Origin) -> None:
    """Is one file, which stays while one of the addresses is shown."""
    for name in ("/a.png", "/b.png", "/c.png"):
        origin.add(name, body=png(filler=60_000 + (name == "/c.png")))
    fill(work, origin.url("/a.png"), origin.url("/b.png"))
    work = replace(work, most_bytes_in_all=100_000)
    gather(work)
    assert len(copies(work)) == 1
    fill(work, origin.url("/b.png"), origin.url("/c.png"), version=2)
    gather(work)
    assert len(copies(work)) == 1
    assert len(page(work).xpath("//img")) == 1


def test_deleted_copies_come_again(work: Gathering, origin: Origin) -> None:
    """As all of the folder does."""
    origin.add("/a.png", body=png())
    fill(work, origin.url("/a.png"))
    gather(work)
    for path in (work.masthead.directory / "media").glob("*.png"):
        path.unlink()
    assert gather(work).fetched == 1
    assert page(work).xpath("//img")


def test_run(tmp_path: Path, origin: Origin) -> None:
    """One pass fetches and shows; a source's own setting outranks the general one."""
    feed = (
        '<rss version="2.0"><channel><title>Вестник</title><link>https://v.example/</link><description>d</description>'
        "<item><title>Мост открыт</title><guid isPermaLink='false'>1</guid><description><![CDATA[<p>Новый мост открыт"
        ' в городе.</p><p><img src="{}" alt="Мост"></p>]]></description></item></channel></rss>'
    )
    origin.add("/ru.rss", body=feed.format(origin.url("/a.png")).encode(), headers={"Content-Type": "text/xml"})
    origin.add("/a.png", body=png())
    table = f'\n[[sources]]\nslug = "v"\nfeed = "{origin.url("/ru.rss")}"\nlanguage = "ru"\nimages = "cache"\n'
    desk = Desk.make(tmp_path, table, head='languages = ["ru"]\n[feeds]\nimages = "none"\n')
    assert json.loads(desk.call("run", "--json").stdout)["pictures"] == 1
    (story,) = (desk.feeds / "ru" / "stories").glob("*.html")
    assert 'src="../../media/' in story.read_text()
