"""Lay a translation beside its original, word by word. Knows character ranges and nothing else."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from syndicator.model import Link

Span = tuple[int, int]
"""Of characters, [start, end)."""

_WORD = re.compile(
    r"[^\s!-/:-@\[-`{-~\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u2010-\u205e\u3000-\u303f]+"
)
_MANY = 64
"""Words at one end of a link that make it too vague to find a place by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A piece of the source and the piece of the target that renders it. Zones lie end to end and are never empty."""

    source: Span
    target: Span
    is_same: bool
    """Both are equal, character by character: what stands between sentences, and sentences left as they are."""


class WordMap:
    """Two texts, word by word."""

    def __init__(self, source: str, target: str, *, zones: Sequence[Zone], links: Iterable[Link]) -> None:
        self.source, self.target = source, target
        self.source_words = [match.span() for match in _WORD.finditer(source)]
        self.target_words = [match.span() for match in _WORD.finditer(target)]
        self._zones = zones
        self._zone_starts = [zone.source[0] for zone in zones]
        self._source_starts = [start for start, _ in self.source_words]
        self._target_starts = [start for start, _ in self.target_words]
        self._renderings: dict[int, list[range]] = {}
        self._originals: dict[int, list[range]] = {}
        for link in links:
            targets = self.target_words_in(link.target_start, link.target_end)
            sources = self.source_words_in(link.source_start, link.source_end)
            if len(sources) > _MANY or len(targets) > _MANY:
                continue
            for word in sources:
                self._renderings.setdefault(word, []).append(targets)
            for word in targets:
                self._originals.setdefault(word, []).append(sources)
        self.linked_before = list(accumulate((n in self._originals for n in range(len(self.target_words))), initial=0))

    def zone(self, position: int) -> Zone:
        """Return the zone that a character of the source lies in."""
        return self._zones[max(bisect_right(self._zone_starts, position) - 1, 0)]

    def source_words_in(self, start: int, end: int) -> range:
        """Return the indexes of the source words that begin in a range."""
        return range(bisect_left(self._source_starts, start), bisect_left(self._source_starts, end))

    def target_words_in(self, start: int, end: int) -> range:
        """Return the indexes of the target words that begin in a range."""
        return range(bisect_left(self._target_starts, start), bisect_left(self._target_starts, end))

    def renderings(self, words: range, *, of_these_alone: bool = False) -> list[int]:
        """Return the target words that render any of these source words, rising; on request, and no others."""
        found = {target for word in words for targets in self._renderings.get(word, ()) for target in targets}
        if of_these_alone:
            found = {
                n for n in found if all(r.start >= words.start and r.stop <= words.stop for r in self._originals[n])
            }
        return sorted(found)
