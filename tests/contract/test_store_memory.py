"""The memory and what people make of it, in every Store."""

from datetime import timedelta

import pytest
from support.store import (
    StoppedClock,
    StoreMaker,
    make_article,
    make_correction,
    make_failure,
    make_remembered,
    save,
    waiting,
)

from syndicator.model import Link, Parked, Rendering, Similar
from syndicator.ports import Store

LINKS = (Link(source_start=0, source_end=6, target_start=0, target_end=5),)


def test_memory(opened: StoreMaker) -> None:
    """Remembered renderings survive; unknown keys are absent; the first rendering of a key stays."""
    links = (
        Link(source_start=0, source_end=6, target_start=0, target_end=5),
        Link(source_start=6, source_end=7, target_start=5, target_end=6),
    )
    first = make_remembered("a", rendering=Rendering(text="Hello.", links=links, score=-0.25))
    store = opened()
    store.remember([first, make_remembered("a", "Later."), make_remembered("b", "Bye.")])
    store.remember(
        [make_remembered("a", "Hi."), make_remembered("c", rendering=Rendering(text="", links=(), score=None))]
    )
    store.close()
    assert opened().recall(["a", "b", "c", "d"]) == {
        "a": first.rendering,
        "b": Rendering(text="Bye.", links=(), score=-0.5),
        "c": Rendering(text="", links=(), score=None),
    }


def test_person_remembered(store: Store) -> None:
    """A rendering that a person wrote is told as such."""
    rendering = Rendering(text="Hello!", is_person=True)
    store.remember([make_remembered("a", rendering=rendering)])
    assert store.recall(["a"]) == {"a": rendering}


def linked(text: str = "Hello.", links: tuple[Link, ...] = LINKS) -> Rendering:
    """Return a rendering with links."""
    return Rendering(text=text, links=links, score=-0.5)


def test_links_taken_on(store: Store) -> None:
    """A remembered text takes on links that come later, the first that come; it stays as it was otherwise."""
    other = (Link(source_start=0, source_end=1, target_start=0, target_end=1),)
    store.remember([make_remembered("a")])
    store.remember([make_remembered("a", rendering=Rendering(text="Hello.", links=LINKS, score=-9.0))])
    store.remember([make_remembered("a", rendering=linked(links=other)), make_remembered("a")])
    assert store.recall(["a"]) == {"a": linked()}


def test_links_taken_on_at_once(store: Store) -> None:
    """Links count that come with the same key in the same call."""
    store.remember([make_remembered("a"), make_remembered("a", rendering=linked())])
    assert store.recall(["a"]) == {"a": linked()}


def test_links_of_another_text(store: Store) -> None:
    """Links into another text are not taken on."""
    store.remember([make_remembered("a"), make_remembered("a", rendering=linked("Hi."))])
    store.remember([make_remembered("a", rendering=linked("Hi."))])
    assert store.recall(["a"]) == {"a": make_remembered("a").rendering}


def test_much_memory(store: Store) -> None:
    """More segments can be kept and asked for than a statement has room for."""
    store.remember([make_remembered(f"key {number}") for number in range(1500)])
    assert len(store.recall([f"key {number}" for number in range(3000)])) == 1500


def test_memories_of_a_pair(store: Store, clock: StoppedClock) -> None:
    """What engines made of a pair comes oldest first, whatever languages lie between; a person's is not among it."""
    first = make_remembered("z", "One.", source_text="Один.")
    second = make_remembered("a", "Two.", source_text="Два.", route="ru>de>en")
    third = make_remembered("m", source_text="Три.", rendering=linked())
    for one in (first, second, third):
        store.remember([one])
        clock.advance(timedelta(seconds=1))
    store.remember(
        [
            make_remembered("b", "Drei.", source_text="Три.", route="ru>en>de"),
            make_remembered("c", "Раз.", source_text="One.", route="en>ru"),
            make_remembered("d", source_text="Четыре.", rendering=Rendering(text="Four.", is_person=True)),
        ]
    )
    assert list(store.memories("ru", "en")) == [first, second, third]
    assert [one.key for one in store.memories("ru-RU", "de-DE")] == ["b"]
    assert list(store.memories("de", "en")) == []


def test_memories_of_equal_texts(store: Store, clock: StoppedClock) -> None:
    """Of texts that are equal but for white space and how letters are composed, the newest alone comes."""
    store.remember([make_remembered("a", "Old.", source_text="Й слово"), make_remembered("c", source_text="Два.")])
    clock.advance(timedelta(seconds=1))
    newest = make_remembered("b", "New.", source_text=" И\u0306\nслово ")
    store.remember([newest, make_remembered("d", source_text="й слово")])
    assert [one.key for one in store.memories("ru", "en")] == ["c", "b", "d"]
    assert newest in store.memories("ru", "en")


