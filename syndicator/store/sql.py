"""The Store over SQL: each method is one transaction around the functions of this package."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from syndicator.errors import NotFound
from syndicator.model import (
    Article,
    Effect,
    Failure,
    Known,
    Outdated,
    SetAside,
    SourceState,
    Standing,
    Translation,
    Waiting,
)
from syndicator.ports import Clock
from syndicator.store import (
    articles,
    editions,
    outbox,
    outdated,
    schema,
    sources,
    standing,
    translations,
    waiting,
)
from syndicator.store.database import Database
from syndicator.store.opening import open_database
from syndicator.store.sql_editions import EditionsPart
from syndicator.store.sql_memory import MemoryPart
from syndicator.store.sql_search import SearchPart


def open_store(url: str, *, authority: str, clock: Clock) -> "SqlStore":
    """Return the store that a database URL names, made if it is not there, migrated if it is old.

    `sqlite:///path`, or `postgresql://user@host/name`, which must be there, empty or with a store.

    `authority` (a domain or mail address, RFC 4151) goes into all entry ids, with the date of the store's first day;
    both are kept with the store, and a later `authority` changes nothing. Raises StoreError, naming the file and what
    to do; a damaged or foreign file is never replaced by a new store.
    """
    return SqlStore(open_database(url, authority=authority, clock=clock), clock=clock)


class SqlStore(MemoryPart, EditionsPart, SearchPart):
    """A `ports.Store`, which says what each method promises."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # sources

    def source_state(self, slug: str) -> SourceState:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return sources.state_of(connection, slug)

    def source_states(self, *, due_by: datetime | None = None) -> dict[str, SourceState]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return sources.all_states(connection, due_by=due_by)

    def save_source_state(self, state: SourceState, *, began: SourceState | None = None) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            if began and sources.is_asked_for(connection, began):
                state = sources.asked_for(state)
            _save_state(connection, state, at=self._clock.now())

    def bring_forward(self, slug: str) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            sources.bring_forward(connection, slug)

    def marks(self, slug: str) -> dict[str, str]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return sources.marks_of(connection, slug)

    def known(self, slug: str, origin_ids: Collection[str]) -> dict[str, Known]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return articles.known(connection, slug, origin_ids)

    def origin_ids(self, slug: str, pages: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return articles.origin_ids(connection, slug, pages)

    def earlier_hashes(self, article_ids: Collection[str]) -> dict[str, list[str]]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return articles.earlier_hashes(connection, article_ids)

    def save_reading(
        self,
        state: SourceState,
        articles: Sequence[Article],
        *,
        began: SourceState | None = None,
        marks: Mapping[str, str] | None = None,
        set_aside: Sequence[SetAside] = (),
        unchanged: Collection[str] = (),
    ) -> None:
        """See `ports.Store`."""
        now = self._clock.now()
        read = [article.origin_id for article in articles]
        with self._database.writing() as connection:
            if began and sources.is_asked_for(connection, began):
                state = sources.asked_for(state)
                marks = marks and sources.without_forgotten(connection, state.slug, marks, read=read)
            _save_state(connection, state, at=now)  # first: all else refers to it
            _save_articles(connection, articles, at=now)
            if marks is not None:
                sources.replace_marks(connection, state.slug, marks)
            cleared = [*unchanged, *read]
            sources.replace_set_aside(connection, state.slug, set_aside, cleared=cleared, at=now)

    def set_aside(self) -> list[tuple[str, SetAside]]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return sources.all_set_aside(connection)

    def reconsider(self, slug: str, origin_ids: Sequence[str]) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            sources.reconsider(connection, slug, origin_ids)

    def drop(self, slug: str, origin_ids: Sequence[str]) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            sources.drop(connection, slug, origin_ids)

    # articles and translations

    def article(self, article_id: str) -> Article:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return articles.newest(connection, article_id)

    def translation(self, article_id: str, language: str) -> Translation:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            found = translations.find(connection, article_id, language)
        if found is None:
            raise NotFound(f"there is no translation of article {article_id} into {language}")
        return found

    def waiting(
        self, languages: Collection[str], *, pairs: Collection[tuple[str, str]], now: datetime, limit: int
    ) -> list[Waiting]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return waiting.waiting(connection, languages, pairs=pairs, now=now, limit=limit)

    def waiting_counts(self, languages: Collection[str]) -> dict[tuple[str, str], int]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return waiting.waiting_counts(connection, languages)

    def save_translation(self, translation: Translation) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            _save_translation(connection, translation, at=self._clock.now())

    def hold(self, translation: Translation, reason: str) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            article = articles.newest(connection, translation.article_id)
            translations.hold(connection, translation, article, reason)

    def held(self) -> list[tuple[Translation, str]]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return translations.all_held(connection)

    def outdated(
        self,
        made_with: str | None,
        *,
        from_language: str,
        to_language: str,
        since: datetime | None = None,
        source: str | None = None,
        limit: int,
    ) -> list[Outdated]:
        """See `ports.Store`."""
        asked = outdated.Asked(
            made_with=made_with, from_language=from_language, to_language=to_language, since=since, source=source
        )
        with self._database.reading() as connection:
            return outdated.find(connection, asked, limit=limit)

    def outdated_count(
        self,
        made_with: str | None,
        *,
        from_language: str,
        to_language: str,
        since: datetime | None = None,
        source: str | None = None,
    ) -> int:
        """See `ports.Store`."""
        asked = outdated.Asked(
            made_with=made_with, from_language=from_language, to_language=to_language, since=since, source=source
        )
        with self._database.reading() as connection:
            return outdated.count(connection, asked)

    def translations(self, *, marked: bool | None = None, limit: int) -> list[Translation]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return translations.listed(connection, marked=marked, limit=limit)

    def save_failure(self, failure: Failure) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            waiting.save_failure(connection, failure)

    def failures(self) -> list[Failure]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return waiting.all_failures(connection)

    # outbox

    def effects_due(self, *, now: datetime, limit: int) -> list[Effect]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return outbox.due(connection, now=now, limit=limit)

    def save_effect_done(self, effect: Effect) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            outbox.save_done(connection, effect)

    def save_effect_failed(self, effect: Effect, *, reason: str, due: datetime) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            outbox.save_failed(connection, effect, reason=reason, due=due, at=self._clock.now())

    # the whole

    def counts(self) -> dict[str, int]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return {
                "articles": _count(connection, schema.articles),
                "undetermined": articles.count_undetermined(connection),
                "translations": _count(connection, schema.translations),
                "memory": _count(connection, schema.memory),
                "corrections": _count(connection, schema.corrections),
                "marked": translations.count_marked(connection),
                "held": _count(connection, schema.held),
                "parked": _count(connection, schema.parked),
                "set_aside": len(sources.all_set_aside(connection)),
                "failed": len(waiting.all_failures(connection)),
            }

    def standing(self, languages: Collection[str], *, with_newest: bool = True) -> Standing:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return standing.standing(connection, languages, with_newest=with_newest)

    def undetermined(self, *, limit: int) -> list[Article]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return articles.undetermined(connection, limit=limit)

    def extents(self) -> dict[str, str]:
        """Return, by source, how much of its text may be published, as `save_extents` was last told."""
        with self._database.reading() as connection:
            return sources.extents(connection)

    def save_extents(self, extents: Mapping[str, str]) -> None:
        """Keep how much of a source's text may be published: that outlives its table in the configuration."""
        with self._database.writing() as connection:
            sources.save_extents(connection, extents)

    def tag_prefix(self) -> str:
        """Return what every entry id begins with, kept since the store was made: `tag:example.org,2026-11-24:`."""
        with self._database.reading() as connection:
            return editions.tag_prefix(connection)

    def check(self) -> list[str]:
        """See `ports.Store`."""
        return self._database.check()

    def daemon_lock(self) -> AbstractContextManager[None]:
        """See `ports.Store`."""
        return self._database.daemon_lock()

    def close(self) -> None:
        """See `ports.Store`."""
        self._database.close()


def _save_state(connection: Connection, state: SourceState, *, at: datetime) -> None:
    """Keep a source's state. What a source says of itself stands in its editions, so that a change there marks them.

    A feed's own `updated` moves all the time: it alone does not make every entry of the source count as changed.
    """
    before = sources.state_of(connection, state.slug)
    sources.save_state(connection, state)
    if state.about != before.about:
        seq = editions.next_change(connection)
        is_only_time = replace(state.about, updated=before.about.updated) == before.about
        editions.follow_source(connection, state.slug, seq=seq, at=at, with_entries=not is_only_time)


def _save_articles(connection: Connection, candidates: Sequence[Article], *, at: datetime) -> None:
    """Keep new and changed articles, and make entries and editions follow."""
    new, changed = articles.save_newer(connection, candidates)
    if not (new or changed):
        return
    seq = editions.next_change(connection)
    touched = editions.follow_new(connection, new, seq=seq)
    for article in changed:
        translations.follow_changed(connection, article)
        touched |= editions.follow_changed(connection, article, seq=seq)
    editions.mark(connection, touched, seq=seq, at=at)


def _save_translation(connection: Connection, translation: Translation, *, at: datetime) -> None:
    """Keep a translation, and make entries and editions follow unless it is held already."""
    article = articles.newest(connection, translation.article_id)
    before = translations.find(connection, translation.article_id, translation.language)
    translations.keep(connection, translation, article, is_new=before is None)
    if translation == before:
        return
    is_new_text = not translations.is_same_text(before, translation)
    seq = editions.next_change(connection)
    touched = editions.follow_translation(connection, translation, article, seq=seq, is_new_text=is_new_text)
    editions.mark(connection, touched, seq=seq, at=at)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
