"""Keep the mirror of the published folder up to date, and leave beside the folder's files how that goes."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndicator.errors import SyndicatorError
from syndicator.ports import Clock
from syndicator.publishing.files import write_if_changed

if TYPE_CHECKING:  # obstore takes 0.1 s to load
    from syndicator.publishing.mirror import Mirror, MirrorReport

STATE = ".mirror-state"
"""The file in the folder that says how the last pass went; hidden, so that it is neither served nor mirrored."""
LOOK_EVERY = timedelta(minutes=10)
"""So often the mirror is compared though nothing was published: somebody may have removed an object."""


def mirror(one: "Mirror", *, clock: Clock, should_stop: Callable[[], bool] = lambda: False) -> "MirrorReport":
    """Make one pass and keep how it went. Raises `PublishError`, and `FetchError` where nothing may be connected to."""
    try:
        report = one.update(should_stop=should_stop)
    except SyndicatorError as error:
        _keep(one.folder, {"at": clock.now(), "error": str(error)})
        raise
    how = {"put": report.put, "removed": report.removed, "is_complete": report.is_complete}
    _keep(one.folder, {"at": clock.now(), "error": None, **how})
    return report


def mirror_state(folder: Path) -> dict[str, Any] | None:
    """Return how the last pass went: `at`, `error`, and of one that came to its end what it did; None before any."""
    try:
        found = json.loads((folder / STATE).read_bytes())
        return {**found, "at": datetime.fromisoformat(found["at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, state: dict[str, Any]) -> None:
    if folder.is_dir():
        write_if_changed(folder / STATE, json.dumps(state, default=datetime.isoformat).encode())


class Mirroring:
    """Tells when there is something to mirror, and does it. `owe` may be called by other threads."""

    def __init__(self, one: "Mirror", *, clock: Clock) -> None:
        self._mirror = one
        self._clock = clock
        self._is_owed = True
        self._looked: float | None = None

    def owe(self) -> None:
        """Say that files changed."""
        self._is_owed = True

    def tick(self, should_stop: Callable[[], bool]) -> "MirrorReport | None":
        """Make a pass if it is time for one. What failed or was not complete is owed."""
        now = time.monotonic()
        is_time = self._looked is None or now - self._looked > LOOK_EVERY.total_seconds()
        if not (self._is_owed or is_time):
            return None
        self._is_owed = False
        try:
            report = mirror(self._mirror, clock=self._clock, should_stop=should_stop)
        except SyndicatorError:
            self._is_owed = True
            raise
        self._looked = now
        if not report.is_complete:
            self._is_owed = True
        return report
