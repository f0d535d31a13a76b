"""What feeds and pages say to their readers, in the reader's language. Knows Russian and English; English stands in.

Language names follow CLDR. Nothing here is HTML: whoever puts it into a page escapes it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from syndicator.model import primary


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What is said in one language; `{…}` are filled with `str.format`."""

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
    about_index: str


_ENGLISH = Phrases(
    language="en",
    source="Source",
    original="Original ({language})",
    author="Author",
    translation="machine translation",
    notice="This text was machine-translated from {language} by {engine}.",
    doubtful="Automatic checks found parts of this translation doubtful.",
    doubts="What is doubtful",
    read_original="Read the original",
    rights="Rights",
    stated="Source as stated",
    enclosures="Attached",
    updated="Updated",
    untitled="Untitled",
    nothing="There is nothing here yet.",
    all_sources="All sources",
    about_language="Articles of all sources in {language}. What was written in another language is machine-translated.",
    about_source="Articles of “{source}” in {language}, published by {publisher}. "
    "What was written in another language is machine-translated.",
    about_index="Copy the address of a feed into your feed reader to subscribe, or import all of them from one file:",
)
_RUSSIAN = Phrases(
    language="ru",
    source="Источник",
    original="Оригинал ({language})",
    author="Автор",
    translation="машинный перевод",
    notice="Машинный перевод {language}: {engine}.",
    doubtful="Автоматическая проверка сочла части этого перевода сомнительными.",
    doubts="Что сомнительно",
    read_original="Читать оригинал",
    rights="Права",
    stated="Источник, как он указан в тексте",
    enclosures="Вложения",
    updated="Обновлено",
    untitled="Без заголовка",
    nothing="Здесь пока ничего нет.",
    all_sources="Все источники",
    about_language="Статьи всех источников на русском языке. Написанное на других языках переведено машиной.",
    about_source="Статьи источника «{source}» на русском языке; публикует {publisher}. "
    "Написанное на других языках переведено машиной.",
    about_index="Чтобы подписаться, скопируйте адрес ленты в программу для чтения "
    "или импортируйте все ленты одним файлом:",
)
_DOUBTS = MappingProxyType(
    {
        "no translation": "перевода нет",
        "repeats itself": "повторы",
        "length differs too much": "длина слишком отличается",
        "part of the text missing": "часть текста пропала",
        "the engine was unsure": "модель не уверена",
        "words left in the original's script": "остались слова оригинала",
        "unreadable characters": "нечитаемые знаки",
        "brackets differ": "скобки не те",
        "quotation marks differ": "кавычки не те",
        "number missing": "пропало число",
        "number added": "лишнее число",
        "percentage differs": "проценты не те",
        "currency differs": "валюта не та",
        "date differs": "дата не та",
        "negation lost": "потеряно отрицание",
        "agreed term missing": "нет принятого термина",
        "name may be wrong": "имя, возможно, неверно",
        "a link has lost its words": "ссылка осталась без слов",
    }
)
"""In Russian, what a mark begins with."""
_PHRASES = MappingProxyType({"en": _ENGLISH, "ru": _RUSSIAN})

# Tag: its name in English, in Russian, in itself. Russian genitives that the rule in `_genitive` misses follow below.
_NAMES = MappingProxyType({
    "ar": ("Arabic", "арабский", "العربية"),
    "az": ("Azerbaijani", "азербайджанский", "azərbaycan"),
    "be": ("Belarusian", "белорусский", "беларуская"),
    "bg": ("Bulgarian", "болгарский", "български"),
    "bn": ("Bangla", "бенгальский", "বাংলা"),
    "bs": ("Bosnian", "боснийский", "bosanski"),
    "ca": ("Catalan", "каталанский", "català"),
    "cs": ("Czech", "чешский", "čeština"),
    "da": ("Danish", "датский", "dansk"),
    "de": ("German", "немецкий", "Deutsch"),
    "el": ("Greek", "греческий", "Ελληνικά"),
    "en": ("English", "английский", "English"),
    "eo": ("Esperanto", "эсперанто", "esperanto"),
    "es": ("Spanish", "испанский", "español"),
    "et": ("Estonian", "эстонский", "eesti"),
    "eu": ("Basque", "баскский", "euskara"),
    "fa": ("Persian", "персидский", "فارسی"),
    "fi": ("Finnish", "финский", "suomi"),
    "fr": ("French", "французский", "français"),
    "ga": ("Irish", "ирландский", "Gaeilge"),
    "gl": ("Galician", "галисийский", "galego"),
    "he": ("Hebrew", "иврит", "עברית"),
    "hi": ("Hindi", "хинди", "हिन्दी"),
    "hr": ("Croatian", "хорватский", "hrvatski"),
    "hu": ("Hungarian", "венгерский", "magyar"),
    "hy": ("Armenian", "армянский", "հայերեն"),
    "id": ("Indonesian", "индонезийский", "Indonesia"),
    "it": ("Italian", "итальянский", "italiano"),
    "ja": ("Japanese", "японский", "日本語"),
    "ka": ("Georgian", "грузинский", "ქართული"),
    "kk": ("Kazakh", "казахский", "қазақ тілі"),
    "ko": ("Korean", "корейский", "한국어"),
    "ky": ("Kyrgyz", "киргизский", "кыргызча"),
    "lt": ("Lithuanian", "литовский", "lietuvių"),
    "lv": ("Latvian", "латышский", "latviešu"),
    "mk": ("Macedonian", "македонский", "македонски"),
    "mn": ("Mongolian", "монгольский", "монгол"),
    "ms": ("Malay", "малайский", "Melayu"),
    "nb": ("Norwegian Bokmål", "норвежский букмол", "norsk bokmål"),
    "nl": ("Dutch", "нидерландский", "Nederlands"),
    "no": ("Norwegian", "норвежский", "norsk"),
    "pl": ("Polish", "польский", "polski"),
    "pt": ("Portuguese", "португальский", "português"),
    "ro": ("Romanian", "румынский", "română"),
    "ru": ("Russian", "русский", "русский"),
    "sk": ("Slovak", "словацкий", "slovenčina"),
    "sl": ("Slovenian", "словенский", "slovenščina"),
    "sq": ("Albanian", "албанский", "shqip"),
    "sr": ("Serbian", "сербский", "српски"),
    "sv": ("Swedish", "шведский", "svenska"),
    "sw": ("Swahili", "суахили", "Kiswahili"),
    "tg": ("Tajik", "таджикский", "тоҷикӣ"),
    "th": ("Thai", "тайский", "ไทย"),
    "tk": ("Turkmen", "туркменский", "türkmen dili"),
    "tr": ("Turkish", "турецкий", "Türkçe"),
    "tt": ("Tatar", "татарский", "татар"),
    "uk": ("Ukrainian", "украинский", "українська"),
    "und": ("an unknown language", "неизвестный язык", "—"),
    "ur": ("Urdu", "урду", "اردو"),
    "uz": ("Uzbek", "узбекский", "o‘zbek"),
    "vi": ("Vietnamese", "вьетнамский", "Tiếng Việt"),
    "zh": ("Chinese", "китайский", "中文"),
})  # fmt: skip
_GENITIVES = MappingProxyType(
    {
        "иврит": "иврита",
        "норвежский букмол": "норвежского букмола",
        "неизвестный язык": "неизвестного языка",
    }
)
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_MONTHS = MappingProxyType({
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня", "июля"),
        *("августа", "сентября", "октября", "ноября", "декабря"),
    ),
})  # fmt: skip


