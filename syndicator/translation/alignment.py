"""Tell which words of a translation render which words of the original, from the model's attention.

Knows words and weights; refuses to know models. Words are what stands between spaces, as readers see them; where a
script writes none (Chinese, Japanese, Thai), single characters.
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
