import gzip
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from socket import socket
from threading import Lock
from typing import Any

import brotli
import pytest
from support.origin import Answer, Asked, Origin

from syndicator.config import NetworkSettings
from syndicator.errors import FetchError, Gone, Refused, Unavailable
from syndicator.sources.http import HttpFetcher

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CERTIFICATE = Path(__file__).parents[1] / "support" / "localhost.pem"


def fetcher(
    *,
    tls: ssl.SSLContext | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    **settings: Any,  # noqa: ANN401 - values of NetworkSettings, each of its own type
) -> HttpFetcher:
    settings = {"allow_private": ("127.0.0.0/8",), **settings}
    return HttpFetcher(
        NetworkSettings(**settings), user_agent="Syndicator/0.1 (+https://us.example)", tls=tls, monotonic=monotonic
    )


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


# What comes back


def test_a_document_holds_what_the_origin_sent(origin: Origin) -> None:
    """Body, type, charset, validators and freshness arrive as they were sent."""
    headers = {
        "Content-Type": 'Application/RSS+XML; Charset="Windows-1251"',
        "ETag": 'W/"a b"',
        "Last-Modified": "Mon, 1 Jan 2024 00:00:00 GMT (odd)",
        "Cache-Control": "public, max-age=600",
    }
    origin.add("/feed.xml", body=b"<rss/>", headers=headers)
    document = fetcher().fetch(origin.url("/feed.xml#top"))
    assert document.url == origin.url("/feed.xml")
    assert document.content == b"<rss/>"
    assert (document.media_type, document.charset) == ("application/rss+xml", "windows-1251")
    assert (document.etag, document.last_modified) == ('W/"a b"', "Mon, 1 Jan 2024 00:00:00 GMT (odd)")
    assert document.max_age == timedelta(minutes=10)
    assert not document.is_unchanged
    assert document.moved_to is None


def test_requests_say_who_asks_and_nothing_more(origin: Origin) -> None:
    """User-Agent is ours; there are no cookies and no Referer, not even after a redirect that sets some."""
    origin.respond("/a", lambda _: Answer(status=302, headers={"Location": "/b", "Set-Cookie": "track=1; Path=/"}))
    origin.add("/b", body=b"x")
    get = fetcher()
    get.fetch(origin.url("/a"))
    get.fetch(origin.url("/b"))
    assert len(origin.requests) == 3
    for asked in origin.requests:
        assert asked.headers["User-Agent"] == "Syndicator/0.1 (+https://us.example)"
        assert asked.headers["Accept-Encoding"] == "gzip, br, zstd"
        assert asked.headers["Cookie"] is None
        assert asked.headers["Referer"] is None


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)]
)
def test_compressed_answers_are_unpacked(origin: Origin, coding: str, compress: Callable[[bytes], bytes]) -> None:
    """Each coding that is offered is understood."""
    text = "Новости ".encode() * 1000
    origin.add("/feed", body=compress(text), headers={"Content-Encoding": coding})
    assert fetcher().fetch(origin.url("/feed")).content == text


