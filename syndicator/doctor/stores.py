"""The store and who works on it."""

from collections.abc import Iterator
from datetime import timedelta

from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.errors import StoreError
from syndicator.publishing.edition import OPML
from syndicator.store.health import Health, ServerHealth, health, holder, server_health
from syndicator.store.opening import MOVING, is_on_server

SMALL_BYTES = 300_000_000
"""Up to this size the indexes are compared with their tables, too: some 3 s. Beyond, only when asked for."""
LARGE_LOG_BYTES = 200_000_000
APART = timedelta(seconds=60)
"""Clocks that differ by more make what is due on one machine not due on another."""
RESTORE = "`syndicator restore FILE` puts a backup back, and keeps what is there"


OTHER_REVISION = "an older store is upgraded when first opened: take a backup before; a newer one needs a newer program"


def examine_store(settings: Settings, *, is_thorough: bool) -> tuple[bool, list[Finding]]:
    """Return whether the store is whole and of our revision, and what to tell of it."""
    if is_on_server(settings.database.url):
        return _examine_server(settings)
    try:
        found = health(settings.database.url, thorough_below_bytes=1 << 62 if is_thorough else SMALL_BYTES)
    except StoreError as error:
        return False, [problem("store", str(error), RESTORE)]
    return found.is_current and not found.damage, list(_told(found, settings))


def _examine_server(settings: Settings) -> tuple[bool, list[Finding]]:
    try:
        found = server_health(settings.database.url)
    except StoreError as error:
        return False, [problem("store", str(error), f"see that the database can be reached; {RESTORE}")]
    return found.is_current, [*_told_of_server(found, settings), *_clocks(found)]


def _told_of_server(found: ServerHealth, settings: Settings) -> Iterator[Finding]:
    size = f"{found.name}: PostgreSQL {found.version}, {found.size_bytes / 1e6:.1f} MB, revision {found.revision}"
    if found.revision is None and (settings.feeds.directory / OPML).exists():
        yield problem("store", f"{found.name} is empty, though editions were published", RESTORE)
    elif found.revision is None:
        yield fine("store", f"{found.name}: PostgreSQL {found.version}, no store in it yet; the first run makes it")
    elif found.revision.startswith(MOVING):
        yield problem("store", f"{found.name} holds a part of a store", "call `syndicator store migrate` again")
    elif found.is_current:
        yield fine("store", f"{size}; the room on its disk can't be seen from here")
    else:
        yield warning("store", f"{size}; this program works on another revision", OTHER_REVISION)


def _clocks(found: ServerHealth) -> Iterator[Finding]:
    if abs(found.ahead) > APART:
        yield warning(
            "clock",
            f"that of {found.name} differs from this machine's by {abs(found.ahead).total_seconds():.0f} s",
            "have both set by NTP",
        )


def daemon(settings: Settings) -> Finding:
    """Tell whether a daemon, or a pass, works on the store."""
    try:
        found = holder(settings.database.url)
    except StoreError as error:
        return problem("daemon", str(error), "make the store readable for this user")
    if found is None:
        return warning("daemon", "none is running", "start it, or have `syndicator run --due` called every 15 minutes")
    return fine("daemon", f"{found} is at work on the store")


def _told(found: Health, settings: Settings) -> Iterator[Finding]:
    path = found.path
    if not found.is_there:
        if path.with_name(path.name + "-wal").exists():
            yield problem("store", f"{path} is missing, though its log is there", RESTORE)
        elif (settings.feeds.directory / OPML).exists():
            yield problem("store", f"{path} is missing, though editions were published from it", RESTORE)
        else:
            yield fine("store", f"{path} is not there yet; the first run makes it")
    elif not found.size_bytes:
        yield problem("store", f"{path} is empty", RESTORE)
    elif found.damage:
        yield problem("store", f"{path} is damaged: {found.damage}", RESTORE)
    elif found.revision is None:
        yield problem("store", f"{path} is not a syndicator database", "name another file under [database] url")
    else:
        yield from _versions(found)
        yield from _log(found)


def _versions(found: Health) -> Iterator[Finding]:
    how = "every page and index checked" if found.is_thorough else "every page checked; --thorough checks indexes, too"
    size = f"{found.path}: {found.size_bytes / 1e6:.1f} MB, revision {found.revision}, {how}"
    if found.is_current:
        yield fine("store", size)
    elif found.revision is not None and found.revision.isdigit():
        yield warning(
            "store",
            f"{size}; this program works on another revision",
            OTHER_REVISION,
        )


def _log(found: Health) -> Iterator[Finding]:
    if found.log_bytes > LARGE_LOG_BYTES:
        yield warning(
            "store",
            f"its log has grown to {found.log_bytes / 1e6:.0f} MB",
            "something has been reading it for hours: look for a backup tool or a shell that has it open",
        )
