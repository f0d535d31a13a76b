"""Hubs are told of feeds that changed (WebSub): after the files are in place, at least once, never for nothing."""

import json
import os
import signal
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from support.desk import Desk, stop, wait_until
from support.entries import a_masthead
from support.origin import Answer, Asked, Origin
from support.serving import served
from support.store import NOON, StoppedClock, make_article, save, sqlite

from syndicator import pipeline, policy
from syndicator.config import load
from syndicator.config_tables import NetworkSettings
from syndicator.errors import ConfigError, Forbidden, Refused, StoreError
from syndicator.pipeline import Hubs, NotifyReport
from syndicator.publishing.masthead import Masthead
from syndicator.publishing.notify import PING
from syndicator.sources.http import HttpFetcher
from syndicator.store.sql import SqlStore

FEEDS = ("atom.xml", "rss.xml", "feed.json")
INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
TEXT = "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n"
LOOPBACK = NetworkSettings(allow_private=("127.0.0.0/8",))


@dataclass
class Hub:
    """A hub that does what hubs do: told of a topic, it fetches it at once."""

    origin: Origin
    directory: Path
    told: list[str] = field(default_factory=list)
    fetched: list[bytes] = field(default_factory=list)
    status: int = 204
    victim: int | None = None
    """A process that is killed when the hub is told of something."""

    def __post_init__(self) -> None:
        self.origin.respond("/hub", self._answer)

    @property
    def url(self) -> str:
        """Return where it is told."""
        return self.origin.url("/hub")

    @property
    def base_url(self) -> str:
        """Return the public address of the folder of feeds."""
        return self.origin.url("/feeds/")

    def names(self) -> list[str]:
        """Return the files that it was told of, in order."""
        return [topic.removeprefix(self.base_url) for topic in self.told]

    def _answer(self, asked: Asked) -> Answer:
        assert asked.method == "POST"
        assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
        form = parse_qs(asked.body.decode())
        assert form["hub.mode"] == ["publish"]
        assert form["hub.url"] == form["hub.topic"]
        self.told += form["hub.url"]
        if self.victim:
            os.kill(self.victim, signal.SIGKILL)
        self._fetch(form["hub.url"][0])
        return Answer(status=self.status)

    def _fetch(self, topic: str) -> None:
        path = urlsplit(topic).path
        self.origin.respond(path, lambda _: Answer(body=(self.directory / path.removeprefix("/feeds/")).read_bytes()))
        with urllib.request.urlopen(topic) as answer:  # noqa: S310 - our own origin
            self.fetched.append(answer.read())


@dataclass
class Newsroom:
    """A store, its feeds, a hub, and a clock that moves when told."""

    store: SqlStore
    masthead: Masthead
    hub: Hub
    clock: StoppedClock
    network: NetworkSettings = LOOPBACK

    def publish(self) -> None:
        """Publish what changed."""
        pipeline.publish(store=self.store, masthead=self.masthead)

    def notify(self, *, hubs: tuple[str, ...] | None = None) -> NotifyReport:
        """Send the pings that are due."""
        fetcher = HttpFetcher(self.network, user_agent="syndicator/test")
        receivers = Hubs(fetcher=fetcher, hubs=self.masthead.hubs if hubs is None else hubs)
        return pipeline.notify({PING: receivers}, store=self.store, clock=self.clock)[PING]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Origin() as origin:
        yield Hub(origin, tmp_path / "feeds")


@pytest.fixture
def newsroom(hub: Hub, tmp_path: Path) -> Iterator[Newsroom]:
    """Give a newsroom with one Russian article, not yet published."""
    maker = sqlite(tmp_path)
    store = maker()
    save(store, make_article(1, title="Первая новость"))
    masthead = a_masthead(hub.directory, base_url=hub.base_url, hubs=(hub.url,), tag_prefix=store.tag_prefix())
    yield Newsroom(store, masthead, hub, maker.clock)
    maker.close()


def test_a_hub_that_is_told_finds_the_new_entry(newsroom: Newsroom) -> None:
    """It is told of every feed that has the new entry, after it is in place, and of no other; then no more."""
    newsroom.publish()
    assert newsroom.hub.told == []
    assert newsroom.notify() == NotifyReport(told=6)
    assert sorted(newsroom.hub.names()) == sorted(
        f"{folder}/{name}" for folder in ("ru", "ru/kremlin") for name in FEEDS
    )
    assert all("Первая новость".encode() in feed for feed in newsroom.hub.fetched)
    assert newsroom.notify() == NotifyReport()


