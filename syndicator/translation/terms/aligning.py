"""Find the words of a translation that render a term and nothing else, from the word links. Pure.

What is found is to be replaced, so whatever is doubtful counts as not found: words in several places, words that render
others, too, more words than a name has, a word with a hyphen of which the term is but a part.
"""

import re
from collections.abc import Sequence

from syndicator.model import Rendering
from syndicator.translation.terms import english
from syndicator.translation.terms.matching import Found
from syndicator.translation.terms.russian import GOVERNED
from syndicator.translation.terms.words import Span, Wording, Words, fold

_LINKING = frozenset(
    {"and", "are", "be", "been", "had", "has", "have", "is", "its", "that", "was", "were", "which", "will", "would"}
    | {"был", "была", "были", "было", "будет", "будут", "и", "их", "её", "его", "что"}
)
_SMALL = frozenset(map(fold, english.ARTICLES | english.PREPOSITIONS | GOVERNED.keys() | _LINKING))
"""Words that a name may have around or in it in one language and not in the other."""
_NEGATIONS = frozenset({"not", "no", "never", "without", "не", "ни", "нет", "без"})
"""Never replaced: the sentence would say the opposite."""
_MOST_TIMES = 2
"""So many times as many words as the term or its rendering have may be replaced, and one more."""
_BESIDE = 2
"""So many words on either side must not be words of the rendering: it would stand there half twice."""
_INNER_STOP = re.compile(r"[,.;:!?…](?=\s)|[()\[\]«»“”„\"]|\s[–—-]\s")
_POSSESSIVE = re.compile(r"['’]s?$")


def aligned(segment: str, found: Found, rendering: Rendering, words: Words) -> Span | None:
    """Return the range of a translation (`words` are its words) that renders a term; None where that can't be told."""
    own, foreign = _targets(segment, found, rendering)
    inside = [n for n, span in enumerate(words.spans) if _lies_in(span, own)]
    is_small = [fold(word) in _SMALL for word in words.raw]
    while inside and is_small[inside[0]]:
        inside.pop(0)
    while inside and is_small[inside[-1]]:
        inside.pop()
    if not inside:
        return None
    run = range(inside[0], inside[-1] + 1)
    content = [n for n in run if not is_small[n]]
    target = found.entry.targets[0]
    most = _MOST_TIMES * max(len(found.entry.source), len(target)) + 1
    if any(fold(words.raw[n]) in _NEGATIONS for n in run):
        return None
    is_own = all(n in inside for n in content) and not any(_lies_in(words.spans[n], foreign) for n in content)
    if not is_own or len(content) > most:
        return None
    return _tidied(words, run, found)


def is_repeated(words: Words, span: Span, target: Wording) -> bool:
    """Say whether words of a rendering stand beside a range already, so that it would stand there half twice."""
    ours = {word for word in target.folded if word not in _SMALL}
    others = [(fold(word), place) for word, place in zip(words.raw, words.spans, strict=True)]
    before = [word for word, (_, end) in others if end <= span[0] and word not in _SMALL]
    after = [word for word, (start, _) in others if start >= span[1] and word not in _SMALL]
    return not target.is_abbreviation and not ours.isdisjoint(before[-_BESIDE:] + after[:_BESIDE])


def _targets(segment: str, found: Found, rendering: Rendering) -> tuple[list[Span], list[Span]]:
    """Return the target ranges that are linked to a term, and those linked to other words that mean something."""
    own, foreign = [], []
    for link in rendering.links:
        target = (link.target_start, link.target_end)
        source = segment[link.source_start : link.source_end]
        if link.source_start < found.end and found.start < link.source_end:
            own.append(target)
            rest = segment[link.source_start : found.start] + segment[found.end : link.source_end]
            if any(map(str.isalnum, _POSSESSIVE.sub("", rest))):  # a compound of which the term is but a part
                foreign.append(target)
        elif fold(source.strip("\"'«»“”„()[],.;:!?…")) not in _SMALL and any(map(str.isalnum, source)):
            foreign.append(target)
    return own, foreign


def _lies_in(span: Span, ranges: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in ranges)


def _tidied(words: Words, run: range, found: Found) -> Span | None:
    """Return the range of a run of words, without a possessive's ending; None if it is no plain run of words."""
    if len(run) > 1 and words.raw[run[-1]].lower() == "s" and words.gap(run[-1] - 1) == "'":
        run = run[:-1]
    start, end = words.span(run[0], len(run))
    text = words.text[start:end]
    target = found.entry.targets[0]
    has_hyphen = "-" in found.text + target.text or len(found.entry.source) > 1
    is_joined = "-" in text or words.is_joined(run[0], len(run))
    has_number = any(map(str.isdigit, text)) and not any(map(str.isdigit, found.text + target.text))
    is_plain = not _INNER_STOP.search(text) or _INNER_STOP.search(found.text + " " + target.text)
    if (is_joined and not has_hyphen) or has_number or not is_plain or words.is_literal(run[0], len(run)):
        return None
    return start, end