def phrases(language: str) -> Phrases:
    """Return what is said to readers of a language; in English where there are no phrases in it."""
    return _PHRASES.get(primary(language), _ENGLISH)


def doubt(mark: str, *, reader: str) -> str:
    """Return a mark as readers of `reader` say it; what it is about stays as it is."""
    known = _DOUBTS if phrases(reader).language == "ru" else {}
    begun = next((reason for reason in known if mark.startswith(reason)), None)
    return f"{known[begun]}{mark.removeprefix(begun)}" if begun else mark


def own_name(language: str) -> str:
    """Return what a language calls itself (`русский`); its tag where that is not known."""
    return _name(language, column=2)


def language_name(language: str, *, reader: str) -> str:
    """Return a language's name as readers of `reader` say it: `Russian`, `русский`."""
    return _name(language, column=1 if phrases(reader).language == "ru" else 0)


def from_language(language: str, *, reader: str) -> str:
    """Return the name as it follows "translated from": `Russian`; in Russian with the preposition: `с русского`."""
    name = language_name(language, reader=reader)
    if phrases(reader).language != "ru":
        return name
    genitive = _genitive(name)
    # "со" before с, з, ш or ж and another consonant: со словацкого, со шведского.
    return ("со " if re.match("[сзшж][бвгджзйклмнпрстфхцчшщ]", genitive) else "с ") + genitive


def direction(language: str) -> str:
    """Return the writing direction of a language as HTML names it: `ltr` or `rtl`."""
    return "rtl" if primary(language) in _RIGHT_TO_LEFT else "ltr"


def day_words(day: date, *, reader: str) -> str:
    """Return a day as readers write it: `5 July 2023`, `5 июля 2023 г.`; ISO 8601 where that is not known."""
    months = _MONTHS.get(primary(reader))
    if months is None:
        return day.isoformat()
    return f"{day.day} {months[day.month - 1]} {day.year}" + ("\xa0г." if primary(reader) == "ru" else "")


def moment_words(moment: datetime, *, reader: str) -> str:
    """Return a moment in UTC as readers write it: `5 July 2023, 14:05 UTC`."""
    return f"{day_words(moment.date(), reader=reader)}, {moment:%H:%M} UTC"


def count_words(count: int, *, reader: str) -> str:
    """Return how many articles, in words: `1 article`, `21 статья`, `3 статьи`, `12 статей`."""
    if phrases(reader).language != "ru":
        return f"{count} article" + ("" if count == 1 else "s")
    return f"{count} {_counted(count, ('статья', 'статьи', 'статей'))}"


def _counted(count: int, forms: tuple[str, str, str]) -> str:
    """Return the form of a Russian noun that goes with a number: those after 1, after 2 to 4, after the others."""
    one, few, many = forms
    is_teen = count % 100 // 10 == 1
    return many if is_teen else {1: one, 2: few, 3: few, 4: few}.get(count % 10, many)


def _name(language: str, *, column: int) -> str:
    names = _NAMES.get(primary(language))
    if names is None:
        return language
    _, _, rest = language.partition("-")
    return names[column] + (f" ({rest})" if rest else "")


def _genitive(name: str) -> str:
    plain, bracket, rest = name.partition(" (")
    if plain not in _GENITIVES and plain.endswith("ий"):
        return plain.removesuffix("ий") + "ого" + bracket + rest
    return _GENITIVES.get(plain, plain) + bracket + rest