def test_every_feed_names_its_hub_and_itself(newsroom: Newsroom) -> None:
    """Each format has a link to the hub and one to itself; without a hub, none."""
    newsroom.publish()
    for folder in ("ru", "ru/kremlin"):
        texts = {name: (newsroom.masthead.directory / folder / name).read_text(encoding="utf-8") for name in FEEDS}
        own = {name: f"{newsroom.hub.base_url}{folder}/{name}" for name in FEEDS}
        parsed = json.loads(texts["feed.json"])
        assert parsed["hubs"] == [{"type": "WebSub", "url": newsroom.hub.url}]
        assert parsed["feed_url"] == own["feed.json"]
        for name in ("atom.xml", "rss.xml"):
            links = feedparser.parse(texts[name]).feed.links
            assert [one.href for one in links if one.rel == "hub"] == [newsroom.hub.url]
            assert [one.href for one in links if one.rel == "self"] == [own[name]]
    newsroom.masthead = replace(newsroom.masthead, hubs=())
    newsroom.publish()
    assert not any(newsroom.hub.url.encode() in path.read_bytes() for path in newsroom.masthead.directory.rglob("*.*"))


def test_what_does_not_change_is_not_told(newsroom: Newsroom) -> None:
    """Neither an unchanged run nor files that had to be written anew make a ping; a new article makes one a feed."""
    newsroom.publish()
    newsroom.notify()
    newsroom.publish()
    (newsroom.masthead.directory / "ru" / "atom.xml").unlink()
    newsroom.publish()
    assert (newsroom.masthead.directory / "ru" / "atom.xml").exists()
    assert newsroom.notify().told == 0
    save(newsroom.store, make_article(2, source="other", title="Вторая новость"))
    newsroom.publish()
    newsroom.notify()
    assert {name.rpartition("/")[0] for name in newsroom.hub.names()[6:]} == {"ru", "ru/other"}


def test_a_crash_before_it_is_kept_that_files_are_in_place(newsroom: Newsroom, tmp_path: Path) -> None:
    """The file is new, and the store does not know: the next run writes nothing, and still the hub is told, once."""
    database = next(tmp_path.glob("*.db"))
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TRIGGER crash BEFORE UPDATE ON editions BEGIN SELECT RAISE(ABORT, 'crash'); END")
        with pytest.raises(StoreError):
            newsroom.publish()
        assert (newsroom.masthead.directory / "ru" / "atom.xml").exists()
        assert newsroom.notify().told == 0
        raw.execute("DROP TRIGGER crash")
    newsroom.publish()
    assert newsroom.notify().told == 6
    assert len(set(newsroom.hub.told)) == len(newsroom.hub.told) == 6


def test_a_hub_that_is_down_is_told_once_it_is_up(newsroom: Newsroom) -> None:
    """It is asked once a pass, later each time; once it answers, it is told of each feed once."""
    hub = newsroom.hub
    hub.status = 503
    newsroom.publish()
    report = newsroom.notify()
    assert (report.told, report.failed, len(hub.told)) == (0, 6, 1)
    assert "503" in report.errors[0]
    assert newsroom.notify() == NotifyReport()
    newsroom.clock.advance(timedelta(minutes=1))
    assert newsroom.notify().failed == 6
    assert len(hub.told) == 2
    hub.status = 202
    hub.told.clear()
    newsroom.clock.advance(timedelta(minutes=2))
    assert newsroom.notify() == NotifyReport(told=6)
    assert len(set(hub.told)) == len(hub.told) == 6


def test_a_hub_is_given_up_after_a_day(newsroom: Newsroom) -> None:
    """After a day of failures nothing is sent any more, until the feed changes again."""
    hub = newsroom.hub
    hub.status = 404
    newsroom.publish()
    last = NOON
    while waiting := newsroom.store.effects_due(now=policy.NEVER - timedelta(days=1), limit=1):
        newsroom.clock.moment = last = max(last, waiting[0].due)
        newsroom.notify()
    assert timedelta(hours=23) <= last - NOON <= timedelta(hours=25)
    assert all("404" in (one.reason or "") for one in newsroom.store.effects_due(now=policy.NEVER, limit=9))
    hub.status = 204
    save(newsroom.store, make_article(2, title="Вторая новость"))
    newsroom.publish()
    assert newsroom.notify() == NotifyReport(told=6)


def test_a_hub_that_was_taken_out_is_not_told(newsroom: Newsroom) -> None:
    """Its pings are dropped."""
    newsroom.publish()
    assert newsroom.notify(hubs=()) == NotifyReport()
    assert newsroom.store.effects_due(now=policy.NEVER, limit=9) == []


def test_nothing_is_sent_where_nothing_may_be(newsroom: Newsroom) -> None:
    """With `allow = "none"` no ping leaves, and the reason says so; the pings wait."""
    newsroom.network = NetworkSettings(allow="none", allow_private=("127.0.0.0/8",))
    newsroom.publish()
    report = newsroom.notify()
    assert report.failed == 6
    assert 'allow = "none"' in report.errors[0]
    assert newsroom.hub.told == []
    newsroom.network = NetworkSettings()  # the hub's address is no public one
    newsroom.clock.advance(timedelta(minutes=1))
    assert "not an address on the public Internet" in newsroom.notify().errors[0]


