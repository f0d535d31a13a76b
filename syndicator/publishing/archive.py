"""Keep all that an edition ever published, in documents that never change (RFC 5005, section 4).

Entries are divided by the order in which they came to be shown, `SIZE` to a document, and a document is written once,
as soon as its entries are all there. No entry leaves its place in that order, whatever comes later and however old it
says it is. So neither a new entry nor an edit, a new translation, another setting or another version of this program
changes a document. An edit reaches those who follow the archives through the current document, as long as the entry
stands there.

Two things weigh more, and `withdraw_archives` sees to them: that nobody's text is published beyond what its rights
allow by now, and that nothing is missing after the store was restored from a backup.

What is in no archive yet is in the current document in any case (`current_window`): both together are everything. To
have the archives written anew, with the texts and addresses of today, remove their folder.
"""

import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from lxml import etree

from syndicator.model import EditionKey, Entry, Extent
from syndicator.publishing.atom import Position, render_atom
from syndicator.publishing.extension import ATOM
from syndicator.publishing.extent import fitted
from syndicator.publishing.feed import EXTENT
from syndicator.publishing.files import remove, sweep, write_if_changed
from syndicator.publishing.masthead import Masthead, edition_folder
from syndicator.publishing.text import fit

SIZE = 50
"""Entries of an archive document. Never changes: documents of other sizes would overlap those that are there."""
FOLDER = "archive/"
_NAME = re.compile(r"(\d{4,})\.atom\.xml")
_ORDER = tuple(Extent)
"""From the most that is published of a text to the least."""


def has_archives(key: EditionKey, *, masthead: Masthead) -> bool:
    """Tell whether an edition keeps archives: that of a whole language, where its feed can hold what is in none yet."""
    return key == EditionKey(language=key.language) and masthead.window >= SIZE


def archive_path(key: EditionKey, number: int) -> str:
    """Return where an archive document lies below the directory: `ru/archive/0001.atom.xml`; the first is 1."""
    return f"{edition_folder(key)}{FOLDER}{number:04}.atom.xml"


def archive_count(key: EditionKey, *, masthead: Masthead) -> int:
    """Return how many archive documents of an edition are there, without a gap from the first on."""
    numbers = _numbers(key, masthead=masthead)
    return next((number - 1 for number in range(1, len(numbers) + 2) if number not in numbers), 0)


def current_window(newest: Sequence[Entry], unarchived: Sequence[Entry], *, limit: int) -> list[Entry]:
    """Return what the current document holds, newest first: all that is in no archive yet, filled up to the limit."""
    held = {entry.story for entry in unarchived}
    others = [entry for entry in newest if entry.story not in held]
    chosen = [*unarchived, *others[: max(0, limit - len(held))]]
    return sorted(chosen, key=lambda entry: (-entry.published.timestamp(), entry.story))


def publish_archives(
    key: EditionKey, count: int, entries_of: Callable[[int], Sequence[Entry]], *, masthead: Masthead, created: datetime
) -> list[Path]:
    """Write those of the first `count` archive documents that are not there; return the files that are new.

    `entries_of` gives the entries of a document by its number, from 1, in their order. Raises `PublishError`.
    """
    masthead = fit(masthead)
    there = archive_count(key, masthead=masthead)
    if there < count:
        sweep(masthead.directory / edition_folder(key) / FOLDER)
    written = []
    for number in range(there + 1, count + 1):
        path = masthead.directory / archive_path(key, number)
        if path.exists():  # beyond a gap
            continue
        entries = [fitted(entry, masthead=masthead) for entry in entries_of(number)]
        position = Position(
            path=archive_path(key, number),
            before=archive_path(key, number - 1) if number > 1 else None,
            # The newest one names none: it would have to change once that is there.
            after=archive_path(key, number + 1) if number < count else None,
        )
        entries.reverse()  # newest first, as everywhere
        content = render_atom(key, entries, masthead=masthead, created=created, position=position)
        write_if_changed(path, content, inside=masthead.directory)
        written.append(path)
    return written


def withdraw_archives(
    key: EditionKey, count: int, entries_of: Callable[[int], Sequence[Entry]], *, masthead: Masthead
) -> None:
    """Remove the archive documents that must not stay as they are; `publish_archives`, called next, brings them back.

    They are those with more of a text than may be published by now, and those without an entry that is to be in them,
    or beyond the first `count`: they were written from a store that is gone. Those that can't be read go, too.
    """
    for number in sorted(_numbers(key, masthead=masthead)):
        path = masthead.directory / archive_path(key, number)
        if number > count or not _may_stay(path, entries_of(number), masthead=masthead):
            remove(path)


def _numbers(key: EditionKey, *, masthead: Masthead) -> set[int]:
    """Return the numbers of the archive documents that are there."""
    try:
        names = os.listdir(masthead.directory / edition_folder(key) / FOLDER)  # noqa: PTH208 - there may be thousands
    except OSError:
        return set()
    return {int(found[1]) for name in names if (found := _NAME.fullmatch(name))}


def _may_stay(path: Path, entries: Sequence[Entry], *, masthead: Masthead) -> bool:
    allowed = {entry.ids.atom: masthead.extents.get(entry.attribution.slug, Extent.FULL) for entry in entries}
    # What is not shown any more may be anybody's.
    least = max(masthead.extents.values(), key=_ORDER.index, default=Extent.FULL)
    try:
        held = _extents(path)
    except (OSError, etree.LxmlError, ValueError):
        return False
    return allowed.keys() <= held.keys() and all(
        _ORDER.index(extent) >= _ORDER.index(allowed.get(each, least)) for each, extent in held.items()
    )


def _extents(path: Path) -> dict[str, Extent]:
    """Return how much an archive document holds of each of its entries, by `atom:id`."""
    feed = etree.parse(path, etree.XMLParser(resolve_entities=False))
    found = {}
    for entry in feed.iterfind(f"{ATOM}entry"):
        limited = entry.find(f"{ATOM}category[@scheme='{EXTENT}']")
        extent = Extent.FULL if limited is None else Extent(limited.get("term", ""))
        found[entry.findtext(f"{ATOM}id", "")] = extent
    return found
