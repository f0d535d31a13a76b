"""Read a source: fetch, parse, find what is new or changed, make articles of it, keep them in one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syndicator import policy
from syndicator.allowed import clean_text
from syndicator.articles.compose import compose
from syndicator.errors import (
    ExtractError,
    FetchError,
    Gone,
    ParseError,
    Refused,
    SyndicatorError,
    Unavailable,
)
from syndicator.log import logger
from syndicator.model import (
    UNDETERMINED,
    About,
    Article,
    Document,
    Item,
    Known,
    Reading,
    SetAside,
    Source,
    SourceKind,
    SourceState,
)
from syndicator.ports import Clock, Fetcher, Store
from syndicator.sources.feed import read_feed
from syndicator.sources.inbox import read_inbox
from syndicator.sources.page import read_page
from syndicator.urls import canonical_url

PAGE_RETRY = timedelta(minutes=10)
MOST_FAILURES = 3
"""Pages out of reach in a row: then their host is down, and waiting for each of the rest would take hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """What one look at a source came to."""

    slug: str
    result: str
    """`read`, `unchanged`, or why it failed: `refused`, `gone`, `unavailable`, `unreadable`."""
    new: int = 0
    changed: int = 0
    undetermined: int = 0
    set_aside: int = 0
    retry_after: timedelta | None = None
    """Something was not ready yet (a file still being written, a page out of reach): look again after so long."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a look at a source would bring."""

    about: About
    articles: tuple[Article, ...]
    set_aside: tuple[SetAside, ...]


def read(source: Source, *, store: Store, fetcher: Fetcher, clock: Clock, chance: float) -> ReadReport:
    """Look at a source and keep what is new or changed, in one transaction. Failures end up in the source's state.

    Raises `StoreError` alone: what else goes wrong, foreseen or not, must not make a source due at once again.
    """
    began, marks = store.source_state(source.slug), store.marks(source.slug)
    state = policy.remembered(source, began)
    now = clock.now()
    try:
        reading = _look(source, state, marks=marks, fetcher=fetcher.for_source(source), now=now)
    except (FetchError, ParseError, ExtractError) as error:
        return _failed(source, began, error, store=store, now=now, chance=chance)
    except Exception as error:  # noqa: BLE001  # the job boundary
        logger().exception("reading_broke", source=source.slug)
        return _failed(source, began, ParseError(_unforeseen(error)), store=store, now=now, chance=chance)
    items, known = _recognise(source, reading.items, store)
    articles, unfit = _compose(items, source, known=known, now=now)
    articles, flips = _without_flips(articles, known, store=store, now=now)
    aside = [*reading.set_aside, *unfit]
    store.save_reading(
        policy.after_reading(source, state, reading, now, flips=len(flips)),
        articles,
        began=began,
        marks=None if reading.is_unchanged else {key: mark for key, mark in reading.marks.items() if key not in flips},
        set_aside=aside,
        unchanged={item.origin_id for item in items} - {one.origin_id for one in aside},
    )
    return ReadReport(
        slug=source.slug,
        result="unchanged" if reading.is_unchanged else "read",
        new=sum(article.version == 1 for article in articles),
        changed=sum(article.version > 1 for article in articles),
        undetermined=sum(article.language == UNDETERMINED for article in articles),
        set_aside=len(aside),
        retry_after=reading.retry_after,
    )


def preview(source: Source, *, fetcher: Fetcher, clock: Clock) -> Preview:
    """Read a source as if for the first time and store nothing. Raises what stops the reading."""
    state = SourceState(slug=source.slug)
    fetcher = fetcher.for_source(source)
    reading = _look(source, state, marks={}, fetcher=fetcher, now=clock.now(), moves_rejected=False)
    articles, aside = _compose(reading.items, source, known={}, now=clock.now())
    about = policy.after_reading(source, state, reading, clock.now()).about
    return Preview(about=about, articles=tuple(articles), set_aside=(*reading.set_aside, *aside))


def _failed(
    source: Source, began: SourceState, error: SyndicatorError, *, store: Store, now: datetime, chance: float
) -> ReadReport:
    """Keep that a look at a source failed."""
    after = policy.after_failure(source, policy.remembered(source, began), error, now, chance=chance)
    if after.sign and policy.is_captive(after, store.source_states().values(), now):
        after = policy.as_captive(source, after, now)
    store.save_source_state(after, began=began)
    return ReadReport(slug=source.slug, result=_result(error), error=str(error))


def _result(error: SyndicatorError) -> str:
    named = ((Refused, "refused"), (Gone, "gone"), (Unavailable, "unavailable"))
    return next((result for kind, result in named if isinstance(error, kind)), "unreadable")


def _unforeseen(error: Exception) -> str:
    """Say that something broke that we did not foresee, in characters that the store can hold."""
    said = str(error).encode("utf-8", "backslashreplace").decode()
    return f"it can't be read, please report this: {type(error).__name__}: {said}"


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


def _without_flips(
    articles: Sequence[Article], known: Mapping[str, Known], *, store: Store, now: datetime
) -> tuple[list[Article], set[str]]:
    """Leave out articles that go back and forth between two texts; return the others, and the origin ids of these."""
    changed = [article for article in articles if article.version > 1]
    earlier = store.earlier_hashes([article.id for article in changed]) if changed else {}
    flips = {
        article.origin_id
        for article in changed
        if policy.is_flip(known[article.origin_id], earlier.get(article.id, ()), article.content_hash, now)
    }
    return [article for article in articles if article.origin_id not in flips], flips


def _with_pages(reading: Reading, marks: Mapping[str, str], fetcher: Fetcher) -> Reading:
    """Fetch the article page of each feed item that is new or changed; where it is refused, the feed's text stands.

    It stands in for a page out of reach, too, until that can be had: by then the feed may list the item no more. What
    is held of the page is kept meanwhile.
    """
    items: list[Item] = []
    kept: dict[str, str] = {}
    is_whole = True
    failures = 0
    for item in reading.items:
        mark = hashlib.sha256(repr(item).encode("utf-8", "surrogatepass")).hexdigest()
        if marks.get(item.origin_id) != mark:
            try:
                page = _page(item, fetcher, failures)
            except (Refused, Gone):
                page = None
            except FetchError:
                is_whole = False
                failures += 1
                if item.origin_id in marks:
                    kept[item.origin_id] = marks[item.origin_id]
                else:
                    items.append(item)
                continue
            failures = 0 if page else failures
            items.append(replace(item, page=page) if page else item)
        kept[item.origin_id] = mark
    return replace(reading, items=tuple(items), marks=kept, retry_after=reading.retry_after if is_whole else PAGE_RETRY)


def _page(item: Item, fetcher: Fetcher, failures: int) -> Document | None:
    """Fetch an item's page, if it has one; raise `FetchError`, and without asking where so many were out of reach."""
    if item.url is None:
        return None
    if failures >= MOST_FAILURES:
        raise Unavailable(f"{failures} pages in a row were out of reach")
    return fetcher.fetch_allowed(item.url)
