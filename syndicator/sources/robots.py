"""Obey robots.txt (RFC 9309). Knows its rules and how long they are remembered; refuses to know how it is fetched."""

import threading
from collections.abc import Callable
from datetime import timedelta

import httpx2
from protego import Protego

from syndicator.errors import FetchError, Forbidden, Refused, Unavailable

MAX_BYTES = 500 * 1024
"""Of a robots.txt, more is not looked at (RFC 9309 2.5)."""

_KEPT = timedelta(hours=1)
_KEPT_UNREACHABLE = timedelta(minutes=5)
_NO_RULES = ""
_MOST_HOSTS = 1_000
"""Whose rules are remembered: some are large, and pages may link to any number of hosts."""

_Host = tuple[str, str, int | None]

Ask = Callable[[httpx2.URL], tuple[int, bytes]]
"""Get a URL, following redirects: its status and, where that is 200, the beginning of its body."""


class Robots:
    """What the hosts' robots.txt allow us. Thread-safe; remembers each host's for an hour.

    `agent` is our product token, `monotonic` tells the time in seconds.
    """

    def __init__(self, *, agent: str, monotonic: Callable[[], float]) -> None:
        self._agent = agent
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._remembered: dict[_Host, tuple[float, Protego | FetchError]] = {}

    def check(self, url: httpx2.URL, ask: Ask) -> None:
        """Raise `Refused` if a host's rules forbid a page, `Unavailable` if they can't be had (RFC 9309 2.3.1.4).

        `ask` gets its robots.txt if that is not remembered.
        """
        host = (url.scheme, url.host, url.port)
        with self._lock:
            until, rules = self._remembered.get(host, (0.0, None))
        if rules is None or until <= self._monotonic():
            rules = _rules(url, ask)
            if not isinstance(rules, Forbidden):  # what one source may not reach, another may
                self._remember(host, rules)
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(str(url.copy_with(userinfo=b"")), self._agent):
            raise Refused(f"{url.host}'s robots.txt does not allow {url.path} to be fetched")

    def _remember(self, host: _Host, rules: Protego | FetchError) -> None:
        now = self._monotonic()
        kept = _KEPT if isinstance(rules, Protego) else _KEPT_UNREACHABLE
        with self._lock:
            if len(self._remembered) >= _MOST_HOSTS:
                self._remembered = {key: one for key, one in self._remembered.items() if one[0] > now}
            if len(self._remembered) >= _MOST_HOSTS:
                self._remembered.clear()
            self._remembered[host] = (now + kept.total_seconds(), rules)


def _rules(url: httpx2.URL, ask: Ask) -> Protego | FetchError:
    try:
        status, content = ask(url.copy_with(raw_path=b"/robots.txt", fragment=None))
    except FetchError as error:
        return error
    if status in (408, 425, 429) or status >= 500:  # noqa: PLR2004 - the classes of RFC 9110 15
        return Unavailable(f"{url.host}'s robots.txt answered {status}, so its pages are left alone for now")
    # Any other refusal means that there are no rules (RFC 9309 2.3.1.3).
    return Protego.parse(content.decode("utf-8-sig", "replace") if status < 400 else _NO_RULES)  # noqa: PLR2004
