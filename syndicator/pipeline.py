"""Read, translate, publish: three straight lines through the steps of the packages below.

Each is idempotent and keyed, and finds what is left to do in the store: killed at any point and started again, it comes
to the same end.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from syndicator import policy
from syndicator.articles.clean import text_of
from syndicator.articles.compose import compose
from syndicator.errors import (
    Conflict,
    ExtractError,
    FetchError,
    ModelError,
    NotFound,
    ParseError,
    Refused,
    Unfit,
)
from syndicator.model import (
    UNDETERMINED,
    About,
    Article,
    EditionState,
    Failure,
    Item,
    Known,
    Reading,
    Remembered,
    Rendering,
    Route,
    SetAside,
    Source,
    SourceKind,
    SourceState,
    Translation,
    Waiting,
    primary,
)
from syndicator.ports import Clock, Fetcher, Store, Translator
from syndicator.publishing.edition import (
    Masthead,
    Outline,
    fingerprint,
    is_index_published,
    is_published,
    publish_edition,
    publish_index,
)
from syndicator.sources.feed import read_feed
from syndicator.sources.inbox import read_inbox
from syndicator.sources.page import read_page
from syndicator.translation.draft import Draft, draft, finish
from syndicator.translation.memory import memory_key

CHUNK_SEGMENTS = 64
"""Segments translated between two looks at the stop flag: a few seconds of work on two cores."""
ALL = 1_000_000_000
PAGE_RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """What one look at a source came to."""

    slug: str
    new: int = 0
    changed: int = 0
    undetermined: int = 0
    set_aside: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a look at a source would bring."""

    about: About
    articles: tuple[Article, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateReport:
    """What one round of translating came to."""

    translated: int = 0
    failed: int = 0
    segments: int = 0
    """Run through the engine; those recalled from memory are not counted."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What publishing came to."""

    editions: int = 0
    """Looked at again because something in them changed."""
    written: tuple[Path, ...] = ()


def read(source: Source, *, store: Store, fetcher: Fetcher, clock: Clock, chance: float) -> ReadReport:
    """Look at a source and keep what is new or changed, in one transaction. Failures end up in the source's state."""
    state = store.source_state(source.slug)
    now = clock.now()
    try:
        reading = _look(source, state, marks=store.marks(source.slug), fetcher=fetcher, now=now)
    except (FetchError, ParseError, ExtractError) as error:
        store.save_source_state(policy.after_failure(source, state, error, now, chance=chance))
        return ReadReport(slug=source.slug, error=str(error))
    known = store.known(source.slug, [item.origin_id for item in reading.items])
    articles, unfit = _compose(reading.items, source, known=known, now=now)
    aside = [*reading.set_aside, *unfit]
    store.save_reading(
        policy.after_reading(source, state, reading, now),
        articles,
        marks=None if reading.is_unchanged else reading.marks,
        set_aside=aside,
        unchanged={item.origin_id for item in reading.items} - {one.origin_id for one in aside},
    )
    return ReadReport(
        slug=source.slug,
        new=sum(article.version == 1 for article in articles),
        changed=sum(article.version > 1 for article in articles),
        undetermined=sum(article.language == UNDETERMINED for article in articles),
        set_aside=len(aside),
    )


def translate(
    waiting: Sequence[Waiting],
    *,
    store: Store,
    translator: Translator,
    clock: Clock,
    retry: timedelta,
    should_stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda _: None,
) -> TranslateReport:
    """Make these translations, all segments of one route together; each article is kept as soon as it is whole.

    `should_stop` is asked between chunks of segments; what was translated by then is remembered. `progress` is told
    how many segments are done with, recalled ones included.
    """
    reports = []
    pairs = dict.fromkeys((one.from_language, one.to_language) for one in waiting)
    for pair in pairs:
        if should_stop():
            break
        jobs = [one for one in waiting if (one.from_language, one.to_language) == pair]
        try:
            route = translator.route(*pair)
            work = _Work(store=store, translator=translator, clock=clock, route=route, retry=retry)
            reports.append(work.translate(jobs, should_stop, progress))
        except ModelError as error:
            reports.append(TranslateReport(error=str(error)))
    return TranslateReport(
        translated=sum(one.translated for one in reports),
        failed=sum(one.failed for one in reports),
        segments=sum(one.segments for one in reports),
        error="; ".join(one.error for one in reports if one.error) or None,
    )


def publish(*, store: Store, masthead: Masthead) -> PublishReport:
    """Write every edition that is older than its entries, was written under other settings, or whose files are gone."""
    settings = fingerprint(masthead)
    written: list[Path] = []
    editions = [one for one in store.editions() if one.key.language in masthead.languages]
    outdated = [
        one
        for one in editions
        if (one.published, one.fingerprint) != (one.changed, settings) or not is_published(one.key, masthead=masthead)
    ]
    for edition in outdated:
        key = edition.key
        is_there = edition.fingerprint == settings and is_published(key, masthead=masthead)
        entries = store.entries(key, limit=masthead.window)
        after = edition.published if is_there else None
        changed = store.entries(key, limit=ALL, changed_after=after) if key.source is None else []
        written += publish_edition(key, entries, changed, masthead=masthead, created=edition.created)
        store.save_published(key, changed=edition.changed, fingerprint=settings)
    if outdated or not is_index_published(masthead):
        written += publish_index([_outline(one, store) for one in editions], masthead=masthead)
    return PublishReport(editions=len(outdated), written=tuple(written))


def preview(source: Source, *, fetcher: Fetcher, clock: Clock) -> Preview:
    """Read a source as if for the first time and store nothing. Raises what stops the reading."""
    state = SourceState(slug=source.slug)
    reading = _look(source, state, marks={}, fetcher=fetcher, now=clock.now(), moves_rejected=False)
    articles, aside = _compose(reading.items, source, known={}, now=clock.now())
    about = policy.after_reading(source, state, reading, clock.now()).about
    return Preview(about=about, articles=tuple(articles), set_aside=(*reading.set_aside, *aside))


def plain(html: str) -> str:
    """Return the text of an article's HTML, with blank lines between its blocks."""
    return text_of(html)


def compose_text(item: Item, *, language: str | None, now: datetime) -> Article:
    """Make an article of a text that belongs to no source. Raises `ExtractError` if there is no text in it."""
    source = Source(slug="text", kind=SourceKind.INBOX, language=language)
    article = compose(item, source, known=None, now=now)
    if article is None:
        raise ExtractError("there is no text in it")
    return article


def translate_article(article: Article, *, to_language: str, translator: Translator, now: datetime) -> Translation:
    """Translate one article without the store. Raises `TranslateError`."""
    if article.language == UNDETERMINED:
        raise Unfit("its language could not be told: name it with --from")
    route = translator.route(primary(article.language), primary(to_language))
    plan = draft(article, to_language=to_language)
    rendered = translator.translate(plan.segments, route)
    renderings = {text: one for text, one in zip(plan.segments, rendered, strict=True) if one is not None}
    return finish(plan, renderings, route=route, engine=translator.describe(route), now=now)


def _look(
    source: Source,
    state: SourceState,
    *,
    marks: Mapping[str, str],
    fetcher: Fetcher,
    now: datetime,
    moves_rejected: bool = True,
) -> Reading:
    """Read a source by its kind, at the address that is right by now."""
    source = replace(source, url=policy.address(source, state, now))
    match source.kind:
        case SourceKind.FEED:
            reading = read_feed(source, state, fetcher=fetcher, now=now)
            return _with_pages(reading, marks, fetcher) if source.full_text else reading
        case SourceKind.PAGE:
            return read_page(source, state, fetcher=fetcher, marks=marks, now=now)
        case SourceKind.INBOX:
            return read_inbox(source, marks=marks, now=now, moves_rejected=moves_rejected)


def _compose(
    items: Sequence[Item], source: Source, *, known: Mapping[str, Known], now: datetime
) -> tuple[list[Article], list[SetAside]]:
    """Make articles of the items that are new or changed; set aside those of which none can be made."""
    articles: list[Article] = []
    aside: list[SetAside] = []
    for item in items:
        try:
            article = compose(item, source, known=known.get(item.origin_id), now=now)
        except (ExtractError, ParseError) as error:
            aside.append(SetAside(origin_id=item.origin_id, reason=str(error)))
        else:
            articles += [article] if article else []
    return articles, aside


def _with_pages(reading: Reading, marks: Mapping[str, str], fetcher: Fetcher) -> Reading:
    """Fetch the article page of each feed item that is new or changed; where it is refused, the feed's text stands."""
    items: list[Item] = []
    kept: dict[str, str] = {}
    is_whole = True
    for item in reading.items:
        mark = hashlib.sha256(repr(item).encode("utf-8", "surrogatepass")).hexdigest()
        if marks.get(item.origin_id) != mark:
            try:
                page = fetcher.fetch_allowed(item.url) if item.url else None
            except Refused:
                page = None
            except FetchError:
                is_whole = False
                continue
            items.append(replace(item, page=page) if page else item)
        kept[item.origin_id] = mark
    return replace(reading, items=tuple(items), marks=kept, retry_after=reading.retry_after if is_whole else PAGE_RETRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One round of translating over one route."""

    store: Store
    translator: Translator
    clock: Clock
    route: Route
    retry: timedelta

    def translate(
        self, jobs: Sequence[Waiting], should_stop: Callable[[], bool], progress: Callable[[int], None]
    ) -> TranslateReport:
        drafts = []
        failed = 0
        for job in jobs:
            try:
                drafts.append((job, draft(self.store.article(job.article_id), to_language=job.to_language)))
            except NotFound:
                continue
            except Unfit as error:
                self._fail(job, error)
                failed += 1
        texts = dict.fromkeys(text for _, one in drafts for text in one.segments)
        keys = {text: self._key(text) for text in texts}
        recalled = self.store.recall(list(keys.values()))
        renderings = {text: recalled[key] for text, key in keys.items() if key in recalled}
        progress(len(renderings))
        missing = [text for text in texts if text not in renderings]
        asked: set[str] = set(renderings)
        for start in range(0, len(missing), CHUNK_SEGMENTS):
            if should_stop():
                break
            chunk = missing[start : start + CHUNK_SEGMENTS]
            found = self._translate_chunk(chunk, keys)
            renderings |= found
            asked.update(chunk)
            progress(len(chunk))
        translated = 0
        for job, one in drafts:
            if asked.issuperset(one.segments):
                is_done = self._keep(job, one, renderings)
                translated += is_done
                failed += not is_done
        return TranslateReport(translated=translated, failed=failed, segments=len(asked) - len(recalled))

    def _key(self, text: str) -> str:
        return memory_key(text, route=self.route, decoding=self.translator.decoding())

    def _translate_chunk(self, texts: Sequence[str], keys: Mapping[str, str]) -> dict[str, Rendering]:
        rendered = self.translator.translate(texts, self.route)
        found = {text: one for text, one in zip(texts, rendered, strict=True) if one is not None}
        self.store.remember(
            [
                Remembered(key=keys[text], source_text=text, rendering=one, route=str(self.route))
                for text, one in found.items()
            ]
        )
        return found

    def _keep(self, job: Waiting, one: Draft, renderings: Mapping[str, Rendering]) -> bool:
        """Put a translation together and keep it; return whether that worked."""
        now = self.clock.now()
        try:
            engine = self.translator.describe(self.route)
            translation = finish(one, renderings, route=self.route, engine=engine, now=now)
            self.store.save_translation(translation)
        except Conflict:  # the article changed meanwhile: its new version waits in the store already
            return True
        except Unfit as error:
            self._fail(job, error)
            return False
        return True

    def _fail(self, job: Waiting, error: Unfit) -> None:
        attempts = job.attempts + 1
        self.store.save_failure(
            Failure(
                article_id=job.article_id,
                article_version=job.article_version,
                language=job.to_language,
                attempts=attempts,
                reason=str(error),
                due=policy.retry_translation(attempts, self.retry, self.clock.now()),
            )
        )


def _outline(edition: EditionState, store: Store) -> Outline:
    """Return the line that stands for an edition in the lists of all editions."""
    newest = store.entries(edition.key, limit=1)
    title = newest[0].attribution.name if newest else edition.key.source or edition.key.language
    return Outline(key=edition.key, title=title, updated=newest[0].updated if newest else edition.created)
