"""Programs are told of editions that changed: signed, in order, at least once, and to nobody else."""

import base64
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.desk import Desk, wait_until
from support.entries import a_masthead
from support.origin import Answer, Asked, Origin
from support.shift import working
from support.store import NOON, StoppedClock, make_article, make_translation, save, save_both, sqlite
from typer.testing import CliRunner

from syndicator import pipeline, policy
from syndicator.cli import app
from syndicator.config import load
from syndicator.config_tables import NetworkSettings
from syndicator.doctor.places import places
from syndicator.errors import ConfigError, Forbidden, Gone, Refused, StoreError
from syndicator.model import Extent
from syndicator.pipeline import NotifyReport, Programs
from syndicator.publishing.masthead import Masthead
from syndicator.publishing.webhook import MESSAGE, MOST_ENTRIES, Webhook, load_secrets
from syndicator.sources.http import HttpFetcher
from syndicator.store.sql import SqlStore
from syndicator.wiring import open_desk

SECRET, OLD_SECRET = b"s" * 32, b"o" * 24
LOOPBACK = NetworkSettings(allow_private=("127.0.0.0/8",))
BASE = "https://news.example/"
INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
TEXT = "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n"


def written(secret: bytes) -> str:
    """Return a secret as it stands in a file."""
    return "whsec_" + base64.b64encode(secret).decode()


@dataclass
class Receiver:
    """A program that checks who tells it what, as Standard Webhooks 1.0 has it, by code of its own."""

    origin: Origin
    path: str = "/hook"
    secret: bytes = SECRET
    status: int = 204
    ids: list[str] = field(default_factory=list)
    """Of all attempts."""
    taken: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origin.respond(self.path, self._answer)

    @property
    def url(self) -> str:
        """Return where it is told."""
        return self.origin.url(self.path)

    def stories(self) -> list[list[str]]:
        """Return the stories of each message that it took."""
        return [[one["story"] for one in told["data"]["entries"]] for told in self.taken]

    def _answer(self, asked: Asked) -> Answer:
        assert (asked.method, asked.headers["Content-Type"]) == ("POST", "application/json")
        name, moment = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
        assert "." not in name + moment
        signed = f"{name}.{moment}.".encode() + asked.body
        expected = "v1," + base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()
        assert any(hmac.compare_digest(expected, one) for one in asked.headers["webhook-signature"].split(" "))
        self.ids.append(name)
        if self.status < 300:
            self.taken.append(json.loads(asked.body))
        return Answer(status=self.status)


@dataclass
class Newsroom:
    """A store, its feeds, who is told, and a clock that moves when told."""

    store: SqlStore
    masthead: Masthead
    clock: StoppedClock
    webhooks: tuple[Webhook, ...]
    network: NetworkSettings = LOOPBACK

    def publish(self) -> None:
        """Publish what changed."""
        pipeline.publish(store=self.store, masthead=self.masthead, webhooks=self.webhooks)

    def notify(self) -> NotifyReport:
        """Send the messages that are due."""
        fetcher = HttpFetcher(self.network, user_agent="syndicator/test")
        programs = Programs(
            fetcher=fetcher, webhooks=self.webhooks, store=self.store, masthead=self.masthead, clock=self.clock
        )
        return pipeline.notify({MESSAGE: programs}, store=self.store, clock=self.clock)[MESSAGE]

    def add(self, number: int, **changes: object) -> None:
        """Have a new article in Russian, published."""
        save(self.store, make_article(number, **changes))
        self.publish()


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture
def receiver(origin: Origin) -> Receiver:
    return Receiver(origin)


@pytest.fixture
def newsroom(receiver: Receiver, tmp_path: Path) -> Iterator[Newsroom]:
    """Give a newsroom with one Russian article, published before anybody wanted to be told."""
    maker = sqlite(tmp_path)
    store = maker()
    save(store, make_article(1))
    masthead = a_masthead(tmp_path / "feeds", base_url=BASE, tag_prefix=store.tag_prefix())
    room = Newsroom(store, masthead, maker.clock, ())
    room.publish()
    room.webhooks = (Webhook(url=receiver.url, languages=(), secrets=(SECRET,)),)
    yield room
    maker.close()


