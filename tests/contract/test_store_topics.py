"""What every Store does with topics and bilingual editions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.store import EN, NOON, RU, StoreMaker, make_article, make_translation, save, save_both

from syndicator.errors import NotFound
from syndicator.model import Category, EditionKey, Lead
from syndicator.ports import Store

TRADE = EditionKey(language="ru", topic="trade")
TRADE_EN = EditionKey(language="en", topic="trade")
BILINGUAL = EditionKey(language="en", is_bilingual=True)


def sort(store: Store, *members: str, definition: str = "d", limit: int = 100) -> list[str]:
    """Put these stories into the topic, all others out of it; return which were to be sorted."""
    found = store.unsorted("trade", definition, limit=limit)
    store.save_sorted("trade", definition, [(one, one.story in members) for one in found])
    return [one.story for one in found]


def changed(store: Store) -> dict[EditionKey, int]:
    """Return the change counter of each edition."""
    return {state.key: state.changed for state in store.editions()}


class TestTopics:
    """Which stories belong to a topic."""

    def test_window(self, store: Store) -> None:
        """A topic's edition holds its stories alone, newest first, in each language where they stand."""
        for number in (1, 2, 3):
            save(store, make_article(number))
        store.save_translation(make_translation(make_article(1)))
        sort(store, "story00001", "story00003")
        assert [entry.story for entry in store.entries(TRADE, limit=9)] == ["story00003", "story00001"]
        assert [entry.story for entry in store.entries(TRADE, limit=1)] == ["story00003"]
        assert [entry.story for entry in store.entries(TRADE_EN, limit=9)] == ["story00001"]
        assert store.entries(EditionKey(language="ru", topic="other"), limit=9) == []
        assert len(store.entries(RU, limit=9)) == 3

    def test_editions_appear(self, store: Store) -> None:
        """A topic's edition exists from its first story on, after the whole language's."""
        save_both(store, make_article(1))
        sort(store)
        assert TRADE not in changed(store)
        save_both(store, make_article(2))
        sort(store, "story00002")
        keys = [state.key for state in store.editions()]
        assert keys == [
            EN,
            EditionKey(language="en", source="kremlin"),
            TRADE_EN,
            RU,
            EditionKey(language="ru", source="kremlin"),
            TRADE,
        ]
        store.save_published(TRADE, changed=changed(store)[TRADE], fingerprint="f")
        (state,) = [state for state in store.editions() if state.key == TRADE]
        assert (state.published, state.fingerprint) == (state.changed, "f")

    def test_leads(self, store: Store) -> None:
        """Each edition's lead is its newest entry, as `entries` orders them; one without a shown entry has none."""
        save(store, make_article(1), make_article(2), make_article(7, published=NOON + timedelta(minutes=2)))
        save(store, make_article(3, source="un"))
        store.save_translation(make_translation(make_article(1)))
        sort(store, "story00001", "story00007")
        save(store, make_article(4, source="gone"))
        save(store, make_article(4, source="gone", version=2, language="und"))
        store.save_published(BILINGUAL, changed=1, fingerprint="f")
        leads = store.leads()
        for state in store.editions():
            newest = store.entries(state.key, limit=1)
            expected = [Lead(attribution=one.attribution, updated=one.updated) for one in newest]
            assert [leads[key] for key in leads if key == state.key] == expected
        assert EditionKey(language="ru", source="gone") not in leads
        assert {TRADE, TRADE_EN, BILINGUAL, EN, RU} <= leads.keys()

    def test_sorted_once(self, store: Store) -> None:
        """A story is to be sorted when it is new or changed, in whatever language, and then once."""
        assert sort(store) == []
        save(store, make_article(1), make_article(2))
        assert sort(store) == ["story00001", "story00002"]
        assert sort(store) == []
        store.save_translation(make_translation(make_article(2)))
        assert sort(store) == ["story00002"]
        save(store, make_article(1, version=2, title="Правка"))
        (one,) = store.unsorted("trade", "d", limit=9)
        assert (one.story, [entry.title for entry in one.entries]) == ("story00001", ["Правка"])

    def test_all_its_languages(self, store: Store) -> None:
        """A story to be sorted comes with all its entries, whichever of them changed."""
        save_both(store, make_article(1))
        (one,) = store.unsorted("trade", "d", limit=9)
        assert [entry.language for entry in one.entries] == ["en", "ru"]

    def test_in_pieces(self, opened: StoreMaker) -> None:
        """Sorting can stop after any piece and goes on there, in another process, too."""
        store = opened()
        save(store, *(make_article(number) for number in range(5)))
        assert sort(store, "story00001", limit=2) == ["story00000", "story00001"]
        found = store.unsorted("trade", "d", limit=9)
        store.save_sorted("trade", "d", [(found[0], True)])
        store.close()
        store = opened()
        assert sort(store, "story00004") == ["story00003", "story00004"]
        assert [entry.story for entry in store.entries(TRADE, limit=9)] == ["story00004", "story00002", "story00001"]

    def test_another_definition(self, store: Store) -> None:
        """A new definition has every story sorted again; who belonged and does no more goes."""
        save(store, make_article(1), make_article(2))
        sort(store, "story00001")
        before = changed(store)[TRADE]
        assert sort(store, "story00002", definition="e") == ["story00001", "story00002"]
        assert [entry.story for entry in store.entries(TRADE, limit=9)] == ["story00002"]
        assert changed(store)[TRADE] > before
        assert sort(store, definition="e") == []

    def test_marks(self, store: Store) -> None:
        """What comes, goes or changes in a topic changes its editions where that shows, and none else."""
        save_both(store, make_article(1))
        save(store, make_article(2))
        sort(store, "story00001")
        before = changed(store)
        save(store, make_article(2, version=2))
        sort(store, "story00001")
        assert changed(store)[TRADE] == before[TRADE]
        store.save_translation(make_translation(make_article(1), title="Better", translated=NOON + timedelta(days=2)))
        whole = changed(store)
        sort(store, "story00001")
        after = changed(store)
        assert after[TRADE_EN] > before[TRADE_EN]
        assert after[TRADE] == before[TRADE]
        assert (after[RU], after[EN]) == (whole[RU], whole[EN])
        save(store, make_article(1, version=2, title="Иное"))
        sort(store)
        assert changed(store)[TRADE] > after[TRADE]
        assert store.entries(TRADE, limit=9) == store.entries(TRADE_EN, limit=9) == []

    def test_hidden(self, store: Store) -> None:
        """A story that is not shown any more in a language leaves the topic's edition of that, too."""
        save(store, make_article(1))
        sort(store, "story00001")
        save(store, make_article(1, version=2, language="en"))
        before = changed(store)[TRADE]
        sort(store, "story00001")
        assert store.entries(TRADE, limit=9) == []
        assert changed(store)[TRADE] > before
        assert [entry.story for entry in store.entries(TRADE_EN, limit=9)] == ["story00001"]

    def test_twice(self, store: Store) -> None:
        """Keeping the same twice changes nothing."""
        save(store, make_article(1))
        found = [(one, True) for one in store.unsorted("trade", "d", limit=9)]
        store.save_sorted("trade", "d", found)
        entries = store.entries(TRADE, limit=9)
        store.save_sorted("trade", "d", found)
        store.save_sorted("trade", "d", [])
        assert store.entries(TRADE, limit=9) == entries


