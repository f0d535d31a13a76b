"""Bring some articles of one pair of languages through: recall, ask the engine, put together, keep.

Several threads ask the engine for a group; one begins and ends it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from syndicator import policy
from syndicator.errors import Conflict, ModelError, NotFound, SyndicatorError, Unfit
from syndicator.log import logger
from syndicator.model import Article, Failure, Parked, Remembered, Rendering, Route, Translation, Waiting
from syndicator.pipeline.bench import Bench, Tally, TranslateReport, made_with
from syndicator.translation.attempts import translate_checked
from syndicator.translation.check import EMPTY, check
from syndicator.translation.draft import draft
from syndicator.translation.finishing import NUMBER_MARKS, Prepared, finish, prepare
from syndicator.translation.memory import memory_key

FIRST_CHUNK = 512
"""Segments asked for before the first look at the stop flag; then `policy.next_chunk` says how many."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What the groups of one round share."""

    bench: Bench
    should_stop: Callable[[], bool]
    is_broken_off: bool = False
    keeps: bool = True
    """Whether anything goes to the store."""
    size: int = FIRST_CHUNK
    renderings: dict[str, Rendering | None] = field(default_factory=dict)
    """By memory key: all that was recalled or asked of the engine so far; None where nothing usable came."""
    asked: set[str] = field(default_factory=set)
    """The keys that some group is to ask the engine for."""
    lock: Lock = field(default_factory=Lock)