def test_a_form_is_sent_on_only_where_it_stays_one() -> None:
    """A POST follows 307 and 308, its body with it; 301, 302 and 303, and those to private addresses, are refused."""
    with Origin() as origin:
        fetcher = HttpFetcher(LOOPBACK, user_agent="syndicator/test")
        origin.redirect("/moved", to="/hub", status=308)
        origin.add("/hub", status=202)
        fetcher.post(origin.url("/moved"), {"hub.mode": "publish", "hub.url": "https://a.example/ы"})
        bodies = [asked.body for asked in origin.requests]
        assert bodies == [b"hub.mode=publish&hub.url=https%3A%2F%2Fa.example%2F%D1%8B"] * 2
        for status in (301, 302, 303):
            origin.redirect("/moved", to="/hub", status=status)
            with pytest.raises(Refused, match=f"answered {status}"):
                fetcher.post(origin.url("/moved"), {})
        origin.redirect("/inside", to="http://10.1.2.3/", status=307)
        with pytest.raises(Forbidden):
            fetcher.post(origin.url("/inside"), {})
        assert origin.paths().count("/hub") == 1


def head(hub: Hub, more: str = "") -> str:
    """Return the top of a config with a hub."""
    return (
        f'languages = ["en"]\n[websub]\nhubs = ["{hub.url}"]\n[feeds]\nbase_url = "{hub.base_url}"\n'
        f'directory = "{hub.directory}"\n{more}'
    )


def test_killed_between_publishing_and_telling(hub: Hub, tmp_path: Path) -> None:
    """What was not yet told is told by the next run; what was told when the process died is told once more at most."""
    desk = Desk.make(tmp_path / "desk", INBOX, head=head(hub))
    desk.drop("a.txt", TEXT)
    process = desk.start("run")
    hub.victim = process.pid
    assert process.wait(120) == -signal.SIGKILL
    assert len(hub.told) == 1
    hub.victim = None
    assert desk.json("run")["pings"] == 6
    counts = sorted(hub.told.count(topic) for topic in set(hub.told))
    assert counts == [1, 1, 1, 1, 1, 2]


def test_the_daemon_tells_hubs_and_status_tells_of_those_that_do_not_listen(hub: Hub, tmp_path: Path) -> None:
    """A dropped file comes to the hub by itself; while the hub is down, `status` says so."""
    desk = Desk.make(tmp_path / "desk", INBOX, head=head(hub))
    process = desk.start("daemon")
    try:
        desk.drop("a.txt", TEXT)
        wait_until(lambda: len(hub.fetched) == 6)
        assert all(b"Garden opens in spring" in feed for feed in hub.fetched)
        hub.status = 500
        desk.drop("b.txt", TEXT.replace("Garden", "Park"))
        wait_until(lambda: "effect_failed" in desk.log())
    finally:
        stop(process)
    assert [one["attempts"] for one in desk.json("status")["pings"]] == [1] * 6
    assert f"hub {hub.url} was not told of 6 feeds, tried again" in desk.call("status").stdout


def test_hubs_without_a_public_address_are_a_mistake(tmp_path: Path) -> None:
    """Hubs fetch what they are told of: without `base_url`, the config says what to write."""
    config = tmp_path / "syndicator.toml"
    config.write_text('[websub]\nhubs = ["https://hub.example/"]\n', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(config)
    [problem] = error.value.problems
    assert (problem.line, problem.key) == (2, "websub.hubs")
    assert "base_url" in (problem.suggestion or "")
    for wrong in ("hub.example", "https://hub.example/<x>", "https://user:secret@hub.example/"):
        config.write_text(f'feeds.base_url = "https://a.example/"\n[websub]\nhubs = ["{wrong}"]\n', encoding="utf-8")
        with pytest.raises(ConfigError):
            load(config)


def test_the_server_names_hubs_in_its_answers(newsroom: Newsroom, tmp_path: Path) -> None:
    """Feeds come with `Link` to hub and self; archive documents, pages, and feeds shown as pages without."""
    newsroom.publish()
    archive = newsroom.masthead.directory / "ru" / "archive" / "0001.atom.xml"
    archive.parent.mkdir(exist_ok=True)
    archive.write_bytes((newsroom.masthead.directory / "ru" / "atom.xml").read_bytes())
    more = (
        '[websub]\nhubs = ["https://hub.example/", "https://b.example/?a=1"]\n'
        '[feeds]\nbase_url = "https://news.example/wire/"\n'
    )
    with served(tmp_path, more) as server:
        base = "/wire/"
        for name in FEEDS:
            link = (
                '<https://hub.example/>; rel="hub", <https://b.example/?a=1>; rel="hub", '
                f'<https://news.example{base}ru/{name}>; rel="self"'
            )
            for method in ("GET", "HEAD"):
                reply = server.get(f"{base}ru/{name}", method=method)
                assert (reply.status, reply.fields.get("link")) == (200, link)
        for path in ("ru/archive/0001.atom.xml", "ru/index.html"):
            reply = server.get(base + path)
            assert (reply.status, reply.fields.get("link")) == (200, None)
        assert "link" not in server.get(f"{base}ru/atom.xml", Sec_Fetch_Dest="document").fields
