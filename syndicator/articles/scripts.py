"""Tell what script a text is in and which languages can be written so.

Knows scripts and alphabets; refuses to know words: which of the languages it is, `evidence` and `detect` find out.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

LATIN = frozenset(
    {
        *("af", "az", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "id"),
        *("is", "it", "lt", "lv", "ms", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sr", "sv", "sw", "tl"),
        *("tr", "uz", "vi"),
    }
)
"""The languages that a text in Latin letters may be called. py3langid knows rarer ones, but a text said to be in one is
mostly a short English title; Bosnian it can't tell from Croatian, and Nynorsk is Norwegian, too."""

_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
ALPHABETS = {
    language: frozenset(letters)
    for language, letters in {
        "ru": _RUSSIAN,
        "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "be": "абвгґдеёжзійклмнопрстуўфхцчшыьэюя",
        "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
        "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
        "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
        "kk": _RUSSIAN + "әғқңөұүһі",
        "ky": _RUSSIAN + "ңөү",
        "mn": _RUSSIAN + "өү",
        "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
        "tt": _RUSSIAN + "әөүҗңһ",
        "ba": _RUSSIAN + "ғҙҡңөҫүһә",
    }.items()
}
"""The lower-case letters of the languages in Cyrillic script that py3langid knows. The gate: і ї є ґ ў ә ғ қ ұ ү һ ң ө
ђ ћ ѓ ќ ѕ ј љ њ џ are in no Russian text, whatever a model says."""

FOREIGN_SHARE = 0.01
"""A text may quote so much in another alphabet: Ukrainian names in Russian news, and the reverse."""

_LANGUAGES = {
    "LATIN": LATIN,
    "CJK": frozenset({"ja", "zh"}),
    "KANA": frozenset({"ja"}),
    "HANGUL": frozenset({"ko"}),
    "ARABIC": frozenset({"ar", "fa", "ps", "ug", "ur"}),
    "ARMENIAN": frozenset({"hy"}),
    "BENGALI": frozenset({"as", "bn"}),
    "DEVANAGARI": frozenset({"hi", "mr", "ne"}),
    "ETHIOPIC": frozenset({"am"}),
    "GEORGIAN": frozenset({"ka"}),
    "GREEK": frozenset({"el"}),
    "GUJARATI": frozenset({"gu"}),
    "GURMUKHI": frozenset({"pa"}),
    "HEBREW": frozenset({"he"}),
    "KANNADA": frozenset({"kn"}),
    "KHMER": frozenset({"km"}),
    "LAO": frozenset({"lo"}),
    "MALAYALAM": frozenset({"ml"}),
    "MYANMAR": frozenset({"my"}),
    "SINHALA": frozenset({"si"}),
    "TAMIL": frozenset({"ta"}),
    "TELUGU": frozenset({"te"}),
    "THAI": frozenset({"th"}),
}

NAME_LETTER = 0.5
"""What a Latin letter counts beside one of another script: their texts are full of Latin names, the reverse is rare."""
MIXED_LETTERS = 150
MIXED_SHARE = 0.35
"""A text of so many letters, this share of them in a second script, is in two languages and not just full of names."""
_KANA_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """The scripts of a text, as Unicode names them (`LATIN`, `CYRILLIC`, `CJK`)."""

    main: str | None
    """None for a text without letters."""
    letters: int
    """In `main`."""
    second: str | None
    """The other script of a text that is half in one and half in another; None for all others."""


@cache
def script(letter: str) -> str:
    """Return the script of a letter. Han characters and kana are one: Japanese is written in both."""
    name = unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]
    return "CJK" if name in {"HIRAGANA", "KATAKANA"} else name


def find_scripts(text: str) -> Scripts:
    """Return what scripts a text is in."""
    counts = Counter[str]()
    kana = 0
    for character, count in Counter(text).items():
        if character.isalpha():
            counts[script(character)] += count
            kana += count if unicodedata.name(character, "").startswith(("HIRAGANA", "KATAKANA")) else 0
    if not counts:
        return Scripts(main=None, letters=0, second=None)
    ranking = sorted(counts, key=lambda name: -counts[name] * (NAME_LETTER if name == "LATIN" else 1))
    main, *others = ranking
    total = sum(counts.values())
    is_mixed = bool(others) and total >= MIXED_LETTERS and counts[others[0]] >= MIXED_SHARE * total
    letters = counts[main]
    if main == "CJK" and kana >= _KANA_SHARE * letters:
        main = "KANA"
    return Scripts(main=main, letters=letters, second=others[0] if is_mixed else None)


def languages_of(script_name: str, letters: Iterable[str]) -> frozenset[str]:
    """Return the languages that can be written in a script with these lower-case letters; empty for an unknown script.

    For Cyrillic: those whose alphabet has all the letters, but for `FOREIGN_SHARE` of them.
    """
    if script_name != "CYRILLIC":
        return _LANGUAGES.get(script_name, frozenset())
    counts = Counter(letters)
    foreign = {
        language: sum(count for letter, count in counts.items() if letter not in alphabet)
        for language, alphabet in ALPHABETS.items()
    }
    most = min(foreign.values()) + FOREIGN_SHARE * counts.total()
    return frozenset(language for language, count in foreign.items() if count <= most)
