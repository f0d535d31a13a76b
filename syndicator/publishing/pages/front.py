"""The front page of an edition: what is new, by day, and in a whole language by source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from itertools import groupby

from syndicator.model import EditionKey, Entry
from syndicator.publishing.attribution import source_language
from syndicator.publishing.feed import (
    edition_subtitle,
    edition_title,
    related_editions,
    source_name,
    summary_of,
    title_of,
)
from syndicator.publishing.masthead import INDEX, STYLE, Masthead, Version, edition_folder, story_path
from syndicator.publishing.pages.document import FORMATS, TEASER_LENGTH, Page, addresses, front_version, lang, render
from syndicator.publishing.text import excerpt, one_line

SCRIPT = "front.js"
TEASERS = 12
"""Stories that show how they begin; further down titles alone, so that about 100 find room on a page."""

MOST_BYTES = 60_000
"""Of a front page with all that it loads, uncompressed; what has no room goes on pages with older stories."""
ROOM_FOR_SEARCH = 1_000
"""Bytes: our server adds a box (`web.search`)."""
FEWEST = 10
"""Stories that a page holds, however long their titles."""
_OLDER = re.compile(r"older(?:-[0-9]+)?\.html")

FULL = 5
"""Stories that are enough to fill columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An edition that belongs to another: one of its sources or topics."""

    path: str
    name: str
    language: str | None
    """That the name is in, where it is known."""
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    path: str
    """Below the folder of its language."""
    title: str
    teaser: str
    language: str
    time: str
    is_translation: bool
    is_lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    slug: str
    name: str
    language: str | None
    path: str
    stories: list[_Story]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    date: date
    groups: list[_Group]
    is_full: bool
    """It fills columns; else its sources stand abreast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One of the pages that the front page of an edition is divided into."""

    number: int
    """0 is the front page itself."""
    entries: Sequence[Entry]
    all: Sequence[Entry]
    """The entries of the edition, on whichever page."""
    has_more: bool
    """There is one after it, with older stories."""


def render_edition_pages(
    key: EditionKey,
    entries: Sequence[Entry],
    *,
    masthead: Masthead,
    created: datetime,
    topics: Sequence[Section] = (),
) -> dict[str, bytes]:
    """Return the front page of an edition, and as many with older stories as it takes for none to be heavy, by file.

    `entries` stand by day, newest first, in a whole language grouped by source. `topics` are editions that the page
    leads to beside its sources. An edition without entries is as old as `created`.
    """
    room = MOST_BYTES - ROOM_FOR_SEARCH - sum(len(_asset(name)) for name in (STYLE, SCRIPT))
    pages: dict[str, bytes] = {}
    rest = entries
    while rest or not pages:
        count = len(rest)
        while True:
            part = _Part(number=len(pages), entries=rest[:count], all=entries, has_more=count < len(rest))
            page = _render(key, part, masthead=masthead, created=created, topics=topics)
            if len(page) <= room or count <= FEWEST:
                break
            count = max(FEWEST, min(count - 1, count * room // len(page)))
        pages[_file(part.number)] = page
        rest = rest[count:]
    return pages


def is_older_page(name: str) -> bool:
    """Tell whether a file is called as pages with older stories are."""
    return _OLDER.fullmatch(name) is not None


def _file(number: int) -> str:
    return INDEX if number == 0 else "older.html" if number == 1 else f"older-{number}.html"


@cache
def _asset(name: str) -> bytes:
    return resources.files(__package__).joinpath("static", name).read_bytes()


def _render(key: EditionKey, part: _Part, *, masthead: Masthead, created: datetime, topics: Sequence[Section]) -> bytes:
    name = source_name(key, part.all)
    others = related_editions(key, part.all, masthead=masthead)
    own = Version(language=key.language, path=edition_folder(key) + _file(part.number))
    found = (own, *map(front_version, others))
    is_whole = key.source is None
    is_first = part.number == 0
    page = Page(
        path=own.path,
        language=key.language,
        title=edition_title(key, name, masthead=masthead),
        versions=found,
        cluster=addresses(found, masthead=masthead) if is_first else (),
        feeds_of=key,
        description=edition_subtitle(key, name, masthead=masthead),
        script=SCRIPT if part.entries else None,
        has_form=True,
    )
    values = {
        "heading": edition_title(key, name, masthead=masthead) if is_whole else name,
        "subtitle": edition_subtitle(key, name, masthead=masthead),
        "is_whole": is_whole,
        "is_home": key == EditionKey(language=key.language),
        "updated": max((entry.updated for entry in part.all), default=created),
        "formats": [(name, file) for name, file, _ in FORMATS],
        "sources": _sources(key, part.entries),
        "sections": [*topics, *_sources(key, part.all)]
        if is_first and key == EditionKey(language=key.language)
        else [],
        "days": list(_days(key, part.entries, first=0 if is_first else TEASERS)),
        "tags": {each: lang(page.spoken, each) for each in {entry.language for entry in part.entries}},
        "older": _file(part.number + 1) if part.has_more else None,
        "newer": None if is_first else _file(part.number - 1),
    }
    return render("front.html", page, masthead=masthead, values=values)


def _sources(key: EditionKey, entries: Sequence[Entry]) -> list[Section]:
    found = [_source(key.language, entry) for entry in {one.attribution.slug: one for one in entries}.values()]
    return sorted(found, key=lambda section: section.name.casefold())


def _source(language: str, entry: Entry) -> Section:
    slug = entry.attribution.slug
    path = edition_folder(EditionKey(language=language, source=slug)) + INDEX
    return Section(path=path, name=entry.attribution.display_name, language=source_language(entry), slug=slug)


def _days(key: EditionKey, entries: Sequence[Entry], *, first: int) -> Iterator[_Day]:
    """Yield the days; the sources of a day come in the order of their newest stories. `first` numbers the first."""
    number = first
    for day, of_day in groupby(entries, key=lambda entry: entry.published.date()):
        by_source: dict[str, list[Entry]] = {}
        for entry in of_day:
            by_source.setdefault(entry.attribution.slug, []).append(entry)
        groups = []
        for slug, several in by_source.items():
            stories = []
            for entry in several:
                stories.append(_story(key, entry, number=number))
                number += 1
            source = _source(key.language, several[0])
            groups.append(
                _Group(slug=slug, name=source.name, language=source.language, path=source.path, stories=stories)
            )
        yield _Day(date=day, groups=groups, is_full=sum(len(group.stories) for group in groups) >= FULL)


def _story(key: EditionKey, entry: Entry, *, number: int) -> _Story:
    return _Story(
        path=story_path(key.language, entry.story).removeprefix(f"{key.language}/"),
        title=title_of(entry, edition=key.language),
        teaser=excerpt(one_line(summary_of(entry)), length=TEASER_LENGTH) if number < TEASERS else "",
        language=entry.language,
        time=f"{entry.published:%H:%M}",
        is_translation=entry.route is not None,
        is_lead=number == 0,
    )
