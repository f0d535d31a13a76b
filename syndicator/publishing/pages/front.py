"""The front page of an edition: what is new, by day, and in a whole language by source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder, story_path
from syndicator.publishing.pages.document import FORMATS, TEASER_LENGTH, Page, addresses, front_version, lang, render
from syndicator.publishing.text import excerpt, one_line

SCRIPT = "front.js"
TEASERS = 12
"""Stories that show how they begin; further down titles alone, so that a page of 100 stays below 60 kB."""

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


def render_edition_page(
    key: EditionKey,
    entries: Sequence[Entry],
    *,
    masthead: Masthead,
    created: datetime,
    topics: Sequence[Section] = (),
) -> bytes:
    """Return the front page of an edition: `entries` by day, newest first, in a whole language grouped by source.

    `topics` are editions that the page leads to beside its sources. An edition without entries is as old as `created`.
    """
    name = source_name(key, entries)
    others = related_editions(key, entries, masthead=masthead)
    found = tuple(front_version(each) for each in [key, *others])
    is_whole = key.source is None
    page = Page(
        path=edition_folder(key) + INDEX,
        language=key.language,
        title=edition_title(key, name, masthead=masthead),
        versions=found,
        cluster=addresses(found, masthead=masthead),
        feeds_of=key,
        description=edition_subtitle(key, name, masthead=masthead),
        script=SCRIPT if entries else None,
        has_form=True,
    )
    sources = [_source(key.language, entry) for entry in {one.attribution.slug: one for one in entries}.values()]
    sources.sort(key=lambda section: section.name.casefold())
    values = {
        "heading": edition_title(key, name, masthead=masthead) if is_whole else name,
        "subtitle": edition_subtitle(key, name, masthead=masthead),
        "is_whole": is_whole,
        "is_home": key == EditionKey(language=key.language),
        "updated": max((entry.updated for entry in entries), default=created),
        "formats": [(name, file) for name, file, _ in FORMATS],
        "sources": sources,
        "sections": [*topics, *sources] if key == EditionKey(language=key.language) else [],
        "days": list(_days(key, entries)),
        "tags": {each: lang(page.spoken, each) for each in {entry.language for entry in entries}},
    }
    return render("front.html", page, masthead=masthead, values=values)


def _source(language: str, entry: Entry) -> Section:
    slug = entry.attribution.slug
    path = edition_folder(EditionKey(language=language, source=slug)) + INDEX
    return Section(path=path, name=entry.attribution.display_name, language=source_language(entry), slug=slug)


def _days(key: EditionKey, entries: Sequence[Entry]) -> Iterator[_Day]:
    """Yield the days; the sources of a day come in the order of their newest stories."""
    number = 0
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
