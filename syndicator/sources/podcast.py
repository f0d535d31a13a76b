"""Read what podcasts say of an episode beside its enclosure: Apple's elements (`itunes:`) and Podcasting 2.0's.

From the XML itself: feedparser 6 knows `yes` and `clean` but not today's `true` and `false` of `itunes:explicit`, and
keeps one transcript of several. Refuses to know which enclosure an episode is.
"""

import re
from dataclasses import replace

from lxml import etree

from syndicator.model import Enclosure, Episode, Transcript
from syndicator.sources.feedfields import absolute_url, clean, one_line

_APPLE = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST = frozenset(
    {
        "https://podcastindex.org/namespace/1.0",
        "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    }
)
_SIGNS = (b"itunes.com/dtds/podcast", b"podcastindex")
_ENTRIES = frozenset({"item", "entry"})
_EXPLICIT = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": False}
_KINDS = frozenset({"full", "trailer", "bonus"})
_DURATION = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_MOST_TRANSCRIPTS = 20


def episodes(xml: bytes, url: str) -> list[Episode | None]:
    """Return what is said of each entry of a feed, in the feed's order; nothing where no entry is an episode.

    `url` is where the feed was read: relative addresses count from there.
    """
    if not any(sign in xml[:4096].lower() for sign in _SIGNS):
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return []
    return [_episode(each, url) for each in root.iter("{*}*") if etree.QName(each).localname in _ENTRIES]


def with_episode(enclosures: tuple[Enclosure, ...], episode: Episode | None) -> tuple[Enclosure, ...]:
    """Return an entry's enclosures, that which is played with what is said of the episode."""
    playable = [each for each in enclosures if (each.media_type or "").startswith(("audio/", "video/"))]
    if episode is None or not enclosures:
        return enclosures
    first = (playable or enclosures)[0]
    seconds = episode.duration_seconds or (first.episode.duration_seconds if first.episode else None)
    told = replace(first, episode=replace(episode, duration_seconds=seconds))
    return tuple(told if each is first else each for each in enclosures)


def duration_seconds(value: object) -> int | None:
    """Return the seconds that a duration names (`3723`, `62:03`, `1:02:03`); None where it names none."""
    found = _DURATION.fullmatch(str(value).strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds or None


def _episode(entry: etree._Element, url: str) -> Episode | None:
    stated: dict[str, etree._Element] = {}
    transcripts: list[Transcript] = []
    for child in entry.iterchildren("{*}*"):
        name = etree.QName(child)
        namespace = (name.namespace or "").lower()
        if namespace == _APPLE:
            stated.setdefault(name.localname.lower(), child)
        elif namespace in _PODCAST and name.localname == "transcript":
            transcripts += _transcript(child, url)
        elif namespace in _PODCAST and name.localname in {"chapters", "season", "episode"}:
            stated.setdefault(f"podcast:{name.localname}", child)
    chapters = stated.get("podcast:chapters")
    image = stated.get("image")
    kind = _text(stated.get("episodetype")).lower()
    episode = Episode(
        duration_seconds=duration_seconds(_text(stated.get("duration"))),
        image_url=absolute_url(image.get("href"), url) if image is not None else None,
        is_explicit=_EXPLICIT.get(_text(stated.get("explicit")).lower()),
        number=_number(stated.get("episode")) or _number(stated.get("podcast:episode")),
        season=_number(stated.get("season")) or _number(stated.get("podcast:season")),
        kind=kind if kind in _KINDS else None,
        transcripts=tuple(transcripts[:_MOST_TRANSCRIPTS]),
        chapters_url=absolute_url(chapters.get("url"), url) if chapters is not None else None,
    )
    return episode if episode != Episode() else None


def _transcript(element: etree._Element, url: str) -> list[Transcript]:
    address = absolute_url(element.get("url"), url)
    if address is None:
        return []
    media_type = clean(element.get("type")).strip().lower() or None
    return [Transcript(url=address, media_type=media_type, language=clean(element.get("language")).strip() or None)]


def _text(element: etree._Element | None) -> str:
    return one_line(clean(element.text)) if element is not None else ""


def _number(element: etree._Element | None) -> int | None:
    found = _NUMBER.fullmatch(_text(element))
    return (int(found[0]) or None) if found else None
