"""Where the store's file is."""

from pathlib import Path

from syndicator.config import Settings
from syndicator.store.opening import is_on_server, location


def database_path(settings: Settings) -> Path | None:
    """Return the file of the store, None if it is on a server; raise StoreError where the URL names neither."""
    if is_on_server(settings.database.url):
        return None
    return location(settings.database.url)[0]
