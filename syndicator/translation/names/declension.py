"""Decline the names of persons in Russian, native and foreign, and read declined surnames back.

Pure rules: a dictionary knows few foreign names and takes the rest for what they resemble.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Case(IntEnum):
    """A grammatical case."""

    NOMINATIVE = 0
    GENITIVE = 1
    DATIVE = 2
    ACCUSATIVE = 3
    INSTRUMENTAL = 4
    PREPOSITIONAL = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What a declined name may be."""

    nominative: str
    is_female: bool
    case: Case


_IRREGULAR = {"лев": "льв", "павел": "павл", "пётр": "петр", "петр": "петр"}
"""First names that lose a vowel."""

_SLAVIC = re.compile(r"(?:ов|ев|ёв|ин|ын)$")
_SLAVIC_FEMALE = re.compile(r"(?:ов|ев|ёв|ин|ын)а$")
_ADJECTIVE = re.compile(r"(?:[сцз]кий|[кгх]ий|ый|ой)$")
_FIXED = re.compile(r"(?:[оеэиуюыё]|[ыи]х)$")
_HUSHING = "жчшщц"

_NOUN_A = ("а", "ы", "е", "у", "ой", "е")
_ENDINGS_IN = {
    "slavic": ("", "а", "у", "а", "ым", "е"),
    "slavic female": ("а", "ой", "ой", "у", "ой", "ой"),
    "noun": ("", "а", "у", "а", "ом", "е"),
    "hushing": ("", "а", "у", "а", "ем", "е"),
    "soft": ("ь", "я", "ю", "я", "ем", "е"),
    "soft female": ("ь", "и", "и", "ь", "ью", "и"),
    "й": ("й", "я", "ю", "я", "ем", "е"),
    "ий": ("ий", "ия", "ию", "ия", "ием", "ии"),
    "а": _NOUN_A,
    "а hard": ("а", "и", "е", "у", "ой", "е"),
    "ца": ("а", "ы", "е", "у", "ей", "е"),
    "я": ("я", "и", "е", "ю", "ей", "е"),
    "ия": ("ия", "ии", "ии", "ию", "ией", "ии"),
    "ая": ("ая", "ой", "ой", "ую", "ой", "ой"),
    "ий adjective": ("ий", "ого", "ому", "ого", "им", "ом"),
    "ый adjective": ("ый", "ого", "ому", "ого", "ым", "ом"),
    "ой adjective": ("ой", "ого", "ому", "ого", "ым", "ом"),
    "fixed": ("",) * 6,
}


def decline(name: str, *, is_female: bool, is_surname: bool) -> tuple[str, ...]:
    """Return the six forms of a name of one word, in the order of `Case`; of a hyphenated one, the last part declines.

    What does not decline has six equal forms: a woman's Смит, anybody's Гросси.
    """
    paradigm = _paradigm(name.lower(), is_female=is_female, is_surname=is_surname)
    endings = _ENDINGS_IN[paradigm]
    stem = name[: len(name) - len(endings[0])]
    bare = _IRREGULAR.get(name.lower())
    if bare and not is_surname and not is_female:
        oblique = name[0] + bare[1:]
        return (name, *(oblique + ending for ending in endings[1:]))
    return tuple(stem + ending for ending in endings)


def _paradigm(name: str, *, is_female: bool, is_surname: bool) -> str:  # noqa: C901, PLR0911 - one row for each paradigm
    if is_surname and is_female and _SLAVIC_FEMALE.search(name):
        return "slavic female"
    if is_surname and not is_female and _SLAVIC.search(name):
        return "slavic"
    if name.endswith("ая") and is_surname and is_female:
        return "ая"
    if is_surname and not is_female and (match := _ADJECTIVE.search(name)):
        return f"{match[0][-2:]} adjective"
    if _FIXED.search(name):
        return "fixed"
    for ending in ("ия", "я"):
        if name.endswith(ending):
            return ending
    if name.endswith("а"):
        return "ца" if name.endswith("ца") else "а hard" if name[-2:-1] in "гкхжчшщ" else "а"
    if name.endswith("ь"):
        return "fixed" if is_female and is_surname else "soft female" if is_female else "soft"
    if is_female:
        return "fixed"
    if name.endswith("ий") and not is_surname:
        return "ий"
    return "й" if name.endswith("й") else "hushing" if name[-1:] in _HUSHING else "noun"