def test_what_is_told(newsroom: Newsroom, receiver: Receiver) -> None:
    """One signed message for an edition that changed, with what is new in it; then no more."""
    newsroom.add(2, title="Вторая новость")
    assert newsroom.notify() == NotifyReport(told=1)
    [told] = receiver.taken
    assert (told["type"], told["timestamp"]) == ("edition.changed", newsroom.clock.now().isoformat())
    assert told["data"]["language"] == "ru"
    assert told["data"]["feeds"]["atom"] == f"{BASE}ru/atom.xml"
    assert told["data"]["is_complete"] is True
    [entry] = told["data"]["entries"]
    assert (entry["story"], entry["title"]) == ("story00002", "Вторая новость")
    assert entry["url"] == f"{BASE}ru/stories/story00002.html"
    assert entry["id"] in (newsroom.masthead.directory / "ru" / "atom.xml").read_text(encoding="utf-8")
    newsroom.publish()
    assert newsroom.notify() == NotifyReport()


def test_a_translation_and_a_change_are_told(newsroom: Newsroom, receiver: Receiver) -> None:
    """Each edition that changed is told of, and an entry that changed as well as one that is new."""
    save_both(newsroom.store, make_article(2))
    newsroom.publish()
    assert newsroom.notify().told == 2
    assert {one["data"]["language"] for one in receiver.taken} == {"en", "ru"}
    newsroom.store.save_translation(make_translation(make_article(2), title="Better"))
    newsroom.publish()
    newsroom.notify()
    assert [one["title"] for one in receiver.taken[-1]["data"]["entries"]] == ["Better"]


def test_languages(newsroom: Newsroom, receiver: Receiver) -> None:
    """Only the editions of the languages that are named are told of."""
    newsroom.webhooks = (replace(newsroom.webhooks[0], languages=("en",)),)
    newsroom.add(2)
    assert newsroom.notify() == NotifyReport()
    newsroom.store.save_translation(make_translation(make_article(2)))
    newsroom.publish()
    newsroom.notify()
    assert [one["data"]["language"] for one in receiver.taken] == ["en"]


def test_no_more_than_rights_allow(newsroom: Newsroom, receiver: Receiver) -> None:
    """A message has no text, of whatever source; so many entries at most, the newest, and says that there are more."""
    newsroom.masthead = replace(newsroom.masthead, extents={"kremlin": Extent.HEADLINE})
    save(newsroom.store, *(make_article(number) for number in range(2, MOST_ENTRIES + 9)))
    newsroom.publish()
    newsroom.notify()
    [told] = receiver.taken
    assert "Текст" not in json.dumps(told, ensure_ascii=False)
    assert len(told["data"]["entries"]) == MOST_ENTRIES
    assert told["data"]["entries"][0]["story"] == f"story{MOST_ENTRIES + 8:05}"
    assert told["data"]["is_complete"] is False


def test_again_after_an_error(newsroom: Newsroom, receiver: Receiver) -> None:
    """What is answered 500 is sent again, later each time, under the same id, until it is taken."""
    receiver.status = 500
    newsroom.add(2)
    report = newsroom.notify()
    assert (report.told, report.failed) == (0, 1)
    assert "500" in report.errors[0]
    assert newsroom.notify() == NotifyReport()
    newsroom.clock.advance(timedelta(minutes=1))
    newsroom.notify()
    receiver.status = 202
    newsroom.clock.advance(timedelta(minutes=2))
    assert newsroom.notify() == NotifyReport(told=1)
    assert len(receiver.ids) == 3
    assert len(set(receiver.ids)) == 1
    newsroom.add(3)
    newsroom.notify()
    assert receiver.stories() == [["story00002"], ["story00003"]]
    assert receiver.ids[-1] != receiver.ids[0]


def test_in_order_though_it_was_down(newsroom: Newsroom, receiver: Receiver) -> None:
    """What is published while a message waits is told with it: nothing overtakes, nothing is left out, one waits."""
    receiver.status = 503
    for number in (2, 3, 4):
        newsroom.add(number)
        newsroom.notify()
    assert len(newsroom.store.effects_due(now=policy.NEVER, limit=9)) == 1
    receiver.status = 204
    newsroom.clock.advance(timedelta(minutes=5))
    newsroom.notify()
    newsroom.add(5)
    newsroom.notify()
    assert receiver.stories() == [["story00004", "story00003", "story00002"], ["story00005"]]
    assert len(set(receiver.ids[-2:])) == 2


def test_gone(newsroom: Newsroom, receiver: Receiver, origin: Origin) -> None:
    """410 ends it for good, for all editions and no other program; taken out and put back, it begins anew."""
    other = Receiver(origin, "/other")
    newsroom.webhooks += (Webhook(url=other.url, languages=(), secrets=(SECRET,)),)
    receiver.status = 410
    save_both(newsroom.store, make_article(2))
    newsroom.publish()
    assert newsroom.notify().told == 2
    asked = len(receiver.ids)
    receiver.status = 204
    newsroom.add(3)
    newsroom.clock.advance(timedelta(days=30))
    assert newsroom.notify().told == 1
    assert len(receiver.ids) == asked
    both, newsroom.webhooks = newsroom.webhooks, newsroom.webhooks[1:]
    newsroom.notify()
    newsroom.clock.moment = policy.NEVER
    newsroom.notify()
    newsroom.clock.moment = NOON
    newsroom.webhooks = both
    newsroom.add(4)
    newsroom.notify()
    assert receiver.stories() == [["story00004"]]


