"""See to it that a translated segment has the agreed renderings: keep, repair where safe, tell what is missed. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from syndicator.model import Outcome, Rendering, TermUse
from syndicator.translation.edits import Edit
from syndicator.translation.terms.aligning import aligned, is_repeated
from syndicator.translation.terms.inflection import shapes
from syndicator.translation.terms.matching import Found, occurrences
from syndicator.translation.terms.placing import place
from syndicator.translation.terms.term import Kind
from syndicator.translation.terms.words import Span, Wording, Words, cut, fold


@dataclass(frozen=True, slots=True)
class _Pair:
    """A segment and its translation."""

    segment: str
    rendering: Rendering
    words: Words
    """Of the translation."""
    seen: dict[tuple[str, Kind], list[Span]] = field(default_factory=dict)
    """Where wordings were found to stand: a list of members names each of them many times."""

    def occurrences(self, wording: Wording) -> list[Span]:
        """Return where a wording stands in the translation, in any form."""
        key = (wording.text, wording.kind)
        if key not in self.seen:
            self.seen[key] = occurrences(wording, self.words)
        return self.seen[key]


def enforce(segment: str, found: Sequence[Found], rendering: Rendering) -> tuple[list[Edit], list[TermUse]]:
    """Return the edits that put the terms of a segment right, and what became of each, in the order of `found`.

    A term is kept where its agreed rendering stands in the translation, in any form; each occurrence counts for one
    term. Else it is repaired: another known rendering of it is replaced, or what was left untranslated, or the words
    that are linked to it and to nothing else. It is missed where nothing of the kind is there or the form that the
    place asks for can't be told.
    """
    pair = _Pair(segment, rendering, cut(rendering.text))
    longest_first = sorted(range(len(found)), key=lambda n: -len(found[n].entry.targets[0]))
    kept = _kept(pair, found, longest_first)
    taken = list(kept.values())
    edits: dict[int, Edit] = {}
    uses = {
        n: TermUse(source=found[n].text, target=rendering.text[slice(*kept[n])], outcome=Outcome.KEPT) for n in kept
    }
    for n in longest_first:
        if n in kept:
            continue
        repair = _repair(pair, found[n], taken)
        if repair is None:
            uses[n] = TermUse(source=found[n].text, target=found[n].agreed, outcome=Outcome.MISSED)
            continue
        span, edit = repair
        edits[n] = edit
        taken.append((edit.start, edit.end))
        # An article or a preposition before it that had to change with it is not part of the term.
        written = edit.text if edit.start == span[0] else edit.text.partition(" ")[2]
        uses[n] = TermUse(source=found[n].text, target=written, outcome=Outcome.REPAIRED)
    return [edits[n] for n in sorted(edits)], [uses[n] for n in range(len(found))]


def _kept(pair: _Pair, found: Sequence[Found], longest_first: Sequence[int]) -> dict[int, Span]:
    """Return where the agreed renderings stand, by term: first those that links tell to be of this very term."""
    places: list[tuple[Span, str]] = []
    for n in longest_first:
        agreed = found[n].entry.targets[0]
        # What lies in a longer name (the UN in the UN Security Council) is none of its own.
        taken = [span for span, _ in places]
        places += [
            (span, agreed.text)
            for span in pair.occurrences(agreed)
            if not _touches(span, taken) and _is_well_formed(agreed, pair.words.text[slice(*span)])
        ]
    kept: dict[int, Span] = {}
    for only_linked in (True, False):
        for n in range(len(found)):
            agreed = found[n].entry.targets[0]
            free = [span for span, text in places if text == agreed.text and span not in kept.values()]
            if n not in kept and (there := [s for s in free if not only_linked or _is_linked(pair, found[n], s)]):
                kept[n] = there[0]
    return kept


def _is_well_formed(agreed: Wording, text: str) -> bool:
    """Say whether an occurrence is grammatical: engines write `Европейского комиссии`."""
    if agreed.language != "ru" or agreed.kind is Kind.KEEP or len(agreed) == 1:
        return True
    told = shapes(agreed.text)
    return not told or tuple(map(fold, cut(text).raw)) in told


def _repair(pair: _Pair, one: Found, taken: Sequence[Span]) -> tuple[Span, Edit] | None:
    """Return the words that are to be replaced, and how; None where that can't be done safely."""
    agreed = one.entry.targets[0]
    for span in _candidates(pair, one):
        if _touches(span, taken) or is_repeated(pair.words, span, agreed):
            continue
        edit = place(agreed, pair.words, span)
        if edit and not _touches((edit.start, edit.end), taken):
            return span, edit
    return None


def _candidates(pair: _Pair, one: Found) -> Iterator[Span]:
    """Yield ranges of the translation that render a term: known wordings, linked ones first, then linked words."""
    known = list(_known(pair, one))
    linked_ones = [span for span in known if _is_linked(pair, one, span)]
    yield from linked_ones
    if one.entry.term.kind is not Kind.TERM:  # a common word may as well render something else
        yield from (span for span in known if span not in linked_ones)
    linked = aligned(pair.segment, one, pair.rendering, pair.words)
    if linked:
        yield linked
    is_whole = one.text == pair.segment.strip(" \"'«»“”„.!")
    if is_whole and pair.words.raw and not pair.rendering.links:
        yield pair.words.span(0, len(pair.words.raw))


def _known(pair: _Pair, one: Found) -> Iterator[Span]:
    """Yield where the agreed name stands in wrong capitals, where another wording stands, and the untranslated term."""
    if one.entry.term.kind is Kind.KEEP:
        return
    agreed, *others = one.entry.targets
    if len(agreed) > 1:
        yield from pair.occurrences(replace(agreed, kind=Kind.TERM))
    for wording in (*others, one.entry.source):
        yield from pair.occurrences(wording)


def _is_linked(pair: _Pair, one: Found, span: Span) -> bool:
    return any(
        link.source_start < one.end
        and one.start < link.source_end
        and _touches((link.target_start, link.target_end), [span])
        for link in pair.rendering.links
    )


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
