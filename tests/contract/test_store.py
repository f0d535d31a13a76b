"""What every Store does with sources, articles and editions, and as a whole."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from support.store import (
    DE,
    EN,
    NOON,
    PAIRS,
    RU,
    StoppedClock,
    StoreMaker,
    changed,
    make_article,
    make_failure,
    make_remembered,
    make_segment,
    make_state,
    make_translation,
    save,
    save_both,
    snapshot,
    waiting,
)

from syndicator.errors import Busy, Conflict, NotFound
from syndicator.model import (
    About,
    Article,
    Category,
    Condition,
    EditionKey,
    Enclosure,
    Episode,
    Known,
    Original,
    SetAside,
    SourceState,
    Transcript,
)
from syndicator.ports import Store

EPISODE = Episode(
    duration_seconds=95,
    image_url="https://o/1.jpg",
    is_explicit=False,
    number=2,
    season=3,
    kind="full",
    transcripts=(Transcript(url="https://o/1.vtt", media_type="text/vtt", language="ru"),),
    chapters_url="https://o/1.json",
)


class TestSources:
    """States, marks and what was set aside."""

    def test_bring_forward(self, store: Store) -> None:
        """A source that is brought forward is due, whatever its time was; nothing else of it changes."""
        state = make_state(due=NOON + timedelta(days=1), etag="1")
        store.save_source_state(state)
        store.bring_forward(state.slug)
        store.bring_forward("never-looked-at")
        assert store.source_states() == {state.slug: replace(state, due=None)}

    def test_unknown(self, store: Store) -> None:
        """A source never looked at has a state with all defaults."""
        assert store.source_state("kremlin") == SourceState(slug="kremlin")
        assert store.source_states() == {}

    def test_state_survives(self, opened: StoreMaker) -> None:
        """Every field of a state is there again after the store was closed."""
        state = SourceState(
            slug="kremlin",
            condition=Condition.FAILING,
            detail="timed out",
            about=About(
                name="Кремль",
                home_url="https://kremlin.example/",
                self_id="tag:kremlin",
                feed_url="https://kremlin.example/feed",
                rights="CC BY",
                language="ru",
                updated=NOON,
            ),
            etag='W/"\xe9"',
            last_modified="Tue, 24 Nov 2026 12:00:00 GMT",
            validators_since=NOON,
            due=NOON + timedelta(minutes=30),
            checked=NOON,
            succeeded=NOON - timedelta(days=1),
            failures=3,
            moved_to="https://new.example/",
            moved_since=NOON - timedelta(days=2),
        )
        store = opened()
        store.save_source_state(state)
        store.close()
        assert opened().source_state("kremlin") == state

    def test_state_replaced(self, store: Store) -> None:
        """A saved state replaces the one before, down to fields that are None now."""
        store.save_source_state(make_state(etag="1", failures=2))
        store.save_source_state(make_state(condition=Condition.OK))
        assert store.source_state("kremlin") == make_state(condition=Condition.OK)

    def test_states_sorted(self, store: Store) -> None:
        """States come sorted by slug."""
        for slug in ("un", "kremlin", "osce"):
            store.save_source_state(make_state(slug))
        assert list(store.source_states()) == ["kremlin", "osce", "un"]

    def test_times_are_utc(self, store: Store) -> None:
        """A time in another zone comes back as the same moment in UTC."""
        moscow = datetime(2026, 11, 24, 15, 0, tzinfo=timezone(timedelta(hours=3)))
        store.save_source_state(make_state(due=moscow))
        due = store.source_state("kremlin").due
        assert due == moscow
        assert due is not None
        assert due.tzinfo is UTC

    def test_about_marks_editions(self, store: Store) -> None:
        """A source that calls itself otherwise changes its editions, its entries and those of the whole language."""
        save(store, make_article(1), state=make_state(about=About(name="Old")))
        save(store, make_article(2, source="un"))
        before = changed(store)
        store.save_source_state(make_state(about=About(name="New")))
        after = changed(store)
        assert after["ru", "kremlin"] > before["ru", "kremlin"]
        assert after["ru", None] > before["ru", None]
        assert after["ru", "un"] == before["ru", "un"]
        entries = store.entries(RU, limit=9, changed_after=before["ru", None])
        assert [entry.attribution.name for entry in entries] == ["New"]
        assert entries[0].updated == make_article(1).updated

    def test_about_time_alone(self, store: Store) -> None:
        """A new `updated` of the source's feed changes its editions, though none of its entries."""
        save(store, make_article(1), state=make_state(about=About(name="K", updated=NOON)))
        before = changed(store)["ru", "kremlin"]
        store.save_source_state(make_state(about=About(name="K", updated=NOON + timedelta(hours=1))))
        assert changed(store)["ru", "kremlin"] > before
        assert store.entries(RU, limit=9, changed_after=before) == []

    def test_same_about(self, store: Store) -> None:
        """A state with the same `about` changes no edition."""
        save(store, make_article(1), state=make_state(about=About(name="K")))
        before = changed(store)
        store.save_source_state(make_state(about=About(name="K"), etag="2"))
        assert changed(store) == before

    def test_marks_replaced(self, store: Store) -> None:
        """Marks replace all marks of the source, and of no other."""
        store.save_reading(make_state("un"), [], marks={"x": "0"})
        store.save_reading(make_state(), [], marks={"a": "1", "b": "2", "c": "3"})
        store.save_reading(make_state(), [], marks={"b": "2", "c": "4", "d": "5"})
        assert store.marks("kremlin") == {"b": "2", "c": "4", "d": "5"}
        assert store.marks("un") == {"x": "0"}

    def test_marks_left(self, store: Store) -> None:
        """A reading without marks leaves those of the one before."""
        store.save_reading(make_state(), [], marks={"a": "1"})
        store.save_reading(make_state(), [])
        assert store.marks("kremlin") == {"a": "1"}
        store.save_reading(make_state(), [], marks={})
        assert store.marks("kremlin") == {}

    def test_many_marks(self, store: Store) -> None:
        """A source may leave more marks than a statement has room for."""
        marks = {f"file {number}": str(number) for number in range(3000)}
        store.save_reading(make_state(), [], marks=marks)
        store.save_reading(make_state(), [], marks={key: f"{mark} new" for key, mark in marks.items()})
        assert store.marks("kremlin") == {key: f"{mark} new" for key, mark in marks.items()}

    def test_origin_ids(self, store: Store) -> None:
        """An article is found by its page and title, the oldest first; another source's, or a part of it, is not."""
        url = "https://kremlin.example/1"
        first, second = (make_article(number, url=url, title="Указ") for number in (1, 2))
        store.save_reading(make_state(), [first])
        store.save_reading(make_state(), [second])
        wanted = [(url, "Указ"), (url, "указ"), ("https://kremlin.example/2", "Указ")]
        found = store.origin_ids("kremlin", wanted)
        assert list(found) == [(url, "Указ")]
        assert found[url, "Указ"] in {first.origin_id, second.origin_id}
        assert store.origin_ids("un", wanted) == {}
        assert store.origin_ids("kremlin", []) == {}

    def test_set_aside(self, store: Store) -> None:
        """What was set aside is told with its source, sorted, the latest reason for each item."""
        store.save_reading(make_state("un"), [], set_aside=[SetAside(origin_id="b", reason="empty")])
        store.save_reading(make_state(), [], set_aside=[SetAside(origin_id="z", reason="binary")])
        store.save_reading(make_state("un"), [], set_aside=[SetAside(origin_id="a", reason="no text")])
        store.save_reading(make_state("un"), [], set_aside=[SetAside(origin_id="b", reason="still empty")])
        assert store.set_aside() == [
            ("kremlin", SetAside(origin_id="z", reason="binary")),
            ("un", SetAside(origin_id="a", reason="no text")),
            ("un", SetAside(origin_id="b", reason="still empty")),
        ]

    def test_set_aside_cleared(self, store: Store) -> None:
        """An item that is saved as an article is no longer set aside."""
        article = make_article(1)
        aside = [SetAside(origin_id=article.origin_id, reason="broken"), SetAside(origin_id="other", reason="broken")]
        store.save_reading(make_state(), [], set_aside=aside)
        save(store, article)
        assert store.set_aside() == [("kremlin", aside[1])]


