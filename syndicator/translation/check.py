"""Say what looks wrong with a translated segment, in words for the reader of a mark. One row of `_CHECKS` a fault.

A mark asks a person to look; it doesn't hold anything back. So each check is tolerant: it knows that the two languages
write numbers differently, that names keep their script, and that short texts grow and shrink.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from syndicator.translation.segment import script_of

_LONGEST_LOOP = 6
"""Words. What a model repeats without end is a word or a short phrase."""
_LOOPS = 3
"""Times in a row, of which prose has no need."""
_SHORT = 25
"""Characters. Shorter texts may well triple or shrink to a third."""
_RATIO = 2.5
_DENSE = frozenset({"Han", "Hangul", "Thai"})
"""Scripts that say more with a character: lengths can't be compared with others."""

_NUMBER = re.compile(r"\d{2,}")
_GROUPED = re.compile(r"(?<=\d)[\s.,'’](?=\d)")
_DATE = re.compile(r"\b(\d{1,2})\.\d{1,2}\.(\d{4})\b")
_WORD = re.compile(r"\w+")
_EDGES = ".,;:!?…()[]{}«»“”„\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A segment and its translation."""

    source: str
    target: str
    source_script: str
    target_script: str
    kept: frozenset[str]
    """Words of the source that are put back letter for letter."""


def check(source: str, target: str, *, from_language: str, to_language: str, kept: str = "") -> tuple[str, ...]:
    """Return the reasons to doubt that `target` renders `source`; none if there are none.

    `kept` is what of the source is put back into the target letter for letter, with spaces between (addresses, code):
    it is neither missing nor left over.
    """
    if not target.strip():
        return ("no translation",)
    pair = _Pair(
        source=source,
        target=target,
        source_script=script_of(from_language),
        target_script=script_of(to_language),
        kept=frozenset(kept.split()),
    )
    return tuple(reason for reason, is_wrong in _CHECKS if is_wrong(pair))


def letters_by_script(text: str) -> Counter[str]:
    """Count the letters of a text by script: `Latin`, `Cyrillic` … as Unicode names them."""
    counts: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha():
            # The first word of a letter's name is its script. Chinese letters are called CJK; Japanese mixes three.
            script = unicodedata.name(letter, "?").split()[0].split("-")[0].capitalize()
            counts["Han" if script in {"Cjk", "Hiragana", "Katakana"} else script] += count
    return counts


def _repeats_itself(pair: _Pair) -> bool:
    return _longest_loop(pair.target) > max(_LOOPS, _longest_loop(pair.source))


def _longest_loop(text: str) -> int:
    """Return how many times in a row the most repeated phrase stands."""
    words = _WORD.findall(text.casefold())
    most = 1
    for size in range(1, _LONGEST_LOOP + 1):
        streak = 0
        for n in range(size, len(words)):
            streak = streak + 1 if words[n] == words[n - size] else 0
            most = max(most, streak // size + 1)
    return most


def _has_odd_length(pair: _Pair) -> bool:
    shorter, longer = sorted((len(pair.source), len(pair.target)))
    is_comparable = (pair.source_script in _DENSE) == (pair.target_script in _DENSE)
    return is_comparable and longer > _SHORT and longer / max(1, shorter) > _RATIO


def _lacks_number(pair: _Pair) -> bool:
    """Compare runs of digits: a grouped or decimal number is found whatever stands between its digits."""
    source = pair.source
    for part in pair.kept:
        source = source.replace(part, " ")
    written = _GROUPED.sub("", pair.target)
    # The month of a date may have become a word.
    numbers = (number.lstrip("0") for number in _NUMBER.findall(_DATE.sub(r"\1 \2", source)))
    return any(len(number) > 1 and number not in written for number in numbers)


def _has_words_left(pair: _Pair) -> bool:
    """Look for words in the original's script. Names may stay in Latin letters: of those, two that are none count."""
    if pair.source_script == pair.target_script:
        return False
    left = []
    for word in pair.target.split():
        letters = letters_by_script(word)
        if letters[pair.source_script] * 2 > letters.total() and word.strip(_EDGES) not in pair.kept:
            left.append(word)
    if pair.source_script == "Latin":
        copied = set(pair.source.split())
        return sum(word in copied and word.islower() for word in left) > 1
    return bool(left)


def _has_unreadable_characters(pair: _Pair) -> bool:
    return any(sign in pair.target and sign not in pair.source for sign in ("⁇", "\N{REPLACEMENT CHARACTER}"))


_CHECKS: tuple[tuple[str, Callable[[_Pair], bool]], ...] = (
    ("repeats itself", _repeats_itself),
    ("length differs too much", _has_odd_length),
    ("number missing", _lacks_number),
    ("words left in the original's script", _has_words_left),
    ("unreadable characters", _has_unreadable_characters),
)
