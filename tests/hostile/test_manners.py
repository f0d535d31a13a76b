"""One source in trouble never holds another; what an origin asks for is obeyed; what one may, not all may."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hostile.case import OK, TEXT, answer, then, to
from hostile.server import Act, HostileOrigin, Link
from hostile.test_origin import fetcher

from syndicator.config import NetworkSettings
from syndicator.errors import FetchError, Forbidden, Refused, Unavailable
from syndicator.model import Source, SourceKind
from syndicator.sources.credentials import Access, origin_of
from syndicator.sources.http import HttpFetcher

import httpx2  # isort: skip


@dataclass
class Watch:
    """A clock for what is remembered of hosts."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def source(url: str, slug: str = "one") -> Source:
    """Return a source at a URL."""
    return Source(slug=slug, kind=SourceKind.FEED, url=url)


def timed(watch: Watch, **settings: object) -> HttpFetcher:
    """Return a fetcher whose memory of hosts goes by a clock."""
    values = {"timeout": timedelta(seconds=0.3), "allow_private": ("127.0.0.1/32",), **settings}
    return HttpFetcher(NetworkSettings.model_validate(values), user_agent="syndicator/test", monotonic=watch)


@pytest.fixture
def serve() -> Iterator[Callable[..., HostileOrigin]]:
    started: list[HostileOrigin] = []

    def begin(**acts: Act) -> HostileOrigin:
        origin = HostileOrigin({f"/{name}": act for name, act in acts.items()})
        started.append(origin)
        return origin.__enter__()

    yield begin
    for origin in started:
        origin.__exit__(None, None, None)


Serve = Callable[..., HostileOrigin]


def fine(link: Link) -> None:
    """Answer as one should."""
    link.send(answer())


# Hosts


def test_a_silent_host_is_left_alone_for_a_while(serve: Serve) -> None:
    """After two time-outs in a row nobody waits for it any more, until five minutes have passed."""
    watch = Watch()
    origin, get = serve(hang=Link.hang, fine=fine), timed(watch)
    for _ in range(2):
        with pytest.raises(Unavailable, match="did not answer within"):
            get.fetch(origin.url("/hang"))
    asked = len(origin.requests)
    with pytest.raises(Unavailable, match="several times in a row: not asked again for 5 min"):
        get.fetch(origin.url("/fine"))
    assert len(origin.requests) == asked
    watch.seconds = 301
    assert get.fetch(origin.url("/fine")).content == TEXT


def test_an_answer_in_between_keeps_a_host_in_favour(serve: Serve) -> None:
    """A host with one slow page is not a silent host."""
    origin, get = serve(hang=Link.hang, fine=fine), timed(Watch())
    for _ in range(3):
        with pytest.raises(Unavailable, match="did not answer within"):
            get.fetch(origin.url("/hang"))
        assert get.fetch(origin.url("/fine")).content == TEXT


def test_a_silent_host_holds_no_other(serve: Serve) -> None:
    """While one hangs with all its turns taken, another answers."""
    silent, lively = serve(hang=Link.hang), serve(fine=fine)
    get = fetcher(timeout=timedelta(seconds=5), per_host=1)
    began = threading.Barrier(3)

    def hang() -> None:
        began.wait()
        with pytest.raises(FetchError):
            get.fetch(silent.url("/hang"))

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(hang) for _ in range(2)]
        began.wait()
        assert get.fetch(lively.url("/fine")).content == TEXT
        assert not any(one.done() for one in waiting)
        silent.__exit__(None, None, None)
        for one in waiting:
            one.result()


@pytest.mark.parametrize("status", [b"429 Too Many Requests", b"503 Service Unavailable"])
def test_a_host_that_asks_for_rest_gets_it_from_every_source(serve: Serve, status: bytes) -> None:
    """Retry-After counts for the host, whoever asks, and no longer than it says."""
    watch = Watch()
    origin = serve(busy=lambda link: link.send(answer(b"", b"Retry-After: 600", status=status)), fine=fine)
    get = timed(watch)
    with pytest.raises(Unavailable) as first:
        get.fetch(origin.url("/busy"))
    assert first.value.retry_after == timedelta(minutes=10)
    watch.seconds = 400
    with pytest.raises(Unavailable, match="asked to be left alone") as second:
        get.for_source(source(origin.url("/fine"), "two")).fetch(origin.url("/fine"))
    assert second.value.retry_after == timedelta(seconds=200)
    assert len(origin.requests) == 1
    watch.seconds = 601
    assert get.fetch(origin.url("/fine")).content == TEXT


