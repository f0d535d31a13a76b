"""Do what waits in the outbox: tell hubs and programs of what changed, each until it takes it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from syndicator import policy
from syndicator.errors import FetchError, Forbidden, Gone, PublishError, Unavailable
from syndicator.model import EditionKey, Effect, EffectKey, Entry
from syndicator.ports import Clock, Fetcher, Store
from syndicator.publishing.extent import fitted
from syndicator.publishing.masthead import Masthead
from syndicator.publishing.notify import PING, ping_form
from syndicator.publishing.webhook import ENDED, MESSAGE, MOST_ENTRIES, Webhook, headers, identifier, mark, message

BATCH = 100
"""Effects taken from the outbox at a time."""


class Receivers(Protocol):
    """Those who are told by one kind of effect."""

    def wants(self, key: EffectKey) -> bool:
        """Return whether somebody still wants to hear of it."""

    def send(self, effect: Effect) -> None:
        """Tell it, once; raise `FetchError` where it did not arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubs:
    """The hubs that are told of feeds (WebSub)."""

    fetcher: Fetcher
    hubs: Collection[str]

    def wants(self, key: EffectKey) -> bool:
        """See `Receivers`: pings of hubs that are no longer configured are dropped."""
        return key.target in self.hubs

    def send(self, effect: Effect) -> None:
        """See `Receivers`."""
        self.fetcher.post(effect.key.target, ping_form(effect.key.subject))


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The programs that are told of editions (webhooks)."""

    fetcher: Fetcher
    webhooks: Sequence[Webhook]
    store: Store
    masthead: Masthead
    clock: Clock

    def wants(self, key: EffectKey) -> bool:
        """See `Receivers`."""
        edition = EditionKey(language=key.subject)
        is_published = edition.language in self.masthead.languages
        return is_published and any(one.url == key.target and one.wants(edition) for one in self.webhooks)

    def send(self, effect: Effect) -> None:
        """See `Receivers`: what changed since the last message that arrived, as it is now."""
        hook = next(one for one in self.webhooks if one.url == effect.key.target)
        key = EditionKey(language=effect.key.subject)
        now = self.clock.now()
        content = message(key, self._changed(key, hook), masthead=self.masthead, at=now)
        name = identifier(effect, store=self.masthead.tag_prefix)
        self.fetcher.post_json(hook.url, content, headers=headers(name, content, hook.secrets, at=now))

    def _changed(self, key: EditionKey, hook: Webhook) -> list[Entry]:
        announced = next((one.announced for one in self.store.editions() if one.key == key), {})
        since = int(announced.get(mark(hook.url), "-1"))
        changed = []
        for entry in self.store.entries(key, limit=MOST_ENTRIES + 1, changed_after=since):
            with suppress(PublishError):
                changed.append(fitted(entry, masthead=self.masthead))
        return changed


@dataclass(slots=True, kw_only=True)
class NotifyReport:
    """What came of the effects of one kind."""

    told: int = 0
    """What arrived."""
    failed: int = 0
    reasons: dict[str, FetchError] = field(default_factory=dict, repr=False, compare=False)
    """By whom, or whom and what, it concerns."""

    @property
    def errors(self) -> tuple[str, ...]:
        """Return why, each reason once."""
        return tuple(dict.fromkeys(map(str, self.reasons.values())))


def notify(
    receivers: Mapping[str, Receivers],
    *,
    store: Store,
    clock: Clock,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, NotifyReport]:
    """Do what is due, and return what came of it by kind. What fails is kept with its reason and tried again later.

    What nobody is configured for any more is dropped.
    """
    reports = {kind: NotifyReport() for kind in receivers}
    tried: set[tuple[EffectKey, int]] = set()
    while fresh := _due(store, clock, tried):
        for effect in fresh:
            if should_stop():
                return reports
            tried.add((effect.key, effect.number))
            ours = receivers.get(effect.key.kind)
            if ours is None or not ours.wants(effect.key):
                store.save_effect_done(effect)
                continue
            _tell(effect, ours, reports[effect.key.kind], store=store, clock=clock)
    return reports


def _due(store: Store, clock: Clock, tried: Collection[tuple[EffectKey, int]]) -> list[Effect]:
    due = store.effects_due(now=clock.now(), limit=BATCH)
    return [one for one in due if (one.key, one.number) not in tried]


def _tell(effect: Effect, ours: Receivers, report: NotifyReport, *, store: Store, clock: Clock) -> None:
    """Try an effect, unless one before showed that whoever it goes to can't be told anything now."""
    key = effect.key
    error = report.reasons.get(key.target) or _send(effect, ours)
    if error is None:
        store.save_effect_done(effect)
        report.told += 1
        return
    report.failed += 1
    if isinstance(error, Forbidden | Unavailable) or _is_over(key, error):
        report.reasons[key.target] = error
    else:
        report.reasons.setdefault(f"{key.target} {key.subject}", error)
    wait = error.retry_after if isinstance(error, Unavailable) else None
    due = policy.retry_effect(effect.attempts + 1, clock.now(), retry_after=wait)
    if _is_over(key, error):
        store.save_effect_failed(effect, reason=f"{ENDED}{error}", due=policy.NEVER)
    else:
        store.save_effect_failed(effect, reason=str(error), due=due)


def _send(effect: Effect, ours: Receivers) -> FetchError | None:
    try:
        ours.send(effect)
    except FetchError as error:
        return error
    return None


def _is_over(key: EffectKey, error: FetchError) -> bool:
    """Tell whether a program said that it wants no more messages (Standard Webhooks: 410)."""
    return key.kind == MESSAGE and isinstance(error, Gone)


KINDS = {PING: "hub", MESSAGE: "webhook"}
"""What those are called who are told by each kind of effect."""