@dataclass(slots=True, kw_only=True)
class Group:
    """Some articles of one pair on their way through."""

    run: Run
    route: Route
    prepared: list[tuple[Waiting, Prepared]]
    failed: int
    keys: dict[str, str]
    """The memory key of each segment."""
    kept: dict[str, str]
    need_links: frozenset[str]
    corrected: dict[str, Rendering] = field(default_factory=dict)
    missing: deque[str] = field(default_factory=deque)
    """What the engine is still to be asked for, shortest first: long segments are taken first, from the right."""
    unaligned: deque[str] = field(default_factory=deque)
    """What is there without the links that it needs."""
    segments: int = 0
    words: int = 0
    recalled: int = 0
    marked: int = 0
    at_engine: int = 0
    """Threads that wait for the engine; while there are any, `busy` grows from `busy_since` on."""
    busy: timedelta = timedelta()
    busy_since: datetime | None = None
    going: list[Future[None]] = field(default_factory=list)

    @classmethod
    def begin(cls, jobs: Sequence[Waiting], run: Run, *, articles: Mapping[str, Article] | None = None) -> "Group":
        """Take articles apart and recall what is known of them. Raises `ModelError` where there is no usable route."""
        bench = run.bench
        route = bench.translator.route(*pair_of(jobs[0]))
        prepared: list[tuple[Waiting, Prepared]] = []
        failed = 0
        for job in jobs:
            try:
                article = articles[job.article_id] if articles else bench.there.article(job.article_id)
                with _mistakes_as_unfit(job):
                    prepared.append((job, prepare(draft(article, to_language=job.to_language), bench.rules)))
            except NotFound:
                continue
            except Unfit as error:
                if not run.keeps:
                    raise
                _fail(job, error, bench)
                failed += 1
        kept: dict[str, str] = {}
        for _, one in prepared:
            kept |= dict(zip(one.draft.segments, one.draft.kept, strict=True))
        decoding = bench.translator.decoding()
        group = cls(
            run=run,
            route=route,
            prepared=prepared,
            failed=failed,
            keys={text: memory_key(text, route=route, decoding=decoding) for text in kept},
            kept=kept,
            need_links=frozenset[str]().union(*(one.in_need_of_links() for _, one in prepared)),
        )
        group._recall(pair_of(jobs[0]))
        return group

    def _recall(self, pair: tuple[str, str]) -> None:
        """Look up what people and memory have; the rest is `missing`, unless a group before asks for it already."""
        store, run = self.run.bench.store, self.run
        if store is None:
            self._want(self.keys)
            return
        corrections = store.corrections(list(self.keys), *pair)
        self.corrected = {text: Rendering(text=target, is_person=True) for text, target in corrections.items()}
        wanted = {text: key for text, key in self.keys.items() if text not in self.corrected}
        unknown = [key for key in wanted.values() if key not in run.asked and key not in run.renderings]
        recalled = store.recall(unknown)
        with run.lock:
            run.renderings |= dict.fromkeys(one.key for one in store.parked(unknown))
            run.renderings |= recalled
        self._want(wanted)
        self.recalled = len(self.keys) - len(self.missing)
        for text in sorted(self.need_links & self.keys.keys()):
            there = self._rendering(text)
            if there and not there.links:
                self.unaligned.append(text)

    def _want(self, wanted: Mapping[str, str]) -> None:
        """Ask the engine for what of these, keys by text, nobody has and no group before asks for."""
        run = self.run
        missing = {key: text for text, key in wanted.items() if key not in run.renderings and key not in run.asked}
        run.asked |= missing.keys()
        self.missing = deque(sorted(missing.values(), key=lambda text: (len(text), text)))

    def work(self) -> None:
        """Ask the engine for what is missing until nothing is, or it is time to stop. Several threads at a time may."""
        run = self.run
        while (self.missing or self.unaligned) and not (run.is_broken_off or run.should_stop()):
            self.work_once()

    def work_once(self) -> None:
        """Ask the engine for the next chunk."""
        run = self.run
        with run.lock:
            source = self.missing or self.unaligned
            is_new = source is self.missing
            chunk = [source.pop() for _ in range(min(len(source), run.size))]
            if is_new:
                self.segments += len(chunk)
                self.words += sum(len(text.split()) for text in chunk)
        if not chunk:
            return
        began = run.bench.clock.now()
        with self._busy():
            self._try(self._translate if is_new else self._align, chunk)
        with run.lock:
            run.size = policy.next_chunk(run.size, run.bench.clock.now() - began)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """Count the time in which at least one thread has something at the engine."""
        run = self.run
        with run.lock:
            self.at_engine += 1
            self.busy_since = self.busy_since or run.bench.clock.now()
        try:
            yield
        finally:
            with run.lock:
                self.at_engine -= 1
                if self.busy_since and not self.at_engine:
                    self.busy += max(timedelta(), run.bench.clock.now() - self.busy_since)
                    self.busy_since = None

    def end(self, progress: Callable[[int], None]) -> TranslateReport:
        """Wait for the engine, then put the articles together and keep them."""
        error = None
        for one in self.going:
            try:
                one.result()
            except ModelError as failure:
                error = str(failure)
        translated = held = failed = 0
        for job, prepared in self.prepared:
            if self._is_whole(prepared):
                is_done, is_held = self._keep(job, prepared)
                translated += is_done
                held += is_held
                failed += not is_done
            progress(1)
        pairs = {pair_of(job) for job, _ in self.prepared[:1]}
        tally = Tally(
            pair=(self.route.from_language, self.route.to_language),
            published=translated - held,
            held=held,
            failed=self.failed + failed,
            segments=self.segments,
            words=self.words,
            seconds=self.busy.total_seconds(),
            recalled=self.recalled,
            marked=self.marked,
        )
        return TranslateReport(
            translated=translated,
            held=held,
            failed=self.failed + failed,
            segments=self.segments,
            impossible=frozenset(pairs) if error else frozenset(),
            error=error,
            tallies=(tally,),
        )

    def finished(self, prepared: Prepared) -> Translation:
        """Put a translation together. Raises `Unfit`."""
        bench = self.run.bench
        renderings = {text: one for text in prepared.draft.segments if (one := self._rendering(text))}
        translation = finish(
            prepared,
            renderings,
            route=self.route,
            engine=bench.translator.describe(self.route),
            now=bench.clock.now(),
        )
        if any(EMPTY in segment.marks for segment in translation.segments):
            # Outdated from the start: `retranslate` gives what is missing to the engine once more.
            return translation
        return replace(translation, made_with=made_with(self.route, translator=bench.translator, rules=bench.rules))

    def _rendering(self, text: str) -> Rendering | None:
        return self.corrected.get(text) or self.run.renderings.get(self.keys[text])

    def _is_whole(self, prepared: Prepared) -> bool:
        """Say whether all was asked for; what came to nothing is there as None."""
        return all(text in self.corrected or self.keys[text] in self.run.renderings for text in prepared.draft.segments)

    def _try(self, work: Callable[[Sequence[str]], None], texts: Sequence[str]) -> None:
        """Do some work on texts; what we did not foresee is found out text by text, and stops none but its own."""
        try:
            work(texts)
        except SyndicatorError:
            raise
        except Exception:  # noqa: BLE001  # a mistake of ours, as in `_mistakes_as_unfit`
            if len(texts) > 1:
                for text in texts:
                    self._try(work, [text])
                return
            logger().exception("segment_broke", to=self.route.to_language)
            with self.run.lock:
                self.run.renderings.setdefault(self.keys[texts[0]], None)

    def _translate(self, texts: Sequence[str]) -> None:
        bench = self.run.bench
        found = translate_checked(
            {text: self.kept[text] for text in texts},
            bench.translator,
            self.route,
            # Repairing a number takes them, too, and they cost next to nothing now.
            linked={text for text in texts if text in self.need_links or any(map(str.isdigit, text))},
        )
        self._park(bench.translator.take_broken(texts))
        there = {text: one for text, one in found.items() if one}
        there |= self._aligned({text: one for text, one in there.items() if self._lacks_links(text, one)})
        self._remember(there)
        with self.run.lock:
            self.run.renderings |= {self.keys[text]: there.get(text) for text in texts}

    def _align(self, texts: Sequence[str]) -> None:
        there = self._aligned({text: one for text in texts if (one := self._rendering(text))})
        by_engine = {text: one for text, one in there.items() if not one.is_person}
        self._remember(by_engine)
        with self.run.lock:
            self.corrected |= {text: one for text, one in there.items() if one.is_person}
            self.run.renderings |= {self.keys[text]: one for text, one in by_engine.items()}

    def _lacks_links(self, text: str, rendering: Rendering) -> bool:
        if rendering.links:
            return False
        if text in self.need_links:
            return True
        if not any(map(str.isdigit, text)):
            return False
        doubts = check(
            text,
            rendering.text,
            from_language=self.route.from_language,
            to_language=self.route.to_language,
            kept=self.kept[text],
        )
        return not NUMBER_MARKS.isdisjoint(doubts)

    def _aligned(self, renderings: Mapping[str, Rendering]) -> dict[str, Rendering]:
        if not renderings:
            return {}
        pairs = [(text, one.text) for text, one in renderings.items()]
        links = self.run.bench.translator.align(pairs, self.route)
        return {text: replace(one, links=own) for (text, one), own in zip(renderings.items(), links, strict=True)}

    def _remember(self, renderings: Mapping[str, Rendering]) -> None:
        if self.run.keeps:
            self.run.bench.there.remember(
                [
                    Remembered(key=self.keys[text], source_text=text, rendering=one, route=str(self.route))
                    for text, one in renderings.items()
                ]
            )

    def _park(self, broken: Mapping[str, str]) -> None:
        parked = [Parked(key=self.keys[text], source_text=text, reason=reason) for text, reason in broken.items()]
        if parked:
            logger().warning("segments_parked", count=len(parked), reason=parked[0].reason)
        if parked and self.run.keeps:
            self.run.bench.there.park(parked)

    def _keep(self, job: Waiting, prepared: Prepared) -> tuple[bool, bool]:
        """Put a translation together and keep it; return whether that worked, and whether it is held."""
        bench = self.run.bench
        is_held = False
        try:
            with _mistakes_as_unfit(job):
                translation = self.finished(prepared)
            labels = prepared.draft.labels  # a reader hardly looks at them
            marked = sum(bool(one.marks) for one in translation.segments if one.source not in labels)
            self.marked += marked
            limit = bench.hold_marks.get(prepared.draft.article.source)
            is_held = limit is not None and marked >= limit
            if is_held:
                bench.there.hold(translation, f"{marked} doubtful sentences")
            else:
                bench.there.save_translation(translation)
        except Conflict:  # the article changed meanwhile: its new version waits in the store already
            return True, False
        except Unfit as error:
            _fail(job, error, bench)
            return False, False
        return True, is_held


def pair_of(job: Waiting) -> tuple[str, str]:
    """Return the (from, to) of a translation."""
    return job.from_language, job.to_language


def _fail(job: Waiting, error: Unfit, bench: Bench) -> None:
    attempts = job.attempts + 1
    bench.there.save_failure(
        Failure(
            article_id=job.article_id,
            article_version=job.article_version,
            language=job.to_language,
            attempts=attempts,
            reason=str(error),
            due=policy.retry_translation(attempts, bench.retry, bench.clock.now()),
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
