"""Whatever is saved in whatever order, the store tells what a plain reading of its contract says."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.store import NOON, make_article, make_state, make_translation, sqlite

from syndicator.model import Article, EditionKey, Entry, Failure, Translation
from syndicator.ports import Store

LANGUAGES = ("de", "en", "ru")
PAIRS = {("ru", "en"), ("en", "ru"), ("ru", "de")}
KEYS = [
    EditionKey(language=language, source=source) for language, source in product(LANGUAGES, (None, "kremlin", "un"))
]

numbers = st.integers(1, 3)
steps = st.one_of(
    st.tuples(st.just("save"), numbers, st.sampled_from([*LANGUAGES, "und"])),
    st.tuples(st.just("translate"), numbers, st.sampled_from(LANGUAGES)),
    st.tuples(st.just("fail"), numbers, st.sampled_from(LANGUAGES)),
    st.tuples(st.just("hold"), numbers, st.sampled_from(LANGUAGES)),
)


@dataclass
class Plain:
    """What should be held."""

    articles: dict[str, Article] = field(default_factory=dict)
    translations: dict[tuple[str, str], Translation] = field(default_factory=dict)
    failed: set[tuple[str, str]] = field(default_factory=set)
    held: dict[tuple[str, str], Translation] = field(default_factory=dict)

    def shown(self, story: str) -> set[str]:
        """Return the languages in which a story can be read."""
        return {self.articles[story].language, *(to for of, to in self.translations if of == story)} - {"und"}

    def titles(self, key: EditionKey) -> list[str]:
        """Return the titles of an edition, newest first."""
        return [
            self.translations[article.id, key.language].title if article.language != key.language else article.title
            for article in sorted(self.articles.values(), key=lambda article: article.published, reverse=True)
            if key.language in self.shown(article.id) and key.source in (None, article.source)
        ]

    def waiting(self) -> list[tuple[str, str]]:
        """Return the (article, language) that wait, newest first."""
        return [
            (article.id, language)
            for article in sorted(self.articles.values(), key=lambda article: article.published, reverse=True)
            for language in LANGUAGES
            if (article.language, language) in PAIRS
            and (article.id, language) not in self.failed
            and (article.id, language) not in self.held
            and self._version(article.id, language) != article.version
        ]

    def current(self) -> list[Translation]:
        """Return the translations of newest versions, by newest article, then by language."""
        found = [
            one for (story, _), one in self.translations.items() if one.article_version == self.articles[story].version
        ]
        found.sort(key=lambda one: one.language)
        return sorted(found, key=lambda one: self.articles[one.article_id].published, reverse=True)

    def outdated(self, pair: tuple[str, str], made_with: str) -> list[str]:
        """Return the articles whose translation of a pair was not made with this, newest first."""
        return [
            one.article_id
            for one in self.current()
            if (self.articles[one.article_id].language, one.language) == pair
            and one.made_with != made_with
            and (one.article_id, one.language) not in self.held
        ]

    def _version(self, story: str, language: str) -> int | None:
        held = self.translations.get((story, language))
        return held.article_version if held else None


def take(store: Store, plain: Plain, step: tuple[str, int, str], *, moment: int) -> None:
    """Do one thing to the store and to the plain picture of it; leave out what the store would refuse."""
    action, number, language = step
    story = make_article(number).id
    held = plain.articles.get(story)
    at = NOON + timedelta(days=moment)
    if action == "save":
        version = held.version + 1 if held else 1
        source = ("kremlin", "un")[number % 2]
        article = make_article(
            number, version=version, language=language, source=source, updated=at, title=f"{number} v{version}"
        )
        store.save_reading(make_state(source), [article])
        plain.articles[story] = article
        plain.translations.pop((story, language), None)
        plain.failed = {(of, to) for of, to in plain.failed if of != story}
        plain.held = {(of, to): one for (of, to), one in plain.held.items() if of != story}
    elif held and language != held.language != "und":
        route = f"{held.language}>{language}"
        made_with, marks = str(moment % 3), ("doubtful",) * (moment % 2)
        made = make_translation(held, language=language, route=route, translated=at, made_with=made_with, marks=marks)
        if action == "translate":
            store.save_translation(made)
            plain.translations[story, language] = made
            plain.failed.discard((story, language))
            plain.held.pop((story, language), None)
        elif action == "hold":
            store.hold(made, "doubtful")
            plain.held[story, language] = made
            plain.failed.discard((story, language))
        else:
            failure = Failure(
                article_id=story,
                article_version=held.version,
                language=language,
                attempts=1,
                reason="too long",
                due=NOON + timedelta(hours=1),
            )
            store.save_failure(failure)
            plain.failed.add((story, language))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of an empty store: to copy it is faster than to make it."""
    folder = tmp_path_factory.mktemp("empty")
    sqlite(folder)().close()
    return (folder / "syndicator.db").read_bytes()