def test_given_up_and_asked_for_anew(newsroom: Newsroom, receiver: Receiver) -> None:
    """After a day of failures nothing is sent, until the edition changes: then all that was missed is told."""
    receiver.status = 404
    newsroom.add(2)
    last = NOON
    while waiting := newsroom.store.effects_due(now=policy.NEVER - timedelta(days=1), limit=1):
        newsroom.clock.moment = last = max(last, waiting[0].due)
        newsroom.notify()
    assert timedelta(hours=23) <= last - NOON <= timedelta(hours=25)
    receiver.status = 204
    newsroom.add(3)
    newsroom.notify()
    assert receiver.stories() == [["story00003", "story00002"]]


def test_a_crash_before_it_is_kept_that_files_are_in_place(
    newsroom: Newsroom, receiver: Receiver, tmp_path: Path
) -> None:
    """The feed is new, and the store does not know: the next run tells it, once."""
    database = next(tmp_path.glob("*.db"))
    with closing(sqlite3.connect(database)) as raw:
        raw.execute(
            "CREATE TRIGGER crash BEFORE UPDATE ON editions WHEN new.published > old.published "
            "BEGIN SELECT RAISE(ABORT, 'crash'); END"
        )
        with pytest.raises(StoreError):
            newsroom.add(2)
        assert newsroom.notify() == NotifyReport()
        raw.execute("DROP TRIGGER crash")
    newsroom.publish()
    newsroom.notify()
    assert receiver.stories() == [["story00002"]]


def test_a_crash_before_it_is_kept_that_it_was_told(newsroom: Newsroom, receiver: Receiver, tmp_path: Path) -> None:
    """What was told when the process died is told once more, under the same id: the receiver knows it already."""
    newsroom.add(2)
    with closing(sqlite3.connect(next(tmp_path.glob("*.db")))) as raw:
        raw.execute("CREATE TRIGGER crash BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'crash'); END")
        with pytest.raises(StoreError):
            newsroom.notify()
        raw.execute("DROP TRIGGER crash")
    assert newsroom.notify().told == 1
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_where_nothing_may_be_sent(newsroom: Newsroom, receiver: Receiver) -> None:
    """With `allow = "none"`, and to a private address that is not allowed, no message leaves; the reason says so."""
    newsroom.network = NetworkSettings(allow="none", allow_private=("127.0.0.0/8",))
    newsroom.add(2)
    assert 'allow = "none"' in newsroom.notify().errors[0]
    newsroom.network = NetworkSettings()
    newsroom.clock.advance(timedelta(minutes=1))
    assert "not an address on the public Internet" in newsroom.notify().errors[0]
    assert receiver.ids == []


def test_secrets_change(newsroom: Newsroom, receiver: Receiver) -> None:
    """With two secrets a message has a signature by each: a receiver may hold the old one or the new one."""
    newsroom.webhooks = (replace(newsroom.webhooks[0], secrets=(OLD_SECRET, SECRET)),)
    for number, secret in enumerate((SECRET, OLD_SECRET), 2):
        receiver.secret = secret
        newsroom.add(number)
        assert newsroom.notify() == NotifyReport(told=1)
    assert SECRET.decode() not in repr(newsroom.webhooks)


def test_no_redirect(origin: Origin) -> None:
    """A message goes to the address that is configured, and to no other; what is answered decides what is raised."""
    fetcher = HttpFetcher(LOOPBACK, user_agent="syndicator/test")
    for status in (301, 302, 303, 307, 308):
        origin.redirect("/moved", to="/hook", status=status)
        with pytest.raises(Refused, match=f"answered {status}"):
            fetcher.post_json(origin.url("/moved"), b"{}", headers={"webhook-signature": "v1,x"})
    assert origin.paths().count("/hook") == 0
    origin.add("/gone", status=410)
    with pytest.raises(Gone):
        fetcher.post_json(origin.url("/gone"), b"{}", headers={})
    with pytest.raises(Forbidden):
        fetcher.post_json("http://10.1.2.3/", b"{}", headers={})


