"""Publish editions: find those that are older than their entries, and write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syndicator.errors import (
    PublishError,
)
from syndicator.model import (
    EditionKey,
    EditionState,
)
from syndicator.ports import Store
from syndicator.publishing.edition import (
    Masthead,
    Outline,
    fingerprint,
    is_index_published,
    is_published,
    publish_edition,
    publish_index,
)

ALL = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What publishing came to."""

    editions: int = 0
    """Looked at again because something in them changed."""
    written: tuple[Path, ...] = ()


def publish(*, store: Store, masthead: Masthead, with_missing: bool = True) -> PublishReport:
    """Write every edition that is older than its entries or was written under other settings.

    `with_missing`, those whose files are gone are looked for and written, too, and so is an empty edition for each
    language that has no entry yet: whoever subscribes early finds a feed. An edition that can't be written stops no
    other. Raises `PublishError` in the end.
    """
    settings = fingerprint(masthead)
    if not with_missing and not _ours(store.editions(outdated_under=settings), masthead):
        return PublishReport()
    editions = [*_ours(store.editions(), masthead), *_still_empty(store, masthead)]
    outdated = [one for one in editions if _is_outdated(one, settings) or not _is_there(one, masthead)]
    written: list[Path] = []
    problems: list[str] = []
    for edition in outdated:
        try:
            written += _publish(edition, store=store, masthead=masthead, settings=settings)
        except PublishError as error:
            problems.append(str(error))
    if outdated or not is_index_published(masthead):
        written += publish_index([_outline(one, store) for one in editions], masthead=masthead)
    if problems:
        more = f" (and {len(problems) - 1} more editions)" if len(problems) > 1 else ""
        raise PublishError(problems[0] + more)
    return PublishReport(editions=len(outdated), written=tuple(written))


def _ours(editions: Sequence[EditionState], masthead: Masthead) -> list[EditionState]:
    """Return the editions whose language is published; those of a language that no longer is are left as they are."""
    return [one for one in editions if one.key.language in masthead.languages]


def _still_empty(store: Store, masthead: Masthead) -> list[EditionState]:
    """Return the editions of languages without any entry; they are as old as the store."""
    there = {one.key.language for one in store.editions() if one.key.source is None}
    return [
        EditionState(key=EditionKey(language=one), created=masthead.since, changed=-1, published=-1, fingerprint=None)
        for one in masthead.languages
        if one not in there
    ]


def _is_outdated(edition: EditionState, settings: str) -> bool:
    return (edition.published, edition.fingerprint) != (edition.changed, settings)


def _is_there(edition: EditionState, masthead: Masthead) -> bool:
    has_pages = edition.key.source is None and edition.changed >= 0
    return is_published(edition.key, masthead=masthead, with_stories=has_pages)


def _publish(edition: EditionState, *, store: Store, masthead: Masthead, settings: str) -> list[Path]:
    """Write an edition and keep that it was; return the files that changed."""
    key = edition.key
    if edition.changed < 0:  # without any entry: the store keeps nothing of it
        return publish_edition(key, [], [], masthead=masthead, created=edition.created)
    is_there = edition.fingerprint == settings and _is_there(edition, masthead)
    entries = store.entries(key, limit=masthead.window)
    after = edition.published if is_there else None
    changed = store.entries(key, limit=ALL, changed_after=after) if key.source is None else []
    written = publish_edition(key, entries, changed, masthead=masthead, created=edition.created)
    store.save_published(key, changed=edition.changed, fingerprint=settings)
    return written


def _outline(edition: EditionState, store: Store) -> Outline:
    """Return the line that stands for an edition in the lists of all editions."""
    newest = store.entries(edition.key, limit=1)
    title = newest[0].attribution.name if newest else edition.key.source or edition.key.language
    return Outline(key=edition.key, title=title, updated=newest[0].updated if newest else edition.created)
