"""Write English terms in the singular and plural, and with the article that fits. Knows no text."""

import re

AMBIGUOUS = frozenset({"act", "aid", "aids", "am", "can", "it", "may", "no", "pace", "pact", "us", "who"})
"""Abbreviations that are words: in a text in capitals nobody can tell which."""
ARTICLES = frozenset({"a", "an", "the"})
PREPOSITIONS = frozenset(
    {
        "about",
        "after",
        "against",
        "among",
        "and",
        "at",
        "before",
        "between",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "over",
        "than",
        "through",
        "to",
        "towards",
        "under",
        "with",
        "within",
        "without",
    }
)
_IRREGULAR = {
    "man": "men",
    "woman": "women",
    "person": "people",
    "child": "children",
    "foot": "feet",
    "crisis": "crises",
    "basis": "bases",
    "analysis": "analyses",
    "criterion": "criteria",
    "phenomenon": "phenomena",
}
_SINGULARS = {plural: singular for singular, plural in _IRREGULAR.items()}
_HISSING = re.compile(r"(?:s|x|z|ch|sh)$")
_PLURAL = re.compile(r"(?:[^aiousy]|[aeo]y)s$")
_LIKE_VOWELS = frozenset("AEFHILMNORSX")
"""Letters whose names begin with a vowel: an SCO summit."""
_LIKE_YOU = re.compile(r"uni|us[aeu]|eu|onc?e\b|ur[ao]|ut[ei]")
"""Words that begin with a vowel in writing only: a union."""


def plural(word: str) -> str:
    """Return the plural of a noun."""
    lower = word.lower()
    if lower in _IRREGULAR:
        return word[:1] + _IRREGULAR[lower][1:]
    if _HISSING.search(lower):
        return word + "es"
    return word[:-1] + "ies" if re.search(r"[^aeiou]y$", lower) else word + "s"


def forms(word: str) -> frozenset[str]:
    """Return a word, folded, with its plural and what it may be the plural of."""
    found = {word, plural(word), _SINGULARS.get(word, word)}
    if word.endswith("ies"):
        found.add(word[:-3] + "y")
    if word.endswith("es") and _HISSING.search(word[:-2]):
        found.add(word[:-2])
    if is_plural(word) and word.endswith("s"):
        found.add(word[:-1])
    return frozenset(found)


def is_plural(word: str) -> bool:
    """Say whether a word looks like a plural."""
    lower = word.lower()
    return lower in _SINGULARS or _PLURAL.search(lower) is not None


def head(words: list[str]) -> int:
    """Return the place of the word that takes the plural: `minister` of `minister of defence`, else the last."""
    small = (n for n, word in enumerate(words) if n and word.lower() in PREPOSITIONS)
    return next(small, len(words)) - 1


def indefinite(word: str) -> str:
    """Return `a` or `an`, as it is said before a word."""
    if len(word) > 1 and word.isupper():
        is_spelled = word[1] not in "AEIOU"  # others are read as words: a NATO summit
        sounds_open = word[0] in _LIKE_VOWELS if is_spelled else word[0] in "AEIO"
    else:
        sounds_open = word[:1].lower() in "aeiou" and not _LIKE_YOU.match(word.lower())
    return "an" if sounds_open else "a"
