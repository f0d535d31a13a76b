"""What feeds and pages say to their readers, in the reader's language: Russian or English; English stands in.

Words come from the gettext catalogues, names of languages and dates from CLDR. Nothing here is HTML: whoever puts it
into a page escapes it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from syndicator.model import primary
from syndicator.publishing.catalogue import catalogue, noted, spoken

if TYPE_CHECKING:
    from babel import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What is said in feeds and on pages alike, in one language; `{…}` are filled with `str.format`."""

    language: str
    source: str
    original: str
    author: str
    translation: str
    notice: str
    """`{language}` from `from_language`, `{engine}` as the translation names it."""
    doubtful: str
    doubts: str
    read_original: str
    rights: str
    stated: str
    enclosures: str
    updated: str
    untitled: str
    nothing: str
    all_sources: str
    about_language: str
    about_source: str
    about_topic: str
    about_bilingual: str
    bilingual: str
    about_index: str


_DOUBTS = (
    noted("no translation"),
    noted("repeats itself"),
    noted("length differs too much"),
    noted("part of the text missing"),
    noted("the engine was unsure"),
    noted("words left in the original's script"),
    noted("unreadable characters"),
    noted("brackets differ"),
    noted("quotation marks differ"),
    noted("number missing"),
    noted("number added"),
    noted("percentage differs"),
    noted("currency differs"),
    noted("date differs"),
    noted("negation lost"),
    noted("agreed term missing"),
    noted("name may be wrong"),
    noted("a link has lost its words"),
)
"""What a mark begins with; all are in the catalogues."""
_LOCALES = MappingProxyType({"en": "en_GB", "ru": "ru"})
_UNKNOWN = "und"
_GENITIVES = MappingProxyType(
    {
        "иврит": "иврита",
        "норвежский букмол": "норвежского букмола",
        "неизвестный язык": "неизвестного языка",
    }
)
"""In Russian, those that the rule in `_genitive` misses."""
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@cache
def phrases(language: str) -> Phrases:
    """Return what is said to readers of a language; in English where there are no phrases in it."""
    _ = catalogue(spoken(language)).gettext
    return Phrases(
        language=spoken(language),
        source=_("Source"),
        original=_("Original ({language})"),
        author=_("Author"),
        translation=_("machine translation"),
        notice=_("This text was machine-translated from {language} by {engine}."),
        doubtful=_("Automatic checks found parts of this translation doubtful."),
        doubts=_("What is doubtful"),
        read_original=_("Read the original"),
        rights=_("Rights"),
        stated=_("Source as stated"),
        enclosures=_("Attached"),
        updated=_("Updated"),
        untitled=_("Untitled"),
        nothing=_("There is nothing here yet."),
        all_sources=_("All sources"),
        about_language=_(
            "Articles of all sources in {language}. What was written in another language is machine-translated."
        ),
        about_source=_(
            "Articles of “{source}” in {language}, published by {publisher}. "
            "What was written in another language is machine-translated."
        ),
        about_topic=_(
            "Articles on “{topic}” in {language}, published by {publisher}. "
            "What was written in another language is machine-translated."
        ),
        about_bilingual=_(
            "Articles of all sources in {language}. What was machine-translated has its original beside it, "
            "sentence by sentence."
        ),
        bilingual=_("with originals"),
        about_index=_(
            "Copy the address of a feed into your feed reader to subscribe, or import all of them from one file:"
        ),
    )


def doubt(mark: str, *, reader: str) -> str:
    """Return a mark as readers of `reader` say it; what it is about stays as it is."""
    begun = next((reason for reason in _DOUBTS if mark.startswith(reason)), None)
    if begun is None:
        return mark
    return catalogue(spoken(reader)).gettext(begun) + mark.removeprefix(begun)


def own_name(language: str) -> str:
    """Return what a language calls itself (`русский`); its tag where that is not known."""
    return _name(language, _names_in(primary(language)))


def language_name(language: str, *, reader: str) -> str:
    """Return a language's name as readers of `reader` say it: `Russian`, `русский`."""
    if primary(language) == _UNKNOWN:
        return catalogue(spoken(reader)).gettext("an unknown language")
    return _name(language, _names_in(spoken(reader)))


def from_language(language: str, *, reader: str) -> str:
    """Return the name as it follows "translated from": `Russian`; in Russian with the preposition: `с русского`."""
    name = language_name(language, reader=reader)
    if spoken(reader) != "ru":
        return name
    genitive = _genitive(name)
    # "со" before с, з, ш or ж and another consonant: со словацкого, со шведского.
    return ("со " if re.match("[сзшж][бвгджзйклмнпрстфхцчшщ]", genitive) else "с ") + genitive


def direction(language: str) -> str:
    """Return the writing direction of a language as HTML names it: `ltr` or `rtl`."""
    return "rtl" if primary(language) in _RIGHT_TO_LEFT else "ltr"


def day_words(day: date, *, reader: str, with_weekday: bool = False) -> str:
    """Return a day as readers write it: `5 July 2023`, `5 июля 2023 г.`; in English to those not spoken to."""
    from babel.dates import format_date  # noqa: PLC0415 - most passes publish nothing

    words = format_date(day, "full" if with_weekday else "long", locale=_locale(spoken(reader)))
    return words.replace("\u202f", "\xa0")  # many fonts have no narrow one


def moment_words(moment: datetime, *, reader: str) -> str:
    """Return a moment in UTC as readers write it: `5 July 2023, 14:05 UTC`."""
    return f"{day_words(moment.date(), reader=reader)}, {moment:%H:%M} UTC"


def count_words(count: int, *, reader: str) -> str:
    """Return how many articles, in words: `1 article`, `21 статья`, `3 статьи`, `12 статей`."""
    return catalogue(spoken(reader)).ngettext("{count} article", "{count} articles", count).format(count=count)


def number_words(number: float, *, reader: str) -> str:
    """Return a number as readers write it: `12,345.6`, `12 345,6`."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - most passes publish nothing

    return str(format_decimal(number, locale=_locale(spoken(reader))))


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale  # noqa: PLC0415 - takes 0.1 s

    return Locale.parse(_LOCALES[language])


@cache
def _names_in(language: str) -> Mapping[str, str]:
    """Return the names of languages in a language, by tag; none where CLDR has not that language."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - takes 0.1 s

    try:
        return Locale.parse(_LOCALES.get(language, language)).languages
    except (UnknownLocaleError, ValueError):
        return {}


def _name(language: str, names: Mapping[str, str]) -> str:
    own = primary(language)
    name = "—" if own == _UNKNOWN else names.get(own)
    if name is None:
        return language
    _, _, rest = language.partition("-")
    return name + (f" ({rest})" if rest else "")


def _genitive(name: str) -> str:
    plain, bracket, rest = name.partition(" (")
    if plain not in _GENITIVES and plain.endswith("ий"):
        return plain.removesuffix("ий") + "ого" + bracket + rest
    return _GENITIVES.get(plain, plain) + bracket + rest
