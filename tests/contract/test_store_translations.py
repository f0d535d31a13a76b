"""Translations, what waits for one, and what failed, in every Store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.store import (
    NOON,
    PAIRS,
    StoreMaker,
    make_article,
    make_correction,
    make_failure,
    make_segment,
    make_translation,
    save,
    save_both,
    snapshot,
    waiting,
)

from syndicator.errors import Conflict, NotFound
from syndicator.model import Enclosure, Outcome, Outdated, TermUse, Waiting
from syndicator.ports import Store


def test_survives(opened: StoreMaker) -> None:
    """Every field of a translation is there again after the store was closed."""
    store = opened()
    article = make_article(1, enclosures=(Enclosure(url="https://o/1"), Enclosure(url="https://o/2")))
    translation = save_both(
        store,
        article,
        language="en-GB",
        summary="Short",
        marks=("a number is missing",),
        enclosure_titles=("a", None),
        made_with="digest",
        segments=(
            make_segment("Первая.", "First."),
            make_segment("Вторая.", "Second.", score=None, is_person=True, marks=("a number is missing",)),
            make_segment(terms=(TermUse(source="ШОС", target="SCO", outcome=Outcome.REPAIRED),) * 2),
        ),
    )
    store.close()
    assert opened().translation(article.id, "en") == translation


def test_unknown(store: Store) -> None:
    """A translation that is not held is not found; neither is one of an unknown article accepted."""
    save(store, make_article(1))
    with pytest.raises(NotFound):
        store.translation("story00001", "en")
    with pytest.raises(NotFound):
        store.save_translation(make_translation(make_article(2)))


def test_waiting_newest_first(store: Store) -> None:
    """What waits comes newest first, in both directions, with the versions to translate."""
    save(store, make_article(1), make_article(3, version=4), make_article(2, language="en"))
    assert store.waiting(["ru", "en"], pairs=PAIRS, now=NOON, limit=9) == [
        Waiting(article_id="story00003", article_version=4, from_language="ru", to_language="en"),
        Waiting(article_id="story00002", article_version=1, from_language="en", to_language="ru"),
        Waiting(article_id="story00001", article_version=1, from_language="ru", to_language="en"),
    ]
    assert waiting(store, limit=2) == [("story00003", "en"), ("story00002", "ru")]


def test_waiting_ends(store: Store) -> None:
    """A translated article waits no longer, until it changes."""
    save_both(store, make_article(1))
    assert waiting(store) == []
    save(store, make_article(1, version=2))
    assert waiting(store) == [("story00001", "en")]
    store.save_translation(make_translation(make_article(1, version=2)))
    assert waiting(store) == []


def test_waiting_by_primary_subtag(store: Store) -> None:
    """Regions make no difference: British English needs no translation into English."""
    save(store, make_article(1, language="en-GB"))
    assert waiting(store, "en-US", "ru-RU") == [("story00001", "ru")]


def test_waiting_more_languages(store: Store) -> None:
    """A language that is published from now on is waited for by all articles, translated or not."""
    save_both(store, make_article(1))
    save(store, make_article(2))
    pairs = PAIRS | {("ru", "de")}
    found = store.waiting(["ru", "en", "de"], pairs=pairs, now=NOON, limit=9)
    assert [(each.article_id, each.to_language) for each in found] == [
        ("story00002", "de"),
        ("story00002", "en"),
        ("story00001", "de"),
    ]


def test_waiting_unroutable(store: Store) -> None:
    """What no model can translate is counted, but not handed out."""
    save(store, make_article(1, language="de"), make_article(2), make_article(3, language="und"))
    assert waiting(store) == [("story00002", "en")]
    assert store.waiting_counts(["ru", "en"]) == {("de", "en"): 1, ("de", "ru"): 1, ("ru", "en"): 1}


def test_waiting_counts(store: Store) -> None:
    """Missing, outdated and failed translations are counted; those that are held are not."""
    save_both(store, make_article(1))
    save_both(store, make_article(2))
    save(store, make_article(2, version=2), make_article(3))
    store.save_failure(make_failure(make_article(3)))
    assert store.waiting_counts(["ru", "en"]) == {("ru", "en"): 2}


def test_failure_waits(store: Store) -> None:
    """A failed translation is handed out again when it is due, or when the article changes."""
    article = make_article(1)
    save(store, article)
    failure = make_failure(article)
    store.save_failure(failure)
    assert store.failures() == [failure]
    assert waiting(store) == []
    assert waiting(store, now=failure.due) == [("story00001", "en")]
    save(store, make_article(1, version=2))
    assert waiting(store) == [("story00001", "en")]
    assert store.failures() == []


def test_failures(store: Store) -> None:
    """The latest failure of each translation is told, sorted; one of an older version is not."""
    save(store, make_article(1), make_article(2))
    store.save_failure(make_failure(make_article(2)))
    store.save_failure(make_failure(make_article(1), language="de"))
    store.save_failure(make_failure(make_article(1)))
    latest = make_failure(make_article(1), attempts=2, reason="still too long")
    store.save_failure(latest)
    store.save_failure(make_failure(make_article(2, version=0)))
    assert store.failures() == [make_failure(make_article(1), language="de"), latest]


def test_failure_of_unknown_article(store: Store) -> None:
    """A failure of an unknown article is refused."""
    with pytest.raises(NotFound):
        store.save_failure(make_failure(make_article(1)))


def test_failure_cleared(store: Store) -> None:
    """A translation that succeeds clears the failure in its language alone."""
    article = make_article(1)
    save(store, article)
    store.save_failure(make_failure(article))
    store.save_failure(make_failure(article, language="de"))
    store.save_translation(make_translation(article))
    assert store.failures() == [make_failure(article, language="de")]


def test_newer_article_by_now(store: Store) -> None:
    """A translation of a version that is no longer the newest is refused."""
    save(store, make_article(1))
    save(store, make_article(1, version=2))
    before = snapshot(store)
    with pytest.raises(Conflict, match="version 2"):
        store.save_translation(make_translation(make_article(1)))
    assert snapshot(store) == before


@pytest.mark.parametrize("changes", [{"language": "ru"}, {"enclosure_titles": ("a",)}])
def test_does_not_fit(store: Store, changes: dict[str, object]) -> None:
    """A translation into the article's own language, or with other enclosures, is refused."""
    save(store, make_article(1))
    with pytest.raises(Conflict):
        store.save_translation(make_translation(make_article(1), **changes))