def test_one_look_takes_no_longer_than_ten_documents(serve: Serve) -> None:
    """A feed whose pages are all slow gives its reader back; the next look begins anew."""
    watch = Watch()
    origin, get = serve(fine=fine), timed(watch)
    look = get.for_source(source(origin.url("/fine")))
    assert look.fetch(origin.url("/fine")).content == TEXT
    watch.seconds = 3.1
    with pytest.raises(Unavailable, match="left for the next look"):
        look.fetch(origin.url("/fine"))
    assert get.for_source(source(origin.url("/fine"))).fetch(origin.url("/fine")).content == TEXT


# What is allowed


def test_nothing_is_connected_to_where_nothing_is_allowed(serve: Serve, tmp_path: Path) -> None:
    """With `allow = "none"` documents, pages and downloads fail in words, and no connection is made."""
    origin, get = serve(fine=fine), fetcher(allow="none")
    url = origin.url("/fine")
    for ask in (
        lambda: get.fetch(url),
        lambda: get.fetch_allowed(url),
        lambda: get.for_source(source(url)).fetch(url),
        lambda: get.download(url, tmp_path / "model", progress=lambda *_: None, max_bytes=1000),
    ):
        with pytest.raises(Forbidden, match=r'\[network\] allow = "none": nothing is fetched'):
            ask()
    assert origin.requests == []
    assert list(tmp_path.iterdir()) == []


def test_a_network_is_opened_to_one_source_alone(serve: Serve) -> None:
    """What `allow_private` of a source names can be reached for it, and for no other."""
    origin = serve(fine=fine, away=to(b"http://127.0.0.2:PORT/fine"))
    access = {"one": Access(networks=(ip_network("127.0.0.1/32"),))}
    get = fetcher(allow_private=(), access=access)
    assert get.for_source(source(origin.url("/fine"))).fetch(origin.url("/fine")).content == TEXT
    for refused in (get, get.for_source(source(origin.url("/fine"), "two"))):
        with pytest.raises(Forbidden, match="allow_private"):
            refused.fetch(origin.url("/fine"))
    with pytest.raises(Forbidden, match=r"127\.0\.0\.2"):
        get.for_source(source(origin.url("/away"))).fetch(origin.url("/away"))


