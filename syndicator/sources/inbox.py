"""Read an inbox folder: every article file in it that is new or was edited becomes an Item.

Knows when a file is finished, and what becomes of one that can't be read; refuses to know formats (`articlefile`) and
how not to leave the folder (`folder`).
"""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syndicator.errors import ParseError, Refused, Unavailable
from syndicator.model import Item, Reading, SetAside, Source
from syndicator.sources.articlefile import READERS, ArticleFile, read_article, suffix_of
from syndicator.sources.folder import Found, mark, move_away, move_back, open_folder, read_file, walk
from syndicator.sources.watch import watch_inboxes

__all__ = ["LIMIT_BYTES", "REJECTED", "SETTLED_AFTER", "bring_back", "read_inbox", "watch_inboxes"]

REJECTED = ".rejected"
"""Below the inbox: where files go that can't be read."""
_MOVED_TO = "; moved to "
LIMIT_BYTES = 10_000_000
SETTLED_AFTER = timedelta(seconds=2)
"""A file that was changed more recently may still be being written."""
_CLOCKS_DIFFER_BY = timedelta(minutes=1)  # at most; a file server's clock may be ahead of ours
_PARTIAL_SUFFIXES = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")
_PARTIAL_IS_FORGOTTEN_AFTER = timedelta(minutes=10)


def read_inbox(source: Source, *, marks: Mapping[str, str], now: datetime, moves_rejected: bool = True) -> Reading:
    """Return the items in the files of an inbox that have no mark among `marks`, or another one, sorted by path.

    An item's `origin_id` is the file's path below the inbox, so an edited file gives its article anew. A file that
    may still be being written is left alone, without a mark, and `retry_after` is set. One that can't be read is moved
    to `.rejected/` with the reason in a file beside it, and listed in `set_aside`; so is what is no regular file,
    which stays. With `moves_rejected` false nothing is moved. `source.max_items` does not apply: nothing that was
    dropped in stays unread. Raises `Unavailable` if there is no such folder, `Refused` if the source names none.
    """
    if source.folder is None:
        raise Refused(f"source {source.slug} names no folder: set `inbox`")
    outcomes: dict[str, _Outcome] = {}
    root = open_folder(source.folder)
    try:
        for found in walk(root):
            if found.problem:
                outcomes[found.id] = _Outcome(reason=found.problem)
            elif _is_ours(found):
                is_known = marks.get(found.id) == mark(found.status)
                outcome = _Outcome(mark=marks[found.id]) if is_known else _look(found, folder=source.folder, now=now)
                outcomes[found.id] = (
                    _reject(found, root, outcome) if outcome.is_rejected and moves_rejected else outcome
                )
    finally:
        os.close(root)
    return Reading(
        items=tuple(outcome.item for outcome in outcomes.values() if outcome.item),
        marks={name: outcome.mark for name, outcome in outcomes.items() if outcome.mark},
        set_aside=tuple(SetAside(origin_id=name, reason=one.reason) for name, one in outcomes.items() if one.reason),
        retry_after=SETTLED_AFTER if any(outcome.is_busy for outcome in outcomes.values()) else None,
    )


def bring_back(source: Source, rejected: SetAside) -> bool:
    """Move the file that was rejected for this reason back to where it was dropped; return whether it was there.

    Files of one name that were rejected before it stay. Raises `Refused` if another file has taken its place,
    `Unavailable` if there is no such folder.
    """
    _, is_moved, where = rejected.reason.rpartition(_MOVED_TO)
    if source.folder is None or not is_moved:
        return False
    root = open_folder(source.folder)
    try:
        return move_back(root, where, to=rejected.origin_id, out_of=REJECTED)
    finally:
        os.close(root)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of one file."""

    item: Item | None = None
    mark: str | None = None
    """None: it is looked at again next time."""
    reason: str | None = None
    """Why it was set aside."""
    is_rejected: bool = False
    is_busy: bool = False


def _is_ours(found: Found) -> bool:
    """Say whether it has a name of an article file; a symlink without a suffix is somebody's folder, to be told of."""
    suffix = suffix_of(found.id)
    return suffix in READERS or (stat.S_ISLNK(found.status.st_mode) and not suffix)


def _look(found: Found, *, folder: Path, now: datetime) -> _Outcome:
    """Read a file, unless it is still being written."""
    if not _is_settled(found, now):
        return _Outcome(is_busy=True)
    try:
        content, seen = read_file(found, limit_bytes=LIMIT_BYTES)
        url = folder.joinpath(*found.path).as_uri()
        file = ArticleFile(id=found.id, url=url, content=content, modified=_modified(found, now))
        return _Outcome(item=read_article(file, now=now), mark=seen)
    except Unavailable:
        return _Outcome(is_busy=True)
    except Refused as error:
        return _Outcome(reason=str(error))
    except ParseError as error:
        return _Outcome(reason=str(error), is_rejected=True)


def _reject(found: Found, root: int, outcome: _Outcome) -> _Outcome:
    """Move a file to where the operator finds it with the reason; where it can't be moved, look at it no more."""
    reason = outcome.reason or ""
    try:
        where = move_away(root, found, into=REJECTED, reason=reason)
    except Unavailable:
        return _Outcome(is_busy=True)
    except Refused as error:
        return _Outcome(reason=f"{reason}; {error}", mark=mark(found.status))
    return _Outcome(reason=f"{reason}{_MOVED_TO}{where}")


def _is_settled(found: Found, now: datetime) -> bool:
    """Say whether nobody seems to be writing the file: it was left alone for a while, as was any partial copy of it."""
    age = now - _modified(found, now)
    if -_CLOCKS_DIFFER_BY < age < SETTLED_AFTER:
        return False
    for suffix in _PARTIAL_SUFFIXES:
        with suppress(OSError):
            status = os.stat(found.name + suffix, dir_fd=found.directory, follow_symlinks=False)
            if now.timestamp() - status.st_mtime < _PARTIAL_IS_FORGOTTEN_AFTER.total_seconds():
                return False
    return True


def _modified(found: Found, now: datetime) -> datetime:
    """Return when a file was last changed; `now` where the file system tells a year that no calendar has."""
    try:
        return datetime.fromtimestamp(found.status.st_mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return now + _CLOCKS_DIFFER_BY
