"""Reading a source through the whole line: real HTTP, real store."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from support.origin import Answer, Asked, Origin
from support.store import StoppedClock, sqlite

from syndicator import pipeline
from syndicator.config import NetworkSettings
from syndicator.model import Condition, Document, Source, SourceKind
from syndicator.ports import Fetcher
from syndicator.sources.http import HttpFetcher
from syndicator.store.sql import SqlStore

TEXT = "Совет области утвердил бюджет на следующий год, и документ вступит в силу первого января. "
FULL = f"<html><body><article><h1>Бюджет</h1><p>{TEXT * 3}</p><p>Полный текст.</p></article></body></html>"


@dataclass
class Desk:
    """A feed on an origin, and the store that it is read into."""

    origin: Origin
    store: SqlStore
    clock: StoppedClock
    fetcher: Fetcher = field(
        default_factory=lambda: HttpFetcher(NetworkSettings(allow_private=("127.0.0.0/8",)), user_agent="test")
    )

    def look(self) -> pipeline.ReadReport:
        """Read the feed an hour later."""
        self.clock.advance(timedelta(hours=1))
        source = Source(slug="v", kind=SourceKind.FEED, url=self.origin.url("/feed"), full_text=True)
        return pipeline.read(source, store=self.store, fetcher=self.fetcher, clock=self.clock, chance=0.5)

    def texts(self) -> list[str]:
        """Return the bodies that the store holds, by id of the item."""
        known = self.store.known("v", ["a", "b"])
        return [self.store.article(known[key].id).html for key in sorted(known)]

    def feed(self, *ids: str, text: str = TEXT) -> None:
        """Serve a feed whose items link to `/a`, `/b`."""
        items = "".join(
            f"<item><title>О бюджете</title><link>{self.origin.url('/' + name)}</link>"
            f'<guid isPermaLink="false">{name}</guid><description>{text}</description></item>'
            for name in ids
        )
        body = f'<rss version="2.0"><channel><title>В</title><link/><description/>{items}</channel></rss>'
        self.origin.add("/feed", body=body.encode(), headers={"Content-Type": "application/rss+xml"})

    def page(self, path: str) -> None:
        """Serve an article page."""
        self.origin.add(path, body=FULL.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk that has read nothing yet."""
    make = sqlite(tmp_path)
    with Origin() as origin:
        yield Desk(origin=origin, store=make(), clock=make.clock)
    make.close()


def test_a_page_that_is_gone_leaves_the_text_of_the_feed(desk: Desk) -> None:
    """A 410 for an article's page does not keep the article out, and is not asked for again."""
    desk.feed("a")
    desk.origin.add("/a", status=410)
    assert desk.look().new == 1
    desk.look()
    assert desk.origin.paths().count("/a") == 1


def test_a_page_out_of_reach_is_stood_in_for_by_the_feed_until_it_can_be_had(desk: Desk) -> None:
    """The feed's text is published at once, since the item may leave the feed; the page's text replaces it later."""
    desk.feed("a")
    desk.origin.add("/a", status=503)
    assert desk.look().new == 1
    assert desk.look().changed == 0
    desk.page("/a")
    assert desk.look().changed == 1
    assert "Полный текст" in desk.texts()[0]


def test_a_page_that_was_had_is_not_replaced_by_the_text_of_the_feed(desk: Desk) -> None:
    """Where an edited item's page is out of reach, what is held of the page stays until it can be had."""
    desk.feed("a")
    desk.page("/a")
    desk.look()
    desk.feed("a", text="Кратко о бюджете области на следующий год.")
    desk.origin.add("/a", status=503)
    assert desk.look().changed == 0
    assert desk.look().changed == 0
    assert "Полный текст" in desk.texts()[0]


@dataclass
class BrokenFetcher:
    """An adapter that does not keep the contract."""

    real: Fetcher

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Document:
        """Get a feed as it should be; break on anything else."""
        if url.endswith("/broken"):
            raise RuntimeError("what nobody foresaw \ud800")
        return self.real.fetch(url, etag=etag, last_modified=last_modified)

    def for_source(self, source: Source) -> Fetcher:  # noqa: ARG002 - the port's signature
        """Return itself."""
        return self

    def fetch_allowed(self, url: str) -> Document:
        """Return a page that no parser can take, for `/a`."""
        page = self.real.fetch_allowed(url)
        return page if url.endswith("/b") else Document(url=url, content=None, media_type=None, charset=None)  # type: ignore[arg-type]


