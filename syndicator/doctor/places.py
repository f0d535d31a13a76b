"""Folders, files and disks: what this user may read and write, how much room there is, what was left half-written."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.doctor.paths import database_path

LITTLE_BYTES = 1_000_000_000
TOO_LITTLE_BYTES = 100_000_000
LITTLE_INODES = 10_000
TOO_LITTLE_INODES = 500
MOST_TOLD = 5
_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{16}\.tmp(?:-journal|-wal|-shm)?|.+\.db\.new(-journal)?")


def places(settings: Settings, config: Path) -> Iterator[Finding]:
    """Check the permissions of everything that the settings name."""
    named = [config, settings.translation.terms, settings.translation.name_exceptions]
    secret = [one.headers_file for one in settings.sources] + [one.secret_file for one in settings.webhooks]
    secret.append(settings.mirror.credentials_file)
    yield from _readable(config, named, secret=[file for file in secret if file])
    database = database_path(settings)
    if database:
        yield _writable("data", database.parent)
        for part in ("", "-wal", "-shm", ".lock"):
            yield from _unwritable_file(database.with_name(database.name + part))
    yield _writable("feeds", settings.feeds.directory)
    yield from _unwritable_folders(settings.feeds.directory)
    yield _writable("models", settings.models.directory)
    yield from _unreadable("models", settings.models.directory)
    for source in settings.sources:
        if source.inbox and source.enabled:
            yield _writable(f"inbox {source.slug}", source.inbox)
            yield from _unreadable(f"inbox {source.slug}", source.inbox, is_deep=False)


def room(settings: Settings) -> Iterator[Finding]:
    """Check the space and the inodes of every file system that we write to."""
    database = database_path(settings)
    folders = [database.parent if database else None, settings.feeds.directory, settings.models.directory]
    seen: set[int] = set()
    for folder in filter(None, folders):
        place = _nearest(folder)
        if (device := place.stat().st_dev) in seen:
            continue
        seen.add(device)
        yield _room_on(place)


def leftovers(settings: Settings) -> Iterator[Finding]:
    """Name what interrupted writers left; the feeds' own are swept with the next publishing."""
    database = database_path(settings)
    tops = [top for top in (database and database.parent, settings.feeds.directory) if top]
    found = [
        Path(folder, name)
        for top in tops
        for folder, _, names in os.walk(top)
        for name in names
        if _LEFTOVER.fullmatch(name)
    ]
    if found:
        yield warning(
            "leftovers",
            f"{_some([str(path) for path in found])} left by an interrupted writer",
            "nothing is lost; if no command is at work right now, remove them",
        )
    else:
        yield fine("leftovers", f"no half-written files in {', '.join(map(str, tops))}")


def _readable(config: Path, files: list[Path], *, secret: list[Path]) -> Iterator[Finding]:
    unreadable = [file for file in (*files, *secret) if file.exists() and not os.access(file, os.R_OK)]
    for file in unreadable:
        yield problem("config", f"{file} can't be read", f"make it readable for this user: chmod u+r {file}")
    for file in (*files, *secret):
        mode = file.stat().st_mode if file.exists() else 0
        if mode & stat.S_IWOTH:
            yield warning("config", f"{file} can be changed by everybody on this machine", f"chmod o-w {file}")
        elif mode & stat.S_IROTH and file in secret:
            yield warning("config", f"{file} can be read by everybody on this machine", f"chmod o-r {file}")
    if not unreadable:
        yield fine("config", f"{config} and the files it names can be read")


def _writable(subject: str, folder: Path) -> Finding:
    place = _nearest(folder)
    if not place.is_dir():
        return problem(subject, f"{place} is not a folder", "move that file away")
    if not os.access(place, os.W_OK | os.X_OK | os.R_OK):
        return problem(subject, f"{place} can't be written to", f"give this user the folder: chown {_user()} {place}")
    if place != folder:
        return warning(subject, f"{folder} is not there", "it is made when it is needed; if it was there, put it back")
    if place.stat().st_mode & stat.S_IWOTH and not place.stat().st_mode & stat.S_ISVTX:
        return warning(subject, f"{place} can be written to by everybody on this machine", f"chmod o-w {place}")
    return fine(subject, f"{folder} can be written to")


def _unwritable_file(file: Path) -> Iterator[Finding]:
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        yield problem("data", f"{file} can't be written to", f"give this user the file: chown {_user()} {file}")


def _unwritable_folders(top: Path) -> Iterator[Finding]:
    """Tell the folders below `top` that files can't be replaced in."""
    wrong = [folder for folder, _, _ in os.walk(top) if not os.access(folder, os.W_OK | os.X_OK)]
    if wrong:
        yield problem("feeds", f"can't write to {_some(wrong)}", f"chown -R {_user()} {top}")


def _unreadable(subject: str, top: Path, *, is_deep: bool = True) -> Iterator[Finding]:
    wrong = []
    for folder, folders, names in os.walk(top):
        if not is_deep:
            folders.clear()
        paths = [os.path.join(folder, name) for name in names if not name.startswith(".")]  # noqa: PTH118 - many
        wrong += [path for path in paths if os.path.lexists(path) and not os.access(path, os.R_OK)]
    if wrong:
        yield problem(
            subject, f"can't read {_some(wrong)}", f"make them readable for this user: chown -R {_user()} {top}"
        )


def _room_on(place: Path) -> Finding:
    disk = os.statvfs(place)
    free, inodes = disk.f_bavail * disk.f_frsize, disk.f_favail if disk.f_files else None
    text = f"{free / 1e9:.1f} GB free" + (f", {inodes:,} files" if inodes is not None else "") + f" where {place} is"
    advice = "make room: a full disk loses nothing, but nothing new comes in or out"
    if free < TOO_LITTLE_BYTES or (inodes is not None and inodes < TOO_LITTLE_INODES):
        return problem("space", text, advice)
    if free < LITTLE_BYTES or (inodes is not None and inodes < LITTLE_INODES):
        return warning("space", text, advice)
    return fine("space", text)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    return ", ".join(names[:MOST_TOLD]) + more


def _user() -> str:
    return str(os.geteuid())
