"""Notice what was not translated, and what can't be read."""

import re
import unicodedata
from collections import Counter

from syndicator.translation.check.text import Pair

_LETTER = {"Cyrillic": re.compile("[\u0400-\u052f]"), "Latin": re.compile("[A-Za-z\u00c0-\u024f]")}
_ANY = re.compile(r"\w")
_WORD = re.compile(r"(?<![\w@#/.-])[a-z]{4,}(?:-[a-z]+)*(?![\w@/-]|[.:][\w/])")
"""In plain small letters: no name, abbreviation, address or file name is written so."""
_STAY = frozenset(
    {"ceteris", "circa", "emoji", "erectus", "facto", "fiat", "homo", "jure", "online", "paribus", "sapiens", "sine"}
    | {"status", "versus", "wifi"}
)
"""Words in Latin letters that Russian texts have, too."""


def letters_by_script(text: str) -> Counter[str]:
    """Count the letters of a text by script: `Latin`, `Cyrillic` … as Unicode names them."""
    counts: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha():
            # The first word of a letter's name is its script. Chinese letters are called CJK; Japanese mixes three.
            script = unicodedata.name(letter, "?").split()[0].split("-")[0].capitalize()
            counts["Han" if script in {"Cjk", "Hiragana", "Katakana"} else script] += count
    return counts


def has_words_left(pair: Pair) -> bool:
    """Look for words in the original's script. Names, addresses and terms may stay in Latin letters.

    Of those words count that are in small letters, as they stand in the original.
    """
    script = pair.source.script
    letter = _LETTER.get(script, _ANY)
    if script == pair.target.script or not letter.search(pair.target.raw):
        return False
    if script == "Latin":
        left = set(_WORD.findall(pair.target.raw)) - _STAY
        begin = pair.source.raw[:1].lower() + pair.source.raw[1:]
        return bool(left) and not left.isdisjoint(_WORD.findall(begin))
    return any(_is_in(script, word) for word in filter(letter.search, pair.target.raw.split()))


def _is_in(script: str, word: str) -> bool:
    """Say whether most letters of a word are in a script."""
    letters = letters_by_script(word)
    return letters[script] * 2 > letters.total()


def has_unreadable_characters(pair: Pair) -> bool:
    """Look for what tokenizers write for half a character and for an unknown piece."""
    return any(sign in pair.target.raw and sign not in pair.source.raw for sign in ("⁇", "\N{REPLACEMENT CHARACTER}"))