def test_one_item_that_breaks_the_program_does_not_stop_the_others(desk: Desk) -> None:
    """An unforeseen failure sets the item aside with what was raised; the next item is read."""
    desk.fetcher = BrokenFetcher(desk.fetcher)
    desk.feed("a", "b")
    desk.page("/a")
    desk.page("/b")
    report = desk.look()
    assert (report.new, report.set_aside) == (1, 1)
    assert "please report this: TypeError" in desk.store.set_aside()[0][1].reason


def test_a_source_that_breaks_the_program_waits_like_any_that_fails(desk: Desk) -> None:
    """An unforeseen failure of a whole look ends up in the source's state, so that it is not tried at every tick."""
    source = Source(slug="v", kind=SourceKind.FEED, url=desk.origin.url("/broken"))
    fetcher = BrokenFetcher(desk.fetcher)
    report = pipeline.read(source, store=desk.store, fetcher=fetcher, clock=desk.clock, chance=0.5)
    state = desk.store.source_state("v")
    assert report.error
    assert "RuntimeError" in report.error
    assert state.condition is Condition.FAILING
    assert state.due is not None
    assert state.due > desk.clock.now()


def entries(*items: tuple[str, str, str, str]) -> bytes:
    """Return an RSS feed of (guid, title, link, day of March 2026)."""
    body = "".join(
        f'<item><guid isPermaLink="false">{guid}</guid><title>{title}</title><link>{link}</link>'
        f"<pubDate>{day} Mar 2026 09:00:00 GMT</pubDate><description>{TEXT}</description></item>"
        for guid, title, link, day in items
    )
    return f'<rss version="2.0"><channel><title>В</title><link/><description/>{body}</channel></rss>'.encode()


def read_feed(desk: Desk, body: bytes) -> pipeline.ReadReport:
    """Serve a feed and read it, without its pages."""
    desk.origin.add("/feed", body=body, headers={"Content-Type": "application/xml"})
    desk.clock.advance(timedelta(hours=1))
    source = Source(slug="v", kind=SourceKind.FEED, url=desk.origin.url("/feed"))
    return pipeline.read(source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=0.5)


def test_an_article_under_a_new_id_is_the_same_article(desk: Desk) -> None:
    """A feed that makes up ids at each look, or becomes Atom with other ids, is not published again."""
    assert read_feed(desk, entries(("1", "О бюджете", "https://v.example/1", "2"))).new == 1
    again = read_feed(desk, entries(("2", "О бюджете", "https://v.example/1", "2")))
    assert (again.new, again.changed) == (0, 0)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>В</title><id>urn:v</id><updated>2026-03-02T09:00:00Z</updated>'
        '<entry><id>urn:v:1</id><title>О бюджете</title><link href="https://v.example/1"/>'
        f"<published>2026-03-02T09:00:00Z</published><updated>2026-03-02T09:00:00Z</updated><content>{TEXT}</content>"
        "</entry></feed>"
    )
    moved = read_feed(desk, atom.encode())
    assert moved.new == 0
    assert desk.store.counts()["articles"] == 1


@pytest.mark.parametrize(
    "other",
    [
        ("2", "О дорогах", "https://v.example/1", "2"),
        ("2", "О бюджете", "https://v.example/2", "2"),
        ("2", "О бюджете", "https://v.example/1", "3"),
    ],
)
def test_another_title_page_or_date_is_another_article(desk: Desk, other: tuple[str, str, str, str]) -> None:
    """A feed whose items all link to one page, or that brings the same headline every day, loses nothing."""
    read_feed(desk, entries(("1", "О бюджете", "https://v.example/1", "2")))
    assert read_feed(desk, entries(other)).new == 1


def test_twins_in_one_feed_stay_two(desk: Desk) -> None:
    """Two items with the same page, title and date that are shown together are two articles, at every look."""
    twins = entries(("1", "О бюджете", "https://v.example/1", "2"), ("2", "О бюджете", "https://v.example/1", "2"))
    assert read_feed(desk, twins).new == 2
    assert read_feed(desk, twins).new == 0


# Sources in trouble


def look(desk: Desk, slug: str, url: str) -> Condition:
    """Read a feed an hour later; return how it is doing."""
    desk.clock.advance(timedelta(hours=1))
    source = Source(slug=slug, kind=SourceKind.FEED, url=url, interval=timedelta(hours=1))
    pipeline.read(source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=0)
    return desk.store.source_state(slug).condition


