"""Say in an answer's header what the feed says itself: which hubs tell of it, and under which address (WebSub, 4)."""

from dataclasses import dataclass
from urllib.parse import quote

from syndicator.web.messages import Header

ARCHIVE = "archive"
"""The folder of documents that never change: no hub tells of them."""
_AS_IT_IS = "%!#$&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The hubs, and the public address of the folder of feeds."""

    hubs: tuple[str, ...] = ()
    base_url: str | None = None

    def links(self, path: str) -> tuple[Header, ...]:
        """Return the Link field (RFC 8288) of the feed at a path below the folder; none where no hub tells of it."""
        if not self.hubs or self.base_url is None or ARCHIVE in path.split("/"):
            return ()
        topic = quote(self.base_url, safe=_AS_IT_IS) + quote(path)
        links = [*(f'<{hub}>; rel="hub"' for hub in self.hubs), f'<{topic}>; rel="self"']
        return ((b"link", ", ".join(links).encode("ascii")),)
