"""Translate articles: segment, recall or translate, put together, keep; all segments of a route at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syndicator import policy
from syndicator.articles.clean import text_of
from syndicator.articles.compose import compose
from syndicator.errors import (
    Conflict,
    ExtractError,
    ModelError,
    NotFound,
    SyndicatorError,
    Unfit,
)
from syndicator.log import logger
from syndicator.model import (
    UNDETERMINED,
    Article,
    Failure,
    Item,
    Remembered,
    Rendering,
    Route,
    Source,
    SourceKind,
    Translation,
    Waiting,
    primary,
)
from syndicator.ports import Clock, Store, Translator
from syndicator.translation.draft import Draft, draft, finish
from syndicator.translation.memory import memory_key

FIRST_CHUNK = 64
"""Segments translated before the first look at the stop flag; then `policy.next_chunk` says how many."""


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


def plain(html: str) -> str:
    """Return the text of an article's HTML, with blank lines between its blocks."""
    return text_of(html)


def compose_text(item: Item, *, language: str | None, now: datetime) -> Article:
    """Make an article of a text that belongs to no source. Raises `ExtractError` if there is no text in it.

    Its title is empty where the text has none: the beginning that a feed would show for one would be there twice.
    """
    source = Source(slug="text", kind=SourceKind.INBOX, language=language)
    article = compose(item, source, known=None, now=now)
    if article is None:
        raise ExtractError("there is no text in it")
    is_made_up = not item.title.strip() and plain(article.html).startswith(article.title.removesuffix("…"))
    return replace(article, title="") if is_made_up else article


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