def test_proxies_of_the_environment_are_not_used(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would reach addresses that we must not, so HTTP_PROXY has no effect."""
    with Origin() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        origin.add("/feed", body=b"direct")
        assert fetcher().fetch(origin.url("/feed")).content == b"direct"
        assert proxy.connections == 0


def test_a_password_in_a_url_is_neither_sent_nor_shown(origin: Origin) -> None:
    """It is for whoever wrote the URL, and that may be anybody; errors are without the query, too."""
    origin.add("/feed", body=b"x")
    base = origin.url("/").replace("://", "://ann:s3cret@")
    document = fetcher().fetch(base + "feed")
    assert origin.requests[0].headers["Authorization"] is None
    assert document.url == origin.url("/feed")
    with pytest.raises(Refused) as caught:
        fetcher().fetch(base + "missing?key=s3cret")
    assert "s3cret" not in str(caught.value)
    assert "/missing?… answered 404" in str(caught.value)


# Conditional requests


def test_validators_are_sent_back_byte_for_byte(origin: Origin) -> None:
    """An ETag in latin-1 and a Last-Modified that is no date come back to the origin exactly as it sent them."""
    tag, modified = '"caf\xe9  \xbb"', "yesterday, about noon"
    origin.add("/feed", body=b"x", headers={"ETag": tag, "Last-Modified": modified})
    first = fetcher().fetch(origin.url("/feed"))
    assert (first.etag, first.last_modified) == (tag, modified)
    again = fetcher().fetch(origin.url("/feed"), etag=first.etag, last_modified=first.last_modified)
    assert origin.requests[1].headers["If-None-Match"] == tag
    assert origin.requests[1].headers["If-Modified-Since"] == modified
    assert again.is_unchanged
    assert again.content == b""
    assert (again.etag, again.last_modified) == (tag, modified)


def test_a_304_without_validators_keeps_those_we_have(origin: Origin) -> None:
    """A bare 304 leaves the validators as they were."""
    origin.add("/feed", status=304)
    document = fetcher().fetch(origin.url("/feed"), etag='"1"', last_modified="then")
    assert document.is_unchanged
    assert (document.etag, document.last_modified) == ('"1"', "then")


def test_a_304_that_was_not_asked_for_is_a_failure(origin: Origin) -> None:
    """Without a validator we hold nothing that could be unchanged."""
    origin.add("/feed", status=304)
    with pytest.raises(Unavailable):
        fetcher().fetch(origin.url("/feed"))


# Redirects


@pytest.mark.parametrize(
    ("statuses", "is_moved"),
    [((301,), True), ((308,), True), ((301, 308), True), ((302,), False), ((301, 302), False), ((307, 301), False)],
)
def test_only_permanent_redirects_move_a_source(origin: Origin, statuses: tuple[int, ...], is_moved: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """`moved_to` is told when every hop was 301 or 308, and only then."""
    for number, status in enumerate(statuses):
        origin.redirect(f"/{number}", to=f"/{number + 1}", status=status)
    origin.add(f"/{len(statuses)}", body=b"here")
    document = fetcher().fetch(origin.url("/0"))
    assert document.url == origin.url(f"/{len(statuses)}")
    assert document.moved_to == (document.url if is_moved else None)


def test_an_unchanged_document_tells_its_move_too(origin: Origin) -> None:
    """A 304 behind a permanent redirect confirms the new address."""
    origin.redirect("/old", to="/new", status=308)
    origin.add("/new", body=b"x", headers={"ETag": '"1"'})
    document = fetcher().fetch(origin.url("/old"), etag='"1"')
    assert document.is_unchanged
    assert document.moved_to == origin.url("/new")


def test_redirects_end_after_so_many(origin: Origin) -> None:
    """A loop is followed max_redirects times."""
    origin.redirect("/a", to="/a")
    with pytest.raises(Unavailable, match="redirects more than 3 times"):
        fetcher(max_redirects=3).fetch(origin.url("/a"))
    assert len(origin.requests) == 4


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd", "ftp://x/"]
)
def test_each_hop_is_checked_like_the_first(origin: Origin, target: str) -> None:
    """A redirect to a private address or to another scheme is refused without connecting."""
    origin.redirect("/a", to=target, status=302)
    with pytest.raises(Refused):
        fetcher().fetch(origin.url("/a"))


@pytest.mark.parametrize("location", ["", "http://[bad/", "http://:80:80/"])
def test_a_redirect_to_nowhere_is_a_failure(origin: Origin, location: str) -> None:
    """A redirect without a usable target is the origin's mistake, and may pass."""
    origin.add("/a", status=302, headers={"Location": location or None})
    with pytest.raises(FetchError):
        fetcher().fetch(origin.url("/a"))


def test_the_body_of_a_redirect_is_not_read(origin: Origin) -> None:
    """A redirect with an endless body is followed at once."""

    def endless(_: Asked, connection: socket) -> None:
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n")
        while not origin.stopping.is_set():
            connection.sendall(b"x" * 65536)

    origin.raw("/a", endless)
    origin.add("/b", body=b"here")
    assert fetcher(timeout=timedelta(seconds=5)).fetch(origin.url("/a")).content == b"here"


# Limits


def test_a_body_that_is_too_large_is_refused(origin: Origin) -> None:
    """More than max_bytes is refused, exactly so many is not."""
    origin.add("/fits", body=b"x" * 1000)
    origin.add("/larger", body=b"x" * 1001)
    assert len(fetcher(max_bytes=1000).fetch(origin.url("/fits")).content) == 1000
    with pytest.raises(Refused, match="larger than the 1,000 bytes"):
        fetcher(max_bytes=1000).fetch(origin.url("/larger"))


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)]
)
def test_a_bomb_stops_at_the_limit(origin: Origin, coding: str, compress: Callable[[bytes], bytes]) -> None:
    """The limit counts unpacked bytes, while they are unpacked."""
    bomb = compress(b"\0" * 10_000_000)
    assert len(bomb) < 60_000
    origin.add("/bomb", body=bomb, headers={"Content-Encoding": coding})
    with pytest.raises(Refused, match="larger than"):
        fetcher(max_bytes=1_000_000).fetch(origin.url("/bomb"))


