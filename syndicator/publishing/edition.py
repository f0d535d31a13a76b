"""Publish an edition: from entries to files, each replaced whole and only if its bytes differ.

Nothing here depends on the time of day, on chance or on the order of earlier runs: the same entries give the same
bytes. What the settings add to these bytes is in `fingerprint`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import resources
from itertools import islice
from pathlib import Path

import syndicator
from syndicator.errors import PublishError
from syndicator.model import EditionKey, Entry
from syndicator.publishing import atom, files, rss
from syndicator.publishing.masthead import INDEX, STYLE, Masthead, edition_folder, path_part, story_path
from syndicator.publishing.opml import Outline, render_opml
from syndicator.publishing.pages import render_edition_page, render_editions_page, render_story_page
from syndicator.publishing.text import fit

__all__ = [
    "Masthead",
    "Outline",
    "fingerprint",
    "is_index_published",
    "is_published",
    "publish_edition",
    "publish_index",
]

RENDERER = 1
"""One more each time that the same entries come out as other bytes: then everything is published anew."""
OPML = "feeds.opml"
WRITERS = 8
"""Pages written at a time: a disk makes sure of eight files about as quickly as of one (400 pages in 0.6 s, not 3)."""
MOST_IN_MEMORY = 64
"""Pages rendered and not yet written."""


def publish_edition(
    key: EditionKey, entries: Sequence[Entry], changed: Sequence[Entry], *, masthead: Masthead, created: datetime
) -> list[Path]:
    """Write the feeds and the front page of an edition, and the pages of stories; return the files that changed.

    `entries`, newest first and no more than the window, are what the feeds hold; of a whole language, `changed` are
    those whose pages are written, whatever their age. `created` dates an edition without entries. Raises
    `PublishError`, also for an entry without attribution; files written before it are whole and stay.
    """
    masthead = fit(masthead)
    entries = [_fit(entry) for entry in entries]
    changed = [_fit(entry) for entry in changed] if key.source is None else []
    folder = edition_folder(key)
    files.sweep(masthead.directory / folder)
    if changed:
        files.sweep(masthead.directory / folder / "stories")
    # Pages before feeds: no feed links to a page that is not there yet.
    pages = (
        (story_path(key.language, entry.story), render_story_page(key, entry, masthead=masthead)) for entry in changed
    )
    written = [*_write(_style(), masthead), *_write_together(pages, masthead)]
    feeds = {
        folder + INDEX: render_edition_page(key, entries, masthead=masthead, created=created),
        folder + rss.FILE: rss.render_rss(key, entries, masthead=masthead, created=created),
        folder + atom.FILE: atom.render_atom(key, entries, masthead=masthead, created=created),
    }
    return written + _write(feeds.items(), masthead)


def publish_index(outlines: Sequence[Outline], *, masthead: Masthead) -> list[Path]:
    """Write the list of all editions, as a page and as OPML; return the files that changed. Raises `PublishError`."""
    masthead = fit(masthead)
    outlines = [fit(outline) for outline in outlines]
    files.sweep(masthead.directory)
    lists = {
        INDEX: render_editions_page(outlines, masthead=masthead, opml=OPML),
        OPML: render_opml(outlines, masthead=masthead),
    }
    return [*_write(_style(), masthead), *_write(lists.items(), masthead)]


def is_published(key: EditionKey, *, masthead: Masthead, with_stories: bool = False) -> bool:
    """Tell whether an edition's feeds and front page are there, whatever they hold.

    `with_stories`, the folder of its stories' pages must be there, too.
    """
    folder = masthead.directory / edition_folder(key)
    if with_stories and not (folder / "stories").is_dir():
        return False
    return all((folder / name).is_file() for name in (atom.FILE, rss.FILE, INDEX))


def is_index_published(masthead: Masthead) -> bool:
    """Tell whether the list of all editions is there, as a page and as OPML."""
    return all((masthead.directory / name).is_file() for name in (INDEX, OPML, STYLE))


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
        masthead.tag_prefix,
    ]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()


def _fit(entry: Entry) -> Entry:
    """Return an entry whose text can be carried; raise `PublishError` for one that must not be published."""
    path_part(entry.story)  # before anything is left out of it
    fitted = fit(entry)
    if not fitted.attribution.name.strip():
        raise PublishError(
            f"story {entry.story} can't be published without saying whose it is: "
            f"give the source {entry.attribution.slug!r} a name in the configuration"
        )
    return fitted


def _style() -> Iterator[tuple[str, bytes]]:
    yield STYLE, resources.files("syndicator.publishing").joinpath(STYLE).read_bytes()


def _write(contents: Iterable[tuple[str, bytes]], masthead: Masthead) -> list[Path]:
    """Write files, given by their path below the directory, and return those that changed."""
    paths = ((masthead.directory / name, content) for name, content in contents)
    return [path for path, content in paths if files.write_if_changed(path, content, inside=masthead.directory)]


def _write_together(contents: Iterator[tuple[str, bytes]], masthead: Masthead) -> list[Path]:
    """Do the same, several files at a time, for those whose order does not matter."""
    written = []
    with ThreadPoolExecutor(WRITERS) as writers:
        while group := list(islice(contents, MOST_IN_MEMORY)):
            for changed in writers.map(lambda each: _write([each], masthead), group):
                written += changed
    return written
