"""Decide, without doing: when a source is due, what a look at it changes in its state, when to try again.

Pure functions of values; `chance` is a number in [0, 1) that the caller draws.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from syndicator.errors import Gone, Refused, SyndicatorError, Unavailable
from syndicator.model import About, Condition, Item, Known, Reading, Source, SourceKind, SourceState

LONGEST_WAIT = timedelta(hours=24)
"""No origin and no run of failures makes us wait longer than this."""
BELIEVE_MOVE_AFTER = timedelta(days=7)
"""A permanent redirect (RFC 9110 15.4.2) is acted on once it was seen for so long: many are mistakes."""
DROP_VALIDATORS_AFTER = timedelta(days=8)
"""ETag and Last-Modified are dropped this often, so that an origin that wrongly answers 304 is found out."""
CLOCK_MAY_STEP_BACK = timedelta(minutes=10)
"""By so much a clock is corrected now and then; more means that it was plainly wrong."""
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


def after_reading(source: Source, state: SourceState, reading: Reading, now: datetime) -> SourceState:
    """Return a source's state after a look that succeeded."""
    due = next_look(source, now)
    if reading.max_age:
        due = max(due, now + min(reading.max_age, LONGEST_WAIT))
    if reading.retry_after is not None:
        due = min(due, now + reading.retry_after)
    # What could not be read yet must come with the next answer, so that one must be whole: no validators.
    keeps_validators = reading.retry_after is None
    etag = reading.etag if keeps_validators else None
    last_modified = reading.last_modified if keeps_validators else None
    is_same = (etag, last_modified) == (state.etag, state.last_modified) and reading.is_unchanged
    is_same_move = reading.moved_to == state.moved_to
    return replace(
        state,
        condition=Condition.OK,
        detail=None,
        about=_about(source, reading.about or state.about),
        etag=etag,
        last_modified=last_modified,
        validators_since=state.validators_since if is_same and state.validators_since else now,
        due=due,
        checked=now,
        succeeded=now,
        failures=0,
        moved_to=reading.moved_to,
        moved_since=state.moved_since if is_same_move and reading.moved_to else now if reading.moved_to else None,
    )


def after_failure(
    source: Source, state: SourceState, error: SyndicatorError, now: datetime, *, chance: float
) -> SourceState:
    """Return a source's state after a look that failed: what it held stays, and the waits grow up to a day."""
    failures = state.failures + 1
    condition = Condition.FAILING
    wait = min(source.interval * (1 << min(failures - 1, 10)), LONGEST_WAIT)
    if isinstance(error, Gone):
        condition = Condition.GONE
    elif isinstance(error, Refused):
        condition = Condition.REFUSED
        wait = LONGEST_WAIT if source.kind is not SourceKind.INBOX else source.interval
    elif isinstance(error, Unavailable) and error.retry_after:
        wait = min(max(wait, error.retry_after), LONGEST_WAIT)
    return replace(
        state,
        condition=condition,
        detail=str(error),
        about=_about(source, state.about),
        due=now + wait * (1 + chance / 10),
        checked=now,
        failures=failures,
    )


def next_chunk(size: int, took: timedelta) -> int:
    """Return how many segments to translate next, after `size` of them took so long.

    The engine needs many at a time, since it batches those of equal length; a stop that is in a hurry costs the chunk.
    """
    if took > timedelta(seconds=30):
        return max(32, size // 2)
    return min(1024, size * 2) if took < timedelta(seconds=15) else size


def is_of_that_date(item: Item, known: Known) -> bool:
    """Return whether an item's date, if it has one, is that of an article, clamped to when we first saw it."""
    return item.published is None or min(item.published, known.first_seen) == known.published


def retry_translation(attempts: int, base: timedelta, now: datetime) -> datetime:
    """Return when a translation that failed `attempts` times is tried again: `base`, doubled each time, up to a day."""
    return now + min(base * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def rest(failures: int) -> timedelta:
    """Return how long a job of the daemon that went wrong so often in a row is left alone."""
    return min(timedelta(seconds=5) * (1 << min(failures - 1, 10)), timedelta(minutes=10))


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
