"""Decide, without doing: when a source is due, what a look at it changes in its state, when to try again.

Pure functions of values; `chance` is a number in [0, 1) that the caller draws.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from syndicator.errors import Empty, Gone, Impostor, Refused, SyndicatorError, Unavailable, WebPage
from syndicator.model import About, Condition, Item, Known, Reading, Source, SourceKind, SourceState

LONGEST_WAIT = timedelta(hours=24)
"""No origin and no run of failures makes us wait longer than this."""
BELIEVE_MOVE_AFTER = timedelta(days=7)
"""A permanent redirect (RFC 9110 15.4.2) is acted on once it was seen for so long: many are mistakes."""
DROP_VALIDATORS_AFTER = timedelta(days=8)
"""ETag and Last-Modified are dropped this often, so that an origin that wrongly answers 304 is found out."""
CLOCK_MAY_STEP_BACK = timedelta(minutes=10)
"""By so much a clock is corrected now and then; more means that it was plainly wrong."""
FLIP_OR_PORTAL = timedelta(days=1)
"""What happened within it belongs together: two turns of an article, two sources that the network answered for."""
MOST_ATTEMPTS = 14
"""At an effect; with the waits between them, they take a day."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_due(state: SourceState, now: datetime) -> bool:
    """Return whether it is time to look at a source. One that is gone for good is never due again.

    Where the last look lies in the future the clock was wrong then, and so is the due time made from it.
    """
    if state.condition is Condition.GONE:
        return False
    is_misdated = state.checked is not None and state.checked - now > CLOCK_MAY_STEP_BACK
    return state.due is None or state.due <= now or is_misdated


def address(source: Source, state: SourceState, now: datetime) -> str | None:
    """Return the URL to read a source at: the configured one until it has pointed elsewhere for a week."""
    if state.moved_to and state.moved_since and now - state.moved_since >= BELIEVE_MOVE_AFTER:
        return state.moved_to
    return source.url


def next_look(source: Source, now: datetime) -> datetime:
    """Return when a healthy source is due next.

    Every source has its own fixed place in the interval, made from its slug: so a thousand sources spread evenly over
    it, a restart changes nothing, and jitter can't add up.
    """
    phase = int.from_bytes(hashlib.sha256(source.slug.encode()).digest()[:8], "big") / 2**64 * source.interval
    turns = (now - EPOCH - phase) // source.interval + 1
    following = EPOCH + phase + turns * source.interval
    return following if following - now >= source.interval / 2 else following + source.interval


def origin(source: Source) -> str:
    """Return what is asked when a source is read: sources of one host are read one after another.

    So a host that hangs holds one reader, however many sources it has.
    """
    return urlsplit(source.url or "").netloc or source.slug


def remembered(source: Source, state: SourceState) -> SourceState:
    """Return what counts of a source's state: where its address was changed in the config, what it is called alone."""
    if state.url in (None, source.url):
        return state
    return SourceState(slug=source.slug, about=state.about)


def after_reading(
    source: Source, state: SourceState, reading: Reading, now: datetime, *, flips: int = 0
) -> SourceState:
    """Return a source's state after a look that succeeded; `flips` articles went back to a text that they had."""
    due = next_look(source, now)
    if reading.max_age:
        due = max(due, now + min(reading.max_age, LONGEST_WAIT))
    if reading.retry_after is not None:
        due = min(due, now + reading.retry_after)
    # What could not be taken over yet must come with the next answer, so that one must be whole: no validators.
    keeps_validators = reading.retry_after is None and not flips
    etag = reading.etag if keeps_validators else None
    last_modified = reading.last_modified if keeps_validators else None
    is_same = (etag, last_modified) == (state.etag, state.last_modified) and reading.is_unchanged
    moved_to = reading.moved_to or (state.moved_to if _is_read_elsewhere(source, state, now) else None)
    moved_since = (state.moved_since if moved_to == state.moved_to else now) if moved_to else None
    after = replace(
        state,
        about=_about(source, reading.about or state.about),
        url=source.url,
        sign=None,
        etag=etag,
        last_modified=last_modified,
        validators_since=state.validators_since if is_same and state.validators_since else now,
        due=due,
        checked=now,
        succeeded=now,
        failures=0,
        moved_to=moved_to,
        moved_since=moved_since,
    )
    condition, detail = _oddity(source, state, reading, after=after, flips=flips)
    return replace(after, condition=condition, detail=detail)


def _oddity(
    source: Source, before: SourceState, reading: Reading, *, after: SourceState, flips: int
) -> tuple[Condition, str | None]:
    """Return what an operator should know of a source that was read all right."""
    is_told = reading.about is not None or reading.is_unchanged
    is_empty = source.kind is SourceKind.FEED and is_told and not (reading.items or reading.set_aside)
    if flips:
        articles = "1 article goes" if flips == 1 else f"{flips} articles go"
        return Condition.FLIPPING, f"{articles} back and forth between two texts; each is followed once a day at most"
    if is_empty and (not reading.is_unchanged or before.condition is Condition.EMPTY):
        return Condition.EMPTY, "the feed has no items"
    if after.moved_to and after.moved_since:
        believed = after.moved_since + BELIEVE_MOVE_AFTER
        since = "it is read there" if after.checked and after.checked >= believed else f"believed from {believed:%F} on"
        return Condition.MOVED, f"it says that it has moved to {after.moved_to} for good ({since})"
    return Condition.OK, None


def _is_read_elsewhere(source: Source, state: SourceState, now: datetime) -> bool:
    """Return whether a redirect was believed, so that the configured address is not asked."""
    return address(source, state, now) != source.url