def test_many_memories(store: Store) -> None:
    """More is yielded than is read at a time, each once, though all is of the same moment, while more is kept."""
    keys = [f"key {number:04}" for number in range(1500)]
    store.remember([make_remembered(key, source_text=key) for key in keys])
    told = []
    for number, one in enumerate(store.memories("ru", "en")):
        told.append(one.key)
        if number % 400 == 0:
            store.remember([make_remembered(f"other {number}", route="ru>de")])
    assert told == keys


@pytest.mark.parametrize("asked", ["Й слово", "И\u0306 слово", "\u00a0Й \nслово "])
def test_corrections(store: Store, asked: str) -> None:
    """A correction is found whatever the white space and however letters are composed, under the text asked for."""
    store.save_corrections([make_correction(" Й  слово", "Y word")])
    assert store.corrections([asked, "й слово", "другое"], "ru", "en") == {asked: "Y word"}


def test_corrections_of_a_pair(store: Store) -> None:
    """A correction counts for its pair alone; regions make no difference."""
    store.save_corrections([make_correction(), make_correction(target="Hallo!", to_language="de-DE")])
    assert store.corrections(["Привет."], "ru", "en-GB") == {"Привет.": "Hello!"}
    assert store.corrections(["Привет."], "ru-RU", "de") == {"Привет.": "Hallo!"}
    assert store.corrections(["Привет."], "en", "ru") == {}


def test_corrections_replaced(store: Store) -> None:
    """The newest correction of a segment stays, within one call, too; it is counted if it says something new."""
    assert store.save_corrections([make_correction(target="Hi"), make_correction(target="Hello!")]) == 1
    assert store.save_corrections([make_correction(), make_correction("Пока.", "Bye!")]) == 1
    latest = make_correction(" Привет. ", "Hello!", by="glossary.tmx")
    assert store.save_corrections([latest]) == 0
    assert {one.source_text: one for one in store.all_corrections()} == {
        " Привет. ": latest,
        "Пока.": make_correction("Пока.", "Bye!"),
    }
    assert store.save_corrections([make_correction(target="Good day!")]) == 1
    assert store.corrections(["Привет."], "ru", "en") == {"Привет.": "Good day!"}
    assert store.counts()["corrections"] == 2


def test_corrections_survive(opened: StoreMaker) -> None:
    """Every field of a correction is there again after the store was closed."""
    store = opened()
    store.save_corrections([make_correction(by="glossary.tmx")])
    store.close()
    assert list(opened().all_corrections()) == [make_correction(by="glossary.tmx")]


def test_all_corrections(store: Store) -> None:
    """Corrections come pair by pair; of one pair, or from or into one language, where that is asked for."""
    german = make_correction(to_language="de")
    back = make_correction("Hello.", "Привет!", from_language="en", to_language="ru")
    store.save_corrections([make_correction(), back, german])
    assert list(store.all_corrections()) == [back, german, make_correction()]
    assert list(store.all_corrections("ru")) == [german, make_correction()]
    assert list(store.all_corrections(to_language="ru")) == [back]
    assert list(store.all_corrections("ru-RU", "en-GB")) == [make_correction()]
    assert list(store.all_corrections("de", "en")) == []


def test_many_corrections(store: Store) -> None:
    """More can be kept, asked for and yielded than a statement or a page has room for, always in the same order."""
    texts = [f"Текст {number}." for number in range(1500)]
    corrections = [make_correction(text, text.upper()) for text in texts]
    assert store.save_corrections(corrections) == 1500
    assert store.corrections([*texts, "другое"], "ru", "en") == {text: text.upper() for text in texts}
    told = []
    for number, one in enumerate(store.all_corrections()):
        told.append(one)
        if number % 400 == 0:
            store.save_corrections([make_correction(f"Another {number}.", from_language="en", to_language="de")])
    assert sorted(told, key=lambda one: int(one.source_text[6:-1])) == corrections
    assert list(store.all_corrections("ru")) == told


def test_similar(store: Store) -> None:
    """What resembles a segment comes best first, with how like it is; what does not is left out."""
    store.remember(
        [
            make_remembered("a", "It said this on Monday.", source_text="Об этом сообщили в понедельник."),
            make_remembered("b", "It said this on Tuesday.", source_text="Об этом сообщили во вторник."),
            make_remembered("c", "Rain.", source_text="Завтра ожидается сильный дождь."),
        ]
    )
    found = store.similar("Об этом сообщили во вторник.", "ru", "en", limit=9)
    assert [(one.target_text, one.is_person) for one in found] == [
        ("It said this on Tuesday.", False),
        ("It said this on Monday.", False),
    ]
    assert found[0].likeness == 1
    assert 0.6 <= found[1].likeness < 1
    assert store.similar("Об этом сообщили во вторник.", "ru", "en", limit=1) == found[:1]
    assert store.similar("Совсем другое дело, да.", "ru", "en", limit=9) == []


