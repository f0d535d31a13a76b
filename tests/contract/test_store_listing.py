"""The entries of an edition page by page, and one story in all languages, in every Store."""

from datetime import timedelta

import pytest
from support.store import EN, NOON, RU, make_article, make_segment, make_translation, save, save_both

from syndicator.model import EditionKey, Entry
from syndicator.ports import Store

TRADE = EditionKey(language="ru", topic="trade")


def place(entry: Entry) -> tuple[object, str]:
    """Return where an entry stands in its edition."""
    return entry.published, entry.story


def walk(store: Store, key: EditionKey, *, limit: int) -> list[str]:
    """Return the stories of an edition, read page by page."""
    stories: list[str] = []
    after = None
    while page := store.listing(key, limit=limit, after=after):
        assert len(page) <= limit
        stories += [one.story for one in page]
        after = place(page[-1])
    return stories


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_every_entry_once(store: Store, limit: int) -> None:
    """Pages of any size hold each entry once, in the order of the edition, those of one moment included."""
    same = {"published": NOON, "updated": NOON, "first_seen": NOON}
    save(store, *(make_article(number, **same) for number in range(4)))
    save(store, *(make_article(number) for number in (7, 5, 6)))
    save(store, make_article(8, source="other"))
    for key in (RU, EditionKey(language="ru", source="kremlin"), EditionKey(language="ru", source="other")):
        assert walk(store, key, limit=limit) == [one.story for one in store.entries(key, limit=99)]
    assert walk(store, EN, limit=limit) == []


def test_what_comes_meanwhile_moves_nothing(store: Store) -> None:
    """A newer entry between two pages neither repeats one nor leaves one out; a place need not be an entry's."""
    save(store, *(make_article(number) for number in range(5)))
    first = store.listing(RU, limit=2)
    save(store, make_article(9))
    second = store.listing(RU, limit=2, after=place(first[-1]))
    assert [one.story for one in (*first, *second)] == ["story00004", "story00003", "story00002", "story00001"]
    between = (first[-1].published - timedelta(seconds=1), "zzz")
    assert [one.story for one in store.listing(RU, limit=1, after=between)] == ["story00002"]


def test_since(store: Store) -> None:
    """What was published before a moment is left out; what was published at it is not."""
    save(store, *(make_article(number) for number in range(5)))
    found = store.listing(RU, limit=9, since=NOON + timedelta(minutes=3))
    assert [one.story for one in found] == ["story00004", "story00003"]
    assert store.listing(RU, limit=9, since=NOON + timedelta(minutes=3), after=place(found[-1])) == []


def test_same_as_the_edition(store: Store) -> None:
    """An entry is as `entries` tells it, translated or not."""
    save_both(store, make_article(1))
    save(store, make_article(2))
    for key in (RU, EN):
        assert store.listing(key, limit=9) == store.entries(key, limit=9)


def test_topic(store: Store) -> None:
    """Of a topic, only what belongs to it; what is not shown any more is left out."""
    save(store, *(make_article(number) for number in range(4)))
    found = store.unsorted("trade", "d", limit=9)
    store.save_sorted("trade", "d", [(one, one.story != "story00001") for one in found])
    assert walk(store, TRADE, limit=1) == ["story00003", "story00002", "story00000"]
    save(store, make_article(2, version=2, language="de", content_hash="new"))
    assert walk(store, TRADE, limit=1) == ["story00003", "story00000"]


def test_story(store: Store) -> None:
    """A story is there in each language in which it is shown, with what was translated."""
    article = make_article(1)
    save_both(store, article, segments=(make_segment(),))
    english, russian = store.story(article.id)
    assert (english.language, russian.language) == ("en", "ru")
    assert english.original is not None
    assert english.original.html == article.html
    assert english.pairs == (make_segment(),)
    assert russian.original is None


def test_no_story(store: Store) -> None:
    """A held translation is none, a language that is not known is none, and an unknown story is in no language."""
    article = make_article(1)
    save(store, article, make_article(2, language="und"))
    store.hold(make_translation(article), "doubtful")
    assert [one.language for one in store.story(article.id)] == ["ru"]
    assert store.story("story00002") == []
    assert store.story("nobody's") == []
