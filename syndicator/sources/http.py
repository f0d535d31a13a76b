"""Fetch over HTTP with the manners and limits of the config: the `Fetcher` port on httpx2.

The one way out: feeds, pages, robots.txt, model packages all come through `_follow`. Knows HTTP semantics (RFC 9110)
and what each status means to us; refuses to know what the bytes are. Cookies, proxies from the environment and Referer
do not exist here: a proxy would connect to addresses that nobody checked.
"""

import copy
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import httpx2

from syndicator.config_tables import NetworkSettings
from syndicator.errors import Forbidden, Gone, Refused, Unavailable
from syndicator.model import Document, Source
from syndicator.sources import httpheaders, robots
from syndicator.sources.codings import decoded
from syndicator.sources.credentials import Access
from syndicator.sources.download import PartFile, Progress
from syndicator.sources.exchange import Answer, Line, Question, Read, reason, shown
from syndicator.sources.guard import Deadline
from syndicator.sources.hosts import Hosts

_ACCEPT = (
    b"application/atom+xml, application/rss+xml, application/feed+json, "
    b"application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_SENT_ON = frozenset({307, 308})
_MAY_PASS = frozenset({408, 425, 429})
_ASK_FOR_REST = frozenset({429, 503})
_LONGEST_LINK = 16_384
_LOOK = 10
"""One look at a source, its pages included, may take the time of so many documents: then others have their turn."""


class HttpFetcher:
    """The network. Thread-safe; see the port for what it promises.

    `user_agent` is sent as it is and begins with our product token, by which robots.txt knows us. `access` is what
    single sources have beyond what all may, by slug. `monotonic` tells the time for what is remembered, in seconds.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        *,
        user_agent: str,
        access: Mapping[str, Access] | None = None,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._seconds = settings.timeout.total_seconds()
        self._access = access or {}
        self._headers = {
            b"User-Agent": user_agent.encode("ascii", "replace"),
            b"Accept": _ACCEPT,
            b"Accept-Encoding": b"gzip, br, zstd",
        }
        self._line = Line(
            access=Access(networks=tuple(ip_network(text, strict=False) for text in settings.allow_private)),
            is_open=settings.allow == "all",
            tls=tls or httpx2.create_ssl_context(trust_env=False),
            seconds=self._seconds,
        )
        self._monotonic = monotonic
        self._ends: float | None = None
        self._hosts = Hosts(settings.per_host, monotonic=monotonic)
        product = user_agent.split("/", 1)[0].strip()
        self._robots = robots.Robots(agent=product, monotonic=monotonic)

    def for_source(self, source: Source) -> Self:
        """Return a fetcher for one look at a source; as in the port. What is known of hosts is shared."""
        its_own = self._access.get(source.slug, Access())
        networks = (*self._line.access.networks, *its_own.networks)
        fetcher = copy.copy(self)
        fetcher._line = replace(self._line, access=replace(its_own, networks=networks))  # noqa: SLF001 - our own class
        fetcher._ends = self._monotonic() + _LOOK * self._seconds  # noqa: SLF001 - likewise
        return fetcher

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Document:
        """Get `url`; as in the port."""
        headers = dict(self._headers)
        if etag is not None and httpheaders.is_sendable(etag):
            headers[b"If-None-Match"] = etag.encode("latin-1")
        if last_modified is not None and httpheaders.is_sendable(last_modified):
            headers[b"If-Modified-Since"] = last_modified.encode("latin-1")
        answer = self._follow(_parsed(url), Question(headers=headers), read=self._whole)
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

    def fetch_allowed(self, url: str, *, most_bytes: int | None = None) -> Document:
        """Get an article page if robots.txt lets us; as in the port. Redirects are asked about, too."""
        permit = partial(self._robots.check, ask=self._ask_robots)
        limit = min(most_bytes or self._settings.max_bytes, self._settings.max_bytes)
        read = partial(self._whole, limit=limit)
        answer = self._follow(_parsed(url), Question(headers=self._headers), read=read, permit=permit, most_bytes=limit)
        _check_status(answer)
        return _document(answer)

    def post(self, url: str, form: Mapping[str, str]) -> None:
        """Send a form; as in the port."""
        headers = {**self._headers, b"Content-Type": b"application/x-www-form-urlencoded"}
        question = Question(headers=headers, content=urlencode(form).encode("ascii"))
        answer = self._follow(_parsed(url), question, read=lambda *_: b"")
        if not httpx2.codes.is_success(answer.status):
            _check_status(answer)

    def post_json(self, url: str, content: bytes, *, headers: Mapping[str, str]) -> None:
        """Send JSON; as in the port."""
        own = {name.encode("ascii"): value.encode("ascii") for name, value in headers.items()}
        question = Question(
            headers={**self._headers, **own, b"Content-Type": b"application/json"}, content=content, is_sent_on=False
        )
        answer = self._follow(_parsed(url), question, read=lambda *_: b"")
        if not httpx2.codes.is_success(answer.status):
            _check_status(answer)

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

        follow = partial(self._follow, _parsed(url), read=read, most_bytes=max_bytes)
        headers = {**self._headers, b"Accept-Encoding": b"identity"}  # ranges count the file's own bytes
        try:
            answer = follow(Question(headers={**headers, **part.headers()}))
            if answer.status == httpx2.codes.RANGE_NOT_SATISFIABLE and not part.is_whole(answer.headers):
                part.discard()
                answer = follow(Question(headers=headers))
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
            for piece in decoded(response.iter_raw(), httpheaders.codings(response.headers)):
                content += piece
                if len(content) >= robots.MAX_BYTES:
                    break
            return bytes(content[: robots.MAX_BYTES])

        answer = self._follow(url, Question(headers=self._headers), read=read)
        return answer.status, answer.content

    def _follow(
        self,
        url: httpx2.URL,
        question: Question,
        *,
        read: Read,
        permit: Callable[[httpx2.URL], None] | None = None,
        most_bytes: int | None = None,
    ) -> Answer:
        """Ask for a URL and for what it redirects to, `read` the body of a success, and return the last answer.

        Waiting for a turn at a host costs none of the document's time: those before us have limits of their own.
        """
        self._check_leave(url)
        start, seconds, is_permanent = url, self._seconds, True
        for hops in range(self._settings.max_redirects + 1):
            if permit is not None:
                permit(url)
            name = url.netloc.decode("ascii")
            with self._hosts.turn(name):
                deadline = Deadline(seconds)
                try:
                    answer = self._line.ask(
                        url, question, deadline, read=read, most_bytes=most_bytes or self._settings.max_bytes
                    )
                except Unavailable:
                    if deadline.remaining() <= 0 and seconds * 2 >= self._seconds:  # it had most of the time
                        self._hosts.silent(name)
                    raise
                self._hosts.heard(name)
                seconds = deadline.remaining()
            if answer.status not in _REDIRECTS:
                self._obey(name, answer)
                return replace(answer, is_moved=hops > 0 and is_permanent)
            may_go_on = question.content is None or (question.is_sent_on and answer.status in _SENT_ON)
            if not may_go_on:
                raise Refused(f"{shown(start)} answered {answer.status}: it leads on to {shown(_target(answer))}")
            is_permanent = is_permanent and answer.status in _PERMANENT
            url = _target(answer)
        raise Unavailable(f"{shown(start)} redirects more than {self._settings.max_redirects} times")

    def _check_leave(self, url: httpx2.URL) -> None:
        """Raise where nothing may be asked at all, or nothing more in this look at a source."""
        if not self._line.is_open:
            raise Forbidden(f'[network] allow = "none": nothing is fetched, so neither is {shown(url)}')
        if self._ends is not None and self._monotonic() > self._ends:
            raise Unavailable(
                f"{shown(url)} is left for the next look: this one has taken {_LOOK * self._seconds:g} s already"
            )

    def _obey(self, name: str, answer: Answer) -> None:
        """Leave a host alone that is asking for it, whatever source leads there."""
        if answer.status in _ASK_FOR_REST and (wait := _retry_after(answer)):
            self._hosts.rest(name, wait)

    def _whole(self, response: httpx2.Response, _: Deadline, *, limit: int | None = None) -> bytes:
        """Return the decompressed body, stopping as soon as it is too large."""
        limit = limit or self._settings.max_bytes
        content = bytearray()
        for piece in decoded(response.iter_raw(), httpheaders.codings(response.headers)):
            content += piece
            if len(content) > limit:
                raise Refused(f"{shown(response.url)} is larger than the {limit:,} bytes of [network] max_bytes")
        return bytes(content)


def _parsed(text: str) -> httpx2.URL:
    """Return an http or https URL without fragment, user and password; raise `Refused` if it is no such URL.

    A password in an address is for whoever wrote it there, and that may be anybody.
    """
    try:
        url = httpx2.URL(text.strip()).copy_with(fragment=None, userinfo=b"")
    except (httpx2.InvalidURL, ValueError) as error:
        raise Refused(f"not a URL: {reason(error)}") from error
    if "%" in url.host:  # what else httpx2 makes of `http://[bad/`
        raise Refused("not a URL: its host is no name")
    if url.scheme not in ("http", "https") or not url.host:
        raise Refused(f"only http and https URLs are fetched, not {url.scheme or 'one without a scheme'}:")
    return url


def _target(answer: Answer) -> httpx2.URL:
    location = answer.headers.get("location", "").strip()
    if not location:
        raise Unavailable(f"{shown(answer.url)} redirects to nowhere")
    try:
        joined = answer.url.join(location)
    except (httpx2.InvalidURL, ValueError) as error:
        raise Unavailable(f"{shown(answer.url)} redirects to something that is no URL") from error
    return _parsed(str(joined))


def _check_status(answer: Answer, *, partial_too: bool = False) -> None:
    """Raise what a status other than success means to us."""
    status, where = answer.status, shown(answer.url)
    if status in (200, 203) or (partial_too and status == httpx2.codes.PARTIAL_CONTENT):
        return
    if status == httpx2.codes.GONE:
        raise Gone(f"{where} is gone for good (410)")
    said = f"{where} answered {status} {httpx2.codes.get_reason_phrase(status)}".strip()
    if httpx2.codes.is_client_error(status) and status not in _MAY_PASS:
        raise Refused(said)
    raise Unavailable(said, retry_after=_retry_after(answer))


def _retry_after(answer: Answer) -> timedelta | None:
    # The origin's own clock is the one that its Retry-After dates are meant in.
    now = httpheaders.http_date(answer.headers.get("date")) or datetime.now(UTC)
    return httpheaders.retry_after(answer.headers.get("retry-after"), now=now)


def _document(answer: Answer) -> Document:
    media_type, charset = httpheaders.content_type(answer.headers.get("content-type"))
    url = str(answer.url)
    return Document(
        url=url,
        content=answer.content,
        media_type=media_type,
        charset=charset,
        etag=httpheaders.validator(answer.headers.raw, b"etag"),
        last_modified=httpheaders.validator(answer.headers.raw, b"last-modified"),
        moved_to=url if answer.is_moved else None,
        max_age=httpheaders.max_age(answer.headers.get("cache-control")),
        link=", ".join(answer.headers.get_list("link"))[:_LONGEST_LINK] or None,
    )
