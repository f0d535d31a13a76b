"""Decide what of a text goes to the model, and in what shape. Pure; knows letters and lengths, refuses to know models.

What does not go there is carried over as it is, so that nothing is ever cut off or made up: text without anything to
translate, words of a hundred letters, characters that the model has no piece for (emoji, other scripts), and the spaces
between the parts of a text that is too long for one go.
"""

import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from syndicator.model import primary
from syndicator.translation.alignment import SPACELESS
from syndicator.translation.tokens import Pieces, Span

MAX_PIECES = 250
"""A longer text is cut into parts: models are trained on sentences, and repeat or skip in longer ones."""
SHORTEST_HALF = 4
"""Pieces: a text of less than two such halves is not cut."""
PART_PIECES = 150
"""Of a part, at most."""
OTHER_SCRIPTS = frozenset(
    {
        *("am", "ar", "be", "bg", "bn", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km", "kn", "ko", "ky"),
        *("lo", "mk", "ml", "mn", "mr", "my", "ne", "pa", "ps", "ru", "si", "ta", "te", "tg", "th", "uk", "ur", "zh"),
    }
)
"""Languages never written in Latin letters: text in plain ASCII is not theirs and is carried over."""
CLAUSE_ENDS = frozenset(",;:.!?…—–)»”")
RUN = re.compile(rf"[{SPACELESS}]|[^\W{SPACELESS}]+")
ENDLESS = re.compile(rf"[^\W{SPACELESS}]{{100,}}")
"""No word of any language: a model makes a short one of it. The longest that anybody writes, in German, have 80."""
SIGNS = frozenset({"So", "Sc", "Sk", "Cn", "Co", "No", "Nl"})
"""Unicode categories of signs that stand for themselves."""


def is_carried_over(text: str, language: str) -> bool:
    """Say whether there is nothing in a text to translate from a language: no letter, or none of its script."""
    if primary(language) in OTHER_SCRIPTS and text.isascii():
        return True
    return not any(map(str.isalpha, text))


def is_well_formed(text: str) -> bool:
    """Say whether a text can be written as UTF-8: tokenizers refuse half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parts(source: Pieces) -> list[Span]:
    """Return the ranges of a text that are to be translated, each for itself; all between is carried over.

    One range for all of it as a rule. Ranges begin and end with something other than space.
    """
    spans = []
    starts = [start for start, _ in source.spans]
    for start, end in known(source):
        own = source.spans[bisect_left(starts, start) : bisect_left(starts, end)]
        cuts = _cut(source.text, (start, end), own) if len(own) > MAX_PIECES else [(start, end)]
        spans += [_trimmed(source.text, cut) for cut in cuts]
    return [(start, end) for start, end in spans if any(map(str.isalpha, source.text[start:end]))]


def known(source: Pieces) -> list[Span]:
    """Return the ranges of a text that stand between endless words, and what the model has no piece for."""
    return _between(_foreign(source), source.text)


def halves(source: Pieces) -> list[Span]:
    """Return the two ranges that a text can be cut into near its middle, after a clause or else at a space.

    Empty for a text that is too short to be cut, or has no such place.
    """
    count = len(source.spans)
    if count < 2 * SHORTEST_HALF:
        return []
    choices = range(int(0.3 * count), int(0.7 * count) + 1)
    best = max(choices, key=lambda n: (_fitness(source.text, source.spans[n][0]), -abs(2 * n - count)))
    at = source.spans[best][0]
    if not _fitness(source.text, at):
        return []
    cuts = ((source.spans[0][0], at), (at, source.spans[-1][1]))
    return [span for span in (_trimmed(source.text, cut) for cut in cuts) if span[0] < span[1]]


def _foreign(source: Pieces) -> list[Span]:
    """Return the ranges of words and signs that no model can do anything with; unknown punctuation is left to it."""
    text = source.text
    found = [match.span() for match in ENDLESS.finditer(text)]
    if not any(source.unknown):
        return found
    runs = [match.span() for match in RUN.finditer(text)]
    ends = [end for _, end in runs]
    for (start, end), is_unknown in zip(source.spans, source.unknown, strict=True):
        for n in range(start, end) if is_unknown else ():
            if text[n].isalpha():
                run = runs[bisect_right(ends, n)]
                found += [run] if found[-1:] != [run] else []
            elif unicodedata.category(text[n]) in SIGNS:
                found.append((n, next(m for m in range(n + 1, len(text) + 1) if not _is_modifier(text[m : m + 1]))))
    return found


def _between(taken: list[Span], text: str) -> list[Span]:
    """Return what `taken` ranges leave over of a text, without the punctuation that touches them."""
    free, after = [], 0
    for start, end in [*sorted(taken), (len(text), len(text))]:
        first, last = after, max(after, start)
        while first and first < last and not text[first].isalnum():
            first += 1
        while last < len(text) and first < last and not text[last - 1].isalnum():
            last -= 1
        if first < last:
            free.append((first, last))
        after = max(after, end)
    return free


def _cut(text: str, whole: Span, spans: Sequence[Span]) -> list[Span]:
    """Cut a range of many pieces into ranges of about equal length, after a clause or else at a space."""
    ideal = len(spans) / math.ceil(len(spans) / (0.8 * PART_PIECES))
    cuts = [whole[0]]
    done = 0
    while len(spans) - done > PART_PIECES:
        choices = range(done + int(0.6 * ideal), done + min(int(1.2 * ideal), PART_PIECES))
        best = max(choices, key=lambda n: (_fitness(text, spans[n][0]), -abs(n - done - ideal)))
        cuts.append(spans[best][0])
        done = best
    return list(zip(cuts, [*cuts[1:], whole[1]], strict=True))


def _fitness(text: str, at: int) -> int:
    """Say how well a text can be cut before a piece that begins `at`: 2 after a clause, 1 at a space, 0 in a word."""
    if not any(map(str.isspace, text[at - 1 : at + 1])):
        return 0
    while at and text[at - 1].isspace():
        at -= 1
    return 2 if text[max(0, at - 1) : at] in CLAUSE_ENDS else 1


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_modifier(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in {"Mn", "Me", "Cf"}