def test_an_endless_body_stops_at_the_limit(origin: Origin) -> None:
    """A body without an end costs no more than max_bytes."""

    def endless(_: Asked, connection: socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not origin.stopping.is_set():
            connection.sendall(b"x" * 65536)

    origin.raw("/endless", endless)
    with pytest.raises(Refused):
        fetcher(max_bytes=1_000_000).fetch(origin.url("/endless"))


def test_a_coding_that_was_not_asked_for_is_a_failure(origin: Origin) -> None:
    """Bytes that can't be unpacked are never taken for the document."""
    origin.add("/feed", body=b"xyz", headers={"Content-Encoding": "compress"})
    with pytest.raises(Unavailable, match="compressed"):
        fetcher().fetch(origin.url("/feed"))


def drip(text: bytes, origin: Origin) -> Callable[[Asked, socket], None]:
    def send(_: Asked, connection: socket) -> None:
        for byte in text:
            connection.sendall(bytes([byte]))
            if origin.stopping.wait(0.02):
                return

    return send


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Header: value\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1000,
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000,
    ],
    ids=["header", "body", "chunks", "hints"],
)
def test_the_deadline_holds_against_a_trickle(origin: Origin, text: bytes) -> None:
    """An origin that sends a byte now and then can't keep us longer than the time-out."""
    origin.raw("/slow", drip(text, origin))
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"did not answer within 0\.4 s"):
        fetcher(timeout=timedelta(seconds=0.4)).fetch(origin.url("/slow"))
    assert time.monotonic() - started < 2


def test_the_deadline_covers_all_redirects_together(origin: Origin) -> None:
    """Slow hops add up."""

    def slow(asked: Asked) -> Answer:
        origin.stopping.wait(0.15)
        return Answer(status=302, headers={"Location": f"{asked.path}x"})

    for length in range(1, 22):
        origin.respond("/" + "x" * length, slow)
    with pytest.raises(Unavailable, match="did not answer within"):
        fetcher(timeout=timedelta(seconds=0.4), max_redirects=20).fetch(origin.url("/x"))
    assert len(origin.requests) <= 4


def test_few_requests_go_to_one_host_at_a_time(origin: Origin) -> None:
    """Of eight at once, per_host are let through; waiting for a turn is not held against the document."""
    lock = Lock()
    inside: list[Asked] = []
    at_once: list[int] = []

    def slow(asked: Asked) -> Answer:
        with lock:
            inside.append(asked)
            at_once.append(len(inside))
        origin.stopping.wait(0.1)
        with lock:  # before the answer goes out: who has it may ask again at once
            inside.remove(asked)
        return Answer(body=b"x")

    origin.respond("/", slow)
    get = fetcher(per_host=2, timeout=timedelta(seconds=0.3))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(get.fetch, [origin.url("/")] * 8))
    assert max(at_once) == 2


