"""Notice what was not translated, and what can't be read."""

import re
import unicodedata
from collections import Counter

from syndicator.translation.check.text import Pair

_LETTER = {"Cyrillic": re.compile("[\u0400-\u052f]"), "Latin": re.compile("[A-Za-z\u00c0-\u024f]")}
_ANY = re.compile(r"\w")


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
    """Look for words in the original's script. Names may stay in Latin letters: of those, two that are none count."""
    script = pair.source.script
    letter = _LETTER.get(script, _ANY)
    if script == pair.target.script or not letter.search(pair.target.raw):
        return False
    left = []
    for word in filter(letter.search, pair.target.raw.split()):
        letters = letters_by_script(word)
        if letters[script] * 2 > letters.total():
            left.append(word)
    if script == "Latin":
        copied = set(pair.source.raw.split())
        return sum(word in copied and word.islower() for word in left) > 1
    return bool(left)


def has_unreadable_characters(pair: Pair) -> bool:
    """Look for what tokenizers write for half a character and for an unknown piece."""
    return any(sign in pair.target.raw and sign not in pair.source.raw for sign in ("⁇", "\N{REPLACEMENT CHARACTER}"))