def after_failure(
    source: Source, state: SourceState, error: SyndicatorError, now: datetime, *, chance: float
) -> SourceState:
    """Return a source's state after a look that failed: what it held stays, and the waits grow up to a day.

    Where a redirect was believed, the configured address is asked again next time: whoever took over the other one
    must neither stop the source nor keep it.
    """
    failures = state.failures + 1
    is_elsewhere = _is_read_elsewhere(source, state, now)
    condition = _condition(error)
    if condition is Condition.GONE and is_elsewhere:
        condition = Condition.FAILING
    wait = min(source.interval * (1 << min(failures - 1, 10)), LONGEST_WAIT)
    if isinstance(error, Unavailable) and error.retry_after:
        wait = min(max(wait, error.retry_after), LONGEST_WAIT)
    # What an origin refuses to answer may be the validators themselves.
    etag, last_modified = (None, None) if isinstance(error, Refused) else (state.etag, state.last_modified)
    return replace(
        state,
        condition=condition,
        detail=str(error),
        about=_about(source, state.about),
        url=source.url,
        sign=_sign(source, error),
        etag=etag,
        last_modified=last_modified,
        due=now + wait * (1 + chance / 10),
        checked=now,
        failures=failures,
        moved_to=None if is_elsewhere else state.moved_to,
        moved_since=None if is_elsewhere else state.moved_since,
    )


def _condition(error: SyndicatorError) -> Condition:
    match error:
        case Gone():
            return Condition.GONE
        case Refused():
            return Condition.REFUSED
        case Unavailable(retry_after=wait) if wait:
            return Condition.WAITING
        case Empty():
            return Condition.EMPTY
        case WebPage():
            return Condition.WEB_PAGE
    return Condition.FAILING


def _sign(source: Source, error: SyndicatorError) -> str | None:
    """Return what came in place of what should have, if that may be the work of the network in between."""
    if isinstance(error, Impostor):
        return "certificate"
    if not isinstance(error, WebPage):
        return None
    host = urlsplit(error.url).netloc
    return f"page {error.digest}" if host == urlsplit(source.url or "").netloc else f"host {host}"


def is_captive(state: SourceState, others: Iterable[SourceState], now: datetime) -> bool:
    """Return whether what came in place of a source came in place of one on another host, too, within a day.

    Then the network's own log-in page answers for all of them (a captive portal), or somebody in between.
    """
    host = urlsplit(state.url or "").netloc
    return state.sign is not None and any(
        other.sign == state.sign
        and urlsplit(other.url or "").netloc != host
        and other.checked is not None
        and abs(now - other.checked) < FLIP_OR_PORTAL
        for other in others
    )


def as_captive(source: Source, state: SourceState, now: datetime) -> SourceState:
    """Return the state of a source that the network answers for: it is looked at again soon, once that may be over."""
    return replace(state, condition=Condition.CAPTIVE, due=now + source.interval)


def is_flip(known: Known, earlier: Collection[str], content_hash: str, now: datetime) -> bool:
    """Return whether an article goes back and forth between texts it has had, and took on the last one within a day.

    A correction that is taken back is followed at once; what then goes on is an origin of two minds, as two servers
    behind one name, and each turn would be translated and shown as an edit. `earlier` are the hashes of its
    older texts.
    """
    is_going_on = content_hash in earlier and known.content_hash in earlier
    return is_going_on and abs(now - known.updated) < FLIP_OR_PORTAL


def next_chunk(size: int, took: timedelta) -> int:
    """Return how many segments to translate next, after `size` of them took so long.

    The engine needs many at a time, since it batches those of equal length; a stop that is in a hurry costs the chunk.
    """
    if took > timedelta(seconds=30):
        return max(32, size // 2)
    return min(4096, size * 2) if took < timedelta(seconds=15) else size


def is_of_that_date(item: Item, known: Known) -> bool:
    """Return whether an item's date, if it has one, is that of an article, clamped to when we first saw it."""
    return item.published is None or min(item.published, known.first_seen) == known.published


def retry_translation(attempts: int, base: timedelta, now: datetime) -> datetime:
    """Return when a translation that failed `attempts` times is tried again: `base`, doubled each time, up to a day."""
    return now + min(base * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def retry_effect(attempts: int, now: datetime, *, retry_after: timedelta | None = None) -> datetime:
    """Return when an effect that failed `attempts` times is tried again: soon at first, then every four hours.

    `NEVER` once that has gone on for a day: then it is given up, until it is asked for anew.
    """
    if attempts >= MOST_ATTEMPTS:
        return NEVER
    wait = min(timedelta(minutes=1) * (1 << min(attempts - 1, 10)), timedelta(hours=4))
    return now + min(max(wait, retry_after or timedelta()), LONGEST_WAIT)


def rest(failures: int) -> timedelta:
    """Return how long a job of the daemon that went wrong so often in a row is left alone."""
    return min(timedelta(seconds=5) * (1 << min(failures - 1, 10)), timedelta(minutes=10))


def picture_again(failures: int, now: datetime, *, is_passing: bool) -> datetime:
    """Return when a picture is asked for again that failed so often before; what is no passing trouble, once a week."""
    if not is_passing:
        return now + timedelta(days=7)
    return now + min(timedelta(minutes=10) * (1 << min(failures, 10)), LONGEST_WAIT)


def validators(state: SourceState, now: datetime) -> tuple[str | None, str | None]:
    """Return the (ETag, Last-Modified) to send with the next request; none once they are eight days old."""
    if state.validators_since is None or now - state.validators_since >= DROP_VALIDATORS_AFTER:
        return None, None
    return state.etag, state.last_modified


def _about(source: Source, about: About) -> About:
    """Let the operator's words for a source outrank its own."""
    return replace(
        about,
        name=source.name or about.name,
        rights=source.rights or about.rights,
        feed_url=source.url if source.kind is SourceKind.FEED else None,
    )