# Failures


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, Refused),
        (403, Refused),
        (404, Refused),
        (451, Refused),
        (410, Gone),
        (408, Unavailable),
        (425, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (599, Unavailable),
        (204, Unavailable),
        (206, Unavailable),
        (300, Unavailable),
    ],
)
def test_a_status_means_what_the_port_says(origin: Origin, status: int, error: type[FetchError]) -> None:
    """410 is for good, other 4xx are refusals, what may pass is unavailable."""
    origin.add("/feed", status=status, body=b"sorry" if status != 204 else b"")
    with pytest.raises(FetchError, match=str(status)) as caught:
        fetcher().fetch(origin.url("/feed"))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("999999999999", timedelta(hours=24)),
        ("in +30 s", timedelta(seconds=30)),
        ("in -30 s", timedelta(0)),
        ("in +999999 s", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_is_understood(origin: Origin, sent: str | None, expected: timedelta | None) -> None:
    """Seconds and dates by the origin's own clock are understood, and no wait is longer than a day."""
    its_clock = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
    if sent and sent.startswith("in "):
        sent = format_datetime(its_clock + timedelta(seconds=int(sent.split()[1])), usegmt=True)
    headers = {"Retry-After": sent, "Date": format_datetime(its_clock, usegmt=True)}
    origin.add("/feed", status=503, headers=headers)
    with pytest.raises(Unavailable) as caught:
        fetcher().fetch(origin.url("/feed"))
    assert caught.value.retry_after == expected


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
    ],
    ids=["nothing", "garbage", "half", "chunks", "gzip"],
)
def test_a_broken_answer_is_a_failure(origin: Origin, sent: bytes) -> None:
    """An answer that breaks off or is no HTTP is never taken for a document."""
    origin.raw("/feed", lambda _, connection: connection.sendall(sent))
    with pytest.raises(Unavailable, match="could not be fetched"):
        fetcher().fetch(origin.url("/feed"))


def test_a_closed_port_is_a_failure_that_may_pass() -> None:
    """Nobody listening is Unavailable."""
    with Origin() as closed:
        url = closed.url("/")
    with pytest.raises(Unavailable, match="Connection refused"):
        fetcher().fetch(url)


@pytest.mark.parametrize(
    "url",
    ["", "feed.xml", "//host/x", "file:///etc/passwd", "ftp://host/x", "http://", "http://[bad/", "data:,x", "\0"],
)
def test_only_http_urls_are_fetched(url: str) -> None:
    """Anything but an http or https URL is refused."""
    with pytest.raises(Refused):
        fetcher().fetch(url)


def test_private_addresses_are_refused_unless_allowed(origin: Origin) -> None:
    """By default, nothing inside the operator's own network can be reached."""
    with pytest.raises(Refused, match="allow_private"):
        fetcher(allow_private=()).fetch(origin.url("/"))
    assert origin.connections == 0


# TLS


def served_over_tls() -> Origin:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return Origin("localhost", tls=context)


def test_tls_is_verified_for_the_name_not_the_address() -> None:
    """Connecting to a checked address, we still ask for the name and accept its certificate alone."""
    trusting = fetcher(tls=ssl.create_default_context(cafile=str(CERTIFICATE)))
    with served_over_tls() as origin:
        origin.add("/feed", body=b"safe")
        assert trusting.fetch(origin.url("/feed")).content == b"safe"
        with pytest.raises(Unavailable, match="certificate"):
            trusting.fetch(origin.url("/feed").replace("localhost", "127.0.0.1"))


def test_an_unknown_certificate_is_a_failure() -> None:
    """A certificate of nobody we trust ends the request before it is sent."""
    with served_over_tls() as origin:
        with pytest.raises(Unavailable, match="certificate"):
            fetcher().fetch(origin.url("/feed"))
        assert origin.requests == []


# robots.txt


def test_robots_txt_is_obeyed_for_pages(origin: Origin) -> None:
    """A page that robots.txt forbids us is never asked for; feeds are not subject to it."""
    origin.add("/robots.txt", body=b"User-agent: *\nDisallow: /\n\nUser-agent: syndicator\nDisallow: /private/\n")
    origin.add("/private/a", body=b"x")
    origin.add("/open/a", body=b"x")
    get = fetcher()
    assert get.fetch_allowed(origin.url("/open/a")).content == b"x"
    with pytest.raises(Refused, match=r"robots\.txt does not allow"):
        get.fetch_allowed(origin.url("/private/a"))
    assert get.fetch(origin.url("/private/a")).content == b"x"
    assert origin.paths() == ["/robots.txt", "/open/a", "/private/a"]