def test_undetermined_has_none(store: Store) -> None:
    """A text whose language is not known has no translation."""
    save(store, make_article(1, language="und"))
    with pytest.raises(Conflict):
        store.save_translation(make_translation(make_article(1)))


def test_listed_newest_article_first(store: Store) -> None:
    """Translations of all languages come newest article first, then by article and language; a limit keeps those."""
    older = save_both(store, make_article(1), marks=("doubtful",))
    newer = save_both(store, make_article(3))
    german = make_translation(make_article(3), language="de", marks=("doubtful",))
    store.save_translation(german)
    save(store, make_article(2, language="en", published=make_article(3).published))
    russian = make_translation(make_article(2, language="en"), language="ru", route="en>ru")
    store.save_translation(russian)
    assert store.translations(limit=9) == [russian, german, newer, older]
    assert store.translations(limit=3) == [russian, german, newer]
    assert store.translations(marked=True, limit=9) == [german, older]
    assert store.translations(marked=True, limit=1) == [german]
    assert store.translations(marked=False, limit=9) == [russian, newer]
    assert store.counts()["marked"] == 2


def test_listed_are_current(store: Store) -> None:
    """A translation of an older version, or one that is held back, is not listed, nor counted as marked."""
    save_both(store, make_article(1), marks=("doubtful",))
    save(store, make_article(1, version=2), make_article(2))
    store.hold(make_translation(make_article(2), marks=("doubtful",)), "doubtful")
    assert store.translations(limit=9) == []
    assert store.counts()["marked"] == 0


