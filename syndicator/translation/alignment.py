"""Tell which words of a translation render which words of the original, from the model's attention.

Knows words, weights and clauses; refuses to know models. Words are what stands between spaces, as readers see them;
where a script writes none (Chinese, Japanese, Thai), single characters.
"""

import re
from collections import Counter
from collections.abc import Sequence

from syndicator.model import Link
from syndicator.translation.tokens import Pieces, Span

SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNLIKE = 0.001
"""Weight of a link between a word and a dash that stands alone: it counts only where nothing else does."""
WORD = re.compile(rf"[{SPACELESS}]|[^\s{SPACELESS}]+")
CLAUSE_END = re.compile(r"[,;:.!?…—–)»”]\s+|[，、；：。！？]")
MOST_CLAUSES = 3
"""That are taken for the rendering of one, or of up to as many."""
MERGED = 1.0
"""Cost of each clause that is taken together with another, in units of the square of a deviation."""
BAND = 20
"""Clauses: how far the places of two that render each other may lie apart."""


def words(text: str) -> list[Span]:
    """Return the range of every word."""
    return [match.span() for match in WORD.finditer(text)]


def identity(text: str, *, source_at: int = 0, target_at: int = 0) -> tuple[Link, ...]:
    """Link every word of a text that was carried over as it is to itself."""
    return tuple(
        Link(
            source_start=source_at + start,
            source_end=source_at + end,
            target_start=target_at + start,
            target_end=target_at + end,
        )
        for start, end in words(text)
    )


def align(source: Pieces, target: Pieces, attention: Sequence[Sequence[float]]) -> tuple[Link, ...]:
    """Link each word of `target` to one word of `source`, and each word of `source` to at least one of `target`.

    `attention` holds a row for each target piece with a weight for each source piece. Pieces without a letter or digit
    draw attention for reasons of their own and have no vote, except in a "word" of nothing else. A word that stands
    once in both texts (a number, a name in the same script) is linked to itself whatever the model looked at.
    """
    source_words, target_words = words(source.text), words(target.text)
    if not source_words:
        return ()
    weights = _by_words(source, target, attention, source_words=source_words, target_words=target_words)
    same = _same(_cores(source.text, source_words), _cores(target.text, target_words))
    pairs = set()
    for t, row in enumerate(weights):
        s = same.get(t, max(range(len(row)), key=row.__getitem__))
        if t in same or row[s] > 0:
            pairs.add((t, s))
    linked = {s for _, s in pairs}
    for s in range(len(source_words)):
        t = max(range(len(weights)), key=lambda t: weights[t][s], default=0)
        if s not in linked and weights and weights[t][s] > 0:
            pairs.add((t, s))
    return tuple(
        Link(
            source_start=source_words[s][0],
            source_end=source_words[s][1],
            target_start=target_words[t][0],
            target_end=target_words[t][1],
        )
        for t, s in sorted(pairs)
    )


def same_words(source: str, target: str) -> tuple[Link, ...]:
    """Link all words of equal texts, and of others those that stand once in both: what can be told without a model."""
    if source == target:
        return identity(source)
    return align(Pieces(text=source, pieces=()), Pieces(text=target, pieces=()), ())


def anchored(source: str, zones: Sequence[Span], target: str) -> list[tuple[Span, Span]]:
    """Cut two texts at what stands between the zones of `source`, where that stands in the target too, in order.

    Returns the zones and what is between them, as ranges of both texts; else both texts in one.
    """
    found = []
    zone, after = (0, 0), 0
    for following in [*zones, (len(source), len(source))]:
        kept = source[zone[1] : following[0]].strip()
        is_last = following[0] == len(source)
        at = target.rfind(kept, after) if is_last else target.find(kept, after)
        if at < 0:
            return [((0, len(source)), (0, len(target)))]
        begin = source.index(kept, zone[1])
        found += [(zone, (after, at)), ((begin, begin + len(kept)), (at, at + len(kept)))]
        zone, after = following, at + len(kept)
    return [pair for pair in found if all(start < end for start, end in pair)]