def test_robots_txt_is_obeyed_after_a_redirect(origin: Origin) -> None:
    """A redirect can't lead us to a page that is forbidden."""
    origin.add("/robots.txt", body=b"User-agent: *\nDisallow: /private/\n")
    origin.redirect("/open", to="/private/a")
    with pytest.raises(Refused):
        fetcher().fetch_allowed(origin.url("/open"))
    assert origin.paths() == ["/robots.txt", "/open"]


def test_robots_txt_is_remembered_for_an_hour(origin: Origin) -> None:
    """Many pages of a host cost one look at its rules, until an hour has passed."""
    origin.add("/robots.txt", body=b"")
    origin.add("/a", body=b"x")
    seconds = [0.0]
    get = fetcher(monotonic=lambda: seconds[0])
    for moment in (0.0, 3599.0, 3601.0):
        seconds[0] = moment
        get.fetch_allowed(origin.url("/a"))
    assert origin.paths() == ["/robots.txt", "/a", "/a", "/robots.txt", "/a"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_host_without_robots_txt_allows_all(origin: Origin, status: int) -> None:
    """A 4xx for robots.txt means that there are no rules (RFC 9309 2.3.1.3)."""
    origin.add("/robots.txt", status=status, body=b"User-agent: *\nDisallow: /\n")
    origin.add("/a", body=b"x")
    assert fetcher().fetch_allowed(origin.url("/a")).content == b"x"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_whose_rules_are_out_of_reach_is_left_alone(origin: Origin, status: int) -> None:
    """Without its rules a host's pages are not fetched, for now (RFC 9309 2.3.1.4)."""
    origin.add("/robots.txt", status=status)
    origin.add("/a", body=b"x")
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        fetcher().fetch_allowed(origin.url("/a"))
    assert origin.paths() == ["/robots.txt"]


# Downloads


def test_a_download_appears_when_it_is_complete(origin: Origin, tmp_path: Path) -> None:
    """The file has its name only once all of it is there; progress is told in bytes."""
    origin.add("/model", body=b"m" * 300_000, headers={"ETag": '"1"'})
    told: list[tuple[int, int | None]] = []
    fetcher(max_bytes=1000).download(
        origin.url("/model"),
        tmp_path / "model",
        progress=lambda done, total: told.append((done, total)),
        max_bytes=10**6,
    )
    assert (tmp_path / "model").read_bytes() == b"m" * 300_000
    assert told[0] == (0, 300_000)
    assert told[-1] == (300_000, 300_000)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def broken_off(origin: Origin, body: bytes, *, after: int, tag: bytes = b'"1"') -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: %s\r\n\r\n" % (len(body), tag)
    origin.raw("/model", lambda _, connection: connection.sendall(head + body[:after]))


def download(origin: Origin, to: Path, *, max_bytes: int = 10**6, timeout: timedelta = timedelta(seconds=30)) -> None:
    fetcher(timeout=timeout).download(origin.url("/model"), to, progress=lambda *_: None, max_bytes=max_bytes)


def test_a_broken_download_goes_on_where_it_ended(origin: Origin, tmp_path: Path) -> None:
    """The second try asks for the rest alone, and only if the file is still the same."""
    body = bytes(range(256)) * 1000
    broken_off(origin, body, after=100_000)
    with pytest.raises(Unavailable):
        download(origin, tmp_path / "model")
    assert not (tmp_path / "model").exists()
    kept = (tmp_path / "model.part").stat().st_size
    assert 0 < kept <= 100_000
    origin.remove("/model")
    origin.add("/model", body=body, headers={"ETag": '"1"'}, ranges=True)
    download(origin, tmp_path / "model")
    assert origin.requests[1].headers["Range"] == f"bytes={kept}-"
    assert origin.requests[1].headers["If-Range"] == '"1"'
    assert (tmp_path / "model").read_bytes() == body
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_rest_of_impossible_length_is_a_failure(origin: Origin, tmp_path: Path) -> None:
    """A range whose numbers no machine holds is told like any broken answer."""
    broken_off(origin, b"a" * 200_000, after=100_000)
    with pytest.raises(Unavailable):
        download(origin, tmp_path / "model")
    origin.remove("/model")
    kept = (tmp_path / "model.part").stat().st_size
    head = f"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {kept}-9/{'9' * 5000}\r\nContent-Length: 1\r\n\r\n"
    origin.raw("/model", lambda _, connection: connection.sendall(head.encode() + b"a"))
    with pytest.raises(Unavailable, match="another part"):
        download(origin, tmp_path / "model")


def test_a_changed_file_is_downloaded_from_the_beginning(origin: Origin, tmp_path: Path) -> None:
    """The halves of two different files are never joined."""
    broken_off(origin, b"a" * 200_000, after=100_000)
    with pytest.raises(Unavailable):
        download(origin, tmp_path / "model")
    origin.remove("/model")
    origin.add("/model", body=b"b" * 200_000, headers={"ETag": '"2"'}, ranges=True)
    download(origin, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == b"b" * 200_000


def test_a_download_without_a_validator_starts_over(origin: Origin, tmp_path: Path) -> None:
    """Where the origin can't say whether the file is the same, nothing is resumed."""
    broken_off(origin, b"a" * 200_000, after=100_000, tag=b'W/"weak"')
    with pytest.raises(Unavailable):
        download(origin, tmp_path / "model")
    origin.remove("/model")
    origin.add("/model", body=b"b" * 200_000, ranges=True)
    download(origin, tmp_path / "model")
    assert origin.requests[1].headers["Range"] is None
    assert (tmp_path / "model").read_bytes() == b"b" * 200_000


def test_a_download_that_was_whole_already_is_taken(origin: Origin, tmp_path: Path) -> None:
    """Killed between the last byte and the name, it costs one request of no body."""
    body = b"m" * 100_000
    (tmp_path / "model.part").write_bytes(body)
    (tmp_path / "model.part.tag").write_bytes(b'"1"')
    origin.add("/model", body=body, headers={"ETag": '"1"'}, ranges=True)
    download(origin, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == body
    assert len(origin.requests) == 1


@pytest.mark.parametrize("length", ["2000", None])
def test_a_download_that_is_too_large_is_refused(origin: Origin, tmp_path: Path, length: str | None) -> None:
    """max_bytes holds whether or not the origin tells the size."""
    origin.add("/model", body=b"m" * 2000, headers={"Content-Length": length})
    with pytest.raises(Refused):
        download(origin, tmp_path / "model", max_bytes=1999)
    assert not (tmp_path / "model").exists()


def test_a_download_may_take_longer_than_a_document(origin: Origin, tmp_path: Path) -> None:
    """The time limit begins anew while bytes keep coming."""
    body = b"m" * 300_000 * 6
    origin.add("/model", body=body, piece_bytes=300_000, pause_seconds=0.15)
    download(origin, tmp_path / "model", max_bytes=10**7, timeout=timedelta(seconds=0.5))
    assert (tmp_path / "model").read_bytes() == body


def test_a_stalled_download_ends(origin: Origin, tmp_path: Path) -> None:
    """A trickle is no progress; what came is kept."""
    origin.raw("/model", drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000, origin))
    with pytest.raises(Unavailable, match="did not answer within"):
        download(origin, tmp_path / "model", timeout=timedelta(seconds=1.2))
    assert (tmp_path / "model.part").exists()


@pytest.mark.parametrize(("status", "error"), [(404, Refused), (410, Gone), (503, Unavailable)])
def test_a_failed_download_says_why(origin: Origin, tmp_path: Path, status: int, error: type[FetchError]) -> None:
    """Statuses mean the same as for documents."""
    origin.add("/model", status=status)
    with pytest.raises(error, match=str(status)):
        download(origin, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_the_fetcher_can_be_shared_by_threads(origin: Origin) -> None:
    """Documents asked for at once don't mix."""
    for number in range(20):
        origin.add(f"/{number}", body=str(number).encode() * 10_000)
    get = fetcher(per_host=16)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: get.fetch(origin.url(f"/{number}")).content, range(20)))
    assert found == [str(number).encode() * 10_000 for number in range(20)]
    assert threading.active_count() < 100