class TestArticles:
    """Articles, their versions and their languages."""

    def test_survives(self, opened: StoreMaker) -> None:
        """Every field of an article is there again after the store was closed."""
        article = make_article(
            1,
            summary="Кратко",
            language="pt-BR",
            title_language="en",
            authors=("A", "Б"),
            categories=(Category(term="t", scheme="s", label="l"), Category(term="u")),
            enclosures=(
                Enclosure(
                    url="https://o/1.mp3", media_type="audio/mpeg", length_bytes=9, title="Звук", episode=EPISODE
                ),
            ),
            rights="©",
            credit="ТАСС",
            section="Новости",
            url=None,
        )
        store = opened()
        save(store, article)
        store.close()
        assert opened().article(article.id) == article

    def test_unknown(self, store: Store) -> None:
        """An unknown article is not found."""
        with pytest.raises(NotFound, match="story1"):
            store.article("story1")

    def test_earlier_hashes(self, store: Store) -> None:
        """Of older versions the store tells the content hashes, oldest first; an article with one version has none."""
        one, two = make_article(1), make_article(2)
        save(store, one, two)
        for version, text in ((2, "B"), (3, "A")):
            save(store, replace(one, version=version, content_hash=text))
        assert store.earlier_hashes([one.id, two.id, "unknown"]) == {one.id: [one.content_hash, "B"]}

    def test_known(self, store: Store) -> None:
        """Of known items the store tells what is held; unknown ones and those of other sources are absent."""
        one, two = make_article(1), make_article(2, source="un", origin_id="https://origin.example/1")
        save(store, one)
        save(store, two)
        assert store.known("kremlin", [one.origin_id, "elsewhere"]) == {
            one.origin_id: Known(
                id=one.id,
                version=1,
                content_hash=one.content_hash,
                language="ru",
                first_seen=one.first_seen,
                published=one.published,
                updated=one.updated,
            )
        }

    def test_known_many(self, store: Store) -> None:
        """More items can be asked for than a statement has room for."""
        save(store, *(make_article(number) for number in range(1200)))
        asked = [f"https://origin.example/{number}" for number in range(2000)]
        assert len(store.known("kremlin", asked)) == 1200

    def test_newer_version(self, store: Store) -> None:
        """A higher version replaces the one held, under the same entry ids."""
        save(store, make_article(1))
        (before,) = store.entries(RU, limit=9)
        newer = make_article(1, version=2, title="Правка", updated=NOON + timedelta(days=1))
        save(store, newer)
        assert store.article(newer.id) == newer
        (after,) = store.entries(RU, limit=9)
        assert (after.title, after.updated) == ("Правка", newer.updated)
        assert after.ids == before.ids
        assert after.published == before.published

    def test_older_version(self, store: Store) -> None:
        """A version that is not higher than the one held changes nothing."""
        save(store, make_article(1, version=2))
        before = snapshot(store)
        save(store, make_article(1, version=2, title="Другое"))
        save(store, make_article(1, version=1, title="Старое"))
        assert snapshot(store) == before

    def test_twice_in_one_reading(self, store: Store) -> None:
        """Of two versions in one reading the higher one is held."""
        save(store, make_article(1, version=2, title="Новое"), make_article(1))
        assert store.article("story00001").title == "Новое"

    def test_same_item_two_ids(self, store: Store) -> None:
        """Two articles can't be made of one item of a source; nothing of such a reading is kept."""
        save(store, make_article(1))
        before = snapshot(store)
        with pytest.raises(Conflict):
            save(store, make_article(3), make_article(1, id="other"))
        assert snapshot(store) == before

    def test_same_id_two_items(self, store: Store) -> None:
        """An id stands for one item for ever."""
        save(store, make_article(1))
        with pytest.raises(Conflict, match="story00001"):
            save(store, make_article(1, origin_id="other", version=2))

    def test_all_or_nothing(self, store: Store) -> None:
        """If one article of a reading can't be kept, neither the others nor the source's state are."""
        store.save_source_state(make_state(etag="old"))
        broken = make_article(2, published=NOON.replace(tzinfo=None))
        with pytest.raises(Exception, match="time zone"):
            store.save_reading(make_state(etag="new"), [make_article(1), broken], marks={"a": "1"})
        assert store.source_state("kremlin").etag == "old"
        assert store.counts()["articles"] == 0
        assert store.marks("kremlin") == {}
        assert store.editions() == []

    def test_undetermined(self, store: Store) -> None:
        """Articles of unknown language are told newest first, and stand in no edition."""
        save(store, make_article(1, language="und"), make_article(2), make_article(3, language="und"))
        assert [article.id for article in store.undetermined(limit=9)] == ["story00003", "story00001"]
        assert [article.id for article in store.undetermined(limit=1)] == ["story00003"]
        assert [entry.story for entry in store.entries(RU, limit=9)] == ["story00002"]
        assert store.editions()[0].key == RU
        assert not [state for state in store.editions() if state.key.language == "und"]

    def test_language_found_later(self, store: Store) -> None:
        """An article whose language is found by an edit gets its entry then."""
        save(store, make_article(1, language="und"))
        save(store, make_article(1, version=2))
        assert [entry.story for entry in store.entries(RU, limit=9)] == ["story00001"]
        assert store.undetermined(limit=9) == []

    def test_counts(self, store: Store) -> None:
        """The counts tell how much there is of each thing."""
        article = make_article(1)
        save_both(store, article)
        save(store, make_article(2), make_article(3, language="und"))
        store.remember([make_remembered("k")])
        store.save_failure(make_failure(make_article(2)))
        store.save_reading(make_state(), [], set_aside=[SetAside(origin_id="x", reason="empty")])
        assert store.counts() == {
            "articles": 3,
            "undetermined": 1,
            "translations": 1,
            "memory": 1,
            "corrections": 0,
            "marked": 0,
            "held": 0,
            "parked": 0,
            "set_aside": 1,
            "failed": 1,
        }