def test_marks_go(store: Store) -> None:
    """A translation made anew without marks counts as marked no more."""
    save_both(store, make_article(1), marks=("doubtful",))
    again = make_translation(make_article(1))
    store.save_translation(again)
    assert store.translations(marked=True, limit=9) == []
    assert store.translations(marked=False, limit=9) == [again]


def outdated(store: Store, made_with: str | None = "new", *, limit: int = 9, **changes: object) -> list[str]:
    """Return the articles whose translations into English are outdated; they are as many as are counted."""
    values = {"from_language": "ru", "to_language": "en", **changes}
    found = store.outdated(made_with, **values, limit=limit)
    assert limit < 9 or store.outdated_count(made_with, **values) == len(found)
    return [one.article_id for one in found]


def test_outdated(store: Store) -> None:
    """Translations that were made with something else are told, newest article first, with what to make anew."""
    save(store, make_article(1, version=3))
    store.save_translation(make_translation(make_article(1, version=3)))
    save_both(store, make_article(2), made_with="new")
    save_both(store, make_article(3), made_with="old", language="en-GB")
    assert store.outdated("new", from_language="ru", to_language="en", limit=9) == [
        Outdated(article_id="story00003", article_version=1, from_language="ru", to_language="en"),
        Outdated(article_id="story00001", article_version=3, from_language="ru", to_language="en"),
    ]
    assert outdated(store, limit=1) == ["story00003"]
    assert outdated(store, "old") == ["story00002", "story00001"]
    assert outdated(store, from_language="ru-RU", to_language="en-US") == ["story00003", "story00001"]


def test_outdated_ends(store: Store) -> None:
    """One that is made anew is outdated no more, so that asking again goes on where it was left."""
    for number in (1, 2, 3):
        save_both(store, make_article(number))
    assert outdated(store, limit=1) == ["story00003"]
    store.save_translation(make_translation(make_article(3), made_with="new"))
    assert outdated(store, limit=1) == ["story00002"]
    assert outdated(store) == ["story00002", "story00001"]


def test_outdated_of_a_pair(store: Store) -> None:
    """Only translations of that pair are told."""
    save_both(store, make_article(1))
    store.save_translation(make_translation(make_article(1), language="de"))
    save(store, make_article(2, language="en"))
    store.save_translation(make_translation(make_article(2, language="en"), language="ru"))
    assert outdated(store) == ["story00001"]
    assert outdated(store, from_language="en", to_language="ru") == ["story00002"]
    assert outdated(store, from_language="de") == []


def test_outdated_since(store: Store) -> None:
    """Articles published before a moment are left out; one published just then is not."""
    for number in (1, 2, 3):
        save_both(store, make_article(number))
    assert outdated(store, since=make_article(2).published) == ["story00003", "story00002"]
    assert outdated(store, since=NOON + timedelta(days=9)) == []


def test_outdated_of_a_source(store: Store) -> None:
    """Only articles of that source are told."""
    save_both(store, make_article(1))
    save_both(store, make_article(2, source="un"))
    assert outdated(store, source="un") == ["story00002"]
    assert outdated(store, source="osce") == []


def test_outdated_are_current(store: Store) -> None:
    """A translation of an older version waits anyway, and of one that has a held successor, that counts."""
    save_both(store, make_article(1))
    save(store, make_article(1, version=2))
    save_both(store, make_article(2))
    store.hold(make_translation(make_article(2), made_with="new"), "doubtful")
    assert outdated(store) == []
    assert waiting(store) == [("story00001", "en")]


def test_outdated_while_held(store: Store) -> None:
    """A held translation is outdated like any other, whether another is published or not, until it is made anew."""
    save(store, make_article(1, source="un"))
    save(store, make_article(2), make_article(3, language="de"))
    save_both(store, make_article(4))
    for number, language in ((1, "ru"), (2, "ru"), (3, "de"), (4, "ru")):
        article = make_article(number, language=language, source="un" if number == 1 else "mfa")
        store.hold(make_translation(article, made_with="old"), "doubtful")
    save_both(store, make_article(5), made_with="old")
    assert outdated(store) == ["story00005", "story00004", "story00002", "story00001"]
    assert outdated(store, limit=2) == ["story00005", "story00004"]
    assert outdated(store, source="un") == ["story00001"]
    assert outdated(store, since=make_article(2).published) == ["story00005", "story00004", "story00002"]
    assert store.outdated_count("new", from_language="ru", to_language="en") == 4
    assert store.outdated("new", from_language="de", to_language="en", limit=9) == [
        Outdated(article_id="story00003", article_version=1, from_language="de", to_language="en")
    ]
    store.hold(make_translation(make_article(4), made_with="new"), "still doubtful")
    assert outdated(store) == ["story00005", "story00002", "story00001"]


