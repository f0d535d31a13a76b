"""Publish editions: find those that are older than their entries, and write them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from syndicator import policy
from syndicator.errors import PublishError
from syndicator.model import EditionKey, EditionState, Effect, Entry, Lead, beside
from syndicator.pipeline.history import publish_history, publish_map_index, publish_maps
from syndicator.pipeline.topics import sort_into_topics
from syndicator.ports import Store
from syndicator.publishing.edition import (
    Masthead,
    Outline,
    fingerprint,
    is_index_published,
    is_published,
    publish_edition,
    publish_gone,
    publish_index,
)
from syndicator.publishing.notify import pings, topics
from syndicator.publishing.webhook import MESSAGE, Webhook, messages

PIECE = 500
"""Entries read at a time, with all their text."""
MOST_WAITING = 10_000
"""Effects that are looked through for messages that have not arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What publishing came to."""

    editions: int = 0
    """Looked at again because something in them changed."""
    written: tuple[Path, ...] = ()


def publish(
    *, store: Store, masthead: Masthead, with_missing: bool = True, webhooks: Sequence[Webhook] = ()
) -> PublishReport:
    """Write every edition that is older than its entries or was written under other settings.

    `with_missing`, those whose files are gone are looked for and written, too, and so is an empty edition for each
    language that has no entry yet: whoever subscribes early finds a feed. An edition that can't be written stops no
    other. Raises `PublishError` in the end.
    """
    sort_into_topics(masthead.topics, store)
    settings = fingerprint(masthead)
    if not with_missing and not published(store.editions(outdated_under=settings), masthead):
        return PublishReport()
    editions = published(store.editions(), masthead)
    editions += _missing(editions, masthead)
    outdated = [one for one in editions if _is_outdated(one, settings) or not _is_there(one, masthead)]
    written: list[Path] = []
    problems: list[str] = []
    for edition in outdated:
        try:
            written += _publish(edition, store=store, masthead=masthead, settings=settings, webhooks=webhooks)
        except PublishError as error:
            problems.append(str(error))
    if outdated or not is_index_published(masthead):
        leads = store.leads()
        written += publish_index([_outline(one, leads.get(one.key), masthead) for one in editions], masthead=masthead)
        written += publish_map_index(store=store, masthead=masthead)
    if problems:
        more = f" (and {len(problems) - 1} more editions)" if len(problems) > 1 else ""
        raise PublishError(problems[0] + more)
    return PublishReport(editions=len(outdated), written=tuple(written))


def published(editions: Sequence[EditionState], masthead: Masthead) -> list[EditionState]:
    """Return the editions that are published; those of a language or topic that no longer is are left as they are."""
    wanted = set(_wanted(masthead))
    return [one for one in editions if one.key in wanted or (one.key.source and one.key.language in masthead.languages)]


def _wanted(masthead: Masthead) -> Iterator[EditionKey]:
    """Yield the editions that there are whatever the store holds: all but those of sources."""
    for language in masthead.languages:
        yield EditionKey(language=language)
        if masthead.has_bilingual:
            yield EditionKey(language=language, is_bilingual=True)
        for topic in masthead.topics:
            yield EditionKey(language=language, topic=topic.slug)


def _missing(editions: Sequence[EditionState], masthead: Masthead) -> list[EditionState]:
    """Return the wanted editions that the store has nothing of: without any entry, as old as the store.

    A bilingual one was merely never published, if the language's own edition is there.
    """
    there = {one.key: one for one in editions}
    missing = []
    for key in _wanted(masthead):
        whole = there.get(EditionKey(language=key.language)) if key.is_bilingual else None
        if key not in there and whole:
            missing.append(replace(whole, key=key, published=-1, fingerprint=None))
        elif key not in there:
            missing.append(EditionState(key=key, created=masthead.since, changed=-1, published=-1, fingerprint=None))
    return missing


def _is_whole(key: EditionKey) -> bool:
    """Tell whether an edition is a language's own: the one with pages of stories."""
    return key == EditionKey(language=key.language)


