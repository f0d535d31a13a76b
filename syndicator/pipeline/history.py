"""What belongs to a whole language beside its feeds: the archives of all that it published, and its site maps."""

from collections.abc import Sequence
from pathlib import Path

from syndicator.model import VOLUME, EditionKey, EditionState, Entry
from syndicator.ports import Store
from syndicator.publishing import archive, sitemap
from syndicator.publishing.edition import (
    Masthead,
    publish_news,
    publish_sitemap_index,
    publish_sitemaps,
)


def publish_history(
    edition: EditionState, newest: Sequence[Entry], *, store: Store, masthead: Masthead, after: int | None
) -> tuple[list[Entry], list[Path]]:
    """Write the archives of an edition that are due; return what its current document holds, and the new files.

    Of an edition without archives, that is the `newest`, as they are. With `after` None (all is published anew), the
    archives that are there are looked at, too.
    """
    key = edition.key
    if not archive.has_archives(key, masthead=masthead):
        return list(newest), []
    count = (store.last_number(key.language) + 1) // archive.SIZE

    def entries_of(number: int) -> list[Entry]:
        return store.numbered(key.language, first=(number - 1) * archive.SIZE, count=archive.SIZE)

    if after is None:
        archive.withdraw_archives(key, count, entries_of, masthead=masthead)
    written = archive.publish_archives(key, count, entries_of, masthead=masthead, created=edition.created)
    unarchived = store.numbered(key.language, first=count * archive.SIZE, count=archive.SIZE)
    return archive.current_window(newest, unarchived, limit=masthead.window), written


def publish_maps(
    key: EditionKey, newest: Sequence[Entry], *, store: Store, masthead: Masthead, after: int | None
) -> list[Path]:
    """Write the site maps of a language's stories, those that changed `after` that change, and of its news."""
    changed = None if after is None else store.changed_parts(key.language, changed_after=after, size=VOLUME)
    written = publish_sitemaps(
        key.language,
        store.volumes(key.language),
        lambda number: store.listed(key.language, first=number * VOLUME, count=VOLUME),
        masthead=masthead,
        changed=changed,
    )
    news = sitemap.newest(newest)
    if len(news) == len(newest):  # the window ends before the news do
        news = sitemap.newest(store.entries(key, limit=sitemap.NEWS_LIMIT))
    return written + publish_news(key.language, news, masthead=masthead)


def publish_map_index(*, store: Store, masthead: Masthead) -> list[Path]:
    """Write the index of the site maps of all languages."""
    volumes = {language: store.volumes(language) for language in masthead.languages}
    return publish_sitemap_index(volumes, masthead=masthead)
