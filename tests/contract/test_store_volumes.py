from dataclasses import replace
from datetime import timedelta

from support.store import EN, NOON, RU, changed, make_article, make_translation, save, save_both

from syndicator.model import VOLUME, Listed, Sibling, Volume
from syndicator.ports import Store


def order(store: Store, language: str = "ru") -> list[str]:
    """Return the stories of a language in the order in which they came."""
    return [one.story for one in store.listed(language, first=0, count=1000)]


class TestVolumes:
    """The order in which entries came to be shown."""

    def test_none(self, store: Store) -> None:
        """A language without entries has no volumes."""
        assert store.volumes("ru") == store.changed_parts("ru", changed_after=-1, size=2) == []
        assert store.last_number("ru") == -1
        assert store.listed("ru", first=0, count=9) == []
        assert store.numbered("ru", first=0, count=9) == []

    def test_volumes(self, store: Store) -> None:
        """Volumes are of one size but the last, and each knows its newest entry."""
        save(store, *(make_article(number) for number in range(VOLUME + 1)))
        first, second = (
            Volume(number=n, updated=NOON + timedelta(minutes=m)) for n, m in ((0, VOLUME - 1), (1, VOLUME))
        )
        assert store.volumes("ru-RU") == [first, second]
        assert store.last_number("ru") == VOLUME
        save(store, make_article(7, version=2, updated=NOON + timedelta(days=9)))
        assert store.volumes("ru") == [replace(first, updated=NOON + timedelta(days=9)), second]
        save(store, make_article(VOLUME, version=2, language="und"))  # its entry is hidden, and keeps its place
        assert store.volumes("ru")[1] == second

    def test_change(self, store: Store) -> None:
        """A change shows in the part where the entry is, and in no other."""
        for number in range(4):
            save(store, make_article(number))
        before = max(changed(store).values())
        assert store.changed_parts("ru", changed_after=before, size=2) == []
        save(store, make_article(1, version=2, updated=NOON + timedelta(days=1)))
        assert store.changed_parts("ru-RU", changed_after=before, size=2) == [0]
        assert store.changed_parts("ru", changed_after=before, size=1) == [1]
        assert store.changed_parts("ru", changed_after=-1, size=2) == [0, 1]

    def test_order(self, store: Store) -> None:
        """Entries are in the order in which they came; those that came together, in that of their dates."""
        save(store, make_article(5), make_article(3))
        save(store, make_article(1))
        assert order(store) == ["story00003", "story00005", "story00001"]

    def test_each_language_has_its_own_order(self, store: Store) -> None:
        """A story has its place in the order of each language: that of its translation is when it was translated."""
        for number in (1, 2):
            save(store, make_article(number))
        for number in (2, 1):
            store.save_translation(make_translation(make_article(number)))
        assert (order(store, "ru"), order(store, "en")) == (["story00001", "story00002"], ["story00002", "story00001"])

    def test_places_are_kept(self, store: Store) -> None:
        """An edit or a new translation moves no entry."""
        for number in (1, 2):
            save_both(store, make_article(number))
        new = make_article(1, version=2, title="Правка")
        save(store, new)
        store.save_translation(make_translation(new))
        assert order(store, "ru") == order(store, "en") == ["story00001", "story00002"]

    def test_shown_again(self, store: Store) -> None:
        """An entry that is not shown leaves a gap; shown again, it is the newest."""
        save(store, make_article(1), make_article(2))
        save(store, make_article(1, version=2, language="und"))
        assert order(store) == ["story00002"]
        assert store.last_number("ru") == 1
        save(store, make_article(1, version=3))
        assert order(store) == ["story00002", "story00001"]
        assert [one.story for one in store.numbered("ru", first=2, count=1)] == ["story00001"]

    def test_listed(self, store: Store) -> None:
        """What is listed tells where a story stands, and in which other languages."""
        translation = save_both(store, make_article(1))
        assert store.listed("en-GB", first=0, count=9) == [
            Listed(
                story="story00001",
                language="en",
                updated=translation.translated,
                siblings=(Sibling(story="story00001", language="ru"),),
            )
        ]

    def test_numbered(self, store: Store) -> None:
        """Entries by number are those of the window, whole."""
        for number in range(3):
            save_both(store, make_article(number))
        newest_first = store.entries(EN, limit=9)
        assert store.numbered("en", first=0, count=9) == newest_first[::-1]
        assert store.numbered("en", first=1, count=1) == [newest_first[1]]
        with_pairs = store.entries(EN, limit=9, with_pairs=True)
        assert store.numbered("en", first=0, count=9, with_pairs=True) == with_pairs[::-1]


class TestProvenance:
    """How the text of an entry came about."""

    def test_translation(self, store: Store) -> None:
        """An entry tells when its translation was made and whether a person reviewed it; an original does neither."""
        translation = save_both(store, make_article(1))
        (entry,) = store.entries(EN, limit=9)
        assert (entry.translated, entry.is_reviewed) == (translation.translated, False)
        (original,) = store.entries(RU, limit=9)
        assert (original.translated, original.is_reviewed) == (None, False)

    def test_approved(self, store: Store) -> None:
        """A person's approval makes the entry change, and leaves its date: the text is the same."""
        translation = save_both(store, make_article(1))
        (before,) = store.entries(EN, limit=9)
        (edition, *_) = store.editions()
        store.save_translation(replace(translation, is_reviewed=True))
        assert store.translation("story00001", "en").is_reviewed
        (after,) = store.entries(EN, limit=9, changed_after=edition.changed)
        assert after == replace(before, is_reviewed=True)

    def test_held(self, store: Store) -> None:
        """What is held keeps whether it was reviewed."""
        save(store, make_article(1))
        store.hold(make_translation(make_article(1), is_reviewed=True), "doubtful")
        assert store.held()[0][0].is_reviewed
