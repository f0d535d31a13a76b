"""What every Store does to find the pages that a change made old: the story's own, and those that name it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.entries import a_masthead
from support.store import NOON, RU, make_article, make_segment, make_translation, save, save_both

from syndicator.model import EditionKey, Entry
from syndicator.pipeline import publish
from syndicator.ports import Store


def filled(store: Store, *, stories: int) -> int:
    """Put stories into the store one by one and return the change counter."""
    for number in range(1, stories + 1):
        save(store, make_article(number))
    return seen(store)


def seen(store: Store) -> int:
    """Return the change counter of the Russian edition."""
    return next(state.changed for state in store.editions() if state.key == RU)


def told(entries: list[Entry]) -> list[tuple[str | None, str, str | None]]:
    """Return what stands on pages: the numbers of the story before, of the page's own, and of the one after."""
    return [
        tuple(each and each.story.removeprefix("story0000") for each in (one.older, one, one.newer)) for one in entries
    ]


def of_russian(store: Store, before: int, *, first: int = 0, count: int = 99) -> list[Entry]:
    """Return the Russian entries whose pages became old since a change."""
    return store.changed_stories("ru", changed_after=before, first=first, count=count)


def test_a_new_story(store: Store) -> None:
    """A story that comes makes its own page and the one before it old, and no other."""
    before = filled(store, stories=4)
    save(store, make_article(5))
    assert told(of_russian(store, before)) == [("3", "4", "5"), ("4", "5", None)]
    assert of_russian(store, seen(store)) == []


def test_a_story_that_came_late(store: Store) -> None:
    """What counts is when a story came to be shown, not its date: an old one that comes now moves nothing."""
    before = filled(store, stories=3)
    save(store, make_article(9, published=NOON - timedelta(days=9)))
    assert told(of_russian(store, before)) == [("2", "3", "9"), ("3", "9", None)]


def test_a_changed_story(store: Store) -> None:
    """A title that changes is named on both sides, and these pages have their other neighbours as before."""
    before = filled(store, stories=6)
    save(store, make_article(3, version=2, title="Новее", content_hash="new"))
    found = of_russian(store, before)
    assert told(found) == [("1", "2", "3"), ("2", "3", "4"), ("3", "4", "5")]
    assert found[0].newer is not None
    assert found[0].newer.title == "Новее"


def test_in_pieces(store: Store) -> None:
    """Piece by piece, the pages are those that come all at once; what stands beside a piece comes with it."""
    filled(store, stories=4)
    assert told(of_russian(store, 0, first=0, count=2)) == [(None, "1", "2"), ("1", "2", "3"), ("2", "3", "4")]
    assert told(of_russian(store, 0, first=2, count=2)) == [("1", "2", "3"), ("2", "3", "4"), ("3", "4", None)]
    assert of_russian(store, 0, first=4, count=2) == []


def test_a_story_that_goes(store: Store) -> None:
    """A story that is no longer shown in a language is passed over by those that stood beside it."""
    before = filled(store, stories=4)
    save(store, make_article(2, version=2, language="de", title_language="de", content_hash="new"))
    assert told(of_russian(store, before)) == [(None, "1", "3"), ("1", "3", "4")]


def test_pairs(store: Store) -> None:
    """The pages of translations come with the sentences and their original, those beside a change, too."""
    save_both(store, make_article(1), segments=(make_segment(),))
    english = next(state.changed for state in store.editions() if state.key.language == "en")
    article = make_article(2)
    save(store, article)
    store.save_translation(make_translation(article, segments=(make_segment(),)))
    found = store.changed_stories("en", changed_after=english, first=0, count=99)
    assert [(len(one.pairs), one.original is not None) for one in found] == [(1, True)] * 2