@settings(max_examples=25, deadline=None)
@given(taken=st.lists(steps, max_size=14))
def test_any_order(empty: bytes, taken: list[tuple[str, int, str]]) -> None:
    """Entries, siblings and what waits follow from what was saved; what changed is numbered; ids and dates stay."""
    with TemporaryDirectory() as folder:
        Path(folder, "syndicator.db").write_bytes(empty)
        store = sqlite(Path(folder))()
        plain = Plain()
        ids: dict[tuple[str, str], object] = {}
        before = look(store)
        for moment, step in enumerate(taken):
            take(store, plain, step, moment=moment)
            after = look(store)
            for key, (_, entries) in after.items():
                assert [entry.title for entry in entries] == plain.titles(key)
                for entry in entries:
                    assert {each.language for each in entry.siblings} == plain.shown(entry.story) - {key.language}
                    kept = (entry.ids, entry.published)
                    assert ids.setdefault((entry.story, entry.language), kept) == kept
                check_numbers(store, key, before[key], after[key])
            found = store.waiting(LANGUAGES, pairs=PAIRS, now=NOON, limit=100)
            assert [(each.article_id, each.to_language) for each in found] == plain.waiting()
            before = after
        check_lists(store, plain)
        assert store.check() == []
        store.close()


def check_lists(store: Store, plain: Plain) -> None:
    """Assert that lists and counts of translations are what a plain look through all of them finds."""
    current = plain.current()
    assert store.translations(limit=100) == current
    assert store.translations(marked=True, limit=100) == [one for one in current if one.marks]
    assert store.counts()["marked"] == len([one for one in current if one.marks])
    assert store.held() == [(plain.held[key], "doubtful") for key in sorted(plain.held)]
    for from_language, to_language in PAIRS:
        pair = {"from_language": from_language, "to_language": to_language}
        outdated = plain.outdated((from_language, to_language), "1")
        assert [one.article_id for one in store.outdated("1", **pair, limit=100)] == outdated
        assert store.outdated_count("1", **pair) == len(outdated)


def look(store: Store) -> dict[EditionKey, tuple[int, list[Entry]]]:
    """Return each edition's change counter and entries."""
    numbers = {state.key: state.changed for state in store.editions()}
    return {key: (numbers.get(key, 0), store.entries(key, limit=100)) for key in KEYS}


def check_numbers(
    store: Store, key: EditionKey, before: tuple[int, list[Entry]], after: tuple[int, list[Entry]]
) -> None:
    """Assert that a changed edition is marked, its changed entries are told, and `updated` moves with the text."""
    if before[1] != after[1]:
        assert after[0] > before[0]
    told = store.entries(key, limit=100, changed_after=before[0])
    old = {entry.story: entry for entry in before[1]}
    assert [entry for entry in after[1] if entry not in told and entry != old.get(entry.story)] == []
    for entry in after[1]:
        past = old.get(entry.story)
        if past:
            assert (past.updated == entry.updated) == (text_of(past) == text_of(entry))


def text_of(entry: Entry) -> Entry:
    """Return an entry without what may change around an unchanged text."""
    return replace(entry, siblings=(), updated=NOON, marks=(), original_language="")
