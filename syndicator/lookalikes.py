"""Write a word whose letters are of two scripts in one: `cтрана` with a Latin `c`. Pure; lengths stay.

Such words come of keyboards, scanners and people who dodge filters. A reader sees nothing; a model or a dictionary
doesn't know the word.
"""

import re

_LATIN = "aceopxyABCEHKMOPTXY"
_CYRILLIC = "асеорхуАВСЕНКМОРТХУ"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_MIXED = re.compile(r"(?:[A-Za-z]+[А-яЁё]|[А-яЁё]+[A-Za-z])[A-Za-zА-яЁё]*")
_IN_LATIN, _IN_CYRILLIC = re.compile("[A-Za-z]"), re.compile("[А-яЁё]")
_WITH_ENDING = re.compile("[A-Z]{2,}[а-яё]+|[A-Za-z]{3,}[а-яё]{1,3}")
"""A Latin name or abbreviation that is declined: `SMSка`, `HRа`."""


def unmixed(text: str, *, is_cyrillic: bool) -> str:
    """Return a text in which each word of mixed letters that look alike is in one script.

    `is_cyrillic` decides where a word may be either. Where a word can be in neither it stays.
    """
    # Both kinds of letters in one text are rare enough to look for them first.
    if not _IN_LATIN.search(text) or not _IN_CYRILLIC.search(text):
        return text
    return _MIXED.sub(lambda match: _unmixed(match[0], is_cyrillic=is_cyrillic), text)


def comparable(text: str) -> str:
    """Return what a text has in common with any that looks the same."""
    return text.translate(_TO_CYRILLIC)


def _unmixed(word: str, *, is_cyrillic: bool) -> str:
    cyrillic, latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    can_be_cyrillic, can_be_latin = not _IN_LATIN.search(cyrillic), not _IN_CYRILLIC.search(latin)
    if can_be_cyrillic and (is_cyrillic or not can_be_latin):
        return cyrillic
    if can_be_latin and not _WITH_ENDING.fullmatch(word):
        return latin
    return word
