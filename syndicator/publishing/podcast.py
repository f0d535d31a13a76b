"""Say of an entry what podcast programs want to know of an episode, in XML: Apple's elements and Podcasting 2.0's."""

from collections.abc import Iterable, Iterator

from syndicator.model import Enclosure, Entry, Episode
from syndicator.publishing.extension import Element
from syndicator.publishing.feed import attached, authors_of
from syndicator.publishing.text import language_tag, link

_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_PODCAST = "{https://podcastindex.org/namespace/1.0}"
_TRANSCRIPT_TYPE = "text/plain"
"""Of a transcript that states none, since the element demands one."""


def episode_of(entry: Entry) -> Episode | None:
    """Return what the source says of the recording that an entry brings; None where it brings none."""
    return next((enclosure.episode for enclosure, _ in attached(entry) if enclosure.episode), None)


def playable_first(entry: Entry) -> list[tuple[Enclosure, str]]:
    """Return the enclosures with their addresses, what can be played first: podcast programs look at one alone."""

    def rank(each: tuple[Enclosure, str]) -> int:
        return 0 if each[0].episode else 1 if (each[0].media_type or "").startswith(("audio/", "video/")) else 2

    return sorted(attached(entry), key=rank)


def namespaces(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the namespaces, by prefix, that a feed of these entries has to declare for `episode_elements`."""
    has_episodes = any(episode_of(entry) for entry in entries)
    return {"itunes": _ITUNES[1:-1], "podcast": _PODCAST[1:-1]} if has_episodes else {}


def episode_elements(entry: Entry) -> Iterator[Element]:
    """Yield the elements that say of an entry which episode it is; none where it is none."""
    episode = episode_of(entry)
    if episode is None:
        return
    stated = {
        "author": ", ".join(authors_of(entry)),
        "duration": episode.duration_seconds,
        "explicit": None if episode.is_explicit is None else str(episode.is_explicit).lower(),
        "episode": episode.number,
        "season": episode.season,
        "episodeType": episode.kind,
    }
    for name, value in stated.items():
        if value is not None:
            yield Element(name=f"{_ITUNES}{name}", text=str(value))
    if image := link(episode.image_url):
        yield Element(name=f"{_ITUNES}image", attributes={"href": image})
    for one in episode.transcripts:
        if address := link(one.url):
            told = {"type": one.media_type or _TRANSCRIPT_TYPE, "language": language_tag(one.language)}
            yield Element(name=f"{_PODCAST}transcript", attributes={"url": address, **told})
    if chapters := link(episode.chapters_url):
        attributes = {"url": chapters, "type": "application/json+chapters"}
        yield Element(name=f"{_PODCAST}chapters", attributes=attributes)