def test_a_name_is_resolved_once_and_the_checked_address_is_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that points elsewhere the second time it is looked up (DNS rebinding) gets no second time."""
    origin = serve(fine=fine)
    answers = iter(["127.0.0.1", "10.0.0.1"])

    real = socket.getaddrinfo
    asked: list[str] = []

    def resolve(host: str, port: int, *rest: int, **options: int) -> list[Any]:
        if host != "rebound.example":
            return real(host, port, *rest, **options)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    get = fetcher()
    url = origin.url("/fine").replace("127.0.0.1", "rebound.example")
    assert get.fetch(url).content == TEXT
    assert len(asked) == 1
    with pytest.raises(Forbidden, match=r"rebound\.example: 10\.0\.0\.1"):
        get.fetch(url)


# robots.txt


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (lambda link: link.send(answer(b"User-agent: *\nDisallow: /\n")), Refused),
        (lambda link: link.send(answer(b"", status=b"404 No")), None),
        (lambda link: link.send(answer(b"", status=b"500 No")), Unavailable),
        (Link.hang, Unavailable),
        (Link.reset, Unavailable),
        (to(b"/robots.txt"), Unavailable),
        (to(b"http://10.0.0.1/"), Forbidden),
        (to(b"/rules"), Refused),
        (then(OK + b"\r\n", lambda link: link.flood(b"Disallow: /elsewhere\n")), None),
        (lambda link: link.send(answer(b"\xff\xfe\0\x01rubbish" * 999)), None),
        (lambda link: link.send(answer(b"<html>not here</html>")), None),
        (lambda link: link.send(answer(b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"$\n")), None),
        (lambda link: link.send(answer(b"User-agent: *\n" + b"Disallow: /*x*y*z\n" * 20_000)), None),
    ],
    ids=[
        "forbids",
        "none",
        "broken",
        "hangs",
        "resets",
        "loops",
        "leads inside",
        "leads to rules",
        "endless",
        "rubbish",
        "a page",
        "a pattern that could take for ever",
        "huge",
    ],
)
def test_robots_txt_may_fail_in_its_own_ways(serve: Serve, act: Act, outcome: type[FetchError] | None) -> None:
    """Rules that can't be had leave pages alone, none allow all, and what is no rule is passed over, in time."""
    page = "a" * 1500
    acts = {"robots.txt": act, page: fine, "rules": lambda link: link.send(answer(b"User-agent: *\nDisallow: /\n"))}
    origin, get = serve(**acts), fetcher(timeout=timedelta(seconds=2))
    if outcome is None:
        assert get.fetch_allowed(origin.url(f"/{page}")).content == TEXT
        return
    with pytest.raises(outcome):
        get.fetch_allowed(origin.url(f"/{page}"))
    assert not any(page.encode() in request for request in origin.requests)


# A source's own headers

SECRET = "s3cret-t0ken"  # noqa: S105 - it is here to be looked for


def with_secret(url: str, **more: object) -> HttpFetcher:
    """Return a fetcher that has a secret for the origin of a URL."""
    access = Access(origin=origin_of(httpx2.URL(url)), headers={b"Authorization": f"Bearer {SECRET}".encode()})
    return fetcher(access={"one": access}, **more)


def test_its_headers_go_to_its_origin_and_nowhere_else(serve: Serve) -> None:
    """Not over a redirect to another host or port, not for another source, not to robots.txt of others."""
    other = serve(fine=fine)
    elsewhere = other.url("/fine").encode()
    origin = serve(feed=fine, page=fine, here=to(b"/feed"), away=to(elsewhere), back=to(elsewhere))
    url = origin.url("/feed")
    get = with_secret(url)
    one = get.for_source(source(url))
    for path in ("/feed", "/here", "/away"):
        assert one.fetch(origin.url(path)).content == TEXT
    one.fetch_allowed(origin.url("/page"))
    one.fetch(other.url("/fine"))
    get.fetch(url)
    get.for_source(source(url, "two")).fetch(url)
    sent = [SECRET.encode() in request for request in origin.requests]
    paths = [request.split(b" ")[1] for request in origin.requests]
    assert paths == [b"/feed", b"/here", b"/feed", b"/away", b"/robots.txt", b"/page", b"/feed", b"/feed"]
    assert sent == [True, True, True, True, True, True, False, False]
    assert not any(SECRET.encode() in request for request in other.requests)


@pytest.mark.parametrize(
    "act",
    [
        lambda link: link.send(answer(b"", status=b"401 Bearer s3cret-t0ken")),
        lambda link: link.send(answer(b"", b"Location: http://10.0.0.1/?t=s3cret-t0ken", status=b"302 Found")),
        lambda link: link.send(b"HTTP/1.1 200 OK\r\nBearer s3cret-t0ken\r\n\r\n"),
        lambda link: link.send(b"Bearer s3cret-t0ken"),
        lambda link: link.send(answer(TEXT, b"Content-Encoding: s3cret-t0ken")),
        Link.hang,
    ],
)
def test_a_secret_that_an_origin_says_back_is_not_told(serve: Serve, act: Act) -> None:
    """No error that ends up in the log, the store or `status` holds it, nor does anything that shows an object."""
    origin = serve(feed=act)
    get = with_secret(origin.url("/feed"))
    one = get.for_source(source(origin.url("/feed")))
    with pytest.raises(FetchError) as caught:
        one.fetch(origin.url("/feed"))
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(one._line)
    assert SECRET not in repr(one._access)