class TestBilingual:
    """The edition of a language that has the originals beside the translations."""

    def test_follows_the_language(self, store: Store) -> None:
        """Once published, it changes whenever the language's own edition does, and never on other occasions."""
        save_both(store, make_article(1))
        assert BILINGUAL not in changed(store)
        assert store.entries(BILINGUAL, limit=9) == store.entries(EN, limit=9)
        store.save_published(BILINGUAL, changed=changed(store)[EN], fingerprint="f")
        states = {state.key: state for state in store.editions()}
        assert replace(states[BILINGUAL], key=EN, published=-1, fingerprint=None) == states[EN]
        save(store, make_article(2))
        assert changed(store)[BILINGUAL] == states[EN].changed
        save_both(store, make_article(3))
        assert changed(store)[BILINGUAL] == changed(store)[EN] > states[EN].changed

    def test_of_no_language(self, store: Store) -> None:
        """There is none of a language without entries."""
        with pytest.raises(NotFound):
            store.save_published(BILINGUAL, changed=1, fingerprint="f")


class TestCategories:
    """What categories are called in another language."""

    POLITICS = Category(term="politics", scheme="https://origin.example/topics", label="Политика")

    def test_labels(self, store: Store) -> None:
        """A translation's entry has the labels translated; terms and schemes are the source's."""
        article = make_article(1, categories=(self.POLITICS, Category(term="Общество"), Category(term="#цик")))
        save_both(store, article, category_labels=("Politics", "Society", None))
        (entry,) = store.entries(EN, limit=9)
        assert entry.categories == (
            replace(self.POLITICS, label="Politics"),
            Category(term="Общество", label="Society"),
            Category(term="#цик"),
        )
        assert store.entries(RU, limit=9)[0].categories == article.categories
        assert store.translation("story00001", "en").category_labels == ("Politics", "Society", None)

    def test_new_labels_change_the_entry(self, store: Store) -> None:
        """Another label is another text: the entry's `updated` moves."""
        article = make_article(1, categories=(self.POLITICS,))
        save_both(store, article, category_labels=("Policy",))
        later = NOON + timedelta(days=2)
        store.save_translation(make_translation(article, category_labels=("Politics",), translated=later))
        assert store.entries(EN, limit=9)[0].updated == later

    def test_none_translated(self, store: Store) -> None:
        """Without labels, as older programs left translations, an entry shows the source's."""
        article = make_article(1, categories=(self.POLITICS,))
        save_both(store, article)
        assert store.entries(EN, limit=9)[0].categories == (self.POLITICS,)

    def test_held(self, store: Store) -> None:
        """A held translation keeps its labels."""
        article = make_article(1, categories=(self.POLITICS,))
        save(store, article)
        held = make_translation(article, category_labels=("Politics",))
        store.hold(held, "doubtful")
        assert store.held() == [(held, "doubtful")]
