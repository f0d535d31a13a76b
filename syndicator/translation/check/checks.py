"""Say what looks wrong with a translated segment, in words for the reader of a mark. One row of a table a fault.

A mark asks a person to look; it doesn't hold anything back. So each check is tolerant: it knows that the two languages
write numbers differently, that names keep their script, and that short texts grow and shrink.
"""

import re
from collections.abc import Callable

from syndicator.translation.check import extent, facts, negation, numbers, scripts, signs
from syndicator.translation.check.text import Pair, read

EMPTY = "no translation"
REPEATS = "repeats itself"
ODD_LENGTH = "length differs too much"
LOST_TEXT = "part of the text missing"
UNSURE = "the engine was unsure"
BROKEN_OFF = frozenset({EMPTY, REPEATS, ODD_LENGTH, LOST_TEXT})
"""The engine did not bring the sentence to its end, or did not find one."""

_LEAST_SCORE = -1.7
"""What the small carried models make of words in random order scores -1.5 in the middle, and of news -1.25."""
_FEW = 3
"""Words: the score of a name or a heading says little."""


def check(
    source: str, target: str, *, from_language: str, to_language: str, kept: str = "", score: float | None = None
) -> tuple[str, ...]:
    """Return the reasons to doubt that `target` renders `source`; none if there are none.

    `kept` is what of the source is put back into the target letter for letter, with spaces between (addresses, code):
    it is neither missing nor left over. `score` is the mean log-probability of a token, where an engine judged it.
    Russian and English are compared by what is said, other pairs by what needs no knowledge of the language.
    """
    if not target.strip():
        return (EMPTY,)
    words = kept.split()
    pair = Pair(
        source=read(_without(words, source), from_language),
        target=read(_without(words, target), to_language),
        has_kept=bool(words),
        score=score,
    )
    is_known = {pair.source.language, pair.target.language} == {"en", "ru"}
    return tuple(reason for reason, is_wrong in _ANY_PAIR + (_KNOWN if is_known else _UNKNOWN) if is_wrong(pair))


def _without(words: list[str], text: str) -> str:
    """Return a text without these words."""
    for word in sorted(words, key=len, reverse=True):
        if word in text:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text)
    return text


def _is_unsure(pair: Pair) -> bool:
    return pair.score is not None and pair.score < _LEAST_SCORE and len(pair.source.words) > _FEW


_Check = tuple[str, Callable[[Pair], bool]]
_ANY_PAIR: tuple[_Check, ...] = (
    (REPEATS, extent.repeats_itself),
    (ODD_LENGTH, extent.has_odd_length),
    ("words left in the original's script", scripts.has_words_left),
    ("unreadable characters", scripts.has_unreadable_characters),
    ("brackets differ", signs.has_other_brackets),
    ("quotation marks differ", signs.has_other_quotes),
    (UNSURE, _is_unsure),
)
_KNOWN: tuple[_Check, ...] = (
    (LOST_TEXT, extent.lacks_text),
    ("number missing", numbers.lacks_number),
    ("number added", numbers.adds_number),
    ("percentage differs", numbers.has_other_percentages),
    ("currency differs", facts.has_other_currency),
    ("date differs", facts.has_other_date),
    ("negation lost", negation.has_lost_negation),
)
_UNKNOWN: tuple[_Check, ...] = (("number missing", numbers.lacks_digits),)
