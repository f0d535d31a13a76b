"""Decide which hubs are to be told of which feeds (WebSub, W3C Recommendation of 23 January 2018). Sends nothing.

A topic is the public address of a feed. What decides is not whether this pass wrote the file, but whether the file
differs from what the store says was announced: so a crash between the two loses nothing.
"""

from collections.abc import Mapping
from hashlib import sha256

from syndicator.errors import PublishError
from syndicator.model import EditionKey, EffectKey
from syndicator.publishing import atom, jsonfeed, rss
from syndicator.publishing.masthead import Masthead, edition_folder

PING = "websub"
"""The kind of effect by which a hub is told of a feed."""
_FEEDS = (atom.FILE, rss.FILE, jsonfeed.FILE)


def topics(key: EditionKey, *, masthead: Masthead) -> dict[str, str]:
    """Return what of an edition hubs may be told of: topic URLs, each with a digest of the feed that lies there now.

    Empty where there is no hub. Raises `PublishError` for a file that can't be read.
    """
    folder = edition_folder(key)
    found = {}
    for name in _FEEDS if masthead.hubs else ():
        path = masthead.directory / folder / name
        try:
            found[masthead.url(folder + name)] = sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise PublishError(f"{path} can't be read: {error.strerror or error}") from error
    return found


def pings(now: Mapping[str, str], announced: Mapping[str, str], *, hubs: tuple[str, ...]) -> list[EffectKey]:
    """Return the pings that tell every hub of every topic that is not as it was last announced."""
    changed = [topic for topic, digest in now.items() if announced.get(topic) != digest]
    return [EffectKey(kind=PING, target=hub, subject=topic) for topic in changed for hub in hubs]


def ping_form(topic: str) -> dict[str, str]:
    """Return the form that tells a hub of a topic.

    WebSub leaves it to hubs; all take what PubSubHubbub 0.4 (7.1) had, `hub.url`, and some of them `hub.topic`.
    """
    return {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
