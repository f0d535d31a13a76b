"""Publish an edition: from entries to files, each replaced whole and only if its bytes differ.

Nothing here depends on the time of day, on chance or on the order of earlier runs: the same entries give the same
bytes. What the settings add to these bytes is in `fingerprint`.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import resources
from itertools import islice
from pathlib import Path

import syndicator
from syndicator.model import EditionKey, Entry, Listed, Volume
from syndicator.publishing import atom, files, jsonfeed, rss, sitemap
from syndicator.publishing.archive import archive_count, archive_path, has_archives
from syndicator.publishing.bilingual import bilingual
from syndicator.publishing.extent import fitted
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder, story_path
from syndicator.publishing.opml import Outline, render_opml
from syndicator.publishing.pages import (
    ASSETS,
    assets,
    codes,
    is_older_page,
    render_edition_pages,
    render_editions_page,
    render_gone_page,
    render_story_page,
    render_subscribe_page,
)
from syndicator.publishing.pages.document import subscribe_path
from syndicator.publishing.pages.front import Section
from syndicator.publishing.stylesheet import FEED_STYLE
from syndicator.publishing.text import fit
from syndicator.publishing.wording import phrases

__all__ = [
    "Masthead",
    "Outline",
    "fingerprint",
    "is_index_published",
    "is_published",
    "publish_edition",
    "publish_gone",
    "publish_index",
    "publish_news",
    "publish_sitemap_index",
    "publish_sitemaps",
]

RENDERER = 4
"""One more each time that the same entries come out as other bytes: then everything is published anew."""
OPML = "feeds.opml"
WRITERS = 8
"""Pages written at a time: a disk makes sure of eight files about as quickly as of one (400 pages in 0.6 s, not 3)."""
MOST_IN_MEMORY = 64
"""Pages rendered and not yet written."""


def publish_edition(
    key: EditionKey, entries: Sequence[Entry], changed: Iterable[Entry], *, masthead: Masthead, created: datetime
) -> list[Path]:
    """Write the feeds and the front page of an edition, and the pages of stories; return the files that changed.

    `entries`, newest first and no more than the window, are what the feeds hold; of a whole language, `changed` are
    those whose pages are written, whatever their age. These are taken one by one, so that a store of any size can be
    published anew; they come with originals and pairs, as do the entries of a bilingual edition. `created` dates an
    edition without entries. Raises `PublishError`, also for an entry without attribution; files written before it are
    whole and stay.
    """
    masthead = fit(masthead)
    entries = [fitted(entry, masthead=masthead) for entry in entries]
    if key.is_bilingual:
        entries = [bilingual(entry) for entry in entries]
    folder = edition_folder(key)
    files.sweep(masthead.directory / folder)
    # Pages before feeds: no feed links to a page that is not there yet.
    stories = (fitted(entry, masthead=masthead) for entry in (changed if _has_stories(key) else ()))
    pages = (
        (story_path(key.language, entry.story), render_story_page(key, entry, masthead=masthead)) for entry in stories
    )
    written = [*_write_together(pages, masthead, by_way_of=masthead.directory / folder), *_write(_style(), masthead)]
    fronts = render_edition_pages(key, entries, masthead=masthead, created=created, topics=_sections(key, masthead))
    feeds = {
        **{folder + name: page for name, page in sorted(fronts.items(), reverse=True)},
        folder + jsonfeed.FILE: jsonfeed.render_json(key, entries, masthead=masthead, created=created),
        folder + rss.FILE: rss.render_rss(key, entries, masthead=masthead, created=created),
        folder + atom.FILE: atom.render_atom(
            key, entries, masthead=masthead, created=created, position=_position(key, masthead)
        ),
    }
    written += _write(feeds.items(), masthead)
    for path in (masthead.directory / folder).iterdir():
        if is_older_page(path.name) and path.name not in fronts:
            files.remove(path)
    return written


def publish_gone(key: EditionKey, stories: Iterable[str], *, masthead: Masthead) -> list[Path]:
    """Put a page that says so in the place of each story of a language that is not shown any more."""
    masthead = fit(masthead)
    pages = ((story_path(key.language, one), render_gone_page(key, one, masthead=masthead)) for one in stories)
    return _write_together(pages, masthead, by_way_of=masthead.directory / edition_folder(key))


def publish_sitemaps(
    language: str,
    volumes: Sequence[Volume],
    stories_of: Callable[[int], Sequence[Listed]],
    *,
    masthead: Masthead,
    changed: Collection[int] | None,
) -> list[Path]:
    """Write the site maps of a language's stories that are `changed` (None: all), or are not there; return those.

    `stories_of` gives the stories of a volume by its number.
    """
    masthead = fit(masthead)

    def is_due(volume: Volume) -> bool:
        path = masthead.directory / sitemap.sitemap_path(language, volume.number)
        return changed is None or volume.number in changed or not path.is_file()

    maps = (
        (
            sitemap.sitemap_path(language, one.number),
            sitemap.render_sitemap(language, stories_of(one.number), masthead=masthead),
        )
        for one in volumes
        if is_due(one)
    )
    return _write(maps, masthead)


def publish_news(language: str, entries: Sequence[Entry], *, masthead: Masthead) -> list[Path]:
    """Write the news site map of a language, unless it is as it would be; `entries` as of `sitemap.newest`."""
    masthead = fit(masthead)
    entries = [fitted(entry, masthead=masthead) for entry in entries]
    content = sitemap.render_news_sitemap(language, entries, masthead=masthead)
    return _write([(sitemap.news_path(language), content)], masthead)


def publish_sitemap_index(volumes: Mapping[str, Sequence[Volume]], *, masthead: Masthead) -> list[Path]:
    """Write the index of all site maps, unless it is as it would be; `volumes` by language, as `publish_sitemaps`."""
    masthead = fit(masthead)
    return _write([(sitemap.INDEX_FILE, sitemap.render_sitemap_index(volumes, masthead=masthead))], masthead)


def publish_index(outlines: Sequence[Outline], *, masthead: Masthead) -> list[Path]:
    """Write the list of all editions, as a page and as OPML; return the files that changed. Raises `PublishError`."""
    masthead = fit(masthead)
    outlines = [fit(outline) for outline in outlines]
    files.sweep(masthead.directory)
    lists = {
        INDEX: render_editions_page(outlines, masthead=masthead, opml=OPML),
        OPML: render_opml(outlines, masthead=masthead),
        **{
            subscribe_path(language): render_subscribe_page(language, outlines, masthead=masthead, opml=OPML)
            for language in masthead.languages
        },
        **dict(codes(outlines, masthead=masthead)),
    }
    return [*_write(_style(), masthead), *_write(lists.items(), masthead)]


def is_published(key: EditionKey, *, masthead: Masthead, with_stories: bool = False) -> bool:
    """Tell whether an edition's feeds and front page are there, whatever they hold.

    `with_stories`, the folder of its stories' pages must be there, too.
    """
    folder = masthead.directory / edition_folder(key)
    if with_stories and not (folder / "stories").is_dir():
        return False
    names = [atom.FILE, rss.FILE, jsonfeed.FILE, INDEX]
    return all((folder / name).is_file() for name in names)


def is_index_published(masthead: Masthead) -> bool:
    """Tell whether the list of all editions is there, as a page and as OPML, and how to subscribe."""
    names = (INDEX, OPML, FEED_STYLE, *ASSETS, *map(subscribe_path, masthead.languages))
    return all((masthead.directory / name).is_file() for name in names)


def fingerprint(masthead: Masthead) -> str:
    """Return a digest of all but the entries that decides on the bytes of an edition: the settings and the program."""
    settings = [
        RENDERER,
        syndicator.__version__,
        masthead.publisher,
        masthead.rights,
        masthead.contact,
        masthead.base_url,
        masthead.languages,
        masthead.window,
        masthead.images,
        sorted(masthead.source_images.items()),
        masthead.tag_prefix,
        sorted(masthead.extents.items()),
        [(topic.slug, topic.name, topic.names) for topic in masthead.topics],
        masthead.has_bilingual,
        sorted(masthead.names.items()),
        masthead.naming,
        masthead.hubs,
    ]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()


def _has_stories(key: EditionKey) -> bool:
    """Tell whether an edition has pages of stories: the others link to those of their whole language."""
    return key == EditionKey(language=key.language)


def _sections(key: EditionKey, masthead: Masthead) -> list[Section]:
    """Return what the front page of a language leads to beside its sources: that with originals, and topics."""
    language = key.language
    others = [EditionKey(language=language, is_bilingual=True)] if masthead.has_bilingual else []
    others += [EditionKey(language=language, topic=topic.slug) for topic in masthead.topics]
    return [
        Section(
            path=edition_folder(each) + INDEX,
            name=phrases(language).bilingual if each.is_bilingual else masthead.topic_name(each),
            language=language,
            slug=each.topic or "",
        )
        for each in (others if _has_stories(key) else ())
    ]


def _position(key: EditionKey, masthead: Masthead) -> atom.Position:
    """Return the place of the current document after the archives that are there."""
    if not has_archives(key, masthead=masthead):
        return atom.CURRENT
    count = archive_count(key, masthead=masthead)
    return atom.Position(before=archive_path(key, count)) if count else atom.CURRENT


def _style() -> Iterator[tuple[str, bytes]]:
    yield from assets()
    yield FEED_STYLE, resources.files("syndicator.publishing").joinpath(FEED_STYLE).read_bytes()


def _write(contents: Iterable[tuple[str, bytes]], masthead: Masthead, *, by_way_of: Path | None = None) -> list[Path]:
    """Write files, given by their path below the directory, and return those that changed."""
    top = masthead.directory
    paths = ((top / name, content) for name, content in contents)
    return [path for path, content in paths if files.write_if_changed(path, content, inside=top, by_way_of=by_way_of)]


def _write_together(contents: Iterator[tuple[str, bytes]], masthead: Masthead, *, by_way_of: Path) -> list[Path]:
    """Do the same, several files at a time, for those whose order does not matter.

    Their folder may hold a million others, so that sweeping it would take long: `by_way_of` is swept instead.
    """
    written = []
    with ThreadPoolExecutor(WRITERS) as writers:
        while group := list(islice(contents, MOST_IN_MEMORY)):
            for changed in writers.map(lambda each: _write([each], masthead, by_way_of=by_way_of), group):
                written += changed
    return written
