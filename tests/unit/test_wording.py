import re
from datetime import UTC, date, datetime
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from syndicator.publishing.catalogue import bound
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

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "syndicator"


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
    ("reader", "words"), [("en", "5 July 2023"), ("ru", "5 июля 2023\xa0г."), ("de", "5 July 2023")]
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
        (0, "0\xa0статей"),
        (1, "1\xa0статья"),
        (2, "2\xa0статьи"),
        (5, "5\xa0статей"),
        (11, "11\xa0статей"),
        (12, "12\xa0статей"),
        (21, "21\xa0статья"),
        (104, "104\xa0статьи"),
        (111, "111\xa0статей"),
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


@pytest.fixture(scope="module")
def russian() -> Catalog:
    """Give the Russian catalogue as it is written."""
    path = PACKAGE / "publishing" / "locale" / "ru" / "LC_MESSAGES" / "syndicator.po"
    with path.open("rb") as file:
        return read_po(file, locale="ru")


def test_every_message_is_translated(russian: Catalog) -> None:
    """What the code and the templates say has a Russian translation, and nothing else has (`scripts/messages`)."""
    loader = SourceFileLoader("messages", str(ROOT / "scripts" / "messages"))
    script = module_from_spec(spec_from_loader("messages", loader))  # type: ignore[arg-type]
    loader.exec_module(script)
    said = {message.id for message in script.extracted() if message.id}
    translated = {message.id for message in russian if message.id and not message.fuzzy and all(_forms(message.string))}
    assert said == translated


def test_translations_fill_the_same_gaps(russian: Catalog) -> None:
    """A translation has the gaps of its message; that of the language goes where a Russian phrase is about Russian."""
    for message in (one for one in russian if one.id):
        gaps = [_gaps(form) for form in (*_forms(message.id), *_forms(message.string))]
        assert all(one - {"language"} == gaps[0] - {"language"} for one in gaps), message.id


def test_russian_plurals(russian: Catalog) -> None:
    """A message that counts has a form for 1, one for 2 to 4 and one for the rest, in the order of the rule."""
    assert russian.num_plurals == 3
    forms = [message.string for message in russian if isinstance(message.id, tuple)]
    assert forms
    assert all(len(set(form)) == 3 for form in forms)


def test_russian_typography(russian: Catalog) -> None:
    """Russian text has its own quotation marks and dashes."""
    for message in (one for one in russian if one.id):
        for form in _forms(message.string):
            assert not re.search("[\"“”'’]| - ", form), form


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Готово — и всё", "Готово\xa0— и\xa0всё"),
        ("В папке (с файлом) на диске", "В\xa0папке (с\xa0файлом) на диске"),
        ("{count} статья", "{count}\xa0статья"),
    ],
)
def test_lines_that_must_not_break(written: str, set_: str) -> None:
    """A preposition of one letter stays with its word, a dash with the word before it, a number with what it counts."""
    assert bound(written) == set_


def _forms(message: object) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message or ())  # type: ignore[arg-type]


def _gaps(form: str) -> set[str]:
    named = {gap for _, gap, _, _ in Formatter().parse(form) if gap}
    return named | set(re.findall(r"%\((\w+)\)s", form))
