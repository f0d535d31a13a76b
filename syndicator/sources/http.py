"""Fetch over HTTP with the manners and limits of the config: the `Fetcher` port on httpx2.

Knows HTTP semantics (RFC 9110) and what each status means to us; refuses to know what the bytes are. No connection
outlives a document, so that a deadline and a checked address belong to exactly one; cookies, proxies from the
environment and Referer do not exist here.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import httpcore2
import httpx2

from syndicator.config_tables import NetworkSettings
from syndicator.errors import Gone, Refused, Unavailable
from syndicator.model import Document
from syndicator.sources import httpheaders, robots
from syndicator.sources.download import PartFile, Progress
from syndicator.sources.guard import Deadline, GuardedBackend

_ACCEPT = (
    b"application/atom+xml, application/rss+xml, application/feed+json, "
    b"application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
_CODINGS = frozenset({"gzip", "br", "zstd", "deflate", "identity"})
_WITH_BODY = frozenset({200, 203, 206})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_MAY_PASS = frozenset({408, 425, 429})

Headers = Mapping[bytes, bytes]
Read = Callable[[httpx2.Response, Deadline], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    url: httpx2.URL
    status: int
    headers: httpx2.Headers
    content: bytes = b""
    is_moved: bool = False
    """Redirects led here, all of them permanent."""


class HttpFetcher:
    """The network. Thread-safe; see the port for what it promises.

    `user_agent` is sent as it is and begins with our product token, by which robots.txt knows us.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        *,
        user_agent: str,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._seconds = settings.timeout.total_seconds()
        self._allowed = tuple(ip_network(text, strict=False) for text in settings.allow_private)
        self._headers = {
            b"User-Agent": user_agent.encode("ascii", "replace"),
            b"Accept": _ACCEPT,
            b"Accept-Encoding": b"gzip, br, zstd",
        }
        self._tls = tls or httpx2.create_ssl_context(trust_env=False)
        self._slots = _Slots(settings.per_host)
        product = user_agent.split("/", 1)[0].strip()
        self._robots = robots.Robots(self._ask_robots, agent=product, monotonic=monotonic)

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Document:
        """Get `url`; as in the port."""
        headers = dict(self._headers)
        if etag is not None:
            headers[b"If-None-Match"] = etag.encode("latin-1")
        if last_modified is not None:
            headers[b"If-Modified-Since"] = last_modified.encode("latin-1")
        answer = self._follow(_parsed(url), headers, read=self._whole)
        if answer.status == httpx2.codes.NOT_MODIFIED and len(headers) > len(self._headers):
            unchanged = _document(answer)
            return replace(
                unchanged,
                is_unchanged=True,
                etag=unchanged.etag or etag,
                last_modified=unchanged.last_modified or last_modified,
            )
        _check_status(answer)
        return _document(answer)

    def fetch_allowed(self, url: str) -> Document:
        """Get an article page if robots.txt lets us; as in the port. Redirects are asked about, too."""
        answer = self._follow(_parsed(url), self._headers, read=self._whole, permit=self._robots.check)
        _check_status(answer)
        return _document(answer)

    def download(self, url: str, to: Path, *, progress: Progress, max_bytes: int) -> None:
        """Get a big file, such as a model package; it is complete, and on disk, when `to` appears.

        A broken download leaves `to` with `.part` added; calling again resumes it if the origin's file is the same.
        The time limit applies to a stall, not to the whole. `progress` is told bytes done and, if known, in all.
        Raises as `fetch` does; `Unavailable`, too, when the disk can't be written.
        """
        part = PartFile(to)

        def read(response: httpx2.Response, deadline: Deadline) -> bytes:
            part.receive(response, deadline, seconds=self._seconds, max_bytes=max_bytes, progress=progress)
            return b""

        follow = partial(self._follow, _parsed(url), read=read)
        headers = {**self._headers, b"Accept-Encoding": b"identity"}  # ranges count the file's own bytes
        try:
            answer = follow({**headers, **part.headers()})
            if answer.status == httpx2.codes.RANGE_NOT_SATISFIABLE and not part.is_whole(answer.headers):
                part.discard()
                answer = follow(headers)
            if answer.status != httpx2.codes.RANGE_NOT_SATISFIABLE:
                _check_status(answer, partial_too=True)
            part.finish()
        except OSError as error:
            raise Unavailable(f"{to} can't be written: {error.strerror or error}") from error

    def close(self) -> None:
        """Do nothing: nothing is held between two documents."""

    def _ask_robots(self, url: httpx2.URL) -> tuple[int, bytes]:
        def read(response: httpx2.Response, _: Deadline) -> bytes:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) >= robots.MAX_BYTES:
                    break
            return bytes(content[: robots.MAX_BYTES])

        answer = self._follow(url, self._headers, read=read)
        return answer.status, answer.content

    def _follow(
        self,
        url: httpx2.URL,
        headers: Headers,
        *,
        read: Read,
        permit: Callable[[httpx2.URL], None] | None = None,
    ) -> _Answer:
        """Ask for a URL and for what it redirects to, `read` the body of a success, and return the last answer.

        Waiting for a turn at a host costs none of the document's time: those before us have limits of their own.
        """
        start, seconds, is_permanent = url, self._seconds, True
        for hops in range(self._settings.max_redirects + 1):
            if permit is not None:
                permit(url)
            with self._slots.turn(url.host):
                deadline = Deadline(seconds)
                answer = self._ask(url, headers, deadline, read)
                seconds = deadline.remaining()
            if answer.status not in _REDIRECTS:
                return replace(answer, is_moved=hops > 0 and is_permanent)
            is_permanent = is_permanent and answer.status in _PERMANENT
            url = _target(answer)
        raise Unavailable(f"{_shown(start)} redirects more than {self._settings.max_redirects} times")

    def _ask(self, url: httpx2.URL, headers: Headers, deadline: Deadline, read: Read) -> _Answer:
        transport = _Transport(GuardedBackend(allowed=self._allowed, deadline=deadline), self._tls)
        with (
            _our_errors(url, self._seconds),
            # A client for each request: its cookie jar dies with it.
            httpx2.Client(transport=transport, trust_env=False, timeout=None) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            answer = _Answer(url=url, status=response.status_code, headers=response.headers)
            # The body of a redirect or an error is never read: it can only do harm.
            return replace(answer, content=read(response, deadline)) if answer.status in _WITH_BODY else answer

    def _whole(self, response: httpx2.Response, _: Deadline) -> bytes:
        """Return the decompressed body, stopping as soon as it is too large."""
        if not set(_codings(response.headers)) <= _CODINGS:
            raise Unavailable("the answer is compressed in a way that was not asked for")
        limit = self._settings.max_bytes
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > limit:
                raise Refused(f"{_shown(response.url)} is larger than the {limit:,} bytes of [network] max_bytes")
        return bytes(content)


class _Slots:
    """At most so many requests to one host at a time."""

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._lock = threading.Lock()
        self._by_host: dict[str, threading.BoundedSemaphore] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        with self._lock:
            slot = self._by_host.setdefault(host, threading.BoundedSemaphore(self._per_host))
        with slot:
            yield


class _Transport(httpx2.BaseTransport):
    """httpx2 on one guarded connection; its own transport can't be given a network backend."""

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(ssl_context=tls, network_backend=backend, max_keepalive_connections=0)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _our_errors(url: httpx2.URL, seconds: float) -> Iterator[None]:
    try:
        yield
    except (httpcore2.TimeoutException, httpx2.TimeoutException) as error:
        raise Unavailable(f"{_shown(url)} did not answer within {seconds:g} s") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError) as error:
        raise Unavailable(f"{_shown(url)} could not be fetched: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return a library's message without what may hold a secret or span lines."""
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__


def _parsed(text: str) -> httpx2.URL:
    """Return an http or https URL without its fragment; raise `Refused` if it is no such URL."""
    try:
        url = httpx2.URL(text.strip()).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError) as error:
        raise Refused(f"not a URL: {_reason(error)}") from error
    if "%" in url.host:  # what else httpx2 makes of `http://[bad/`
        raise Refused("not a URL: its host is no name")
    if url.scheme not in ("http", "https") or not url.host:
        raise Refused(f"only http and https URLs are fetched, not {url.scheme or 'one without a scheme'}:")
    return url


