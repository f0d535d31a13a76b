"""Find where texts stand in a longer text, in time proportional to the length of all. Knows strings only."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

PARTING = "\n"
"""Stands in a text where no pattern reaches across; in no pattern."""
_PREFIX = 16
_GRAM = 8
_MOST = 200_000
"""Characters of patterns that are looked for anywhere: an automaton of so many takes some 60 MB."""

Occurrence = tuple[int, int, int]
"""Start and end in the text, and which pattern."""
IsEdge = Callable[[int], bool]


def occurrences(text: str, patterns: Sequence[str], *, breaks: Collection[int]) -> list[Occurrence]:
    """Return where patterns stand in a text, in order, none over another.

    Of those that begin at one place, the one whose turn it is in the order of `patterns` counts, else the longest; of
    equal patterns the first. None begins or ends inside a word, unless that position is among `breaks`.
    """
    index = {pattern: n for n, pattern in reversed(list(enumerate(patterns))) if pattern}

    def is_edge(position: int) -> bool:
        around = text[max(0, position - 1) : position + 1]
        return len(around) < 2 or position in breaks or not (around[0].isalnum() and around[1].isalnum())  # noqa: PLR2004 - a pair

    found, rest = _in_turn(text, index, is_edge)
    left = PARTING.join(text[start:end] for start, end in rest)
    if sought := dict(_possible(left, index)):
        automaton = _Automaton.of(sought)
        for start, end in rest:
            found += automaton.search(text, start, end, is_edge)
        found.sort()
    return found


def _in_turn(text: str, index: Mapping[str, int], is_edge: IsEdge) -> tuple[list[Occurrence], list[tuple[int, int]]]:
    """Return what follows one another as the patterns do, and the pieces of the text where nothing was found."""
    ordered = sorted(index, key=index.__getitem__)
    by_prefix: dict[str, list[int]] = {}
    for rank, pattern in enumerate(ordered):
        by_prefix.setdefault(pattern[:_PREFIX], []).append(rank)
    found: list[Occurrence] = []
    rest: list[tuple[int, int]] = []
    position = turn = 0
    while position < len(text):
        if text[position] == PARTING:
            position += 1
            continue
        same = by_prefix.get(text[position : position + _PREFIX], ())
        later = bisect_left(same, turn) if same else 0
        for rank in dict.fromkeys([turn, *same[later : later + 1], *same[:1]]):
            pattern = ordered[rank] if rank < len(ordered) else ""
            end = position + len(pattern)
            if pattern and text.startswith(pattern, position) and is_edge(end):
                found.append((position, end, index[pattern]))
                turn, position = rank + 1, end
                break
        else:
            end = text.find(PARTING, position)
            end = len(text) if end < 0 else end
            rest.append((position, end))
            position = end
    return found, rest


def _possible(text: str, index: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the patterns that may stand in a text, by their first and last characters, and no more than `_MOST`."""
    grams = {text[n : n + _GRAM] for n in range(len(text) - _GRAM + 1)}
    total = 0
    for pattern, n in index.items() if text else ():
        if len(pattern) < _GRAM or (pattern[:_GRAM] in grams and pattern[-_GRAM:] in grams):
            total += len(pattern)
            if total > _MOST:
                return
            yield pattern, n


@dataclass(frozen=True, slots=True)
class _Automaton:
    """An automaton after Aho and Corasick (1975), over patterns read from their ends.

    So it knows, at each place of a text read from its end, the longest pattern that begins there.
    """

    steps: list[dict[str, int]]
    fallback: list[int]
    longest: list[tuple[int, int] | None]
    """For each state, length and number of the longest pattern that begins here."""

    @classmethod
    def of(cls, patterns: Mapping[str, int]) -> "_Automaton":
        steps: list[dict[str, int]] = [{}]
        longest: list[tuple[int, int] | None] = [None]
        for pattern, n in patterns.items():
            state = 0
            for character in reversed(pattern):
                following = steps[state].get(character)
                if following is None:
                    following = steps[state][character] = len(steps)
                    steps.append({})
                    longest.append(None)
                state = following
            longest[state] = (len(pattern), n)
        fallback = [0] * len(steps)
        waiting = deque(steps[0].values())
        while waiting:
            state = waiting.popleft()
            longest[state] = longest[state] or longest[fallback[state]]
            for character, following in steps[state].items():
                back = fallback[state]
                while back and character not in steps[back]:
                    back = fallback[back]
                fallback[following] = steps[back].get(character, 0)
                waiting.append(following)
        return cls(steps, fallback, longest)

    def search(self, text: str, start: int, end: int, is_edge: IsEdge) -> Iterator[Occurrence]:
        """Yield the patterns in a piece of a text, in order."""
        begins: dict[int, tuple[int, int]] = {}
        state = 0
        for position in range(end - 1, start - 1, -1):
            character = text[position]
            while state and character not in self.steps[state]:
                state = self.fallback[state]
            state = self.steps[state].get(character, 0)
            if pattern := self.longest[state]:
                begins[position] = pattern
        done = start
        for position, (length, n) in reversed(begins.items()):
            if position >= done and is_edge(position) and is_edge(position + length):
                done = position + length
                yield position, done, n
