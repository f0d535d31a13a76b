"""Which stories a topic takes."""

from dataclasses import replace
from typing import Any

import pytest
from support.entries import an_attribution, an_entry, an_original

from syndicator.model import Category, Topic
from syndicator.pipeline.topics import definition_of, make_filter
from syndicator.translation.wordforms import forms_of


def takes(text: str, *words: str) -> bool:
    """Tell whether a topic with these words takes a story with this text."""
    entry = an_original(title="", summary="", html=f"<p>{text}</p>")
    return make_filter(Topic(slug="t", name="T", words=words)).takes([entry])


def topic(**conditions: Any) -> Topic:  # noqa: ANN401
    """Return a topic with these conditions."""
    return Topic(slug="t", name="T", **conditions)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("бюджет", "О БЮДЖЕТАХ городов"),
        ("выборы", "накануне выборов"),
        ("день", "много дней"),
        ("ребёнок", "о ребенке"),
        ("ребенок", "о ребёнке"),
        ("ребёнок", "дети"),
        ("голосовать", "они голосовали"),
        ("санкции", "под санкциями"),
        ("Москва", "в Москве"),
        ("Совет Безопасности", "на заседании Совета Безопасности"),
        ("бизнес-план", "без бизнес-плана"),
        ("country", "in both countries"),
        ("child", "for children"),
        ("vote", "they voted, while voting"),
        ("plan", "a planned visit"),
        ("World Trade Organization", "the World Trade Organization’s rules"),
        ("NATO", "NATO’s summit"),
        ("ООН", "в ООН"),
        ("Wahl", "die Wahl"),
        ("мост", "мо\u00adсты"),
        ("мост", "<b>м</b>осты"),
        ("G20", "the G20 met"),
    ],
)
def test_every_form(word: str, text: str) -> None:
    """A word is found in any form that it takes, ё or е, large or small."""
    assert takes(text, word)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("банк", "между банкой и стеной"),
        ("суд", "у судна"),
        ("WHO", "those who know"),
        ("Совет Безопасности", "Совет говорил о безопасности"),
        ("Совет Безопасности", "Безопасности Совет"),
        ("мост", "перемостить"),
        ("plan", "a planet"),
        ("торговля", ""),
    ],
)
def test_no_form(word: str, text: str) -> None:
    """Another word that looks like it is not found, nor are the words of an expression apart."""
    assert not takes(text, word)


def test_any_language() -> None:
    """A word of one language finds the story in all: what its translation says counts for the original, too."""
    russian = an_original(title="О мосте")
    english = an_entry(title="On trade", summary="", html="")
    assert make_filter(topic(words=("trade",))).takes([russian, english])
    assert make_filter(topic(words=("мост",))).takes([russian, english])
    assert not make_filter(topic(words=("trade",))).takes([russian])


def test_where_words_are_looked_for() -> None:
    """Title, summary and text count, markup does not."""
    wanted = make_filter(topic(words=("мост",)))
    bare = an_original(title="", summary="", html="")
    assert wanted.takes([replace(bare, title="Мост")])
    assert wanted.takes([replace(bare, summary="Мост")])
    assert wanted.takes([replace(bare, html="<p>&#1052;ост</p>")])
    assert not wanted.takes([replace(bare, html='<p><a href="https://a.example/мост">здесь</a></p>')])


def test_conditions_together() -> None:
    """Every condition must be met, by any of its values."""
    entry = an_original(
        title="Мост",
        attribution=an_attribution(slug="vestnik"),
        categories=(Category(term="city", label="Город"),),
    )
    assert make_filter(topic(sources=("tass", "vestnik"), words=("река", "мост"), categories=("Город",))).takes([entry])
    assert not make_filter(topic(sources=("tass",), words=("мост",))).takes([entry])
    assert not make_filter(topic(sources=("vestnik",), words=("река", "поле"))).takes([replace(entry, html="")])
    assert not make_filter(topic(sources=("vestnik",), categories=("Село",))).takes([entry])


@pytest.mark.parametrize("category", ["city", "CITY", "город", "Город"])
def test_categories(category: str) -> None:
    """A category is known by its term or its label, large or small."""
    entry = an_original(categories=(Category(term="city", label="Город"),))
    assert make_filter(topic(categories=(category,))).takes([entry])
    assert not make_filter(topic(categories=(category,))).takes([replace(entry, categories=())])


def test_translated_category() -> None:
    """A category is known by what it is called in a translation, too."""
    entries = [
        an_original(categories=(Category(term="Рынок"),)),
        an_entry(categories=(Category(term="Рынок", label="Market"),)),
    ]
    assert make_filter(topic(categories=("market",))).takes(entries)


def test_nothing_shown() -> None:
    """A story that is shown in no language belongs nowhere."""
    assert not make_filter(topic(sources=("vestnik",))).takes([])


def test_definition() -> None:
    """Another condition is another definition; another name or order is not."""
    one = topic(sources=("a", "b"), words=("c",))
    assert definition_of(one) == definition_of(replace(one, name="Other", names=(("en", "X"),), sources=("b", "a")))
    others = [replace(one, sources=("a",)), replace(one, words=()), replace(one, words=(), categories=("c",))]
    assert len({definition_of(each) for each in [one, *others]}) == 4


def test_name() -> None:
    """A topic is called what its readers' language says, else its own name."""
    trade = Topic(slug="trade", name="Trade", names=(("en", "Trade"), ("ru", "Торговля")))
    assert [trade.name_in(language) for language in ("en", "ru-RU", "de")] == ["Trade", "Торговля", "Trade"]


def test_irregular() -> None:
    """A word that is in no dictionary is found as it is written."""
    assert "кракозябра" in forms_of("Кракозябра")
    assert forms_of("Xyzzy") >= {"xyzzy"}
