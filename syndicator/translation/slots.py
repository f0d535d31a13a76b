"""Find the place in a translation for what stood inside its original: links, emphasis, images, code. Pure geometry.

Knows character ranges, sentences and word alignment; refuses to know HTML. Each slot gets one range of the target;
ranges nest as the slots do and siblings never overlap, whatever the alignment says, so that markup put there is well
formed by construction.

How a range is found: of the target words that render the slot's source words, the run that holds the most of them and
the fewest others. (The usual rule, from the first to the last of them, takes in half a sentence where one word is
aligned wrongly.) Punctuation at the edges stays inside or outside as in the source. Without alignment, the place is in
proportion, between words.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from itertools import pairwise

from syndicator.translation.wordmap import Span, WordMap, Zone

_ALIKE = str.maketrans({**dict.fromkeys("«»“”„‟\"‘’‚‛'‹›", '"'), **dict.fromkeys("—–−‒―", "-"), "…": "."})
"""Punctuation that one language writes where another writes something else."""
_NEARBY = 64
"""How many words to either side are looked at for a free one where the alignment names none."""
_REACH = 1000
"""How many characters around its aligned place a literal copy of an atom is looked for."""
_CERTAIN = 3
"""A copy of so many characters is no chance hit, wherever the alignment points."""
_LIKE = 0.5
"""From this likeness on (difflib's ratio) a word is taken for what a model made of an atom."""
_WIDEST = 60
"""Characters of an atom: longer ones are never in a sentence."""
_WRAPPING = ".,;:!?…()[]{}<>«»“”„\"'‘’"


class Kind(IntEnum):
    """What a slot holds. Siblings get their places in this order, the shorter first."""

    ATOM = 0
    """Text that stays letter for letter: it replaces the target words that render it."""
    ELEMENT = 1
    """An element around words."""
    POINT = 2
    """Something between words. Its range is empty, or one character of white space that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A range of the source text that something stands at or around."""

    start: int
    end: int
    kind: Kind
    parent: int | None = None
    """The index of the slot that this one lies in; lower than its own."""


class _Room:
    """What is still free inside a parent's range of the target. Lives while its children are placed."""

    def __init__(self, wordmap: WordMap, bounds: Span) -> None:
        self._wordmap = wordmap
        self.start, self.end = bounds
        self._taken: list[Span] = []

    def take(self, span: Span) -> Span:
        if span[0] < span[1]:
            insort(self._taken, span)
        return span

    def clip(self, start: int, end: int) -> Span:
        """Return the longest free part of a range."""
        start = min(max(start, self.start), self.end)
        end = min(max(end, start), self.end)
        best, free_from = (start, start), start
        for n in range(max(bisect_right(self._taken, (start, start)) - 1, 0), len(self._taken)):
            taken_start, taken_end = self._taken[n]
            if taken_start >= end:
                break
            if taken_end > free_from:
                best = max(best, (free_from, max(taken_start, free_from)), key=_length)
                free_from = taken_end
        return max(best, (free_from, max(end, free_from)), key=_length) if free_from < end else best

    def is_free(self, start: int, end: int) -> bool:
        return self.clip(start, end) == (start, end)

    def outside(self, position: int) -> int:
        """Return the position, or the end of the sibling that it lies in."""
        n = bisect_left(self._taken, (position, 0)) - 1
        position = max(position, self._taken[n][1]) if n >= 0 else position
        return min(max(position, self.start), self.end)

    def best_run(self, words: Iterable[int], *, foreign_allowed: bool = True) -> Span | None:
        """Return the (first, last) word of the run of most of `words` with fewest others.

        Of equal runs the longest, then the first. Words that render nothing known count neither way. All words are
        free, and no sibling stands between them.
        """
        spans, before = self._wordmap.target_words, self._wordmap.linked_before
        free = [n for n in words if self.is_free(*spans[n])]
        if not free:
            return None
        first, score = free[0], 1
        best, run = (score, 0), (first, first)
        for last, word in pairwise(free):
            foreign = before[word] - before[last + 1]
            is_torn = foreign > (score if foreign_allowed else 0)
            if is_torn or not self.is_free(spans[last][1], spans[word][0]):
                first, score = word, 1
            else:
                score += 1 - foreign
            if (score, word - first) > best:
                best, run = (score, word - first), (first, word)
        return run

    def nearest_run(self, ideal: int, count: int, *, among: range) -> Span | None:
        """Return the (first, last) of up to `count` free words near a word, within a range of words."""
        spans = self._wordmap.target_words
        for distance in range(_NEARBY):
            for first in (ideal + distance, ideal - distance):
                if first in among and self.is_free(*spans[first]):
                    last = first
                    while (
                        last + 1 - first < count
                        and last + 1 in among
                        and self.is_free(spans[first][0], spans[last + 1][1])
                    ):
                        last += 1
                    return first, last
        return None


def place(wordmap: WordMap, slots: Sequence[Slot]) -> list[Span]:
    """Return the range of the target for each slot. Children lie in their parents, siblings side by side.

    An element that had words gets none only where the target has fewer words than elements.
    """
    spans: list[Span] = [(0, 0)] * len(slots)
    if not wordmap.source:
        return spans
    children: dict[int | None, list[int]] = {}
    for n, slot in enumerate(slots):
        children.setdefault(slot.parent, []).append(n)
    for parent in (None, *range(len(slots))):
        room = _Room(wordmap, (0, len(wordmap.target)) if parent is None else spans[parent])
        begins = 0 if parent is None else slots[parent].start
        for n in sorted(children.get(parent, ()), key=lambda n: (slots[n].kind, slots[n].end - slots[n].start, n)):
            spans[n] = room.take(_place_one(wordmap, slots[n], room, begins=begins))
        # What takes no room may have been given a place that a sibling then took.
        for n in children.get(parent, ()):
            if spans[n][0] == spans[n][1]:
                spans[n] = (room.outside(spans[n][0]),) * 2
    return spans


def _place_one(wordmap: WordMap, slot: Slot, room: _Room, *, begins: int) -> Span:
    """Return the range of one slot; `begins` is where its parent begins in the source."""
    if slot.kind is Kind.POINT or slot.start == slot.end:
        return _place_point(wordmap, slot, room, begins=begins)
    start, end = _without_separators(wordmap, slot)
    first, last = wordmap.zone(start), wordmap.zone(end - 1)
    if first is last and not first.is_same and slot.kind is Kind.ATOM:
        return _place_atom(wordmap, slot, room, begins=begins)
    begin = _around(wordmap, (start, min(end, first.source[1])), first, room)
    finish = begin if first is last else _around(wordmap, (last.source[0], end), last, room)
    # Where the sentence's edge is the slot's all the same, the space there is, too.
    if start > slot.start and begin[0] == first.target[0]:
        begin = (_moved(wordmap.zone(slot.start), slot.start), begin[1])
    if end < slot.end and finish[1] == last.target[1]:
        finish = (finish[0], _moved(wordmap.zone(slot.end - 1), slot.end))
    return room.clip(begin[0], finish[1])


def _without_separators(wordmap: WordMap, slot: Slot) -> Span:
    """Return the slot's range less the space between sentences at its edges, next to a sentence that it has part of."""
    text = wordmap.source[slot.start : slot.end]
    start = slot.start + len(text) - len(text.lstrip())
    end = slot.end - len(text) + len(text.rstrip())
    if start >= end:
        return slot.start, slot.end
    first, last = wordmap.zone(start), wordmap.zone(end - 1)
    starts_inside = not first.is_same and first.source[0] > slot.start and first.source[1] > end
    ends_inside = not last.is_same and last.source[1] < slot.end and last.source[0] < start
    return first.source[0] if starts_inside else slot.start, last.source[1] if ends_inside else slot.end


def _around(wordmap: WordMap, portion: Span, zone: Zone, room: _Room) -> Span:
    """Return the range that renders a portion of one zone."""
    if zone.is_same:
        return _moved(zone, portion[0]), _moved(zone, portion[1])
    words, all_words = wordmap.source_words_in(*portion), wordmap.source_words_in(*zone.source)
    targets = wordmap.target_words_in(*zone.target)
    is_all = words == all_words
    run = room.best_run(targets if is_all else [n for n in wordmap.renderings(words) if n in targets])
    if run is None and words:
        share = len(targets) / len(all_words)
        ideal = targets.start + round((words.start - all_words.start) * share)
        run = room.nearest_run(ideal, max(1, round(len(words) * share)), among=targets)
    if run is None:
        position = _anchor(wordmap, portion[0], zone, room, begins=zone.source[0])
        return position, position
    start, end = _with_edges(wordmap, portion, run)
    if is_all and portion[0] == zone.source[0]:
        start = zone.target[0]
    if is_all and portion[1] == zone.source[1]:
        end = zone.target[1]
    return max(start, zone.target[0]), min(end, zone.target[1])


def _with_edges(wordmap: WordMap, portion: Span, run: Span) -> Span:
    """Return the range of a run of target words with the punctuation that the portion has at its edges.

    Of two spaces, one at either side of an edge (something taken out stood there), the one that is left lies outside.
    """
    words = wordmap.source_words_in(*portion)
    start, end = wordmap.target_words[run[0]][0], wordmap.target_words[run[1]][1]
    before = wordmap.source[portion[0] : wordmap.source_words[words.start][0]] if words else ""
    after = wordmap.source[wordmap.source_words[words.stop - 1][1] : portion[1]] if words else ""
    if wordmap.source[max(0, portion[0] - 1) : portion[0]].isspace():
        before = before.lstrip()
    if wordmap.source[portion[1] : portion[1] + 1].isspace():
        after = after.rstrip()
    start -= _follow(before[::-1], wordmap.target[max(0, start - 2 * len(before) - 1) : start][::-1])
    end += _follow(after, wordmap.target[end : end + 2 * len(after) + 1])
    return start, end


def _place_atom(wordmap: WordMap, slot: Slot, room: _Room, *, begins: int) -> Span:
    """Return what an atom replaces in a translated sentence: its own copy, else what the model made of it.

    Where neither is found, it is put in after the word before it, and nothing is replaced.
    """
    zone = wordmap.zone(slot.start)
    run = _rendering_of_atom(wordmap, slot, zone, room)
    position = _anchor(wordmap, slot.start, zone, room, begins=begins)
    aligned = run or (position, position)
    free = [copy for copy in _copies(wordmap, slot, zone, near=aligned) if room.is_free(*copy)]
    copy = min(free, key=lambda copy: abs(copy[0] - aligned[0]), default=None)
    if copy and (slot.end - slot.start >= _CERTAIN or (copy[0] <= aligned[1] + 1 and aligned[0] <= copy[1])):
        return copy
    return room.clip(*aligned)


def _rendering_of_atom(wordmap: WordMap, slot: Slot, zone: Zone, room: _Room) -> Span | None:
    """Return the words that stand for an atom: those like it, else those that render nothing but it.

    Taken are whole words, from space to space, since what models make of an address is full of punctuation. So nothing
    stands for an atom that is but a part of a word.
    """
    if any(_is_in_word(wordmap.source, (slot.start, slot.end))):
        return None
    text = wordmap.source[slot.start : slot.end].casefold()
    edges = text[0], text[-1]
    words = wordmap.source_words_in(slot.start, slot.end)
    targets = wordmap.target_words_in(*zone.target)
    alone = set(wordmap.renderings(words, of_these_alone=True))
    like: set[int] = set()
    candidates = []
    for n in wordmap.renderings(words):
        shown = wordmap.target[slice(*_unspaced(wordmap.target, wordmap.target_words[n], edges))].casefold()
        is_like = any(
            shown in part or SequenceMatcher(None, shown, part, autojunk=False).ratio() >= _LIKE
            for part in (text, *text.split())
        )
        like |= {n} if is_like else set()
        candidates += [n] if n in targets and (is_like or n in alone) else []
    run = room.best_run(candidates, foreign_allowed=False)
    if run is None:
        return None
    first, last = run
    if any(first <= n <= last for n in like):
        first, last = min(n for n in like if n >= first), max(n for n in like if n <= last)
    start, _ = _unspaced(wordmap.target, wordmap.target_words[first], edges)
    _, end = _unspaced(wordmap.target, wordmap.target_words[last], edges)
    return room.clip(start, end)


def _unspaced(text: str, word: Span, edges: tuple[str, str]) -> Span:
    """Widen a word to the spaces around it, less the punctuation there that is not at the edges of the atom."""
    start, end = word
    while start > max(0, word[0] - _WIDEST) and not text[start - 1].isspace():
        start -= 1
    while end < min(len(text), word[1] + _WIDEST) and not text[end].isspace():
        end += 1
    before, after = (
        "".join(sign for sign in _WRAPPING if sign.translate(_ALIKE) != edge.translate(_ALIKE)) for edge in edges
    )
    shown = text[start:end]
    return min(end - len(shown.lstrip(before)), word[0]), max(start + len(shown.rstrip(after)), word[1])


def _copies(wordmap: WordMap, slot: Slot, zone: Zone, *, near: Span) -> list[Span]:
    """Return where the target has an atom's text, letter for letter; inside a word only if the source has it so."""
    text, target = wordmap.source[slot.start : slot.end], wordmap.target
    allowed = _is_in_word(wordmap.source, (slot.start, slot.end))
    low, high = max(zone.target[0], near[0] - _REACH), min(zone.target[1], near[1] + _REACH)
    found = []
    start = target.find(text, low, high)
    while start >= 0:
        span = (start, start + len(text))
        if all(may or not is_cut for may, is_cut in zip(allowed, _is_in_word(target, span), strict=True)):
            found.append(span)
        start = target.find(text, span[1], high)
    return found


def _is_in_word(text: str, span: Span) -> tuple[bool, bool]:
    """Say whether a letter or digit goes on beyond either end of a range."""
    start, end = span
    return (
        start > 0 and text[start - 1].isalnum() and text[start].isalnum(),
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum(),
    )


def _place_point(wordmap: WordMap, slot: Slot, room: _Room, *, begins: int) -> Span:
    """Return where a point stands; where it stands for white space, with the white space of the target there."""
    zone = wordmap.zone(slot.start)
    if zone.is_same:
        return room.clip(_moved(zone, slot.start), _moved(zone, slot.end))
    position = room.outside(_anchor(wordmap, slot.start, zone, room, begins=begins))
    has_space = slot.start < slot.end and wordmap.target[position : position + 1].isspace()
    return room.clip(position, position + 1) if has_space else (position, position)


def _anchor(wordmap: WordMap, position: int, zone: Zone, room: _Room, *, begins: int) -> int:
    """Return the place of a position between words of a zone: after the rendering of the word before it.

    Without such a word the place is where the zone, or the parent, begins.
    """
    if position >= zone.source[1]:
        return zone.target[1]
    words = wordmap.source_words_in(max(zone.source[0], begins), position)
    targets = wordmap.target_words_in(*zone.target)
    if not words or not targets:
        return max(room.start, zone.target[0])
    run = _Room(wordmap, (room.start, room.end)).best_run(n for n in wordmap.renderings(words[-1:]) if n in targets)
    if run is None:
        all_words = wordmap.source_words_in(*zone.source)
        share = (words.stop - all_words.start) / len(all_words)
        last = targets[max(0, min(len(targets) - 1, round(share * len(targets)) - 1))]
        return wordmap.target_words[last][1]
    between = wordmap.source[wordmap.source_words[words[-1]][1] : position]
    end = wordmap.target_words[run[1]][1]
    return end + _follow(between, wordmap.target[end : min(end + 2 * len(between) + 1, zone.target[1])])


def _moved(zone: Zone, position: int) -> int:
    return min(max(zone.target[0], zone.target[0] + position - zone.source[0]), zone.target[1])


def _follow(inside: str, ahead: str) -> int:
    """Return how many characters of the target's `ahead` are the punctuation that the source has `inside` an edge."""
    taken, after_space = 0, False
    for character in inside:
        if character.isspace():
            after_space = True
            continue
        at = taken
        while after_space and ahead[at : at + 1].isspace():
            at += 1
        if ahead[at : at + 1].translate(_ALIKE) != character.translate(_ALIKE):
            return taken
        taken, after_space = at + 1, False
    while after_space and ahead[taken : taken + 1].isspace():
        taken += 1
    return taken


def _length(span: Span) -> int:
    return span[1] - span[0]
