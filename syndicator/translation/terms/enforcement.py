"""See to it that a translated segment has the agreed renderings: keep, repair where safe, tell what is missed."""

import re
from collections.abc import Iterator, Sequence

from syndicator.model import Outcome, Rendering, TermUse
from syndicator.translation.edits import Edit
from syndicator.translation.terms.inflection import case_after, decline, forms, number_of
from syndicator.translation.terms.matching import Finder, Found, Wording, is_abbreviation, occurrences, plurals
from syndicator.translation.terms.term import Kind

Span = tuple[int, int]

_ARTICLES = frozenset({"the", "a", "an"})
_SMALL = _ARTICLES | frozenset(
    [
        "of",
        "for",
        "on",
        "in",
        "at",
        "to",
        "and",
        "by",
        "with",
        "в",
        "во",
        "на",
        "о",
        "об",
        "и",
        "с",
        "со",
        "по",
        "к",
        "ко",
        "у",
        "из",
        "от",
        "для",
        "при",
    ]
)
_EDGE = re.compile(r"^\W+|\W+$")
_POSSESSIVE = re.compile(r"['’]s$")
_MOST_WORDS_MORE = 2
"""What is replaced may be so much longer than what comes in its place."""


def enforce(
    segment: str,
    found: Sequence[Found],
    rendering: Rendering,
    finder: Finder,  # noqa: ARG001 - what found them
) -> tuple[list[Edit], list[TermUse]]:
    """Return the edits that put the terms of a segment right, and what became of each.

    A term is kept where its agreed rendering stands in the translation, in any form. Another known rendering is
    replaced where it stands; else the words that are linked to the term are, if they are one run of their own.
    """
    edits: list[Edit] = []
    uses: list[TermUse] = []
    taken: list[Span] = []
    for one in found:
        edit, outcome = _settle(segment, one, rendering, taken, _others(found, one))
        if edit and edit.text != rendering.text[edit.start : edit.end]:
            edits.append(edit)
        written = edit.text if edit else one.agreed
        uses.append(TermUse(source=one.text, target=written, outcome=outcome))
    return edits, uses


def _settle(
    segment: str, one: Found, rendering: Rendering, taken: list[Span], others: Sequence[Span]
) -> tuple[Edit | None, Outcome]:
    """Return what to do for a term, and what became of it; what stands for it is added to `taken`."""
    text = rendering.text
    for wording in one.renderings:
        free = [span for span in occurrences(text, wording) if not _touches(span, taken)]
        if free and (wording.text == one.agreed or wording is one.renderings[0]):
            taken.append(free[0])
            return None, Outcome.KEPT
        if free:
            taken.append(free[0])
            edit = _edit(one, text, free[0])
            return edit, Outcome.REPAIRED if edit else Outcome.MISSED
    run = _run(segment, one, rendering, others)
    if run is None or _touches(run, taken):
        return None, Outcome.MISSED
    edit = _edit(one, text, run)
    if edit:
        taken.append(run)
    return edit, Outcome.REPAIRED if edit else Outcome.MISSED


def _others(found: Sequence[Found], one: Found) -> list[Span]:
    return [(other.start, other.end) for other in found if other is not one]


def _run(segment: str, one: Found, rendering: Rendering, others: Sequence[Span]) -> Span | None:
    """Return the one run of target words that are linked to a term and to nothing else; None if there is none."""
    own: set[Span] = set()
    foreign: set[Span] = set()
    for link in rendering.links:
        target = (link.target_start, link.target_end)
        is_own = link.source_start < one.end and one.start < link.source_end
        source = _EDGE.sub("", segment[link.source_start : link.source_end]).casefold()
        if is_own:
            own.add(target)
        elif source not in _SMALL or _touches((link.source_start, link.source_end), others):
            foreign.add(target)
    own -= foreign
    if not own:
        return None
    start, end = min(own)[0], max(own)[1]
    text = rendering.text
    between = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    for first, last in between:
        span = (start + first, start + last)
        is_small = _EDGE.sub("", text[span[0] : span[1]]).casefold() in _SMALL
        if span not in own and not (is_small and span not in foreign):
            return None
    if len(between) > len(one.agreed.split()) + _MOST_WORDS_MORE + len(one.text.split()):
        return None
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    end -= len(match[0]) if (match := _POSSESSIVE.search(text[start:end])) else 0
    return (start, end) if start < end and not re.search(r"[,.;:!?]\s", text[start:end]) else None


