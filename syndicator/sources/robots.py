"""Obey robots.txt (RFC 9309). Knows its rules and how long they are remembered; refuses to know how it is fetched."""

import threading
from collections.abc import Callable
from datetime import timedelta

import httpx2
from protego import Protego

from syndicator.errors import FetchError, Refused, Unavailable

MAX_BYTES = 500 * 1024
"""Of a robots.txt, more is not looked at (RFC 9309 2.5)."""

_KEPT = timedelta(hours=1)
_KEPT_UNREACHABLE = timedelta(minutes=5)
_NO_RULES = ""

Ask = Callable[[httpx2.URL], tuple[int, bytes]]
"""Get a URL, following redirects: its status and, where that is 200, the beginning of its body."""


class Robots:
    """What the hosts' robots.txt allow us. Thread-safe; remembers each host's for an hour.

    `agent` is our product token, `ask` gets a robots.txt, `monotonic` tells the time in seconds.
    """

    def __init__(self, ask: Ask, *, agent: str, monotonic: Callable[[], float]) -> None:
        self._ask = ask
        self._agent = agent
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._remembered: dict[tuple[str, str, int | None], tuple[float, Protego | FetchError]] = {}

    def check(self, url: httpx2.URL) -> None:
        """Raise `Refused` if a host's rules forbid a page, `Unavailable` if they can't be had (RFC 9309 2.3.1.4)."""
        host = (url.scheme, url.host, url.port)
        with self._lock:
            until, rules = self._remembered.get(host, (0.0, None))
        if rules is None or until <= self._monotonic():
            rules = self._rules(url)
            kept = _KEPT if isinstance(rules, Protego) else _KEPT_UNREACHABLE
            with self._lock:
                self._remembered[host] = (self._monotonic() + kept.total_seconds(), rules)
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(str(url.copy_with(userinfo=b"")), self._agent):
            raise Refused(f"{url.host}'s robots.txt does not allow {url.path} to be fetched")

    def _rules(self, url: httpx2.URL) -> Protego | FetchError:
        try:
            status, content = self._ask(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        except FetchError as error:
            return error
        if status in (408, 425, 429) or status >= 500:  # noqa: PLR2004 - the classes of RFC 9110 15
            return Unavailable(f"{url.host}'s robots.txt answered {status}, so its pages are left alone for now")
        # Any other refusal means that there are no rules (RFC 9309 2.3.1.3).
        return Protego.parse(content.decode("utf-8-sig", "replace") if status < 400 else _NO_RULES)  # noqa: PLR2004