_READ_BACK = tuple(
    (re.compile(pattern), cut, add, is_female, cases)
    for pattern, cut, add, is_female, cases in (
        (r"(?:ов|ев|ёв|ин|ын)$", 0, "", False, (0,)),
        (r"(?:ов|ев|ёв|ин|ын)а$", 1, "", False, (1, 3)),
        (r"(?:ов|ев|ёв|ин|ын)а$", 0, "", True, (0,)),
        (r"(?:ов|ев|ёв|ин|ын)у$", 1, "", False, (2,)),
        (r"(?:ов|ев|ёв|ин|ын)у$", 1, "а", True, (3,)),
        (r"(?:ов|ев|ёв|ин|ын)ым$", 2, "", False, (4,)),
        (r"(?:ов|ев|ёв|ин|ын)е$", 1, "", False, (5,)),
        (r"(?:ов|ев|ёв|ин|ын)ой$", 2, "а", True, (1, 2, 4, 5)),
        (r"[сцз]кий$", 0, "", False, (0,)),
        (r"[сцз]кого$", 3, "ий", False, (1, 3)),
        (r"[сцз]кому$", 3, "ий", False, (2,)),
        (r"[сцз]ким$", 2, "ий", False, (4,)),
        (r"[сцз]ком$", 2, "ий", False, (5,)),
        (r"[сцз]кая$", 0, "", True, (0,)),
        (r"[сцз]кую$", 2, "ая", True, (3,)),
        (r"[сцз]кой$", 2, "ая", True, (1, 2, 4, 5)),
        (r"[сцз]кой$", 0, "", False, (0,)),
        (r"(?:енко|дзе|швили)$", 0, "", False, (0, 1, 2, 3, 4, 5)),
        (r"(?:енко|дзе|швили|ук|юк|ян|янц)$", 0, "", True, (0, 1, 2, 3, 4, 5)),
        (r"(?:ук|юк|ян|янц)$", 0, "", False, (0,)),
        (r"(?:ук|юк|ян|янц)а$", 1, "", False, (1, 3)),
        (r"(?:ук|юк|ян|янц)у$", 1, "", False, (2,)),
        (r"(?:ук|юк|ян)ом$|янцем$", 2, "", False, (4,)),
        (r"(?:ук|юк|ян|янц)е$", 1, "", False, (5,)),
        # Adjectives of any kind: Заречная. Of a man's Толстого the nominative can't be told.
        (r"[нртлвбдпм]ый$", 0, "", False, (0,)),
        (r"[нртлвбдпм]ая$", 0, "", True, (0,)),
        (r"[нртлвбдпм]ую$", 2, "ая", True, (3,)),
        (r"(?<!ов)(?<!ев)(?<!ёв)(?<!ин)(?<!ын)(?<=[нртлвбдпм])ой$", 2, "ая", True, (1, 2, 4, 5)),
    )
)
_SHORTEST = 4
"""Letters of a surname that is told by its ending."""


def read_surname(word: str) -> Iterator[Reading]:
    """Yield what a word may be as a form of a surname of Russia or its neighbours; nothing if it looks like none."""
    lower = word.lower()
    for pattern, cut, add, is_female, cases in _READ_BACK:
        if len(word) - cut >= _SHORTEST and pattern.search(lower):
            nominative = word[: len(word) - cut] + add
            for case in cases:
                yield Reading(nominative, is_female, Case(case))


_PATRONYMIC = re.compile(
    r"(?P<male>[а-яё]{2,}ич)(?P<ending>|а|у|ем|е)|(?P<female>[а-яё]{2,}(?:вн|ичн))(?P<ending2>а|ы|е|у|ой)",
    re.IGNORECASE,
)
_CASES_OF = {"": (0,), "а": (1, 3), "у": (2,), "ем": (4,), "е": (5,)}
_CASES_OF_FEMALE = {"а": (0,), "ы": (1,), "е": (2, 5), "у": (3,), "ой": (4,)}


def read_patronymic(word: str) -> Iterator[Reading]:
    """Yield what a word may be as a form of a patronymic; nothing if it doesn't look like one."""
    match = _PATRONYMIC.fullmatch(word)
    if match and match["male"]:
        for case in _CASES_OF[match["ending"]]:
            yield Reading(match["male"], is_female=False, case=Case(case))
    elif match:
        for case in _CASES_OF_FEMALE[match["ending2"]]:
            yield Reading(match["female"] + "а", is_female=True, case=Case(case))
