"""Notice at once that something changed in an inbox folder. Knows nothing of what is in it."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from syndicator.errors import Unavailable
from syndicator.model import Source

_DEBOUNCE_MS = 800
"""Changes are gathered for at most so long before they are told."""
_STEP_MS = 200
"""Told as soon as nothing more has changed for so long."""
_LOOK_MS = 2_000
"""How often we look whether a missing folder has appeared, or one was replaced by another."""


def watch_inboxes(sources: Sequence[Source], *, stop: threading.Event) -> Iterator[Source]:
    """Yield the sources whose inbox changed, as `watch` tells it; end at once where none has one."""
    inboxes: dict[Path, list[Source]] = defaultdict(list)
    for source in sources:
        if source.folder:
            inboxes[source.folder].append(source)
    if inboxes:
        for changed in watch(list(inboxes), stop=stop):
            yield from (source for folder in changed for source in inboxes[folder])


def watch(folders: Sequence[Path], *, stop: threading.Event) -> Iterator[set[Path]]:
    """Yield the folders, each as it was given, in or below which something changed; end soon after `stop` is set.

    Those that exist are yielded once as soon as they are watched: what was dropped before that is told by nobody else.
    Hidden names, so `.rejected/` too, don't count. A missing folder is watched from the moment that it appears, as is
    one that vanishes and comes back; that counts as a change of all. Raises `Unavailable` if the operating system
    refuses to watch (its limit on watches is reached): the folders are still read on schedule.
    """
    present = _identities(folders)
    appeared = set(present)
    while not stop.is_set():
        if not present:
            stop.wait(_LOOK_MS / 1000)
        for changed in _changes(list(present), stop):
            if changed | appeared:  # told only now that it is watched: nothing falls between
                yield changed | appeared
            appeared = set()
            if _identities(folders) != present:
                break
        present = _identities(folders)
        appeared = set(present)  # the others, too: they went unwatched for a moment


def _identities(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return device and inode of each folder that exists: another folder of the same name must be watched anew."""
    found = {}
    for folder in folders:
        try:
            status = folder.stat()
        except OSError:
            continue
        if folder.is_dir():
            found[folder] = (status.st_dev, status.st_ino)
    return found


def _changes(folders: Sequence[Path], stop: threading.Event) -> Iterator[set[Path]]:
    """Yield the folders that changed; an empty set now and then, when nothing did.

    Ends when one of them is gone, and if there are none.
    """
    if not folders:
        return
    import watchfiles  # noqa: PLC0415 - it brings asyncio, and only the daemon watches

    real = {folder.resolve(): folder for folder in folders}
    try:
        for changes in watchfiles.watch(
            *real,
            watch_filter=None,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
        ):
            paths = [Path(path) for _, path in changes]
            yield {given for folder, given in real.items() if any(_is_shown(path, folder) for path in paths)}
            if any(kind is watchfiles.Change.deleted and Path(path) in real for kind, path in changes):
                return  # a new folder of that name may have the old one's inode, but has not its watch
    except FileNotFoundError:  # a folder vanished before it was watched
        return
    except (OSError, RuntimeError) as error:  # RuntimeError: what watchfiles' own errors are
        raise Unavailable(f"inbox folders can't be watched, only read on schedule: {error}") from error


def _is_shown(path: Path, folder: Path) -> bool:
    """Say whether a path is below a folder without a hidden name on the way."""
    return path.is_relative_to(folder) and not any(part.startswith(".") for part in path.relative_to(folder).parts)