def test_outdated_after_a_hold(store: Store) -> None:
    """What was held and is published after all is outdated again when other models come."""
    save(store, make_article(1))
    held = make_translation(make_article(1), made_with="new")
    store.hold(held, "doubtful")
    store.save_translation(held)
    assert outdated(store) == []
    assert outdated(store, "newer") == ["story00001"]


def test_unmade_in_another_language(store: Store) -> None:
    """An article that an edit turns into another language has no outdated translation from the old one."""
    save_both(store, make_article(1))
    save(store, make_article(1, version=2, language="de"))
    assert outdated(store) == []
    store.save_translation(make_translation(make_article(1, version=2, language="de"), route="de>en"))
    assert outdated(store) == []
    assert outdated(store, from_language="de") == ["story00001"]


def test_corrected(store: Store) -> None:
    """Translations with a sentence that reads otherwise than its correction are outdated; no others are."""
    said = make_segment("Он сказал: «100 %\\_да».", "Machine.")
    for number, segment in enumerate(
        (
            said,
            replace(said, target="Person.", is_person=True),
            replace(said, target="Another.", is_person=True),
            make_segment("Он сказал: «100 %\\_да», и ушёл."),
        )
    ):
        save_both(store, make_article(number), segments=(make_segment(), segment), made_with="new")
    save_both(store, make_article(9, language="de"), segments=(said,), made_with="new")
    store.save_corrections([make_correction(said.source, "Person. ")])
    for text in (said.source, None):
        assert store.mark_corrected("ru", "en", since=NOON, text=text) == (2 if text else 0)
        assert outdated(store) == outdated(store, None) == ["story00002", "story00000"]
    assert outdated(store, None, from_language="de") == []
    store.save_translation(make_translation(make_article(2), made_with="old"))
    assert outdated(store, None) == ["story00000"]
    assert outdated(store) == ["story00002", "story00000"]


def test_corrected_while_held(store: Store) -> None:
    """A held translation with a corrected sentence is outdated, and told once where another is published."""
    save(store, make_article(1), make_article(3))
    save_both(store, make_article(2), segments=(make_segment(),), made_with="new")
    for number, segment in ((1, make_segment()), (2, make_segment()), (3, make_segment("Ещё."))):
        store.hold(make_translation(make_article(number), segments=(segment,), made_with="new"), "doubtful")
    store.save_corrections([make_correction()])
    assert store.mark_corrected("ru", "en", since=NOON) == 2
    assert outdated(store, None) == outdated(store) == ["story00002", "story00001"]
    assert store.mark_corrected("ru", "en", since=NOON) == 0


def test_corrected_before(store: Store) -> None:
    """What was corrected before a moment is left out; it was told then."""
    save_both(store, make_article(1), segments=(make_segment(),), made_with="new")
    store.save_corrections([make_correction()])
    assert store.mark_corrected("ru", "en", since=NOON + timedelta(seconds=1)) == 0
    assert store.mark_corrected("ru-RU", "en-GB", since=NOON) == 1


def test_many_corrected(store: Store) -> None:
    """More can be outdated than are looked at at once; a text of any length is looked for."""
    long = "х" * 100_000
    save(store, *(make_article(number) for number in range(230)))
    for number in range(230):
        store.save_translation(make_translation(make_article(number), segments=(make_segment(long),)))
    store.save_corrections([make_correction(long)])
    assert store.mark_corrected("ru", "en", since=NOON, text=long) == 230
