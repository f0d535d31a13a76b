"""Fetch the pictures of what is published, where pages are to show copies: a step of its own, before publishing.

What is left to do is told by the store (which pictures published entries show) and by the folder of copies (which are
there): nothing is lost by a crash, and what failed is asked for again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from syndicator import policy
from syndicator.errors import FetchError, Forbidden, ParseError, Unavailable
from syndicator.log import logger
from syndicator.model import EditionKey, Entry, Extent, Source
from syndicator.ports import Clock, Fetcher, Store
from syndicator.publishing.extent import limited
from syndicator.publishing.feed import body_of
from syndicator.publishing.masthead import Masthead
from syndicator.publishing.pages.media import picture_addresses
from syndicator.publishing.pictures import Picture, Pictures
from syndicator.sources.picture import measure

NEWEST = 500
"""Stories of a language whose pictures are asked for; older ones keep what they have."""
MOST_AT_ONCE = 50
"""Pictures asked for in one round: publishing waits for it."""
MOST_FAILURES = 3
"""At one host, out of reach, in a round: it is down."""
PIECE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What fetching pictures works with."""

    store: Store
    fetcher: Fetcher
    clock: Clock
    masthead: Masthead
    sources: Mapping[str, Source]
    """By slug: each may reach what its configuration lets it reach."""
    most_bytes: int
    """Of one picture."""
    most_bytes_in_all: int


@dataclass(slots=True, kw_only=True)
class PictureReport:
    """What a round came to."""

    fetched: int = 0
    failed: int = 0
    is_complete: bool = True
    """Nothing was left for the next round but what failed."""
    errors: dict[str, int] = field(default_factory=dict)
    """By host: how often it was out of reach."""


def gather(work: Gathering, *, should_stop: Callable[[], bool] = lambda: False) -> PictureReport:
    """Fetch the pictures that are wanted and not there, and have the pages written that show them.

    Raises `PublishError` where copies can't be written, and `StoreError`.
    """
    report = PictureReport()
    pictures = Pictures(directory=work.masthead.directory)
    now = work.clock.now()
    arrived: dict[str, tuple[Picture, list[str]]] = {}
    for url, (source, stories) in _wanted(work).items():
        picture = pictures.known(url)
        if picture.is_due(now):
            if should_stop() or report.fetched + report.failed >= MOST_AT_ONCE:
                report.is_complete = False
                break
            picture = _fetch(picture, source, pictures, work=work, report=report)
        if picture.file and not picture.is_shown:
            arrived[url] = (picture, stories)
    if arrived:
        # In this order: a crash in between has the pages written twice, not never.
        work.store.touch({story for _, stories in arrived.values() for story in stories})
        for picture, _ in arrived.values():
            pictures.announce(picture)
    return report


def _wanted(work: Gathering) -> dict[str, tuple[str, list[str]]]:
    """Return the addresses of pictures, newest stories first, each with its source and the stories that show it."""
    wanted: dict[str, tuple[str, list[str]]] = {}
    if not work.masthead.has_copies:
        return wanted
    for language in work.masthead.languages:
        entries = work.store.entries(EditionKey(language=language), limit=NEWEST)
        for url, entry in _shown(entries, work.masthead):
            _, stories = wanted.setdefault(url, (entry.attribution.slug, []))
            stories.append(entry.story)
    return wanted


def _shown(entries: Sequence[Entry], masthead: Masthead) -> Iterator[tuple[str, Entry]]:
    """Yield the address of each picture that these entries show as a copy, no more of them than may be published."""
    for entry in entries:
        slug = entry.attribution.slug
        if "<img" in entry.html and masthead.images_of(slug) == "cache":
            for url in picture_addresses(body_of(limited(entry, masthead.extents.get(slug, Extent.FULL)))):
                yield url, entry


def _fetch(picture: Picture, source: str, pictures: Pictures, *, work: Gathering, report: PictureReport) -> Picture:
    """Fetch a picture and keep its copy, or when to ask again."""
    now = work.clock.now()
    host = urlsplit(picture.url).netloc
    configured = work.sources.get(source)
    fetcher = work.fetcher.for_source(configured) if configured else work.fetcher
    try:
        if report.errors.get(host, 0) >= MOST_FAILURES:
            report.is_complete = False
            return picture
        content = fetcher.fetch_allowed(picture.url, most_bytes=work.most_bytes).content
        measured = measure(content)
    except (FetchError, ParseError) as error:
        is_passing = isinstance(error, Unavailable | Forbidden)  # the configuration may allow it soon
        report.errors[host] = report.errors.get(host, 0) + isinstance(error, Unavailable)
        report.failed += 1
        logger().info("picture_failed", host=host, reason=str(error))
        due = policy.picture_again(picture.failures, now, is_passing=is_passing)
        return _failed(picture, pictures, due=due)
    room = work.most_bytes_in_all - len(content)
    pictures.make_room(most_bytes=room, used=lambda: _all_shown(work))
    if pictures.size_bytes() > room:
        report.failed += 1
        logger().warning("pictures_full", most_bytes=work.most_bytes_in_all)
        return _failed(picture, pictures, due=now + timedelta(days=1))
    report.fetched += 1
    return pictures.keep(picture.url, content, suffix=measured.suffix, size=(measured.width, measured.height))


def _failed(picture: Picture, pictures: Pictures, *, due: datetime) -> Picture:
    told = replace(picture, failures=picture.failures + 1, due=due.isoformat())
    pictures.note(told)
    return told


def _all_shown(work: Gathering) -> set[str]:
    """Return the address of every picture that a page shows, however old: asked only where room is wanted."""
    found: set[str] = set()
    for language in work.masthead.languages:
        for first in range(0, work.store.last_number(language) + 1, PIECE):
            entries = work.store.numbered(language, first=first, count=PIECE)
            found.update(url for url, _ in _shown(entries, work.masthead))
    return found
