"""Ask one HTTP question over one guarded connection. Knows httpx2 and its errors; refuses to know what is asked for.

No connection outlives its answer, so that a deadline, a checked address and a cookie jar belong to exactly one.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpcore2
import httpx2

from syndicator.errors import Impostor, Unavailable
from syndicator.sources.credentials import Access
from syndicator.sources.guard import Deadline, GuardedBackend, Intake

_WITH_BODY = frozenset({200, 203, 206})
_HEAD_BYTES = 1 << 18
"""Before the answer proper: its head, of which h11 takes 100 KB, and what may come before it (1xx)."""
_SLACK_BYTES = 1 << 20
_OUT_OF_DATE = frozenset({9, 10})
"""X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED."""

Headers = Mapping[bytes, bytes]
Read = Callable[[httpx2.Response, Deadline], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of an address: to give a document, or to take one."""

    headers: Headers
    content: bytes | None = None
    """What is sent (POST); None: nothing is (GET)."""
    is_sent_on: bool = True
    """What is sent may go where a redirect of 307 or 308 leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Of anything but a success, the body is never read: it can only do harm."""

    url: httpx2.URL
    status: int
    headers: httpx2.Headers
    content: bytes = b""
    is_moved: bool = False
    """Redirects led here, all of them permanent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How questions are asked: on whose behalf, for how long, with which certificates trusted."""

    access: Access
    is_open: bool
    """The operator lets us connect to anything at all."""
    tls: ssl.SSLContext
    seconds: float
    """For a document; told in errors."""

    def ask(self, url: httpx2.URL, question: Question, deadline: Deadline, *, read: Read, most_bytes: int) -> Answer:
        """Send a question and return the answer, its body as `read` gives it; raise `FetchError`.

        `most_bytes` is what the body may have on its way, twice as much with all that is not body.
        """
        intake = Intake(_HEAD_BYTES)
        allowed = self.access.networks if self.is_open else None
        backend = GuardedBackend(allowed=allowed, deadline=deadline, intake=intake)
        headers = {**question.headers, **self.access.headers_for(url)}
        method = "GET" if question.content is None else "POST"
        with (
            self._our_errors(url),
            # A client for each request: its cookie jar dies with it.
            httpx2.Client(transport=_Transport(backend, self.tls), trust_env=False, timeout=None) as client,
            client.stream(method, url, headers=headers, content=question.content) as response,
        ):
            if not response.http_version.startswith("HTTP/1."):
                raise Unavailable(f"{shown(url)} could not be fetched: it speaks {response.http_version} unasked")
            answer = Answer(url=url, status=response.status_code, headers=response.headers)
            if answer.status not in _WITH_BODY:
                return answer
            intake.allow(2 * most_bytes + _SLACK_BYTES)
            return replace(answer, content=read(response, deadline))

    @contextmanager
    def _our_errors(self, url: httpx2.URL) -> Iterator[None]:
        try:
            yield
        except (httpcore2.TimeoutException, httpx2.TimeoutException) as error:
            raise Unavailable(f"{shown(url)} did not answer within {self.seconds:g} s") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError) as error:
            said = f"{shown(url)} could not be fetched: {self.access.without_secrets(reason(error))}"
            refused = _certificate_error(error)
            if refused is None:
                raise Unavailable(said) from error
            if refused.verify_code in _OUT_OF_DATE:
                raise Unavailable(f"{said}; if that can't be, this machine's clock is wrong") from error
            raise Impostor(said) from error


def reason(error: Exception) -> str:
    """Return a library's message on one line, no longer than people read."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(error)).split())
    return text[:200] or type(error).__name__


def shown(url: httpx2.URL) -> str:
    """Return a URL for a message: without user, password and query, which may hold keys."""
    query = "?…" if url.query else ""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None)) + query


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return the refusal of a certificate that led to an error, if one did."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


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