def _target(answer: _Answer) -> httpx2.URL:
    location = answer.headers.get("location", "").strip()
    if not location:
        raise Unavailable(f"{_shown(answer.url)} redirects to nowhere")
    try:
        joined = answer.url.join(location)
    except (httpx2.InvalidURL, ValueError) as error:
        raise Unavailable(f"{_shown(answer.url)} redirects to something that is no URL") from error
    return _parsed(str(joined))


def _shown(url: httpx2.URL) -> str:
    """Return a URL for a message: without user, password and query, which may hold keys."""
    query = "?…" if url.query else ""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None)) + query


def _codings(headers: httpx2.Headers) -> list[str]:
    return [coding.strip().lower() for coding in headers.get_list("content-encoding", split_commas=True)]


def _check_status(answer: _Answer, *, partial_too: bool = False) -> None:
    """Raise what a status other than success means to us."""
    status, shown = answer.status, _shown(answer.url)
    if status in (200, 203) or (partial_too and status == httpx2.codes.PARTIAL_CONTENT):
        return
    if status == httpx2.codes.GONE:
        raise Gone(f"{shown} is gone for good (410)")
    said = f"{shown} answered {status} {httpx2.codes.get_reason_phrase(status)}".strip()
    if httpx2.codes.is_client_error(status) and status not in _MAY_PASS:
        raise Refused(said)
    # The origin's own clock is the one that its Retry-After dates are meant in.
    now = httpheaders.http_date(answer.headers.get("date")) or datetime.now(UTC)
    raise Unavailable(said, retry_after=httpheaders.retry_after(answer.headers.get("retry-after"), now=now))


def _document(answer: _Answer) -> Document:
    media_type, charset = httpheaders.content_type(answer.headers.get("content-type"))
    url = str(answer.url.copy_with(userinfo=b""))
    return Document(
        url=url,
        content=answer.content,
        media_type=media_type,
        charset=charset,
        etag=httpheaders.raw(answer.headers.raw, b"etag"),
        last_modified=httpheaders.raw(answer.headers.raw, b"last-modified"),
        moved_to=url if answer.is_moved else None,
        max_age=httpheaders.max_age(answer.headers.get("cache-control")),
    )
