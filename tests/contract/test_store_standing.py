"""How things stand, for who watches, in every Store."""

from datetime import timedelta

from support.store import (
    EN,
    NOON,
    RU,
    changed,
    make_article,
    make_failure,
    make_state,
    make_translation,
    save,
    save_both,
)

from syndicator.model import Condition, EffectKey, Parked, Queue, SetAside
from syndicator.ports import Store

BOTH = ("ru", "en")


def test_an_empty_store_has_nothing_to_tell(store: Store) -> None:
    """Nothing waits, nothing failed, and there is no source."""
    found = store.standing(BOTH)
    assert (found.sources, found.queues, found.failed, found.effects) == ({}, {}, {}, {})
    assert (found.held, found.parked, found.set_aside, found.unpublished) == (0, 0, 0, 0)


def test_a_source_is_told_with_its_newest_article(store: Store) -> None:
    """Whatever language that is in; one that brought nothing has none."""
    save(store, make_article(1), make_article(3, language="en"), make_article(2))
    store.save_source_state(make_state("quiet", condition=Condition.FAILING, failures=4, succeeded=NOON))
    assert store.standing(BOTH, with_newest=False).sources["kremlin"].newest is None
    found = store.standing(BOTH).sources
    assert found["kremlin"].newest == NOON + timedelta(minutes=3)
    quiet = found["quiet"]
    assert (quiet.condition, quiet.failures, quiet.succeeded, quiet.newest) == (Condition.FAILING, 4, NOON, None)


def test_what_waits_is_counted_and_the_first_that_came_is_told(store: Store) -> None:
    """By pair of languages; what failed still waits, but no longer for its first try."""
    old = make_article(1, first_seen=NOON - timedelta(hours=2))
    save(store, old, make_article(2, first_seen=NOON - timedelta(hours=5)), make_article(3, language="en"))
    assert store.standing(BOTH).queues == {
        ("ru", "en"): Queue(count=2, oldest=NOON - timedelta(hours=5)),
        ("en", "ru"): Queue(count=1, oldest=NOON + timedelta(minutes=3)),
    }
    store.save_failure(make_failure(make_article(2)))
    store.save_translation(make_translation(make_article(3), language="ru", route="en>ru"))
    found = store.standing(BOTH)
    assert found.queues == {("ru", "en"): Queue(count=2, oldest=NOON - timedelta(hours=2))}
    assert found.failed == {("ru", "en"): 1}


def test_languages_that_lack_an_article_in_different_ways_are_one_queue(store: Store) -> None:
    """An article that is there in German, and one that is not, both wait for English."""
    save(store, make_article(1), make_article(2))
    store.save_translation(make_translation(make_article(1), language="de", route="ru>de"))
    queue = store.standing(("ru", "en", "de")).queues["ru", "en"]
    assert queue == Queue(count=2, oldest=NOON + timedelta(minutes=1))


def test_what_is_put_by_is_counted(store: Store) -> None:
    """Held translations, parked segments, items set aside but for those dropped, effects by kind."""
    article = make_article(1)
    aside = [SetAside(origin_id=one, reason="empty") for one in ("a", "b")]
    store.save_reading(make_state("kremlin"), [article], set_aside=aside)
    store.drop("kremlin", ["a"])
    store.hold(make_translation(article), "3 doubtful sentences")
    store.park([Parked(key="k", source_text="…", reason="killed it")])
    effect = EffectKey(kind="websub", target="https://hub.example/", subject="https://desk.example/ru/atom.xml")
    store.save_published(RU, changed=1, fingerprint="f", effects=[effect])
    found = store.standing(BOTH)
    assert (found.held, found.parked, found.set_aside, found.effects) == (1, 1, 1, {"websub": 1})


def test_editions_that_are_older_than_their_entries_are_counted(store: Store) -> None:
    """Of the languages asked for; once published, an edition is no more among them."""
    save_both(store, make_article(1))
    assert store.standing(BOTH).unpublished == 4  # of the language, and of the source in it, twice
    assert store.standing(["en"]).unpublished == 2
    store.save_published(EN, changed=changed(store)["en", None], fingerprint="f")
    assert store.standing(["en"]).unpublished == 1
