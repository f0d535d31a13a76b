"""Tell hubs of the feeds that changed: send the pings that wait in the outbox, each until its hub takes it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from syndicator import policy
from syndicator.errors import FetchError, Forbidden, Unavailable
from syndicator.model import Effect, EffectKey
from syndicator.ports import Clock, Fetcher, Store
from syndicator.publishing.notify import PING, ping_form

BATCH = 100
"""Pings taken from the outbox at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyReport:
    """What telling the hubs came to."""

    told: int = 0
    """Pings that a hub took."""
    failed: int = 0
    errors: tuple[str, ...] = ()
    """Why, each reason once."""


def notify(
    *,
    store: Store,
    fetcher: Fetcher,
    clock: Clock,
    hubs: Collection[str],
    should_stop: Callable[[], bool] = lambda: False,
) -> NotifyReport:
    """Send what is due. What fails is kept with its reason and tried again later; that is no error here.

    Pings of hubs that are no longer configured are dropped.
    """
    told = failed = 0
    tried: set[tuple[EffectKey, int]] = set()
    errors: dict[str, FetchError] = {}
    while fresh := _due(store, clock, tried):
        for effect in fresh:
            if should_stop():
                return NotifyReport(told=told, failed=failed, errors=_reasons(errors))
            tried.add((effect.key, effect.number))
            if effect.key.target not in hubs:
                store.save_effect_done(effect)
                continue
            error = errors.get(effect.key.target) or _send(effect, fetcher)
            if error is None:
                store.save_effect_done(effect)
                told += 1
                continue
            if isinstance(error, Forbidden | Unavailable):  # so it would be with each of its topics
                errors[effect.key.target] = error
            else:
                errors.setdefault(f"{effect.key.target} {effect.key.subject}", error)
            _put_off(effect, error, store=store, clock=clock)
            failed += 1
    return NotifyReport(told=told, failed=failed, errors=_reasons(errors))


def _due(store: Store, clock: Clock, tried: Collection[tuple[EffectKey, int]]) -> list[Effect]:
    due = store.effects_due(now=clock.now(), limit=BATCH)
    return [one for one in due if one.key.kind == PING and (one.key, one.number) not in tried]


def _send(effect: Effect, fetcher: Fetcher) -> FetchError | None:
    try:
        fetcher.post(effect.key.target, ping_form(effect.key.subject))
    except FetchError as error:
        return error
    return None


def _put_off(effect: Effect, error: FetchError, *, store: Store, clock: Clock) -> None:
    wait = error.retry_after if isinstance(error, Unavailable) else None
    due = policy.retry_effect(effect.attempts + 1, clock.now(), retry_after=wait)
    store.save_effect_failed(effect, reason=str(error), due=due)


def _reasons(errors: dict[str, FetchError]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, errors.values())))
