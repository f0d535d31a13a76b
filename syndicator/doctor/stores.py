"""The store and who works on it."""

from collections.abc import Iterator

from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.errors import StoreError
from syndicator.publishing.edition import OPML
from syndicator.store.health import Health, health, holder

SMALL_BYTES = 300_000_000
"""Up to this size the indexes are compared with their tables, too: some 3 s. Beyond, only when asked for."""
LARGE_LOG_BYTES = 200_000_000
RESTORE = "`syndicator restore FILE` puts a backup back, and keeps what is there"


def examine_store(settings: Settings, *, is_thorough: bool) -> tuple[Health | None, list[Finding]]:
    """Return what the store is like, None if it can't be looked at, and what to tell of it."""
    try:
        found = health(settings.database.url, thorough_below_bytes=1 << 62 if is_thorough else SMALL_BYTES)
    except StoreError as error:
        return None, [problem("store", str(error), RESTORE)]
    return found, list(_told(found, settings))


def daemon(settings: Settings) -> Finding:
    """Tell whether a daemon, or a pass, works on the store."""
    try:
        process = holder(settings.database.url)
    except StoreError as error:
        return problem("daemon", str(error), "make the file readable for this user")
    if process is None:
        return warning("daemon", "none is running", "start it, or have `syndicator run --due` called every 15 minutes")
    return fine("daemon", f"process {process or 'unknown'} is at work on the store")


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
            "an older store is upgraded when first opened: take a backup before; a newer one needs a newer program",
        )


def _log(found: Health) -> Iterator[Finding]:
    if found.log_bytes > LARGE_LOG_BYTES:
        yield warning(
            "store",
            f"its log has grown to {found.log_bytes / 1e6:.0f} MB",
            "something has been reading it for hours: look for a backup tool or a shell that has it open",
        )