class TestEntries:
    """What is published."""

    def test_original(self, store: Store) -> None:
        """An article in the edition's language is an entry as it is, with whose text it is."""
        about = About(
            name="Кремль", home_url="https://k/", self_id="tag:k", feed_url="https://k/feed", rights="CC", language="ru"
        )
        article = make_article(1, language="ru-RU", rights="©", credit="ТАСС", section="Новости")
        save(store, article, state=make_state(about=about))
        (entry,) = store.entries(RU, limit=9)
        assert (entry.title, entry.html, entry.authors) == (article.title, article.html, article.authors)
        assert (entry.language, entry.original_language, entry.original_url) == ("ru", "ru-RU", article.url)
        assert (entry.published, entry.updated) == (article.published, article.updated)
        assert (entry.route, entry.engine, entry.marks, entry.siblings) == (None, None, (), ())
        assert (entry.rights, entry.credit, entry.section) == ("©", "ТАСС", "Новости")
        whose = entry.attribution
        assert (whose.slug, whose.name, whose.home_url, whose.self_id) == ("kremlin", "Кремль", "https://k/", "tag:k")
        assert (whose.feed_url, whose.rights, whose.language) == ("https://k/feed", "CC", "ru")

    def test_translated(self, store: Store) -> None:
        """A translation is an entry with the original's data, and says what it was translated by."""
        category = Category(term="politics")
        article = make_article(
            1,
            categories=(category,),
            enclosures=(
                Enclosure(url="https://o/1", media_type="audio/mpeg", length_bytes=7, title="Звук", episode=EPISODE),
            ),
        )
        translation = save_both(store, article, enclosure_titles=("Sound",), marks=("doubtful",))
        (entry,) = store.entries(EN, limit=9)
        assert (entry.title, entry.html, entry.language) == (translation.title, translation.html, "en")
        assert (entry.route, entry.engine, entry.marks) == (translation.route, translation.engine, ("doubtful",))
        assert (entry.original_language, entry.original_url) == ("ru", article.url)
        assert (entry.published, entry.updated) == (article.published, translation.translated)
        assert entry.categories == (category,)
        assert entry.enclosures == (replace(article.enclosures[0], title="Sound"),)

    def test_pairs(self, store: Store) -> None:
        """A translation has its sentences and its original beside it where they are asked for, and only then."""
        pairs = (make_segment("Новость 1", "News 1"), make_segment(marks=("negation lost",)))
        old = make_article(1)
        save_both(store, old, segments=pairs)
        (entry,) = store.entries(EN, limit=9)
        assert (entry.original, entry.pairs) == (None, ())
        (asked,) = store.entries(EN, limit=9, with_pairs=True)
        assert asked.original == Original(title=old.title, html=old.html)
        assert asked.pairs == pairs
        assert replace(asked, original=None, pairs=()) == entry
        (original,) = store.entries(RU, limit=9, with_pairs=True)
        assert (original.original, original.pairs) == (None, ())

    def test_pairs_of_an_outdated_translation(self, store: Store) -> None:
        """The original beside a translation is the version that it was made of, whatever has become of that."""
        save_both(store, make_article(1), segments=(make_segment("Новость 1", "News 1"),))
        save(store, make_article(1, version=2, title="Правка", html="<p>Новое.</p>"))
        (entry,) = store.entries(EN, limit=9, with_pairs=True, changed_after=0)
        assert entry.original == Original(title="Новость 1", html="<p>Текст 1.</p>")
        assert [pair.target for pair in entry.pairs] == ["News 1"]

    def test_nameless_source(self, store: Store) -> None:
        """A source that says nothing of itself is called by its slug."""
        save(store, make_article(1))
        assert store.entries(RU, limit=9)[0].attribution.name == "kremlin"

    def test_ids(self, store: Store) -> None:
        """Ids are tag URIs of the store's first day, one for each language and format."""
        save_both(store, make_article(1))
        (ru,), (en,) = store.entries(RU, limit=9), store.entries(EN, limit=9)
        assert ru.ids.atom == "tag:example.org,2026-11-24:story00001/ru"
        assert ru.ids.rss == "tag:example.org,2026-11-24:story00001/ru/rss"
        assert ru.ids.json == "tag:example.org,2026-11-24:story00001/ru/json"
        assert en.ids.atom == "tag:example.org,2026-11-24:story00001/en"

    def test_authority_is_kept(self, opened: StoreMaker) -> None:
        """Opening a store under another authority, or on another day, changes no id, old or new."""
        store = opened()
        save(store, make_article(1))
        store.close()
        opened.clock.advance(timedelta(days=400))
        store = opened(authority="other.example")
        save(store, make_article(2))
        assert [entry.ids.atom for entry in store.entries(RU, limit=9)] == [
            "tag:example.org,2026-11-24:story00002/ru",
            "tag:example.org,2026-11-24:story00001/ru",
        ]

    def test_order(self, store: Store) -> None:
        """Entries come newest first, then by story; a limit keeps the newest."""
        save(
            store,
            make_article(1),
            make_article(3, published=NOON),
            make_article(2, published=NOON),
            make_article(4, published=NOON + timedelta(microseconds=1)),
        )
        stories = [entry.story for entry in store.entries(RU, limit=9)]
        assert stories == ["story00001", "story00004", "story00002", "story00003"]
        assert [entry.story for entry in store.entries(RU, limit=2)] == stories[:2]

    def test_of_one_source(self, store: Store) -> None:
        """A source's edition holds its entries alone; the language's holds all."""
        save(store, make_article(1))
        save(store, make_article(2, source="un"))
        of_un = store.entries(EditionKey(language="ru", source="un"), limit=9)
        assert [entry.story for entry in of_un] == ["story00002"]
        assert len(store.entries(RU, limit=9)) == 2
        assert store.entries(DE, limit=9) == []

    def test_siblings(self, store: Store) -> None:
        """An entry names the other languages that the story stands in, sorted, and only those."""
        article = make_article(1)
        save_both(store, article)
        store.save_translation(make_translation(article, language="de"))
        save(store, make_article(2))
        second, first = store.entries(RU, limit=9)
        assert [(sibling.story, sibling.language) for sibling in first.siblings] == [
            ("story00001", "de"),
            ("story00001", "en"),
        ]
        assert second.siblings == ()
        assert [sibling.language for sibling in store.entries(EN, limit=9)[0].siblings] == ["de", "ru"]

    def test_new_sibling_changes_the_others(self, store: Store) -> None:
        """A story new in one language changes its entries in the others, whose `updated` stays."""
        save(store, make_article(1))
        save(store, make_article(2))
        before = changed(store)
        store.save_translation(make_translation(make_article(1)))
        assert changed(store)["ru", None] > before["ru", None]
        (entry,) = store.entries(RU, limit=9, changed_after=before["ru", None])
        assert (entry.story, entry.updated) == ("story00001", make_article(1).updated)

    def test_new_text_changes_one(self, store: Store) -> None:
        """A better translation changes the edition of its language alone, and moves `updated`."""
        article = make_article(1)
        save_both(store, article)
        before = changed(store)
        later = NOON + timedelta(days=2)
        store.save_translation(make_translation(article, title="Better", translated=later))
        after = changed(store)
        assert after["en", None] > before["en", None]
        assert after["en", "kremlin"] > before["en", "kremlin"]
        assert after["ru", None] == before["ru", None]
        (entry,) = store.entries(EN, limit=9)
        assert (entry.title, entry.updated) == ("Better", later)

    def test_same_text_keeps_updated(self, store: Store) -> None:
        """A new translation that reads the same as before leaves the entry's `updated` where it was."""
        first = save_both(store, make_article(1))
        newer = make_article(1, version=2, rights="CC BY")
        save(store, newer)
        second = replace(first, article_version=2, translated=NOON + timedelta(days=2))
        store.save_translation(second)
        (entry,) = store.entries(EN, limit=9)
        assert (entry.updated, entry.rights) == (first.translated, "CC BY")
        assert store.translation("story00001", "en") == second

    def test_outdated_translation_is_served(self, store: Store) -> None:
        """Until a changed article is translated, its old translation stands, with nothing of the new version."""
        old = make_article(1, enclosures=(Enclosure(url="https://o/1", title="Звук"),), credit="ТАСС")
        save_both(store, old, enclosure_titles=("Sound",))
        (before,) = store.entries(EN, limit=9)
        save(store, make_article(1, version=2, title="Правка", credit="РИА", url="https://origin.example/moved"))
        save(store, make_article(1, version=3, title="Правка 2"))
        assert store.entries(EN, limit=9) == [before]
        assert store.entries(RU, limit=9)[0].title == "Правка 2"

    def test_language_changes(self, store: Store) -> None:
        """When an edit changes an article's language, the old entry goes until there is a translation; its id stays."""
        save(store, make_article(1))
        (old,) = store.entries(RU, limit=9)
        edited = make_article(1, version=2, language="en", title="Now English", updated=NOON + timedelta(days=1))
        before = changed(store)
        save(store, edited)
        assert store.entries(RU, limit=9) == []
        assert changed(store)["ru", None] > before["ru", None]
        (english,) = store.entries(EN, limit=9)
        assert (english.title, english.route, english.siblings) == ("Now English", None, ())
        back = make_translation(edited, language="ru", route="en>ru", translated=NOON + timedelta(days=2))
        store.save_translation(back)
        (again,) = store.entries(RU, limit=9)
        assert again.ids == old.ids
        assert (again.route, again.updated) == ("en>ru", back.translated)

    def test_language_of_the_translation(self, store: Store) -> None:
        """When an edit turns an article into a language it was translated to, the original takes the place."""
        save_both(store, make_article(1))
        (translated,) = store.entries(EN, limit=9)
        edited = make_article(1, version=2, language="en", title="By hand", updated=NOON + timedelta(days=3))
        save(store, edited)
        (entry,) = store.entries(EN, limit=9)
        assert (entry.title, entry.route, entry.updated) == ("By hand", None, edited.updated)
        assert entry.ids == translated.ids
        assert waiting(store) == [("story00001", "ru")]
        with pytest.raises(NotFound):
            store.translation("story00001", "en")

    def test_language_lost(self, store: Store) -> None:
        """When an edit leaves an article's language unknown, its old translation stands, and its original does not."""
        save_both(store, make_article(1))
        save(store, make_article(1, version=2, language="und"))
        assert store.entries(RU, limit=9) == []
        (entry,) = store.entries(EN, limit=9)
        assert (entry.original_language, entry.siblings) == ("ru", ())

    def test_changed_after(self, store: Store) -> None:
        """Only entries changed since are told, however old they are."""
        save(store, make_article(1), make_article(2))
        since = changed(store)["ru", None]
        save(store, make_article(1, version=2, title="Правка"))
        assert [entry.story for entry in store.entries(RU, limit=1, changed_after=since)] == ["story00001"]
        of_kremlin = EditionKey(language="ru", source="kremlin")
        assert [entry.story for entry in store.entries(of_kremlin, limit=9, changed_after=since)] == ["story00001"]
        assert store.entries(RU, limit=9, changed_after=changed(store)["ru", None]) == []


