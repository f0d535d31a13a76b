"""Write a text in capitals as the sentence that it is, and back; lengths stay. Models hardly know words in capitals.

Names keep a capital and abbreviations all of theirs: in Russian as the dictionary of pymorphy3 has them, in English by
lists. Knows Russian and English; of a text in another language only the first letter stays a capital.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import StringIO

from syndicator.model import primary
from syndicator.translation.morphology import morph
from syndicator.translation.names.folding import plain
from syndicator.translation.names.table import carried
from syndicator.translation.propernouns import ACRONYMS, PHRASES, PROPER
from syndicator.translation.terms.english import AMBIGUOUS

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_OWN = {"ru": re.compile("[А-ЯЁ]+"), "en": re.compile("[A-ZÀ-ÖØ-Þ]+")}
"""A word in another script is none of ours: `APPLE` in a Russian heading."""
_VOWELS = {"ru": frozenset("АЕЁИОУЫЭЮЯ"), "en": frozenset("AEIOUY")}
_SHARE = 0.6
"""Of the letters, from which on a text counts as one in capitals."""
_WORDS = 3
"""More of them make a heading, whatever they are; fewer only if one is an ordinary word."""
_LONG = 4
"""Letters of a word that is no abbreviation, as a rule: nothing shorter is changed amid ordinary text."""
_COMMON = frozenset(
    {"will", "mark", "may", "grant", "rose", "grace", "hope", "joy", "art", "bill", "chase", "frank", "jack", "pat"}
    | {"bush", "major", "power", "brown", "black", "white", "young", "king", "ban", "long", "price", "case", "short"}
    | {"вера", "надежда", "любовь", "роман", "слава", "май", "роза", "лев", "марк", "ким", "пан", "бан", "ян", "си"}
)
"""Names that are ordinary words at least as often."""
_NAME_TAGS = ("Name", "Surn", "Patr", "Geox")
_LIKELY = 0.5


def is_shouting(text: str, language: str) -> bool:
    """Say whether a text is in capitals: most of its letters, in some words that are not just abbreviations."""
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    if upper <= _SHARE * (upper + lower):
        return False
    found = [match[0] for match in _WORD.finditer(text)]
    if len(text.split()) > _WORDS and len(found) > _WORDS:
        return True
    if lower or len(found) < 2:  # noqa: PLR2004 - a word alone may be a name that is written so
        return False
    return any(_is_ordinary(word, primary(language)) for word in found)


def quieted(text: str, language: str) -> str:
    """Return a text in capitals as a sentence, of the same length."""
    code = primary(language)
    quiet = _PART.sub(lambda match: _quiet(match, text, code), _with_double_names(text, code))
    if code in _OWN:
        quiet = _phrases().sub(lambda match: _PART.sub(lambda part: shouted(part[0][0]) + part[0][1:], match[0]), quiet)
    first = next((n for n, character in enumerate(quiet) if character.isalpha()), 0)
    return quiet[:first] + text[first : first + 1] + quiet[first + 1 :]


def calmed(text: str, language: str) -> str:
    """Return an ordinary text with the names and the words in a row that it has in capitals as others write them.

    `Владимир ПУТИН`, `ПРЕЗИДЕНТ РОССИИ заявил`: of the same length. A word alone may be an abbreviation, and stays.
    """
    code = primary(language)
    if code not in _OWN or not any(map(str.islower, text)):
        return text
    loud = [match for match in _WORD.finditer(text) if len(match[0]) >= _LONG and _OWN[code].fullmatch(match[0])]
    rows = _rows(loud, text)
    changed = [
        match
        for row in rows
        for match in row
        if _shape(match[0], code) == "name" or (len(row) > 1 and all(_is_plain(one[0], code) for one in row))
    ]
    for match in changed:
        is_first = not any(map(str.isalnum, text[: match.start()]))
        is_word = _shape(match[0], code) == "word" and not is_first
        word = _lowered(match[0]) if is_word else _capitalised(match[0])
        text = text[: match.start()] + word + text[match.end() :]
    return text


def shouted(text: str) -> str:
    """Return a text in capitals, of the same length (`ß` stays)."""
    return "".join(_same_length(character, character.upper()) for character in text)


def _rows(found: list[re.Match[str]], text: str) -> Iterator[list[re.Match[str]]]:
    """Yield words that stand in a row, with a space between."""
    row: list[re.Match[str]] = []
    for match in found:
        if row and text[row[-1].end() : match.start()] != " ":
            yield row
            row = []
        row.append(match)
    if row:
        yield row


def _with_double_names(text: str, code: str) -> str:
    """Return the text with hyphened names that the dictionary has as one word: `САНКТ-ПЕТЕРБУРГ`."""
    if code != "ru" or "-" not in text:
        return text

    def named(match: re.Match[str]) -> str:
        is_name = "-" in match[0] and match[0].isupper() and _shape(match[0], code) == "name"
        return _PART.sub(lambda part: _capitalised(part[0]), match[0]) if is_name else match[0]

    return _WORD.sub(named, text)


def _quiet(match: re.Match[str], text: str, code: str) -> str:
    word = match[0]
    if not word.isupper():
        return word
    if code not in _OWN:
        return _lowered(word)
    if not _OWN[code].fullmatch(word):
        return word
    is_initial = len(word) == 1 and text[match.end() : match.end() + 1] == "."
    shape = "acronym" if is_initial else _shape(word, code)
    if shape == "acronym":
        return word
    return _lowered(word) if shape == "word" else _capitalised(word)


def _is_ordinary(word: str, code: str) -> bool:
    """Say whether a word in capitals is certainly no abbreviation."""
    if code not in _OWN or len(word) < _LONG or not _OWN[code].fullmatch(word):
        return False
    return _shape(word, code) == "word" or word.lower() in PROPER


def _is_plain(word: str, code: str) -> bool:
    return _shape(word, code) in {"name", "word"}


def _shape(word: str, code: str) -> str:
    """Tell what a word in capitals is: a `name`, an `acronym`, a `word`, or a name or abbreviation, nobody `knows`."""
    return _russian(word) if code == "ru" else _english(word)


def _english(word: str) -> str:
    if word == "I":
        return "acronym"
    low = word.lower()
    if low in ACRONYMS or (low in _acronyms() and low not in AMBIGUOUS):
        return "acronym"
    if low in PROPER or plain(word) in _names():
        return "name"
    is_spelled = len(word) > 1 and _VOWELS["en"].isdisjoint(word)
    return "acronym" if is_spelled else "word"


def _russian(word: str) -> str:
    low = word.lower()
    if low in _acronyms() or low in ACRONYMS:
        return "acronym"
    if plain(word) in _names():
        return "name"
    parses = morph().parse(low)
    if not parses[0].is_known:
        return "acronym" if len(word) <= _LONG or _VOWELS["ru"].isdisjoint(word) else "nobody knows"
    for tag, shape in (("Abbr", "acronym"), ("Orgn", "nobody knows")):
        if tag in parses[0].tag:
            return shape
    of_names = sum(one.score for one in parses if any(tag in one.tag for tag in _NAME_TAGS))
    return "name" if of_names > _LIKELY else "word"


@cache
def _acronyms() -> frozenset[str]:
    """Return the abbreviations among the agreed names of bodies, in small letters."""
    text = files("syndicator.translation.terms").joinpath("starter.csv").read_text(encoding="utf-8")
    cells = (cell for row in csv.reader(StringIO(text)) for cell in row)
    found = (word for cell in cells for word in _PART.findall(cell))
    return frozenset(word.lower() for word in found if len(word) > 1 and word.isupper())


@cache
def _names() -> frozenset[str]:
    """Return the words of the names of persons that we carry, as `plain` writes them; not those of one or two letters.

    Nor what is an ordinary word at least as often.
    """
    wordings = (wording for entry in carried() for wording in (*entry.ru, *entry.en))
    found = (word for wording in wordings for word in _PART.findall(wording) if word[0].isupper())
    return frozenset(plain(word) for word in found if len(word) > 2) - _COMMON  # noqa: PLR2004 - as above


@cache
def _phrases() -> re.Pattern[str]:
    """Return a pattern of names whose words say nothing alone: Xi Jinping, New York."""
    persons = {wording for entry in carried() if entry.part == "whole" for wording in (*entry.ru, *entry.en)}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(persons | PHRASES)))})\b", re.IGNORECASE)


def _lowered(word: str) -> str:
    return "".join(_same_length(letter, letter.lower()) for letter in word)


def _capitalised(word: str) -> str:
    return word[0] + _lowered(word[1:])


def _same_length(before: str, after: str) -> str:
    return after if len(after) == 1 else before
