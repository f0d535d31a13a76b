"""Where the store's file is."""

from pathlib import Path

from syndicator.config import Settings
from syndicator.store.opening import location


def database_path(settings: Settings) -> Path:
    """Return the file of the store; raise StoreError where the URL names none."""
    return location(settings.database.url)[0]