def _is_outdated(edition: EditionState, settings: str) -> bool:
    return (edition.published, edition.fingerprint) != (edition.changed, settings)


def _is_there(edition: EditionState, masthead: Masthead) -> bool:
    has_pages = _is_whole(edition.key) and edition.changed >= 0
    return is_published(edition.key, masthead=masthead, with_stories=has_pages)


def _publish(
    edition: EditionState, *, store: Store, masthead: Masthead, settings: str, webhooks: Sequence[Webhook]
) -> list[Path]:
    """Write an edition and keep that it was; return the files that changed."""
    key = edition.key
    if edition.changed < 0:  # without any entry: the store keeps nothing of it
        return publish_edition(key, [], [], masthead=masthead, created=edition.created)
    # Never published under a fingerprint: the store was restored.
    is_known = edition.fingerprint == settings and edition.published >= 0
    newest = store.entries(key, limit=masthead.window, with_pairs=key.is_bilingual)
    after = edition.published if is_known and _is_there(edition, masthead) else None
    changed = _changed(key, store, after=after) if _is_whole(key) else ()
    # Archives before the feed that names them, pages before the site maps.
    entries, written = publish_history(edition, newest, store=store, masthead=masthead, after=after)
    written += publish_edition(key, entries, changed, masthead=masthead, created=edition.created)
    if _is_whole(key):
        written += publish_gone(key, _hidden(key, store, after=after), masthead=masthead)
        written += publish_maps(key, newest, store=store, masthead=masthead, after=after)
    announced = topics(key, masthead=masthead)
    effects = pings(announced, edition.announced, hubs=masthead.hubs)
    since, told = messages(edition, webhooks, _waiting(store) if any(one.wants(key) for one in webhooks) else ())
    store.save_published(
        key,
        changed=edition.changed,
        fingerprint=settings,
        announced=announced | since,
        effects=[*effects, *told],
    )
    return written


def _waiting(store: Store) -> list[Effect]:
    """Return the messages to programs that have not arrived, those that are given up included."""
    return [one for one in store.effects_due(now=policy.NEVER, limit=MOST_WAITING) if one.key.kind == MESSAGE]


def _changed(key: EditionKey, store: Store, *, after: int | None) -> Iterator[Entry]:
    """Yield the entries whose pages that change made old, with their originals and neighbours; after None, all."""
    if after is not None:  # in pieces, too: of a source that is called otherwise by now, all entries changed
        for part in store.changed_parts(key.language, changed_after=after, size=PIECE):
            yield from store.changed_stories(key.language, changed_after=after, first=part * PIECE, count=PIECE)
        return
    firsts = range(0, store.last_number(key.language) + 1, PIECE)
    pieces = (store.numbered(key.language, first=first, count=PIECE, with_pairs=True) for first in firsts)
    yield from beside(chain.from_iterable(pieces))


def _hidden(key: EditionKey, store: Store, *, after: int | None) -> Iterator[str]:
    """Yield the stories that are not shown any more, of those that changed after that change; after None, all."""
    since = -1 if after is None else after
    for part in store.changed_parts(key.language, changed_after=since, size=PIECE):
        yield from store.hidden_stories(key.language, changed_after=after, first=part * PIECE, count=PIECE)


def _outline(edition: EditionState, lead: Lead | None, masthead: Masthead) -> Outline:
    """Return the line that stands for an edition in the lists of all editions; without an entry, it has no lead."""
    key = edition.key
    title = key.source or key.language
    if lead is not None:
        source = lead.attribution
        title = replace(source, local_name=masthead.local_name(source, key.language)).display_name
    if key.topic is not None:
        title = masthead.topic_name(key)
    return Outline(key=key, title=title, updated=lead.updated if lead else edition.created)
