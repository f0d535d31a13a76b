"""Translations that are held back instead of published, in every Store."""

from datetime import timedelta

import pytest
from support.store import (
    EN,
    NOON,
    StoreMaker,
    changed,
    make_article,
    make_failure,
    make_segment,
    make_translation,
    save,
    save_both,
    snapshot,
    waiting,
)

from syndicator.errors import Conflict, NotFound
from syndicator.model import Enclosure, Outcome, TermUse
from syndicator.ports import Store


def test_survives(opened: StoreMaker) -> None:
    """Every field of a held translation, and the reason, are there again after the store was closed."""
    article = make_article(1, enclosures=(Enclosure(url="https://o/1"),))
    held = make_translation(
        article,
        language="en-GB",
        summary="Short",
        enclosure_titles=("a",),
        marks=("a number is missing",),
        made_with="digest",
        segments=(make_segment(terms=(TermUse(source="ШОС", target="SCO", outcome=Outcome.MISSED),), marks=("x",)),),
    )
    store = opened()
    save(store, article)
    store.hold(held, "2 segments are marked")
    store.close()
    assert opened().held() == [(held, "2 segments are marked")]


def test_not_published(store: Store) -> None:
    """What is held stands in no edition, changes none, and is not the article's translation; it is counted."""
    save(store, make_article(1))
    before = changed(store)
    store.hold(make_translation(make_article(1)), "doubtful")
    assert store.entries(EN, limit=9) == []
    assert changed(store) == before
    assert (store.counts()["held"], store.counts()["translations"]) == (1, 0)
    with pytest.raises(NotFound):
        store.translation("story00001", "en")


def test_waits_no_more(store: Store) -> None:
    """What is held waits in that language no more, and is not counted as waiting; in others it waits."""
    save(store, make_article(1))
    store.hold(make_translation(make_article(1)), "doubtful")
    assert waiting(store) == []
    assert store.waiting_counts(["en", "de"]) == {("ru", "de"): 1}


def test_clears_the_failure(store: Store) -> None:
    """A hold ends the failure in its language alone."""
    article = make_article(1)
    save(store, article)
    store.save_failure(make_failure(article))
    store.save_failure(make_failure(article, language="de"))
    store.hold(make_translation(article), "doubtful")
    assert store.failures() == [make_failure(article, language="de")]


def test_older_version_stays_published(store: Store) -> None:
    """While the translation of a new version is held, that of the version before is read on."""
    save_both(store, make_article(1))
    (published,) = store.entries(EN, limit=9)
    newer = make_article(1, version=2, title="Правка")
    save(store, newer)
    store.hold(make_translation(newer), "doubtful")
    assert store.entries(EN, limit=9) == [published]
    assert store.translation("story00001", "en").article_version == 1
    assert waiting(store) == []


def test_same_version_stays_published(store: Store) -> None:
    """While a translation that was made anew is held, the one before is read on."""
    published = save_both(store, make_article(1))
    again = make_translation(make_article(1), title="Worse", made_with="new")
    store.hold(again, "doubtful")
    assert store.translation("story00001", "en") == published
    assert store.entries(EN, limit=9)[0].title == published.title
    assert store.held() == [(again, "doubtful")]


def test_released(store: Store) -> None:
    """A translation that is saved ends the hold of its language alone, and is published."""
    article = make_article(1)
    save(store, article)
    german = make_translation(article, language="de")
    store.hold(german, "doubtful")
    store.hold(make_translation(article), "doubtful")
    store.save_translation(make_translation(article, title="By hand", translated=NOON + timedelta(days=2)))
    assert store.held() == [(german, "doubtful")]
    assert [entry.title for entry in store.entries(EN, limit=9)] == ["By hand"]
    assert waiting(store) == []


def test_released_as_published(store: Store) -> None:
    """A translation that equals the published one ends a hold, too."""
    published = save_both(store, make_article(1))
    store.hold(make_translation(make_article(1), title="Worse"), "doubtful")
    store.save_translation(published)
    assert store.held() == []


def test_article_changes(store: Store) -> None:
    """A new version of the article ends the hold and waits; what else is held stays."""
    save(store, make_article(1), make_article(2))
    other = make_translation(make_article(2))
    store.hold(make_translation(make_article(1)), "doubtful")
    store.hold(other, "doubtful")
    save(store, make_article(1, version=2))
    assert store.held() == [(other, "doubtful")]
    assert store.counts()["held"] == 1
    assert waiting(store) == [("story00001", "en")]


def test_replaced(store: Store) -> None:
    """A later hold replaces the one before; the same twice changes nothing."""
    save(store, make_article(1))
    store.hold(make_translation(make_article(1)), "doubtful")
    better = make_translation(make_article(1), title="Better")
    store.hold(better, "still doubtful")
    before = snapshot(store)
    store.hold(better, "still doubtful")
    assert snapshot(store) == before
    assert store.held() == [(better, "still doubtful")]


def test_sorted(store: Store) -> None:
    """What is held is told by article, then by language."""
    save(store, make_article(1), make_article(2))
    for number, language in ((2, "en"), (1, "en"), (2, "de")):
        store.hold(make_translation(make_article(number), language=language), "doubtful")
    told = [(held.article_id, held.language) for held, _ in store.held()]
    assert told == [("story00001", "en"), ("story00002", "de"), ("story00002", "en")]


@pytest.mark.parametrize("changes", [{"language": "ru"}, {"enclosure_titles": ("a",)}, {"article_version": 2}])
def test_does_not_fit(store: Store, changes: dict[str, object]) -> None:
    """What could not be saved as a translation can't be held either."""
    save(store, make_article(1))
    before = snapshot(store)
    with pytest.raises(Conflict):
        store.hold(make_translation(make_article(1), **changes), "doubtful")
    with pytest.raises(NotFound):
        store.hold(make_translation(make_article(2)), "doubtful")
    assert snapshot(store) == before