def clauses(source: str, target: str) -> list[tuple[Span, Span]]:
    """Cut two texts into clauses that render each other, by their lengths alone, after Gale and Church (1993).

    Attention wanders in long texts: of eight clauses in a row it finds a third of the links right, of each alone nine
    in ten. Empty where there is no such cut.
    """
    ends, target_ends = _clause_ends(source), _clause_ends(target)
    rate = target_ends[-1] / max(1, ends[-1])
    slope = len(target_ends) / len(ends)
    steps = [(m, n) for m in range(1, MOST_CLAUSES + 1) for n in range(1, MOST_CLAUSES + 1)]
    best: dict[Span, tuple[float, Span]] = {(0, 0): (0.0, (0, 0))}
    for i in range(1, len(ends)):
        near = round(i * slope)
        for j in range(max(1, near - BAND), min(len(target_ends), near + BAND + 1)):
            options = []
            for m, n in steps:
                if (i - m, j - n) in best:
                    expected = (ends[i] - ends[i - m]) * rate
                    length = target_ends[j] - target_ends[j - n]
                    cost = (expected - length) ** 2 / (3 * (expected + length) + 1) + MERGED * (m + n - 2)
                    options.append((best[i - m, j - n][0] + cost, (i - m, j - n)))
            if options:
                best[i, j] = min(options)
    found = []
    at = (len(ends) - 1, len(target_ends) - 1)
    while at in best and at != (0, 0):
        i, j = best[at][1]
        found.append(((ends[i], ends[at[0]]), (target_ends[j], target_ends[at[1]])))
        at = (i, j)
    return found[::-1]


def compose(first: Sequence[Link], second: Sequence[Link]) -> tuple[Link, ...]:
    """Chain the links of two translations, A to B and B to C, to links from A to C."""
    found = {
        (after.target_start, after.target_end, before.source_start, before.source_end)
        for after in second
        for before in first
        if before.target_start < after.source_end and after.source_start < before.target_end
    }
    return tuple(
        Link(source_start=start, source_end=end, target_start=target_start, target_end=target_end)
        for target_start, target_end, start, end in sorted(found)
    )


def shift(links: Sequence[Link], *, source_by: int, target_by: int) -> tuple[Link, ...]:
    """Move links to where their texts stand in longer ones."""
    return tuple(
        Link(
            source_start=link.source_start + source_by,
            source_end=link.source_end + source_by,
            target_start=link.target_start + target_by,
            target_end=link.target_end + target_by,
        )
        for link in links
    )


def _clause_ends(text: str) -> list[int]:
    """Return 0 and where every clause ends, with the space after it."""
    inside = (match.end() for match in CLAUSE_END.finditer(text))
    return [0, *(end for end in inside if end < len(text)), len(text)]


def _by_words(
    source: Pieces,
    target: Pieces,
    attention: Sequence[Sequence[float]],
    *,
    source_words: list[Span],
    target_words: list[Span],
) -> list[list[float]]:
    """Sum the weights of pieces to weights of words: a row for each target word, a column for each source word."""
    columns = _voting(source, source_words)
    weights = [[0.0] * len(source_words) for _ in target_words]
    for n, word, is_bare in _voting(target, target_words):
        if n < len(attention):
            for column, source_word, is_source_bare in columns:
                doubt = UNLIKE if is_bare != is_source_bare else 1.0
                weights[word][source_word] += doubt * attention[n][column]
    return weights


def _voting(pieces: Pieces, in_words: list[Span]) -> list[tuple[int, int, bool]]:
    """Return (piece, word it belongs to, whether that has neither letter nor digit) for every piece with a vote."""
    found = []
    word = 0
    for n, (start, end) in enumerate(pieces.spans):
        shown = pieces.text[start:end].lstrip()
        first = end - len(shown)
        if not shown:
            continue
        while word < len(in_words) and in_words[word][1] <= first:
            word += 1
        if word == len(in_words):
            break
        is_bare = not any(map(str.isalnum, pieces.text[slice(*in_words[word])]))
        if is_bare or any(map(str.isalnum, shown)):
            found.append((n, word, is_bare))
    return found


def _cores(text: str, spans: list[Span]) -> list[str]:
    """Return what is left of each word without case and punctuation."""
    return ["".join(filter(str.isalnum, text[start:end])).casefold() for start, end in spans]


def _same(source: list[str], target: list[str]) -> dict[int, int]:
    """Return target word -> source word for what stands exactly once on either side."""
    once = {core for core, count in Counter(source).items() if core and count == 1}
    twice = Counter(target)
    return {t: source.index(core) for t, core in enumerate(target) if core in once and twice[core] == 1}
