"""Keep all that an edition ever published, in documents that never change (RFC 5005, section 4).

Entries are divided by the order in which they came to be shown, `SIZE` to a document, and a document is written once,
as soon as its entries are all there. No entry leaves its place in that order, whatever comes later and however old it
says it is; and a document that lies on the disk is not looked at again. So neither a new entry nor an edit, a new
translation, another setting or another version of this program changes one. An edit reaches those who follow the
archives through the current document, as long as the entry stands there.

What is in no archive yet is in the current document in any case (`current_window`): both together are everything. To
have the archives written anew, with the texts, addresses and rights of today, remove their folder.
"""

import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from syndicator.model import EditionKey, Entry
from syndicator.publishing.atom import Position, render_atom
from syndicator.publishing.extent import fitted
from syndicator.publishing.files import sweep, write_if_changed
from syndicator.publishing.masthead import Masthead, edition_folder
from syndicator.publishing.text import fit

SIZE = 50
"""Entries of an archive document. Never changes: documents of other sizes would overlap those that are there."""
FOLDER = "archive/"
_NAME = re.compile(r"(\d{4,})\.atom\.xml")


def has_archives(key: EditionKey, *, masthead: Masthead) -> bool:
    """Tell whether an edition keeps archives: that of a whole language, where its feed can hold what is in none yet."""
    return key == EditionKey(language=key.language) and masthead.window >= SIZE


def archive_path(key: EditionKey, number: int) -> str:
    """Return where an archive document lies below the directory: `ru/archive/0001.atom.xml`; the first is 1."""
    return f"{edition_folder(key)}{FOLDER}{number:04}.atom.xml"


def archive_count(key: EditionKey, *, masthead: Masthead) -> int:
    """Return how many archive documents of an edition are there, without a gap from the first on."""
    try:
        names = os.listdir(masthead.directory / edition_folder(key) / FOLDER)  # noqa: PTH208 - there may be thousands
    except OSError:
        return 0
    numbers = {int(found[1]) for name in names if (found := _NAME.fullmatch(name))}
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