def test_similar_of_people(store: Store) -> None:
    """Corrections are among what is similar; of one source text they come before the memory, and that newest first."""
    store.remember([make_remembered("a", "Hello.", source_text="Привет, мир.")])
    store.remember([make_remembered("b", rendering=Rendering(text="Hi!", is_person=True), source_text="Привет, Рим.")])
    store.save_corrections([make_correction(" Привет,  мир.", "Hello, world!")])
    world, rome = store.similar("Привет, мир.", "ru", "en", limit=9)
    assert world == Similar(source_text=" Привет,  мир.", target_text="Hello, world!", likeness=1, is_person=True)
    assert (rome.target_text, rome.is_person, round(rome.likeness, 4)) == ("Hi!", True, 0.8333)


def test_similar_of_equal_texts(store: Store, clock: StoppedClock) -> None:
    """Of what is remembered of one source text the newest is told."""
    store.remember([make_remembered("z", "Old.")])
    clock.advance(timedelta(seconds=1))
    store.remember([make_remembered("a", "New.", source_text="Привет. ")])
    assert [one.target_text for one in store.similar("Привет.", "ru", "en", limit=9)] == ["New."]


def test_similar_in_other_letters(store: Store) -> None:
    """Capitals, white space and how letters are composed make no difference."""
    store.remember([make_remembered("a", source_text="Й слово")])
    (one,) = store.similar(" И\u0306  СЛОВО", "ru", "en", limit=9)
    assert one.likeness == 1


def test_similar_of_a_pair(store: Store) -> None:
    """Only segments of the pair are told."""
    store.remember([make_remembered("a", route="ru>en>de"), make_remembered("b", route="en>ru")])
    store.save_corrections([make_correction(to_language="fr")])
    assert store.similar("Привет.", "ru", "en", limit=9) == []
    assert len(store.similar("Привет.", "ru-RU", "de-DE", limit=9)) == 1


@pytest.mark.parametrize("text", ["", "x", "длинный " * 4_000])
def test_similar_to_odd_texts(store: Store, text: str) -> None:
    """Empty and long texts resemble what is equal to them."""
    store.remember([make_remembered("a", source_text="Привет."), make_remembered("b", "odd", source_text=text)])
    assert [one.target_text for one in store.similar(text, "ru", "en", limit=9)] == ["odd"]


def test_similar_to_endless_text(store: Store) -> None:
    """A text that would take too long to compare resembles nothing."""
    store.remember([make_remembered("a", source_text="x" * 1_000_000)])
    assert store.similar("x" * 1_000_000, "ru", "en", limit=9) == []


def test_parked(opened: StoreMaker) -> None:
    """Parked segments survive, sorted by key; the first reason stays; of some keys, those that are parked are told."""
    parked = [Parked(key=key, source_text=f"Текст {key}", reason="the engine crashed") for key in ("a", "b", "c")]
    store = opened()
    store.park([parked[1], parked[0], Parked(key="a", source_text="x", reason="later")])
    store.park([parked[2], Parked(key="b", source_text="x", reason="later")])
    store.close()
    store = opened()
    assert store.parked() == parked
    assert store.parked(["c", "x", "a"]) == [parked[0], parked[2]]
    assert store.parked([]) == []
    assert store.counts()["parked"] == 3


def test_many_parked(store: Store) -> None:
    """More can be parked and asked for than a statement has room for."""
    parked = [Parked(key=f"{number:05}", source_text="x", reason="y") for number in range(1500)]
    store.park(parked)
    assert store.parked([f"{number:05}" for number in range(3000)]) == parked


def test_unpark(store: Store, clock: StoppedClock) -> None:
    """What is unparked is parked no more, and what failed meanwhile is tried again; nothing else happens."""
    article = make_article(1)
    save(store, article)
    store.save_failure(make_failure(article, due=clock.now() + timedelta(days=1)))
    store.park([Parked(key=key, source_text="x", reason="y") for key in "ab"])
    assert waiting(store, "en", now=clock.now()) == []
    assert store.unpark() == 2
    assert store.parked() == []
    assert waiting(store, "en", now=clock.now()) == [("story00001", "en")]
    assert store.unpark() == 0


def test_a_correction_has_failures_tried_again(store: Store, clock: StoppedClock) -> None:
    """A new one may be what a translation into its language failed for; one that is held already is not."""
    article = make_article(1)
    save(store, article)
    due = clock.now() + timedelta(days=1)
    store.save_corrections([make_correction()])
    for correction in (make_correction(), make_correction("Пока.", to_language="de")):
        store.save_failure(make_failure(article, due=due))
        store.save_corrections([correction])
        assert waiting(store, "en", now=clock.now()) == []
    store.save_corrections([make_correction("Пока.")])
    assert waiting(store, "en", now=clock.now()) == [("story00001", "en")]
