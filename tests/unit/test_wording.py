import dataclasses
from datetime import UTC, date, datetime
from string import Formatter

import pytest

from syndicator.publishing.wording import (
    count_words,
    day_words,
    direction,
    doubt,
    from_language,
    language_name,
    moment_words,
    own_name,
    phrases,
)
from syndicator.translation.check import checks
from syndicator.translation.finishing import TERM_MARK


def test_same_gaps() -> None:
    """Every phrase has the same gaps to fill in each language."""
    english, russian = phrases("en"), phrases("ru")
    for field in dataclasses.fields(english):
        gaps = [
            {gap for _, gap, _, _ in Formatter().parse(getattr(words, field.name)) if gap}
            for words in (english, russian)
        ]
        # Russian phrases about an edition are always about the Russian one and need no name for it.
        assert gaps[0] - {"language"} == gaps[1] - {"language"}, field.name


@pytest.mark.parametrize(("language", "spoken"), [("en", "en"), ("ru", "ru"), ("ru-RU", "ru"), ("de", "en")])
def test_phrases(language: str, spoken: str) -> None:
    """Readers are spoken to in their language, and in English where it is not known."""
    assert phrases(language).language == spoken


@pytest.mark.parametrize(
    ("language", "reader", "words"),
    [
        ("ru", "en", "Russian"),
        ("ru", "ru", "с русского"),
        ("en", "ru", "с английского"),
        ("sk", "ru", "со словацкого"),
        ("sv", "ru", "со шведского"),
        ("sr", "ru", "с сербского"),
        ("he", "ru", "с иврита"),
        ("hi", "ru", "с хинди"),
        ("cs", "ru", "с чешского"),
        ("nb", "ru", "с норвежского букмола"),
        ("pt-BR", "ru", "с португальского (BR)"),
        ("und", "ru", "с неизвестного языка"),
        ("und", "en", "an unknown language"),
        ("de", "fr", "German"),
        ("xx", "ru", "с xx"),
    ],
)
def test_from_language(language: str, reader: str, words: str) -> None:
    """A language is named as it follows "translated from", in Russian in the genitive after "с" or "со"."""
    assert from_language(language, reader=reader) == words


@pytest.mark.parametrize(
    ("language", "reader", "words"),
    [("en", "ru", "английский"), ("ru", "en", "Russian"), ("RU", "en", "Russian"), ("pt-BR", "en", "Portuguese (BR)")],
)
def test_language_name(language: str, reader: str, words: str) -> None:
    """A language is named in the reader's language."""
    assert language_name(language, reader=reader) == words


@pytest.mark.parametrize(
    ("language", "name"), [("ru", "русский"), ("de", "Deutsch"), ("xx", "xx"), ("sr-Latn", "српски (Latn)")]
)
def test_own_name(language: str, name: str) -> None:
    """A language calls itself by its own name, one that is not known by its tag."""
    assert own_name(language) == name


@pytest.mark.parametrize(
    ("reader", "words"), [("en", "5 July 2023"), ("ru", "5 июля 2023\xa0г."), ("de", "2023-07-05")]
)
def test_day(reader: str, words: str) -> None:
    """A day is written as readers write it."""
    assert day_words(date(2023, 7, 5), reader=reader) == words


def test_moment() -> None:
    """A moment names its hour and that it is UTC."""
    assert moment_words(datetime(2023, 7, 5, 4, 7, tzinfo=UTC), reader="ru") == "5 июля 2023\xa0г., 04:07 UTC"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 статей"),
        (1, "1 статья"),
        (2, "2 статьи"),
        (5, "5 статей"),
        (11, "11 статей"),
        (12, "12 статей"),
        (21, "21 статья"),
        (104, "104 статьи"),
        (111, "111 статей"),
    ],
)
def test_russian_count(count: int, words: str) -> None:
    """A Russian noun takes the form that its number asks for."""
    assert count_words(count, reader="ru") == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles")])
def test_english_count(count: int, words: str) -> None:
    """An English noun is plural but after one."""
    assert count_words(count, reader="en") == words


@pytest.mark.parametrize(("language", "expected"), [("ru", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("xx", "ltr")])
def test_direction(language: str, expected: str) -> None:
    """Hebrew and Arabic are written from right to left."""
    assert direction(language) == expected


def test_every_doubt_is_said_in_russian() -> None:
    """Whatever a check may find; what it is about stays as it stands."""
    reasons = {reason for table in (checks._ANY_PAIR, checks._KNOWN, checks._UNKNOWN) for reason, _ in table}
    marks = [*reasons, checks.EMPTY, f"{TERM_MARK} (the SCO)", "name may be wrong: Иванов", "a link has lost its words"]

    assert not [mark for mark in marks if doubt(f"{mark}: “x”", reader="ru").startswith(mark)]
    assert doubt("number missing: “В 2023”", reader="ru") == "пропало число: “В 2023”"
    assert doubt("number missing: “В 2023”", reader="en") == "number missing: “В 2023”"
