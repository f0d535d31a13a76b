"""The outbox: what is to be done outside the store, in every Store."""

from datetime import timedelta

import pytest
from support.store import NOON, RU, StoppedClock, StoreMaker, make_article, save

from syndicator.errors import NotFound
from syndicator.model import EditionKey, EffectKey
from syndicator.ports import Store

HOUR = timedelta(hours=1)


def ping(number: int = 1) -> EffectKey:
    """Return that a hub is to be told of a feed."""
    return EffectKey(kind="websub", target="https://hub.example/", subject=f"https://desk.example/{number}/atom.xml")


def want(store: Store, *keys: EffectKey) -> None:
    """Publish the Russian edition with these effects."""
    store.save_published(RU, changed=1, fingerprint="f", effects=keys)


@pytest.fixture(autouse=True)
def edition(store: Store) -> None:
    """Have a Russian edition in the store."""
    save(store, make_article(1))


def test_kept(opened: StoreMaker) -> None:
    """What is asked for while an edition is saved as published is due at once, also after a restart."""
    store = opened()
    want(store, ping(2), ping(1))
    store.close()
    due = opened().effects_due(now=NOON, limit=9)
    assert [(one.key, one.attempts, one.reason, one.due) for one in due] == [
        (ping(1), 0, None, NOON),
        (ping(2), 0, None, NOON),
    ]
    assert [one.key for one in opened().effects_due(now=NOON, limit=1)] == [ping(1)]


def test_announced(opened: StoreMaker) -> None:
    """What was announced is kept until the edition is saved again, also of a bilingual edition, which has its own."""
    store = opened()
    bilingual = EditionKey(language="ru", is_bilingual=True)
    assert [one.announced for one in store.editions()] == [{}, {}]
    store.save_published(RU, changed=1, fingerprint="f", announced={"https://desk.example/ы.xml": "abc"})
    store.save_published(bilingual, changed=1, fingerprint="f")
    store.close()
    found = {one.key: one.announced for one in opened().editions()}
    assert found[RU] == {"https://desk.example/ы.xml": "abc"}
    assert found[bilingual] == {}
    opened().save_published(RU, changed=1, fingerprint="f")
    assert next(one.announced for one in opened().editions() if one.key == RU) == {}


def test_all_or_nothing(store: Store) -> None:
    """Where an edition can't be saved as published, nothing is asked for."""
    with pytest.raises(NotFound):
        store.save_published(EditionKey(language="de"), changed=1, fingerprint="f", effects=[ping()])
    assert store.effects_due(now=NOON, limit=9) == []


def test_done(store: Store) -> None:
    """What happened is forgotten; telling it again changes nothing."""
    want(store, ping(1), ping(2))
    first, second = store.effects_due(now=NOON, limit=9)
    store.save_effect_done(first)
    store.save_effect_done(first)
    assert store.effects_due(now=NOON, limit=9) == [second]


def test_failed(store: Store, clock: StoppedClock) -> None:
    """What failed rests until it is due again, and remembers how often and why."""
    want(store, ping())
    [effect] = store.effects_due(now=NOON, limit=9)
    store.save_effect_failed(effect, reason="the hub is down", due=NOON + HOUR)
    assert store.effects_due(now=NOON, limit=9) == []
    clock.advance(HOUR)
    [again] = store.effects_due(now=NOON + HOUR, limit=9)
    assert (again.key, again.attempts, again.reason) == (ping(), 1, "the hub is down")
    store.save_effect_failed(again, reason="still down", due=NOON + 3 * HOUR)
    assert [one.attempts for one in store.effects_due(now=NOON + 3 * HOUR, limit=9)] == [2]


def test_asked_for_anew_while_it_was_tried(store: Store) -> None:
    """What was asked for anew since it was read stays due, whatever came of the earlier attempt."""
    want(store, ping())
    [stale] = store.effects_due(now=NOON, limit=9)
    want(store, ping())
    store.save_effect_done(stale)
    store.save_effect_failed(stale, reason="late", due=NOON + HOUR)
    [effect] = store.effects_due(now=NOON, limit=9)
    assert (effect.key, effect.attempts, effect.reason) == (ping(), 0, None)
    assert effect.number > stale.number


def test_done_and_asked_for_again_meanwhile(store: Store) -> None:
    """Numbers are not used twice: a late answer to an old attempt does not end a new one."""
    want(store, ping())
    [old] = store.effects_due(now=NOON, limit=9)
    store.save_effect_done(old)
    want(store, ping())
    store.save_effect_done(old)
    assert [one.key for one in store.effects_due(now=NOON, limit=9)] == [ping()]


def test_clock_set_back(store: Store, clock: StoppedClock) -> None:
    """What was tried in what is now the future is due."""
    want(store, ping())
    [effect] = store.effects_due(now=NOON, limit=9)
    clock.moment = NOON + timedelta(days=3650)
    store.save_effect_failed(effect, reason="down", due=clock.moment + HOUR)
    assert [one.attempts for one in store.effects_due(now=NOON, limit=9)] == [1]