@pytest.mark.parametrize("hidden", [False, True])
def test_pages_are_the_same_whatever_came_when(store: Store, tmp_path: Path, hidden: bool) -> None:  # noqa: FBT001
    """Published story by story, pages are what they are when all is published at once."""
    step_by_step = a_masthead(tmp_path / "steps", languages=("ru",))
    for number in (3, 1, 2, 5, 4):
        save(store, make_article(number))
        publish(store=store, masthead=step_by_step)
    save(store, make_article(2, version=2, title="Новее", content_hash="new"))
    if hidden:
        save(store, make_article(1, version=2, language="de", title_language="de", content_hash="new"))
    publish(store=store, masthead=step_by_step)
    at_once = replace(step_by_step, directory=tmp_path / "once")
    publish(store=store, masthead=at_once)
    made = [
        {path.name: path.read_bytes() for path in (masthead.directory / "ru" / "stories").glob("*.html")}
        for masthead in (step_by_step, at_once)
    ]
    assert made[1] == made[0]
    assert len(made[1]) == 5
    assert sum(b"No longer published" in page or "Больше не".encode() in page for page in made[1].values()) == hidden


def test_hidden_stories(store: Store) -> None:
    """Those that went are told: since a change, or all that ever did, in their order and piece by piece."""
    filled(store, stories=4)
    for number in (3, 1):
        save(store, make_article(number, version=2, language="de", title_language="de", content_hash="new"))
    before = seen(store)
    save(store, make_article(2, version=2, language="de", title_language="de", content_hash="new"))
    told_of = [make_article(number).id for number in (1, 2, 3)]
    assert store.hidden_stories("ru", changed_after=None, first=0, count=99) == told_of
    assert store.hidden_stories("ru", changed_after=None, first=1, count=2) == told_of[1:]
    assert store.hidden_stories("ru", changed_after=before, first=0, count=99) == told_of[1:2]
    save(store, make_article(2, version=3, content_hash="newer"))
    assert store.hidden_stories("ru", changed_after=None, first=0, count=99) == [told_of[0], told_of[2]]


def test_a_hidden_story_leaves_nothing_to_read(store: Store, tmp_path: Path) -> None:
    """Its page holds not a word of it, and those beside name it no more; shown again, all is back."""
    masthead = a_masthead(tmp_path, languages=("ru",))
    for number in (1, 2, 3):
        save(store, make_article(number, title=f"Заголовок {number}"))
    publish(store=store, masthead=masthead)
    pages = [tmp_path / "ru" / "stories" / f"{make_article(number).id}.html" for number in (1, 2, 3)]
    save(store, make_article(2, version=2, language="de", title_language="de", content_hash="new"))
    publish(store=store, masthead=masthead)
    gone = pages[1].read_text()
    assert 'content="noindex"' in gone
    assert "Заголовок" not in gone
    assert make_article(2).html not in gone
    assert not [page for page in (pages[0], pages[2]) if "Заголовок 2" in page.read_text()]
    assert pages[1].name not in pages[0].read_text() + pages[2].read_text()
    save(store, make_article(2, version=3, title="Заголовок 2", content_hash="newer"))
    publish(store=store, masthead=masthead)
    assert "Заголовок 2" in pages[1].read_text()
    assert 'content="noindex"' not in pages[1].read_text()
    assert "Заголовок 2" in pages[2].read_text()


def test_touched_stories(store: Store) -> None:
    """Their pages are due in every language where they are shown, and nobody's `updated` moves."""
    save_both(store, make_article(1))
    save_both(store, make_article(2))
    before = {state.key: state.changed for state in store.editions()}
    dates = [(entry.story, entry.updated) for entry in store.entries(RU, limit=9)]
    store.touch([make_article(1).id, "unknown"])
    assert all(state.changed > before[state.key] for state in store.editions())
    for language in ("ru", "en"):
        found = store.changed_stories(language, changed_after=max(before.values()), first=0, count=99)
        assert {entry.story for entry in found} >= {make_article(1).id}
        changed = store.entries(EditionKey(language=language), limit=9, changed_after=max(before.values()))
        assert [entry.story for entry in changed] == [make_article(1).id]
    assert [(entry.story, entry.updated) for entry in store.entries(RU, limit=9)] == dates