def test_a_captive_portal_is_told_from_a_feed_that_became_a_page(desk: Desk) -> None:
    """One web page in place of a feed is that origin's matter; the same page for a second host is the network's."""
    page = {"Content-Type": "text/html"}
    desk.origin.add("/feed", body=b"<!doctype html><title>Log in</title><form></form>", headers=page)
    with Origin() as second:
        second.add("/feed", body=b"<!doctype html><title>Log in</title><form></form>", headers=page)
        assert look(desk, "one", desk.origin.url("/feed")) is Condition.WEB_PAGE
        assert look(desk, "two", second.url("/feed")) is Condition.CAPTIVE
    assert look(desk, "one", desk.origin.url("/feed")) is Condition.CAPTIVE
    desk.origin.add("/feed", body=entries(("1", "О бюджете", "https://v.example/1", "2")))
    assert look(desk, "one", desk.origin.url("/feed")) is Condition.OK


def test_an_article_that_flips_is_published_once_a_day_at_most(desk: Desk) -> None:
    """Two servers behind one name, each with its own text: no reader sees an edit at every look."""
    bodies = [
        entries(("1", title, "https://v.example/1", "2")) for title in ("О бюджете области", "Бюджет области принят")
    ]
    conditions = []
    for turn in range(8):
        desk.origin.add("/feed", body=bodies[turn % 2], headers={"ETag": f'"{turn % 2}"'})
        conditions.append(look(desk, "v", desk.origin.url("/feed")))
    article = desk.store.article(desk.store.known("v", ["1"])["1"].id)
    assert article.version == 3
    assert Condition.FLIPPING in conditions[3:]
    desk.clock.advance(timedelta(days=1))
    desk.origin.add("/feed", body=bodies[1], headers={"ETag": '"1"'})
    look(desk, "v", desk.origin.url("/feed"))
    assert desk.store.article(article.id).title == "Бюджет области принят"
    assert look(desk, "v", desk.origin.url("/feed")) is Condition.OK


@pytest.mark.parametrize(
    ("wish", "hours"),
    [
        ("<ttl>360</ttl>", 6),
        ("<ttl>999999</ttl>", 24),
        ("<ttl>-5</ttl>", 1),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>3</sy:updateFrequency>", 8),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", 24),
        ("<sy:updatePeriod>whenever</sy:updatePeriod><ttl>soon</ttl>", 1),
    ],
)
def test_a_feed_says_how_often_it_wants_to_be_read(desk: Desk, wish: str, hours: int) -> None:
    """`ttl` and the syndication module lengthen the wait, up to a day; nonsense changes nothing."""
    body = entries(("1", "О бюджете", "https://v.example/1", "2")).decode()
    body = body.replace("<rss ", '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" ')
    desk.origin.add("/feed", body=body.replace("<description/>", f"<description/>{wish}", 1).encode())
    look(desk, "v", desk.origin.url("/feed"))
    due = desk.store.source_state("v").due
    assert due is not None
    wait = due - desk.clock.now()
    assert wait == timedelta(hours=hours) if hours > 1 else wait <= timedelta(hours=1.5)


def test_pages_of_a_host_that_is_down_are_not_waited_for_one_by_one(desk: Desk) -> None:
    """After three in a row the feed's own text stands in for the rest, until the next look."""
    desk.feed(*(f"p{number}" for number in range(9)))
    for number in range(9):
        desk.origin.add(f"/p{number}", status=503)
    assert desk.look().new == 9
    assert sum(path.startswith("/p") for path in desk.origin.paths()) == 3


@pytest.mark.parametrize("status", [200, 304, 404, 503])
def test_what_is_to_be_tried_again_is_not_forgotten_for_a_look_under_way(desk: Desk, status: int) -> None:
    """A retry while the source is being asked: whatever is answered, the source is due, and is read whole next time."""
    body = b"<rss version='2.0'><channel><item><title></title><guid>bad</guid></item></channel></rss>"
    desk.origin.add("/feed", body=body, headers={"ETag": '"1"'})
    assert desk.look().set_aside == 1
    assert desk.store.source_state("v").etag == '"1"'

    def retried_meanwhile(_: Asked) -> Answer:
        desk.store.reconsider("v", ["bad"])
        return Answer(status=status, body=body if status == 200 else b"", headers={"ETag": '"1"'})

    desk.origin.respond("/feed", retried_meanwhile)
    desk.look()

    state = desk.store.source_state("v")
    assert (state.due, state.etag) == (None, None)
    desk.origin.add("/feed", body=body, headers={"ETag": '"1"'})
    assert desk.look().set_aside == 1
    assert "If-None-Match" not in desk.origin.requests[-1].headers
    assert [one.origin_id for _, one in desk.store.set_aside()] == ["bad"]
    assert desk.store.source_state("v").due