class TestSecrets:
    """Where secrets come from, and what is said of those that are none."""

    def test_file(self, tmp_path: Path) -> None:
        """A file has one a line; a variable has one, too; the prefix may be left out."""
        file = tmp_path / "secret"
        file.write_text(f"{written(SECRET)}\n\n{written(OLD_SECRET).removeprefix('whsec_')}\n")
        assert load_secrets(file, None, {}) == (SECRET, OLD_SECRET)
        assert load_secrets(None, "A", {"A": written(SECRET)}) == (SECRET,)

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"", "no secret"), (b"geheim!", "no secret"), (b"whsec_Z2VoZWlt", "6 bytes"), (b"\xff", "no secret"),
         (written(b"x" * 65).encode(), "65 bytes"), (written(b"x" * 23).encode(), "23 bytes")],
    )  # fmt: skip
    def test_wrong(self, tmp_path: Path, content: bytes, words: str) -> None:
        """What is no secret is told without showing it."""
        file = tmp_path / "secret"
        file.write_bytes(content)
        with pytest.raises(ConfigError, match=words) as error:
            load_secrets(file, None, {})
        told = str(error.value).replace(str(file), "")
        assert "geheim" not in told
        assert "Z2Vo" not in told

    def test_missing(self, tmp_path: Path) -> None:
        """A file that is not there, and a variable that is not set, are named."""
        with pytest.raises(ConfigError, match="No such file"):
            load_secrets(tmp_path / "none", None, {})
        with pytest.raises(ConfigError, match="NEWS_SECRET: is not set"):
            load_secrets(None, "NEWS_SECRET", {})


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ('url = "https://a.example/"', "webhooks[0]"),
        ('url = "https://a.example/"\nsecret_env = "A"\nsecret_file = "b"', "webhooks[0]"),
        ('url = "https://a.example/"\nsecret_env = "SYNDICATOR_A"', "webhooks[0]"),
        ('url = "https://a:b@a.example/"\nsecret_env = "A"', "webhooks[0].url"),
        ('url = "https://a.example/"\nsecret_env = "A"\nlanguages = ["de"]', "webhooks[0].languages"),
        (
            'url = "https://a.example/"\nsecret_env = "A"\n[[webhooks]]\nurl = "https://a.example/"\nsecret_env = "B"',
            "webhooks",
        ),
    ],
)
def test_mistakes_in_the_config(tmp_path: Path, table: str, key: str) -> None:
    """Each is named where it stands; so is a webhook without an address that readers reach the feeds at."""
    config = tmp_path / "syndicator.toml"
    config.write_text(f'feeds.base_url = "{BASE}"\n[[webhooks]]\n{table}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(config)
    assert error.value.problems[0].key == key
    config.write_text('[[webhooks]]\nurl = "https://a.example/"\nsecret_env = "A"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="base_url"):
        load(config)


def command(desk: Desk, *words: str) -> str:
    """Return what a command prints, run in this process."""
    return CliRunner().invoke(app, [*words, "--config", str(desk.config)]).output


def test_a_desk_that_tells(receiver: Receiver, tmp_path: Path) -> None:
    """A daemon tells by itself; commands say how it goes and what is wrong; no secret is shown."""
    head = f'languages = ["en"]\n[feeds]\nbase_url = "{BASE}"\ndirectory = "{tmp_path}/desk/feeds"\n'
    table = f'[[webhooks]]\nurl = "{receiver.url}?key=geheim"\nsecret_file = "hook.secret"\n'
    desk = Desk.make(tmp_path / "desk", INBOX + table, head=head)
    receiver.origin.respond("/hook?key=geheim", receiver._answer)
    secret = desk.config.parent / "hook.secret"
    settings = load(desk.config)
    with pytest.raises(ConfigError, match=r"hook\.secret: can't be read"), open_desk(settings):
        pass
    secret.write_text(written(SECRET))
    secret.chmod(0o644)
    assert any("can be read by everybody" in one.text for one in places(settings, desk.config))
    shown = command(desk, "webhook", "test")
    assert shown == f"{receiver.url} took it\n"
    assert receiver.taken.pop()["type"] == "webhook.test"
    desk.drop("a.txt", TEXT)
    receiver.status = 500
    with working(desk):
        wait_until(lambda: receiver.ids[1:])
        wait_until(lambda: "was not told" in command(desk, "status"))
        status = command(desk, "status")
        assert f"webhook {receiver.url} was not told of the edition en, tried again" in status
        receiver.status = 204
        desk.drop("b.txt", TEXT.replace("Garden", "Park"))
        wait_until(lambda: receiver.taken)
    assert len(receiver.stories()[-1]) == 2
    receiver.status = 410
    refused = command(desk, "webhook", "test")
    assert "410" in refused
    for said in (shown, status, refused, command(desk, "config", "show")):
        assert written(SECRET) not in said
    assert "geheim" not in shown + status + refused
