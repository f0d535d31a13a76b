"""Notice a translation that goes round in circles, or is longer or shorter than it can be."""

from collections.abc import Sequence
from operator import eq

from syndicator.translation.check.text import Pair

_LOOPS = (2, 1, 1, 1, 1, 1)
"""How many times in a row a phrase of 1, 2, 3 … words stands in prose. What a model repeats is no longer than that."""
_SHORT = 25
"""Characters. Shorter texts may well triple or shrink to a third."""
_RATIO = 2.5
_DENSE = frozenset({"Han", "Hangul", "Thai"})
"""Scripts that say more with a character: lengths can't be compared with others."""
_LEAST = {"en": 0.71, "ru": 0.63}
"""Of the source, as `_extent` measures it: one in 120 translations by people is shorter."""
_FEW = 6
"""Words: too few to tell."""


def repeats_itself(pair: Pair) -> bool:
    """Say whether a phrase stands more often in a row than prose has need of, and than in the source."""
    words = pair.target.words
    if len(pair.target.vocabulary) == len(words):
        return False
    return any(
        _loops(words, size) > max(of_prose, _loops(pair.source.words, size))
        for size, of_prose in enumerate(_LOOPS, start=1)
        if any(map(eq, words[size:], words))
    )


def _loops(words: Sequence[str], size: int) -> int:
    """Return how many times in a row the most repeated phrase of so many words stands."""
    most = streak = 0
    for is_equal in map(eq, words[size:], words):
        streak = streak + 1 if is_equal else 0
        most = max(most, streak)
    return most // size + 1


def has_odd_length(pair: Pair) -> bool:
    """Say whether one text is far longer than the other."""
    source, target = pair.source, pair.target
    shorter, longer = sorted((len(source.raw), len(target.raw)))
    is_comparable = (source.script in _DENSE) == (target.script in _DENSE)
    return is_comparable and longer > _SHORT and longer / max(1, shorter) > _RATIO


def lacks_text(pair: Pair) -> bool:
    """Say whether the target is shorter than a translation of all of the source can be."""
    if len(pair.source.words) <= _FEW or has_odd_length(pair):
        return False
    return _extent(pair) < _LEAST[pair.target.language]


def _extent(pair: Pair) -> float:
    """Return the length of the target by that of the source: in letters and in words, which err differently."""
    letters = len(pair.target.raw) / max(1, len(pair.source.raw))
    words = (len(pair.target.words) + 2) / (len(pair.source.words) + 2)
    return float((letters * words) ** 0.5)
