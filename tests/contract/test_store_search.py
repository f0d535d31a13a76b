"""What every Store does for those who search, and for those who look how it gets on."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from support.store import NOON, StoreMaker, make_article, make_translation, save, save_both

from syndicator.errors import StoreError
from syndicator.model import Keys, Unsorted
from syndicator.ports import Store


def index(store: Store, *, rules: str = "r", limit: int = 100) -> list[str]:
    """Index by plain words; return which stories were to be indexed."""
    found = store.unindexed(rules, limit=limit)
    store.save_indexed(rules, [(one, _keys(one)) for one in found])
    return [one.story for one in found]


def _keys(story: Unsorted) -> dict[str, Keys]:
    return {one.language: Keys(title=tuple(one.title.split()), text=tuple(one.html.split())) for one in story.entries}


def find(store: Store, *wanted: Sequence[str], language: str = "ru", first: int = 0, count: int = 10) -> list[str]:
    """Return the stories found."""
    return [one.story for one in store.search("r", language, wanted, first=first, count=count).entries]


class TestSearch:
    """Finding stories by keys."""

    def test_only_what_changed_is_indexed(self, store: Store) -> None:
        """A story is to be indexed once, and again when it changed; by other rules, all are."""
        save(store, make_article(1), make_article(2))
        assert index(store, limit=1) == ["story00001"]
        assert index(store) == ["story00002"]
        assert index(store) == []
        save_both(store, make_article(1))
        assert index(store) == ["story00001"]
        assert index(store, rules="other") == ["story00002", "story00001"]

    def test_order(self, store: Store) -> None:
        """Title hits come first, the newest among equals; in parts as asked for."""
        save(
            store,
            make_article(1, title="мост", html="река"),
            make_article(2, title="мост", html="река"),
            make_article(3, title="река", html="мост"),
            make_article(4, title="поле", html="лес"),
        )
        index(store)
        assert find(store, ["мост"]) == ["story00002", "story00001", "story00003"]
        assert find(store, ["мост"], first=1, count=1) == ["story00001"]
        assert store.search("r", "ru", [["мост"]], first=0, count=1).total == 3
        assert find(store, ["нет", "лес"]) == ["story00004"], "one of a word's keys is enough"
        assert find(store, ["мост"], language="en") == []

    def test_all_words_or_some(self, store: Store) -> None:
        """What has all words is found; only where nothing has, what has some."""
        save(store, make_article(1, title="мост река"), make_article(2, title="мост"))
        index(store)
        assert find(store, ["мост"], ["река"]) == ["story00001"]
        assert find(store, ["река"], ["море"]) == ["story00001"]
        assert find(store) == []

    def test_a_changed_text_takes_the_place_of_the_old(self, store: Store) -> None:
        """What a story said before is not found any more."""
        save(store, make_article(1, title="мост"))
        index(store)
        save(store, make_article(1, version=2, title="река", content_hash="new"))
        index(store)
        assert find(store, ["мост"]) == []
        assert find(store, ["река"]) == ["story00001"]

    def test_whatever_a_key_holds(self, store: Store) -> None:
        """Signs of a query language are text."""
        save(store, make_article(1, title="мост"))
        index(store)
        for key in ('"', "*", "мост*", "NEAR(", "title:", "a\0b", "'; drop table keys; --", "(", "^", "", "-"):
            assert find(store, [key]) in ([], ["story00001"])

    def test_a_lost_or_damaged_index_is_made_anew(self, opened: StoreMaker) -> None:
        """The index is not worth a backup: without it all is indexed again."""
        store = opened()
        save(store, make_article(1, title="мост"))
        index(store)
        if opened.url.startswith("sqlite:///"):
            path = Path(opened.url.removeprefix("sqlite:///")).with_name("syndicator-search.db")
            assert index(store) == []
            path.write_bytes(b"no database at all" * 100)
            assert index(store) == ["story00001"]
            path.unlink()
            assert index(store) == ["story00001"]
            assert find(store, ["мост"]) == ["story00001"]

    def test_damage_that_is_found_late(self, opened: StoreMaker) -> None:
        """Where only the words are damaged, one question fails, and those after it are answered."""
        if not opened.url.startswith("sqlite:///"):
            pytest.skip("only there is the index a file")
        store = opened()
        save(store, *(make_article(number, title="мост", html=f"река {number}") for number in range(400)))
        index(store, limit=400)
        path = Path(opened.url.removeprefix("sqlite:///")).with_name("syndicator-search.db")
        with closing(sqlite3.connect(path)) as raw:
            (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'keys_data'").fetchone()
            size = raw.execute("PRAGMA page_size").fetchone()[0]
        content = bytearray(path.read_bytes())
        content[(page - 1) * size : page * size] = b"\xa5" * size
        path.write_bytes(content)
        with pytest.raises(StoreError):
            find(store, ["мост"])
        assert len(index(store, limit=400)) == 400
        assert len(find(store, ["мост"], count=20)) == 20


class TestLately:
    """What was translated of late."""

    def test_what_was_translated_since(self, store: Store) -> None:
        """It comes newest first, with its words and the moments that its delay is counted from."""
        for number in (1, 2):
            article = make_article(number)
            save(store, article)
            moment = NOON + timedelta(days=number)
            store.save_translation(make_translation(article, translated=moment, html="<p>one two three</p>"))
        (newest, older) = store.lately(since=NOON)
        assert newest.translated > older.translated
        assert (newest.words, newest.language, newest.is_first_version) == (3, "en", True)
        assert newest.first_seen == make_article(2).first_seen
        assert store.lately(since=NOON + timedelta(days=2)) == [newest]
        assert store.lately(since=NOON + timedelta(days=3)) == []