class TestEditions:
    """Editions and what of them was published."""

    def test_appear(self, store: Store, clock: StoppedClock) -> None:
        """An edition exists from its first entry on, never published; whole languages stand before their sources."""
        assert store.editions() == []
        save(store, make_article(1, source="un"))
        clock.advance(timedelta(hours=1))
        save_both(store, make_article(2))
        keys = [(state.key.language, state.key.source) for state in store.editions()]
        assert keys == [("en", None), ("en", "kremlin"), ("ru", None), ("ru", "kremlin"), ("ru", "un")]
        assert {state.published for state in store.editions()} == {-1}
        assert {state.fingerprint for state in store.editions()} == {None}
        created = {(state.key.language, state.key.source): state.created for state in store.editions()}
        assert created["ru", None] == NOON
        assert created["ru", "kremlin"] == NOON + timedelta(hours=1)

    def test_remain(self, store: Store) -> None:
        """An edition whose last entry went is still told, as changed, so that its feeds can be emptied."""
        save(store, make_article(1))
        before = changed(store)
        save(store, make_article(1, version=2, language="und"))
        assert changed(store)["ru", None] > before["ru", None]

    def test_published(self, store: Store) -> None:
        """What was published stays noted until an entry changes."""
        save(store, make_article(1))
        (whole, _) = store.editions()
        store.save_published(RU, changed=whole.changed, fingerprint="f")
        (whole, of_source) = store.editions()
        assert (whole.published, whole.fingerprint) == (whole.changed, "f")
        assert of_source.published == -1
        save(store, make_article(2))
        (whole, _) = store.editions()
        assert whole.published < whole.changed

    def test_published_unknown(self, store: Store) -> None:
        """An edition that never had an entry can't have been published."""
        with pytest.raises(NotFound):
            store.save_published(DE, changed=1, fingerprint="f")

    def test_saved_twice(self, store: Store) -> None:
        """Saving the same things twice changes nothing."""
        article = make_article(1)
        state = make_state(about=About(name="K"), etag="1")

        def everything() -> None:
            aside = [SetAside(origin_id="x", reason="empty")]
            store.save_reading(state, [article, make_article(2)], marks={"a": "1"}, set_aside=aside)
            store.save_translation(make_translation(article))
            store.remember([make_remembered("k")])
            store.save_failure(make_failure(make_article(2)))
            store.save_published(EN, changed=1, fingerprint="f")

        everything()
        before = snapshot(store)
        everything()
        assert snapshot(store) == before


