"""The clock, the network and the engine."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from syndicator.model import (
    Document,
    Link,
    Rendering,
    Route,
    Source,
)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class Fetcher(Protocol):
    """Gets documents from the network. Thread-safe; holds no cookies; every limit of the config is enforced here."""

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Document:
        """Get `url`, following redirects.

        With a validator the request is conditional (RFC 9110 13.1), and a 304 gives a Document with `is_unchanged`.
        Raises `Refused` (scheme, address or size not allowed; 4xx), `Gone` (410) or `Unavailable` (anything that may
        pass: 408, 425, 429, 5xx, time-out, connection, TLS or DNS failure).
        """

    def fetch_allowed(self, url: str, *, most_bytes: int | None = None) -> Document:
        """Get the article page or picture `url` if its host's robots.txt lets us; raise `Refused` if it does not.

        `most_bytes` is a limit for this one document, where it is less than that of the config.
        """

    def post(self, url: str, form: Mapping[str, str]) -> None:
        """Send a form (`application/x-www-form-urlencoded`) and expect a success (2xx), whose body is not read.

        Of redirects, only those are followed that have the same form sent on (307, 308). Raises as `fetch` does.
        """

    def post_json(self, url: str, content: bytes, *, headers: Mapping[str, str]) -> None:
        """Send JSON and expect a success, whose body is not read. No redirect is followed; raises as `fetch` does.

        `headers` go with it, to that address alone.
        """

    def for_source(self, source: Source) -> "Fetcher":
        """Return a fetcher for one look at a source.

        It may do what the operator allows this source (reach a private network, show its credentials to its origin),
        and after some minutes in all it raises `Unavailable`: the rest of the pages come with the next look.
        """


class Translator(Protocol):
    """Turns segments into another language. Thread-safe; loads models when first needed; touches no network."""

    def route(self, from_language: str, to_language: str) -> Route:
        """Return the shortest chain of usable models; raise `NoRoute`, naming the command that would install one."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return every (from, to) pair of primary language subtags that `route` would find a chain for."""

    def describe(self, route: Route) -> str:
        """Return engine and packages in words, for provenance: `Argos ru_en 0.1 (CTranslate2)`."""

    def decoding(self) -> str:
        """Return the decoding settings that change the output, as a short stable string for memory keys."""

    def translate(
        self, texts: Sequence[str], route: Route, *, effort: int = 0, linked: Collection[str] = ()
    ) -> list[Rendering | None]:
        """Translate whole sentences; the result has the same length and order.

        Those in `linked` come with their word links where these fall off without more work; `align` finds the others.
        `effort` says how the result is come by: 0 as configured; 1 with a beam of 2, against repetition; 2 in
        halves, each for itself. None stands where no usable output came (empty, cut off at the length limit, going
        round in circles): never a shortened text. The same text gives the same result, whatever stands beside it.
        Raises `ModelError`.
        """

    def take_broken(self, texts: Collection[str]) -> dict[str, str]:
        """Return, and forget, which of these texts broke the engine, each with what happened."""

    def align(self, pairs: Sequence[tuple[str, str]], route: Route) -> list[tuple[Link, ...]]:
        """Tell for each (source, target) which words of the target render which of the source.

        The target may be anybody's. The result has the same length and order; empty where that can't be told.
        Raises `ModelError`.
        """