def _edit(one: Found, text: str, span: Span) -> Edit | None:
    """Return the edit that writes the agreed rendering there, in the form that the place asks for; None if unsure."""
    start, end = span
    agreed: str | None = one.agreed
    wording = one.renderings[0]
    if wording.term.kind is Kind.KEEP:
        return Edit(start=start, end=end, text=one.agreed)
    if wording.language == "ru":
        agreed = _declined(wording, text, span)
    elif wording.language == "en":
        start, agreed = _with_article(wording, text, span)
    if agreed is None:
        return None
    if one.is_shouting:
        agreed = agreed.upper()
    elif not text[:start].strip(" «“\"'("):
        agreed = agreed[:1].upper() + agreed[1:]
    return Edit(start=start, end=end, text=agreed)


def _with_article(wording: Wording, text: str, span: Span) -> tuple[int, str]:
    """Return an English rendering with one article at most, in the number of the words that it replaces."""
    start, end = span
    before = re.search(r"(\S+)\s+$", text[:start])
    has_article = before is not None and before[1].casefold() in _ARTICLES
    agreed = wording.text
    if wording.term.kind is Kind.TERM and re.search(r"[^s]s$", text[start:end]) and not agreed.endswith("s"):
        agreed = agreed[: -len(wording.words[-1])] + plurals(wording.words[-1])[-1 if agreed.endswith("y") else 0]
    if has_article and before and wording.term.kind is not Kind.TERM:
        # Whatever article stood there was that of other words.
        return before.start(1), agreed
    if agreed.startswith("the ") and text[start:end].casefold().startswith("the "):
        return start, agreed
    is_attribute = re.match(r"\s+[a-z]+(?:s|tion|ment|summit|meeting|member)?\b", text[end:]) and not has_article
    if agreed.startswith("the ") and is_abbreviation(agreed[4:]) and before and before[1].casefold() not in _SMALL:
        # `a recent SCO summit`: an abbreviation before another noun has the article of that noun, or none.
        return start, agreed[4:] if is_attribute else agreed
    return start, agreed


def _declined(wording: Wording, text: str, span: Span) -> str | None:
    """Return a Russian rendering in the case, and for a common term the number, of the words that it replaces."""
    if is_abbreviation(wording.text):
        return wording.text
    replaced = [word for word in re.findall(r"\w+", text[span[0] : span[1]]) if word.casefold() not in _SMALL]
    case = _case(replaced, text[: span[0]])
    if case is None:
        return None
    number = next(filter(None, map(number_of, replaced)), None) if wording.term.kind is Kind.TERM else None
    return decline(wording.text, case, number=number)


def _case(replaced: Sequence[str], before: str) -> str | None:
    """Return the case that a place asks for: that of all words there together, else what the preposition governs."""
    together: frozenset[tuple[str, str]] | None = None
    for there in map(forms, _head(replaced)):
        together = there if together is None else together & there
    possible = frozenset(case for case, _ in together or ())
    words = re.findall(r"\w[\w-]*", before)
    governed = case_after(words[-1]) if words else None
    if possible and governed in possible:
        return governed
    if possible and len(possible) == 1:
        return next(iter(possible))
    if possible and "nomn" in possible and not words:
        return "nomn"
    if governed and not possible:
        return governed
    if not words:
        return "nomn"
    # A nominative and an accusative of the same form: it is the form that counts.
    return "nomn" if possible and possible <= {"nomn", "accs"} and "nomn" in possible else None


def _head(words: Sequence[str]) -> Iterator[str]:
    """Yield the words up to the first noun: what follows it stands in a case of its own."""
    for word in words:
        yield word
        if number_of(word):
            return


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