class TestTheWhole:
    """Threads, processes, locks."""

    def test_check(self, store: Store) -> None:
        """Nothing is wrong with a healthy store."""
        save_both(store, make_article(1))
        assert store.check() == []

    def test_threads(self, store: Store) -> None:
        """Many threads write and read at once; nothing is lost and each change has a number of its own."""
        save(store, make_article(0))

        def work(number: int) -> None:
            save_both(store, make_article(number))
            assert store.article(f"story{number:05}").version == 1
            store.waiting(["ru", "en"], pairs=PAIRS, now=NOON, limit=9)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(1, 41)))
        assert store.counts()["translations"] == 40
        assert max(changed(store).values()) == 81
        assert store.check() == []

    def test_two_stores(self, opened: StoreMaker) -> None:
        """What one process saved, another sees at once."""
        one, two = opened(), opened()
        save(one, make_article(1))
        save_both(two, make_article(2))
        assert len(one.entries(RU, limit=9)) == 2
        assert one.counts()["translations"] == 1

    def test_two_stores_at_once(self, opened: StoreMaker) -> None:
        """Processes that write at the same time wait for their turn."""
        stores = [opened(), opened()]
        save(stores[0], make_article(0))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda number: save_both(stores[number % 2], make_article(number)), range(1, 41)))
        assert stores[0].counts()["translations"] == 40
        assert max(changed(stores[0]).values()) == 81

    def test_daemon_lock(self, opened: StoreMaker) -> None:
        """One daemon at a time: the second is told who the first is, and gets the lock when that one lets go."""
        one, two = opened(), opened()
        with one.daemon_lock():
            with pytest.raises(Busy, match=r"process \d+"), two.daemon_lock():
                pass
            save(two, make_article(1))  # the lock keeps nobody from using the store
        with two.daemon_lock():
            pass

    def test_reader_is_not_blocked(self, opened: StoreMaker) -> None:
        """While one saves a long reading, others read what was there before."""
        store = opened()
        save(store, make_article(1))
        begun, seen = threading.Event(), threading.Event()

        class Slow(list[Article]):
            """A reading that, half-way through being saved, waits for the other thread."""

            def __iter__(self) -> Iterator[Article]:
                begun.set()
                assert seen.wait(30)
                return super().__iter__()

        with ThreadPoolExecutor(1) as pool:
            saving = pool.submit(store.save_reading, make_state(), Slow([make_article(2)]))
            assert begun.wait(30)
            assert [entry.story for entry in store.entries(RU, limit=9)] == ["story00001"]
            seen.set()
            saving.result(30)
        assert len(store.entries(RU, limit=9)) == 2


