"""The machine: its clock, its limits, its locale, and the versions of what we run on."""

import ctypes
import locale
import os
import platform
import resource
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from syndicator import __version__
from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.doctor.paths import database_path

SLACK = timedelta(minutes=2)
ENOUGH_FILES = 1024
_UNSYNCHRONISED = 5
"""TIME_ERROR, which adjtimex(2) returns while the clock is not kept right by anything."""
_TIMEX_BYTES = 512
"""More than `struct timex` takes on any machine."""
LIBRARIES = ("ctranslate2", "sentencepiece", "lxml", "nh3", "sqlalchemy", "apscheduler", "httpx2")


def clock(settings: Settings, config: Path, *, newest: datetime | None, now: datetime) -> Iterator[Finding]:
    """Compare the clock with what was written when: the newest time in the store, and the ages of files.

    `newest` is None where nothing is in the store.
    """
    times = {config: config.stat().st_mtime, Path(__file__): Path(__file__).stat().st_mtime}
    if (database := database_path(settings)) and database.exists():
        times[database] = database.stat().st_mtime
    written = {path: datetime.fromtimestamp(seconds, UTC) for path, seconds in times.items()}
    youngest = max(written, key=written.__getitem__)
    advice = "set the clock right (timedatectl set-ntp true); what was dated wrongly stays, nothing is lost"
    if newest and newest > now + SLACK:
        yield problem(
            "clock", f"it is {now:%Y-%m-%d %H:%M} UTC, but the store was written on {newest:%Y-%m-%d %H:%M}", advice
        )
    elif written[youngest] > now + SLACK:
        when = f"{written[youngest]:%Y-%m-%d %H:%M}"
        yield problem("clock", f"it is {now:%Y-%m-%d %H:%M} UTC, but {youngest} was written on {when}", advice)
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M} UTC, later than config, program and store were written")
    yield _kept_right()


def limits(settings: Settings) -> Iterator[Finding]:
    """Check how many files may be open and how many folders may be watched."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= files < ENOUGH_FILES:
        yield warning(
            "limits", f"only {files} files may be open", "raise it: `LimitNOFILE=65536` in the unit, or ulimit -n"
        )
    else:
        yield fine("limits", f"{files} files may be open")
    watches = _number("/proc/sys/fs/inotify/max_user_watches")
    wanted = sum(sum(1 for _ in os.walk(one.inbox)) for one in settings.sources if one.inbox and one.inbox.is_dir())
    if watches is not None and wanted * 2 > watches:
        yield warning(
            "limits",
            f"{watches} folders may be watched, and the inboxes have {wanted}",
            "sysctl fs.inotify.max_user_watches=1048576; without it, inboxes are read by their interval only",
        )


def locale_and_versions() -> Iterator[Finding]:
    """Check that text is UTF-8 here, and name the versions that a report of a fault needs."""
    encodings = {locale.getpreferredencoding(do_setlocale=False), sys.getfilesystemencoding()}
    if {one.lower().replace("-", "") for one in encodings} == {"utf8"}:
        yield fine("locale", "UTF-8")
    else:
        yield problem("locale", f"text is {' and '.join(sorted(encodings))} here", "set LC_ALL=C.UTF-8 for the daemon")
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    yield fine(
        "versions",
        f"syndicator {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}, "
        f"{platform.system()} {platform.release()} {platform.machine()}",
    )


def _kept_right() -> Finding:
    """Tell whether something keeps the clock right, as far as the kernel knows."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))  # all zero: only asks
    except (OSError, AttributeError):
        state = -1
    if state == _UNSYNCHRONISED:
        return warning("clock", "nothing keeps the clock right", "timedatectl set-ntp true, or install chrony")
    return fine("clock", "kept right by the system" if state >= 0 else "whether it is kept right can't be told here")


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
