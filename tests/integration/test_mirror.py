"""An S3-compatible store is kept equal to the published folder, whatever happens on the way."""

import gzip
import os
import signal
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPMessage
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

import pytest
from moto.server import ThreadedMotoServer
from support.desk import Desk, wait_until
from support.origin import Answer, Asked, Origin
from support.serving import lay_out
from support.shift import working
from support.store import StoppedClock
from typer.testing import CliRunner

from syndicator import pipeline
from syndicator.cli import app
from syndicator.config import load
from syndicator.config_tables import NetworkSettings
from syndicator.doctor.network import mirror as examined
from syndicator.errors import ConfigError, Forbidden, PublishError
from syndicator.pipeline import mirror_state
from syndicator.publishing.mirror import MARKER, Mirror, MirrorReport
from syndicator.publishing.mirrorplace import load_place
from syndicator.sources.guard import check_host
from syndicator.wiring import make_mirror

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAGEHEIM", "AWS_SECRET_ACCESS_KEY": "streng/geheim"}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Bucket:
    """A bucket of its own on a store on loopback, asked by a client that knows nothing of ours."""

    endpoint: str
    name: str

    def __post_init__(self) -> None:
        self.ask("", "PUT")

    def ask(self, name: str, method: str = "GET", body: bytes | None = None) -> tuple[bytes, HTTPMessage]:
        """Ask for an object."""
        url = f"{self.endpoint}/{self.name}/{name}"
        signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20261124/us-east-1/s3/aws4_request"}
        request = urllib.request.Request(url, method=method, data=body, headers=signed)  # noqa: S310 - loopback
        with OPENER.open(request) as answer:
            return answer.read(), answer.headers

    def names(self) -> set[str]:
        """Return what is there."""
        listed, _ = self.ask("?list-type=2")
        return {part.split(b"</Key>")[0].decode() for part in listed.split(b"<Key>")[1:]}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, request: pytest.FixtureRequest) -> Bucket:
    return Bucket(endpoint, f"b{crc32(request.node.name.encode())}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay_out(tmp_path / "feeds")
    return tmp_path / "feeds"


def a_mirror(bucket: Bucket, folder: Path, *, endpoint: str | None = None, is_packed: bool = False) -> Mirror:
    """Return a mirror of a folder, as a process that was just started has it."""
    place = load_place(
        f"s3://{bucket.name}/news",
        endpoint=endpoint or bucket.endpoint,
        region="us-east-1",
        file=None,
        environment=KEYS,
    )
    return Mirror(place, folder, max_age=timedelta(minutes=5), is_packed=is_packed, check=lambda: None)


def published(folder: Path) -> set[str]:
    """Return what is to be in the bucket."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("[!.]*") if path.is_file()}
    return {f"news/{name}" for name in {*names, MARKER}}


def test_everything_is_there(bucket: Bucket, folder: Path) -> None:
    """Each file is an object with its bytes, media type and age; hidden files and links are none."""
    (folder / "elsewhere.html").symlink_to("/etc/passwd")
    mirror = a_mirror(bucket, folder)
    report = mirror.update()
    (folder / "elsewhere.html").unlink()
    assert bucket.names() == published(folder)
    assert report == MirrorReport(put=len(published(folder)) - 1)
    feed = ("en/atom.xml", "application/atom+xml; charset=utf-8", 300)
    for name, kind, age in (feed, ("ru/picture.png", "image/png", 3600)):
        body, fields = bucket.ask(f"news/{name}")
        assert (body, fields["Content-Type"]) == ((folder / name).read_bytes(), kind)
        assert fields["Cache-Control"] == f"public, max-age={age}"
    assert bucket.ask("news/en/archive/atom-1.xml")[1]["Cache-Control"] == "public, max-age=604800"
    assert mirror.update() == a_mirror(bucket, folder).update() == MirrorReport()


def test_changed_and_removed(bucket: Bucket, folder: Path) -> None:
    """Only what changed is put, what is gone is removed, and an object that somebody removed comes back."""
    mirror = a_mirror(bucket, folder)
    mirror.update()
    (folder / "en" / "atom.xml").write_bytes(b"<feed/>")
    (folder / "en" / "stories" / "a.html").unlink()
    bucket.ask("news/style.css", "DELETE")
    assert mirror.update() == MirrorReport(put=2, removed=1)
    assert bucket.names() == published(folder)
    assert bucket.ask("news/en/atom.xml")[0] == b"<feed/>"


def test_packed(bucket: Bucket, folder: Path) -> None:
    """Compressed, text says so and pictures are as they are; a new process finds that nothing is to do."""
    a_mirror(bucket, folder, is_packed=True).update()
    body, fields = bucket.ask("news/en/rss.xml")
    assert gzip.decompress(body) == (folder / "en" / "rss.xml").read_bytes()
    assert fields["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in bucket.ask("news/ru/picture.png")[1]
    assert a_mirror(bucket, folder, is_packed=True).update() == MirrorReport()


@dataclass
class Between:
    """What stands between us and the store: hands on so many changes, in which order, then answers as it is told."""

    origin: Origin
    bucket: Bucket
    left: int = 10_000
    status: int = 503
    victim: int | None = None
    """A process that is killed by the change after the last one that is handed on."""
    changes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.origin.otherwise(self._answer)

    def _answer(self, asked: Asked) -> Answer:
        with self._lock:
            is_change = asked.method != "GET"
            self.left -= is_change
            if self.left < 0 or (self.left == 0 and not is_change):
                if self.victim:
                    os.kill(self.victim, signal.SIGKILL)
                return Answer(status=self.status, body=b"<Error><Message>AKIAGEHEIM streng/geheim</Message></Error>")
            if is_change:
                self.changes.append(f"{asked.method} {asked.path}")
        fields = {name: value for name, value in asked.headers.items() if name.lower() not in {"host", "connection"}}
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.bucket.endpoint + asked.path, method=asked.method, data=asked.body or None, headers=fields
        )
        with OPENER.open(request) as answer:
            return Answer(status=answer.status, body=answer.read(), headers={"ETag": answer.headers["ETag"]})


@pytest.fixture
def between(bucket: Bucket) -> Iterator[Between]:
    with Origin() as origin:
        yield Between(origin, bucket)


def test_order(bucket: Bucket, folder: Path, between: Between) -> None:
    """What is linked to is there before what links to it; what is gone goes last."""
    mirror = a_mirror(bucket, folder, endpoint=between.origin.url("").rstrip("/"))
    mirror.update()
    order = [one.removeprefix(f"PUT /{bucket.name}/news/") for one in between.changes]
    feeds = {"en/atom.xml", "en/rss.xml", "en/feed.json", "ru/atom.xml", "feeds.opml"}
    assert order[0] == MARKER
    assert set(order[-5:]) == feeds
    assert order.index("en/archive/atom-1.xml") < order.index("en/index.html") < order.index("en/atom.xml")
    (folder / "en" / "stories" / "a.html").unlink()
    (folder / "en" / "atom.xml").write_bytes(b"<feed/>")
    between.changes.clear()
    mirror.update()
    assert between.changes[0].endswith("/news/en/atom.xml")
    assert between.changes[-1].startswith("POST")


@pytest.mark.parametrize("after", [0, 1, 7, 14])
def test_broken_off_anywhere(bucket: Bucket, folder: Path, between: Between, after: int) -> None:
    """After any number of changes the store is gone: a new process does the rest; no feed is there before its pages."""
    between.left = after
    address = between.origin.url("").rstrip("/")
    with pytest.raises(PublishError, match="could not be brought up to date") as error:
        a_mirror(bucket, folder, endpoint=address).update()
    assert "geheim" not in str(error.value).lower()
    names = bucket.names()
    assert "news/en/atom.xml" not in names or "news/en/stories/a.html" in names
    assert len(names) <= after + 8
    a_mirror(bucket, folder).update()
    assert bucket.names() == published(folder)


def test_killed(bucket: Bucket, between: Between, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed in the middle leaves whole objects; the next one does the rest."""
    table = f'[mirror]\nurl = "s3://{bucket.name}/news"\nendpoint = "{between.origin.url("").rstrip("/")}"\n'
    desk = Desk.make(tmp_path, head=table)
    lay_out(desk.feeds)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    between.left = 6
    process = desk.start("mirror")
    between.victim = process.pid
    assert process.wait(120) == -signal.SIGKILL
    there = bucket.names() - {f"news/{MARKER}"}
    assert there < published(desk.feeds)
    for name in there:
        assert bucket.ask(quote(name))[0] == (desk.feeds / name.removeprefix("news/")).read_bytes()
    between.left, between.victim = 10_000, None
    mirror = make_mirror(load(desk.config))
    assert mirror is not None
    assert mirror.update().is_complete
    assert bucket.names() == published(desk.feeds)


def test_a_file_that_changes_meanwhile(bucket: Bucket, folder: Path) -> None:
    """What is written while a pass goes on waits for the next one, and so does all that may link to it."""
    mirror = a_mirror(bucket, folder)
    there = mirror._files

    def files() -> dict[str, tuple[int, int]]:
        found = there()
        (folder / "en" / "stories" / "a.html").write_bytes(b"newer")
        return found

    mirror._files = files  # type: ignore[method-assign]
    report = mirror.update()
    assert not report.is_complete
    assert "news/en/atom.xml" not in bucket.names()
    mirror._files = there  # type: ignore[method-assign]
    assert mirror.update().is_complete
    assert bucket.ask("news/en/stories/a.html")[0] == b"newer"


def test_a_hurry(bucket: Bucket, folder: Path) -> None:
    """Told to stop, a pass ends, and removes nothing."""
    mirror = a_mirror(bucket, folder)
    mirror.update()
    (folder / "en" / "stories" / "a.html").unlink()
    (folder / "style.css").write_bytes(b"new")
    assert mirror.update(should_stop=lambda: True) == MirrorReport(is_complete=False)
    assert "news/en/stories/a.html" in bucket.names()


def test_what_is_not_ours(bucket: Bucket, folder: Path) -> None:
    """A place with others' objects is left alone, and so is a mirror whose folder is empty (not mounted)."""
    bucket.ask("news/theirs.txt", "PUT", b"theirs")
    bucket.ask("newsletter.txt", "PUT", b"beside")
    with pytest.raises(PublishError, match="not of a mirror"):
        a_mirror(bucket, folder).update()
    assert bucket.names() == {"news/theirs.txt", "newsletter.txt"}
    bucket.ask("news/theirs.txt", "DELETE")
    mirror = a_mirror(bucket, folder)
    mirror.update()
    assert "newsletter.txt" in bucket.names()
    (folder / "feeds.opml").unlink()
    with pytest.raises(PublishError, match="holds no editions"):
        mirror.update()
    assert "news/feeds.opml" in bucket.names()


def test_the_environment_leads_nowhere_else(bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxies nor endpoints of the environment are used: nobody has checked their addresses."""
    proxies = ("HTTP_PROXY", "http_proxy", "ALL_PROXY")
    endpoints = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    other = dict.fromkeys([*proxies, *endpoints], "http://127.0.0.1:9")
    for name, value in {**other, "AWS_SESSION_TOKEN": "old", "AWS_REGION": "nowhere"}.items():
        monkeypatch.setenv(name, value)
    assert a_mirror(bucket, folder).update().is_complete


def test_addresses() -> None:
    """A host is asked about before it is connected to: the same table as for all that is fetched."""
    with pytest.raises(Forbidden, match="not an address on the public Internet"):
        check_host("127.0.0.1", 80, allowed=(), seconds=5)
    with pytest.raises(Forbidden, match="localhost"):
        check_host("localhost", 80, allowed=(), seconds=5)
    with pytest.raises(Forbidden, match='allow = "none"'):
        check_host("s3.example", 443, allowed=None, seconds=5)


class TestKeys:
    """What opens the store."""

    def test_file(self, tmp_path: Path) -> None:
        """A file has the lines that such files have."""
        file = tmp_path / "keys"
        file.write_text("[default]\n# ours\naws_access_key_id = a\naws_secret_access_key=b=\naws_session_token = c\n")
        place = load_place("s3://bucket/a/b/", endpoint=None, region="eu-north-1", file=file, environment={})
        assert (place.key, place.secret, place.token, place.prefix) == ("a", "b=", "c", "a/b")
        assert place.endpoint == "https://s3.eu-north-1.amazonaws.com"
        assert "b=" not in repr(place)

    @pytest.mark.parametrize("content", ["", "aws_access_key_id = a", "geheim", "aws_access_key_id =", "a = b", "ы"])
    def test_wrong(self, tmp_path: Path, content: str) -> None:
        """What is missing, or no key, is told without showing it; so are variables that are not set."""
        file = tmp_path / "keys"
        file.write_text(content)
        for where in (file, None, tmp_path / "none"):
            with pytest.raises(ConfigError) as error:
                load_place("s3://bucket", endpoint=None, region="x", file=where, environment={"AWS_ACCESS_KEY_ID": "k"})
            assert "geheim" not in str(error.value).replace(str(tmp_path), "")


@pytest.mark.parametrize(
    "table", ['url = "s3://B/x"', 'url = "https://bucket/x"', 'url = "s3://bucket/x"\nendpoint = "x"']
)
def test_mistakes_in_the_config(tmp_path: Path, table: str) -> None:
    """What is no place is told."""
    config = tmp_path / "syndicator.toml"
    config.write_text(f"[mirror]\n{table}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="mirror"):
        load(config)


def test_how_it_goes_is_kept(bucket: Bucket, folder: Path, between: Between) -> None:
    """A failure is kept with its reason until a pass succeeds; it is tried again, and so is what was not complete."""
    clock = StoppedClock()
    between.left = 0
    mirroring = pipeline.Mirroring(a_mirror(bucket, folder, endpoint=between.origin.url("").rstrip("/")), clock=clock)
    assert mirror_state(folder) is None
    with pytest.raises(PublishError):
        mirroring.tick(lambda: False)
    state = mirror_state(folder)
    assert state is not None
    assert "503" in state["error"]
    between.left = 10_000
    report = mirroring.tick(lambda: False)
    assert report is not None
    assert report.is_complete
    assert mirroring.tick(lambda: False) is None
    mirroring.owe()
    assert mirroring.tick(lambda: True) == MirrorReport()
    state = mirror_state(folder)
    assert state is not None
    assert (state["at"], state["error"], state["is_complete"]) == (clock.now(), None, True)


def test_a_desk_with_a_mirror(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon mirrors what it publishes; commands say how it goes; nothing leaves where nothing may."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    table = f'[mirror]\nurl = "s3://{bucket.name}/news"\nendpoint = "{bucket.endpoint}"\n'
    desk = Desk.make(
        tmp_path / "desk", '[[sources]]\nslug = "press"\ninbox = "inbox"\n', head='languages = ["en"]\n' + table
    )
    options = ["--config", str(desk.config)]
    desk.drop("a.txt", "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n")
    with working(desk):
        wait_until(lambda: "news/en/press/atom.xml" in bucket.names() and bucket.names() == published(desk.feeds))
    assert f"mirror s3://{bucket.name}/news" in CliRunner().invoke(app, ["status", *options]).output
    done = CliRunner().invoke(app, ["mirror", *options])
    assert done.output == f"s3://{bucket.name}/news: 0 files put, 0 removed\n"
    assert [one.text for one in examined(load(desk.config))] == [f"s3://{bucket.name}/news can be reached"]
    with monkeypatch.context() as patched:
        patched.setenv("SYNDICATOR_NETWORK__ALLOW", "none")
        settings = load(desk.config)
        assert settings.network == NetworkSettings(allow="none", allow_private=("127.0.0.0/8",))
        mirror = make_mirror(settings)
        assert mirror is not None
        with pytest.raises(Forbidden, match='allow = "none"'):
            mirror.update()
        assert 'allow = "none"' in next(iter(examined(settings))).text