def test_source_states_that_are_due(store: Store) -> None:
    """With `due_by` come the sources without a due time, those whose time has come, and those checked after it."""
    hour = timedelta(hours=1)
    for slug, due, checked in (
        ("now", NOON, NOON - hour),
        ("later", NOON + hour, NOON - hour),
        ("unset", None, None),
        ("misdated", NOON + 2 * hour, NOON + hour),
    ):
        store.save_source_state(make_state(slug, due=due, checked=checked))
    assert list(store.source_states(due_by=NOON)) == ["misdated", "now", "unset"]


def test_outdated_editions(store: Store) -> None:
    """With a fingerprint come the editions that changed since they were published, or were under another one."""
    store.save_reading(make_state(), [make_article()])
    keys = [one.key for one in store.editions()]
    assert [one.key for one in store.editions(outdated_under="a")] == keys
    for one in store.editions():
        store.save_published(one.key, changed=one.changed, fingerprint="a")
    assert store.editions(outdated_under="a") == []
    assert [one.key for one in store.editions(outdated_under="b")] == keys
    store.save_reading(make_state(), [make_article(version=2, title="Другой")])
    assert [one.key for one in store.editions(outdated_under="a")] == keys


def test_long_addresses(store: Store) -> None:
    """An address of any length, and an id of 2,500 bytes, are kept: an origin with such a one is read all the same."""
    rare = "".join(chr(0x400 + number * number % 251) for number in range(9000))
    article = make_article(1, url=f"https://origin.example/{rare}", origin_id=rare[:1250])
    save(store, article)
    assert store.article("story00001") == article
