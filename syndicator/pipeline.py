"""Read, translate, publish: three straight lines through the steps of the packages below.

Each is idempotent and keyed, and finds what is left to do in the store: killed at any point and started again, it comes
to the same end.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from syndicator import policy
from syndicator.articles.clean import clean_text, text_of
from syndicator.articles.compose import compose
from syndicator.errors import (
    Conflict,
    ExtractError,
    FetchError,
    Gone,
    ModelError,
    NotFound,
    ParseError,
    PublishError,
    Refused,
    SyndicatorError,
    Unfit,
)
from syndicator.log import logger
from syndicator.model import (
    UNDETERMINED,
    About,
    Article,
    EditionKey,
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
from syndicator.urls import canonical_url

FIRST_CHUNK = 64
"""Segments translated before the first look at the stop flag; then `policy.next_chunk` says how many."""
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
    impossible: frozenset[tuple[str, str]] = frozenset()
    """The (from, to) whose models could not be used; none of their articles counts as failed."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What publishing came to."""

    editions: int = 0
    """Looked at again because something in them changed."""
    written: tuple[Path, ...] = ()


def read(source: Source, *, store: Store, fetcher: Fetcher, clock: Clock, chance: float) -> ReadReport:
    """Look at a source and keep what is new or changed, in one transaction. Failures end up in the source's state.

    Raises `StoreError` alone: what else goes wrong, foreseen or not, must not make a source due at once again.
    """
    state, marks = store.source_state(source.slug), store.marks(source.slug)
    now = clock.now()
    try:
        reading = _look(source, state, marks=marks, fetcher=fetcher, now=now)
    except (FetchError, ParseError, ExtractError) as error:
        return _failed(source, state, error, store=store, now=now, chance=chance)
    except Exception as error:  # noqa: BLE001  # the job boundary
        logger().exception("reading_broke", source=source.slug)
        return _failed(source, state, ParseError(_unforeseen(error)), store=store, now=now, chance=chance)
    items, known = _recognise(source, reading.items, store)
    articles, unfit = _compose(items, source, known=known, now=now)
    aside = [*reading.set_aside, *unfit]
    store.save_reading(
        policy.after_reading(source, state, reading, now),
        articles,
        marks=None if reading.is_unchanged else reading.marks,
        set_aside=aside,
        unchanged={item.origin_id for item in items} - {one.origin_id for one in aside},
    )
    return ReadReport(
        slug=source.slug,
        new=sum(article.version == 1 for article in articles),
        changed=sum(article.version > 1 for article in articles),
        undetermined=sum(article.language == UNDETERMINED for article in articles),
        set_aside=len(aside),
    )


def _failed(
    source: Source, state: SourceState, error: SyndicatorError, *, store: Store, now: datetime, chance: float
) -> ReadReport:
    """Keep that a look at a source failed."""
    store.save_source_state(policy.after_failure(source, state, error, now, chance=chance))
    return ReadReport(slug=source.slug, error=str(error))


def _unforeseen(error: Exception) -> str:
    """Say that something broke that we did not foresee, in characters that the store can hold."""
    said = str(error).encode("utf-8", "backslashreplace").decode()
    return f"it can't be read, please report this: {type(error).__name__}: {said}"


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
            reports.append(TranslateReport(impossible=frozenset({pair}), error=str(error)))
    return TranslateReport(
        translated=sum(one.translated for one in reports),
        failed=sum(one.failed for one in reports),
        segments=sum(one.segments for one in reports),
        impossible=frozenset[tuple[str, str]]().union(*(one.impossible for one in reports)),
        error="; ".join(one.error for one in reports if one.error) or None,
    )


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
    if primary(article.language) == primary(to_language):
        raise Unfit(f"it is in {article.language} already: name another language with --to, or its own with --from")
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


def _recognise(source: Source, items: Sequence[Item], store: Store) -> tuple[list[Item], dict[str, Known]]:
    """Return the items, and what is held of them; one that only its source names anew gets back the id it came with.

    Some feeds make up new ids at each look, or when their format changes: their articles would be published twice. Such
    an item has the page, the title and the date of an article whose own id the source shows no more.
    """
    known = store.known(source.slug, [item.origin_id for item in items])
    strangers = [item for item in items if item.url and item.origin_id not in known]
    if not strangers:
        return list(items), known
    former_ids = store.origin_ids(source.slug, [_page_of(item) for item in strangers])
    former = store.known(source.slug, list(former_ids.values()))
    shown = {item.origin_id for item in items}
    renamed: dict[str, str] = {}
    for item in strangers:
        origin_id = former_ids.get(_page_of(item))
        if origin_id is not None and origin_id not in shown and policy.is_of_that_date(item, former[origin_id]):
            shown.add(origin_id)
            renamed[item.origin_id] = origin_id
            known[origin_id] = former[origin_id]
    return [replace(item, origin_id=renamed.get(item.origin_id, item.origin_id)) for item in items], known


def _page_of(item: Item) -> tuple[str, str]:
    """Return an item's URL and title as an article has them."""
    return canonical_url(item.url or ""), clean_text(item.title)


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
        except Exception as error:  # noqa: BLE001  # one item that trips a parser must not stop the others
            logger().exception("item_broke", source=source.slug)
            aside.append(SetAside(origin_id=item.origin_id, reason=_unforeseen(error)))
        else:
            articles += [article] if article else []
    return articles, aside


def _with_pages(reading: Reading, marks: Mapping[str, str], fetcher: Fetcher) -> Reading:
    """Fetch the article page of each feed item that is new or changed; where it is refused, the feed's text stands.

    It stands in for a page out of reach, too, until that can be had: by then the feed may list the item no more. What
    is held of the page is kept meanwhile.
    """
    items: list[Item] = []
    kept: dict[str, str] = {}
    is_whole = True
    for item in reading.items:
        mark = hashlib.sha256(repr(item).encode("utf-8", "surrogatepass")).hexdigest()
        if marks.get(item.origin_id) != mark:
            try:
                page = fetcher.fetch_allowed(item.url) if item.url else None
            except (Refused, Gone):
                page = None
            except FetchError:
                is_whole = False
                if item.origin_id in marks:
                    kept[item.origin_id] = marks[item.origin_id]
                else:
                    items.append(item)
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
                with _mistakes_as_unfit(job):
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
        # Like lengths together: the engine batches sentences of one length.
        missing = sorted((text for text in texts if text not in renderings), key=len)
        asked: set[str] = set(renderings)
        size = FIRST_CHUNK
        while missing and not should_stop():
            began = self.clock.now()
            chunk, missing = missing[-size:], missing[:-size]
            renderings |= self._translate_chunk(chunk, keys)
            asked.update(chunk)
            progress(len(chunk))
            size = policy.next_chunk(size, self.clock.now() - began)
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
            with _mistakes_as_unfit(job):
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


@contextmanager
def _mistakes_as_unfit(job: Waiting) -> Iterator[None]:
    """Have what we did not foresee stop the one translation that it shows on: it is logged, and raised as `Unfit`."""
    try:
        yield
    except SyndicatorError:
        raise
    except Exception as error:
        logger().exception("translation_broke", article=job.article_id, to=job.to_language)
        raise Unfit(f"please report this: {type(error).__name__}") from error


def _outline(edition: EditionState, store: Store) -> Outline:
    """Return the line that stands for an edition in the lists of all editions."""
    newest = store.entries(edition.key, limit=1)
    title = newest[0].attribution.name if newest else edition.key.source or edition.key.language
    return Outline(key=edition.key, title=title, updated=newest[0].updated if newest else edition.created)
